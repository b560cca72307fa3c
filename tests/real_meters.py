"""Real meter files nobody in this project wrote, connected to a house: an entry of sources.yml for each, and
the master data that declare what they speak of.

Each file is an installation of its own, so that the books of its partitions are the books of the file. Meters
are declared from the files' own lines, read here by splitting at commas: no line is shared with the readers.
Only energy in kWh is declared; reactive energy and voltage are no activity data, and nobody declares them.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from lingtan.settings import Settings

MASTERS = ("installations", "source_streams", "meters")
SINCE = "2000-01-01"
QUALITY = {
    "header": "quality",
    "values": {"A": "actual", "S": "substituted", "F": "substituted", "E": "estimated"},
}
# Market time of the files: ten hours ahead of UTC all the year; so is Brisbane.
NEM = {
    "table": "meter_readings",
    "time_zone": "Australia/Brisbane",
    "utc_offset": "+10:00",
    "timestamp": {"column": "read_at", "format": "%Y%m%d%H%M%S%z"},
    # not updated_at: in the scenario files a value was last changed before it was read
    "stated_at": {"column": "created_at", "format": "%Y%m%d%H%M%S%z"},
}
NEM_COLUMNS = {"meter_code": "meter", "amount": "value", "unit": "unit", "quality": QUALITY}
STEEL = "steel_plant_15min_2018_jan_jun.csv"
HEAT = "heat_meter_register_hourly_2018.csv"


@dataclass(frozen=True)
class RealFile:
    """One file below data/real/meters and what it is called here."""

    path: Path
    source: str
    installation: str

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_nem(self) -> bool:
        return self.path.name not in (STEEL, HEAT)

    @property
    def is_register(self) -> bool:
        return self.name == HEAT or "NEM13" in self.name.upper()

    def lines(self) -> list[list[str]]:
        """Number of the line is the place in the list plus one."""
        return [line.split(",") for line in self.path.read_text(encoding="utf-8").split("\n")]


def files(reference_files: Path, *, names: Iterable[str] | None = None) -> list[RealFile]:
    """Every meter file, or those with the given names; numbered by their place among all of them."""
    folder = reference_files / "data/real/meters"
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    wanted = None if names is None else set(names)
    return [
        RealFile(path, f"real_{number:02d}", f"SITE-{number:02d}")
        for number, path in enumerate(found)
        if wanted is None or path.name in wanted
    ]


def connect(house: Settings, real_files: Iterable[RealFile]) -> None:
    """Put the files into the house's inbox, with their entries and masters."""
    sources: dict[str, dict] = {}
    rows: dict[str, list[dict[str, str]]] = {table: [] for table in MASTERS}
    for file in real_files:
        folder = house.var / "inbox" / file.source
        folder.mkdir(parents=True)
        shutil.copyfile(file.path, folder / file.name)
        sources[file.source] = entry(file)
        for table, row in masters(file):
            rows[table].append(row)
    for table in MASTERS:
        folder = house.var / "inbox/masters"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[table][0]))
            writer.writeheader()
            writer.writerows(rows[table])
        sources[table] = {
            "table": table,
            "format": "csv",
            "location": "inbox/masters",
            "files": f"{table}.csv",
            "columns": {name: name for name in rows[table][0]},
        }
    text = yaml.safe_dump({"sources": sources}, allow_unicode=True, sort_keys=False)
    house.sources_file.write_text(text, encoding="utf-8")


def entry(file: RealFile) -> dict:
    """What sources.yml says of a file."""
    where = {"location": f"inbox/{file.source}", "files": file.name}
    site = {"installation_code": {"value": file.installation}}
    if file.name == STEEL:
        return where | {
            "table": "meter_readings",
            "format": "csv",
            "time_zone": "Asia/Seoul",
            "timestamp": {
                "column": "date",
                "format": "%d/%m/%Y %H:%M",
                "stamp": "end",
                "midnight": "closes_its_date",
            },
            "interval_minutes": 15,
            "columns": site
            | {
                "meter_code": {"value": "EL-MAIN"},
                "amount": "Usage_kWh",
                "unit": {"value": "kWh"},
                "quality": {"value": "actual"},
            },
            "ignore": [
                "Lagging_Current_Reactive.Power_kVarh",
                "Leading_Current_Reactive_Power_kVarh",
                "CO2(tCO2)",
                "Lagging_Current_Power_Factor",
                "Leading_Current_Power_Factor",
                "NSM",
                "WeekStatus",
                "Day_of_week",
                "Load_Type",
            ],
        }
    if file.name == HEAT:
        return where | {
            "table": "meter_readings",
            "format": "csv",
            "numbers": "rounded",
            "time_zone": "Europe/Copenhagen",
            "timestamp": {"column": "time_rounded", "format": "%Y-%m-%dT%H:%M:%S%z"},
            "columns": site
            | {
                "meter_code": "meter_id",
                "amount": "energy_heat_kwh",
                "unit": {"value": "kWh"},
                "quality": {"value": "actual"},
            },
            "ignore": [
                "customer_id",
                "volume_flow_m3",
                "inlet_flow_energy_m3xC",
                "back_flow_energy_m3xC",
            ],
        }
    if file.is_register:
        columns = {"register_digits": "digits", "stated_amount": "stated"}
        return where | NEM | {"format": "nem13", "columns": site | NEM_COLUMNS | columns}
    columns = {"interval_minutes": "interval_minutes"}
    return where | NEM | {"format": "nem12", "columns": site | NEM_COLUMNS | columns}


def masters(file: RealFile) -> list[tuple[str, dict[str, str]]]:
    """(table, row) that declare a file's works, its stream and its meters."""
    since = {"installation_code": file.installation, "valid_from": SINCE}
    country, zone, medium = "AU", "Australia/Brisbane", "electricity"
    if file.name == STEEL:
        country, zone = "KR", "Asia/Seoul"
    if file.name == HEAT:
        country, zone, medium = "DK", "Europe/Copenhagen", "heat"
    named = {"name": file.source, "operator_name": "real", "country_code": country, "time_zone": zone}
    stream = {
        "stream_code": "EN",
        "name": "Energy",
        "method": medium,
        "direction": "input",
        "activity_basis": "meters",
    }
    rows = [("installations", since | named), ("source_streams", since | stream)]
    for code, kind, minutes, direction in meters(file):
        meter = {
            "meter_code": code,
            "stream_code": "EN",
            "role": "billing",
            "medium": medium,
            "kind": kind,
            "unit": "kWh",
            "interval_minutes": minutes,
            "direction": direction,
        }
        rows.append(("meters", since | meter))
    return rows


def meters(file: RealFile) -> list[tuple[str, str, str, str]]:
    """(code, kind, interval in minutes, direction) of the meters that count kWh.

    In the files B in a suffix and I as a direction mark what is fed into the grid.
    """
    if file.name == STEEL:
        return [("EL-MAIN", "interval", "15", "import")]
    if file.name == HEAT:
        return [("660", "register", "", "import")]
    found = {}
    for cells in file.lines():
        if cells[0] == "200" and cells[7].lower() == "kwh":
            code = f"{cells[1]}-{cells[4]}"
            found[code] = (code, "interval", cells[8], "export" if cells[4].startswith("B") else "import")
        elif cells[0] == "250" and cells[19].lower() == "kwh":
            code = f"{cells[1]}-{cells[4]}"
            found[code] = (code, "register", "", "export" if cells[7] == "I" else "import")
    return list(found.values())
