"""The 15-minute electricity of a real steel works (UCI "Steel Industry Energy Consumption", CC BY 4.0),
January to June 2018, connected by an entry of sources.yml alone. Its dates are day-first, and the row
stamped 00:00 is the last quarter hour of its date.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lingtan import landing
from lingtan.settings import Settings
from lingtan.try_source import try_source

ENTRY = r"""
sources:
  steel_works:
    table: meter_readings
    format: csv
    location: inbox/steel
    files: "steel_plant_15min_*.csv"
    encoding: utf-8
    time_zone: Asia/Seoul
    timestamp: {column: date, format: "%d/%m/%Y %H:%M", stamp: end, midnight: closes_its_date}
    interval_minutes: 15
    due: {every: day, from: 2018-01-01, until: 2018-07-01}
    columns:
      installation_code: {value: KR-STEEL}
      meter_code: {value: EL-MAIN}
      amount: Usage_kWh
      unit: {value: kWh}
      quality: {value: actual}
    ignore:
      - Lagging_Current_Reactive.Power_kVarh
      - Leading_Current_Reactive_Power_kVarh
      - CO2(tCO2)
      - Lagging_Current_Power_Factor
      - Leading_Current_Power_Factor
      - NSM
      - WeekStatus
      - Day_of_week
      - Load_Type
"""
TABLES = ["meter_readings"]


@pytest.fixture
def raw(reference_files: Path) -> bytes:
    return (reference_files / "data/real/meters/steel_plant_15min_2018_jan_jun.csv").read_bytes()


@pytest.fixture
def steel_works(house: Settings, raw: bytes) -> Settings:
    """A house with the file in its inbox and an entry for it."""
    house.sources_file.write_text(ENTRY, encoding="utf-8")
    file = house.var / "inbox/steel/steel_plant_15min_2018_jan_jun.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(raw)
    return house


def column_sum(raw: bytes) -> Decimal:
    """Sum of Usage_kWh, read from the file by nothing of ours."""
    lines = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    return sum((Decimal(line["Usage_kWh"]) for line in lines), Decimal(0))


def test_the_whole_file_lands_in_one_run_and_no_row_is_lost(steel_works: Settings, raw: bytes) -> None:
    landed = landing.land(TABLES, settings=steel_works)

    assert (len(landed.new), landed.refused, landed.growing) == (1, [], [])
    record = landing.records(TABLES, settings=steel_works)[0]
    rows = landing.rows(record, settings=steel_works)
    assert record.rows == rows.num_rows == 17_376
    assert rows["fault_rule"].null_count == 17_376
    assert sum(rows["amount"].to_pylist(), Decimal(0)) == column_sum(raw)
    assert sorted(rows["source_row"].to_pylist()) == list(range(2, 17_378))  # row 1 is the header


def test_each_of_181_days_has_its_96_quarter_hours(steel_works: Settings) -> None:
    landing.land(TABLES, settings=steel_works)
    record = landing.records(TABLES, settings=steel_works)[0]
    rows = landing.rows(record, settings=steel_works)

    slots = Counter(rows["metered_on"].to_pylist())
    assert sorted(slots) == [date(2018, 1, 1) + timedelta(days=i) for i in range(181)]
    assert set(slots.values()) == {96}
    assert len(set(rows["read_at"].to_pylist())) == 17_376
    assert {key: partition["rows"] for key, partition in record.partitions.items()} == {
        f"KR-STEEL/{day}": 96 for day in slots
    }


def test_a_day_lost_by_a_plain_reading_of_midnight_stays_where_it_was_metered(steel_works: Settings) -> None:
    landing.land(TABLES, settings=steel_works)
    rows = landing.rows(landing.records(TABLES, settings=steel_works)[0], settings=steel_works).to_pylist()

    midnight = next(row for row in rows if row["source_row"] == 97)  # the file says 01/01/2018 00:00

    assert midnight["metered_on"] == date(2018, 1, 1)
    # the quarter hour before midnight in Seoul, nine hours ahead of UTC
    assert midnight["read_at"].isoformat() == "2018-01-01T14:45:00+00:00"


def test_every_day_of_the_file_counts_as_having_come(steel_works: Settings) -> None:
    landing.land(TABLES, settings=steel_works)

    days = [date(2018, 1, 1) + timedelta(days=i) for i in range(181)]
    assert [day for day in days if landing.missing(TABLES, day, settings=steel_works)] == []


def test_a_first_try_says_that_no_meter_is_known_yet(steel_works: Settings, raw: bytes) -> None:
    result = try_source("steel_works", settings=steel_works)

    assert (result["rows"]["read"], result["rows"]["accepted"]) == (17_376, 0)
    assert Decimal(result["amounts"]["kWh"]["read"]) == column_sum(raw)
    assert result["period"] == {"first": "2018-01-01", "last": "2018-06-30"}
    assert any("no meters yet" in note for note in result["notes"])
    assert not (steel_works.raw).exists()
