"""A plant of interval meters to measure with: 15-minute readings in one CSV file per local day, dirty as real
ones are, and the house that reads them. The same arguments give the same bytes.

One per cent each of the slots are missing, sent twice and revised; second copies and revisions come three
days late, in the file of that day. One in ten thousand is a spike (a thousand times too much), and two
meters in a hundred had their counter reset once, which their logger wrote down as a large negative
consumption. A few readings are empty.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import settings as lingtan_settings
from lingtan.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

FIRST_DAY = date(2025, 1, 1)
SLOTS = 96
LATE = 3  # days
DUPLICATES = REVISIONS = GAPS = 0.01
SPIKES, EMPTY, RESETS = 0.0001, 0.0005, 0.02
_SOURCES = r"""
sources:
  plant:
    table: meter_readings
    format: csv
    location: inbox/plant
    files: "meters_*.csv"
    stated_at: {name: 'meters_\d{8}_issued_(?P<stated_at>\d{8}T\d{4})\.csv', format: '%Y%m%dT%H%M'}
    time_zone: Asia/Shanghai
    timestamp: {column: Time, format: "%Y-%m-%d %H:%M", stamp: start, midnight: opens_its_date}
    interval_minutes: 15
    columns:
      installation_code: {value: PLANT}
      meter_code: Meter
      amount: Reading
      unit: Unit
      quality: {header: Quality, values: {A: actual, E: estimated}}
      revision: Revision
  workbook:
    table: meter_readings
    format: excel
    sheet: Readings
    location: inbox/workbook
    files: "*.xlsx"
    time_zone: Asia/Shanghai
    timestamp: {column: Time, format: "%Y-%m-%d %H:%M", stamp: start, midnight: opens_its_date}
    interval_minutes: 15
    columns:
      installation_code: {value: PLANT}
      meter_code: Meter
      amount: Reading
      unit: Unit
      quality: {header: Quality, values: {A: actual, E: estimated}}
      revision: Revision
    ignore: [Place, Remark]
  documents:
    table: meter_readings
    format: json
    records: readings
    location: inbox/documents
    files: "*.json"
    time_zone: Asia/Shanghai
    timestamp: {column: time, format: "%Y-%m-%d %H:%M", stamp: start, midnight: opens_its_date}
    interval_minutes: 15
    columns:
      installation_code: {value: PLANT}
      meter_code: meter
      amount: reading
      unit: unit
      quality: {header: quality, values: {A: actual, E: estimated}}
  meters:
    table: meters
    format: csv
    location: inbox/master
    files: "meters.csv"
    time_zone: Asia/Shanghai
    columns:
      installation_code: installation_code
      meter_code: meter_code
      stream_code: stream_code
      role: role
      medium: medium
      kind: kind
      unit: unit
      interval_minutes: interval_minutes
      direction: direction
      max_per_hour: max_per_hour
      valid_from: valid_from
"""


@dataclass(frozen=True)
class Plant:
    """How many meters for how many days."""

    meters: int = 1000
    days: int = 365

    @property
    def rows(self) -> int:
        return round(self.meters * self.days * SLOTS * (1 - GAPS + DUPLICATES + REVISIONS))

    def code(self, meter: int) -> str:
        return f"M{meter:05d}"


def house(folder: Path) -> Settings:
    """A house that reads the plant; its entries of sources.yml are written if they are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.yml"
    if not sources.exists():
        sources.write_text(_SOURCES, encoding="utf-8")
    return replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=sources,
        warehouse_url=None,
    )


def write(plant: Plant, settings: Settings, days: range | None = None) -> list[Path]:
    """Drop the list of meters and the files of `days` (all, counted from 0) into the inbox."""
    master = settings.var / "inbox" / "master" / "meters.csv"
    master.parent.mkdir(parents=True, exist_ok=True)
    header = (
        "installation_code,meter_code,stream_code,role,medium,kind,unit,interval_minutes,direction,max_per_hour,"
        "valid_from\n"
    )
    lines = (
        f"PLANT,{plant.code(meter)},S1,billing,electricity,interval,kWh,15,import,400,2020-01-01\n"
        for meter in range(plant.meters)
    )
    master.write_text(header + "".join(lines), encoding="utf-8")
    folder = settings.var / "inbox" / "plant"
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for day in range(plant.days) if days is None else days:
        on = FIRST_DAY + timedelta(days=day)
        file = folder / f"meters_{on:%Y%m%d}_issued_{on + timedelta(days=1):%Y%m%d}T0100.csv"
        file.write_bytes(_csv(plant, day))
        files.append(file)
    return files


def _csv(plant: Plant, day: int) -> bytes:
    import pyarrow as pa
    from pyarrow import csv

    table = pa.concat_tables([_fresh(plant, day), *([_late(plant, day - LATE)] if day >= LATE else [])])
    out = io.BytesIO()
    csv.write_csv(table, out, csv.WriteOptions(quoting_style="none"))
    return out.getvalue()


def _drawn(plant: Plant, day: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Consumption of every slot of a day in Wh, what happens to it (a number from 0 to 1), and the change of
    a revision in Wh.
    """
    import numpy as np

    dice = np.random.default_rng([20250101, plant.meters, day])
    shape = (plant.meters, SLOTS)
    load = 20_000 + 15_000 * np.sin(np.arange(SLOTS) / SLOTS * 2 * np.pi)
    size = 0.2 + np.arange(plant.meters)[:, None] % 17 / 10
    return (
        (load * size * dice.uniform(0.8, 1.2, shape)).astype(np.int64).ravel(),
        dice.uniform(size=shape).ravel(),
        dice.integers(1, 500, shape).ravel(),
    )


def _as_sent(plant: Plant, day: int) -> tuple[np.ndarray, np.ndarray]:
    """What the logger wrote in Wh, spikes and resets included, and where it wrote nothing."""
    import numpy as np

    amounts, _, _ = _drawn(plant, day)
    odd = np.random.default_rng([1, plant.meters, day]).uniform(size=amounts.size)
    values = np.where(odd < SPIKES, amounts * 1000, amounts)
    for meter in range(plant.meters):
        if meter % round(1 / RESETS) == 7 and meter % plant.days == day:
            values[meter * SLOTS + 40] = -987_654_321
    return values, (odd >= SPIKES) & (odd < SPIKES + EMPTY)


def _fresh(plant: Plant, day: int) -> pa.Table:
    import numpy as np

    _, fate, _ = _drawn(plant, day)
    return _table(plant, day, np.flatnonzero(fate >= GAPS), *_as_sent(plant, day), revision=None)


def _late(plant: Plant, day: int) -> pa.Table:
    """Second copies and revisions of an earlier day."""
    import numpy as np
    import pyarrow as pa

    amounts, fate, change = _drawn(plant, day)
    none = np.zeros(amounts.size, dtype=bool)
    twice = np.flatnonzero((fate >= GAPS) & (fate < GAPS + DUPLICATES))
    revised = np.flatnonzero((fate >= GAPS + DUPLICATES) & (fate < GAPS + DUPLICATES + REVISIONS))
    return pa.concat_tables(
        [
            _table(plant, day, twice, *_as_sent(plant, day), revision=None),
            _table(plant, day, revised, amounts + change, none, revision="1"),
        ]
    )


def _table(
    plant: Plant, day: int, slots: np.ndarray, values: np.ndarray, empty: np.ndarray, *, revision: str | None
) -> pa.Table:
    """The rows of some slots as they stand in the file: text in every column."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    on = FIRST_DAY + timedelta(days=day)
    times = pa.array([f"{on} {slot // 4:02d}:{slot % 4 * 15:02d}" for slot in range(SLOTS)])
    codes = pa.array([plant.code(meter) for meter in range(plant.meters)])
    wh = values[slots]
    kwh = pc.binary_join_element_wise(
        pa.array(np.abs(wh) // 1000).cast(pa.string()),
        pc.utf8_lpad(pa.array(np.abs(wh) % 1000).cast(pa.string()), 3, "0"),
        ".",
    )
    kwh = pc.binary_join_element_wise(pa.array(np.where(wh < 0, "-", "")), kwh, "")
    estimated = (slots * 7919 + day) % 200 == 0
    return pa.table(
        {
            "Meter": codes.take(pa.array(slots // SLOTS)),
            "Time": times.take(pa.array(slots % SLOTS)),
            "Reading": pc.if_else(pa.array(empty[slots]), "", kwh),
            "Unit": pa.repeat("kWh", slots.size),
            "Quality": pa.array(np.where(estimated, "E", "A")),
            "Revision": pa.repeat(revision or "", slots.size),
        }
    )
