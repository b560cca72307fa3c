"""The 15-minute electricity of a real steel works (UCI "Steel Industry Energy Consumption", CC BY 4.0),
January to June 2018, connected by an entry of sources.yml alone. Its dates are day-first, and the row
stamped 00:00 is the last quarter hour of its date.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lingtan import ingest, lake, landing
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
MASTERS = """
  {table}:
    table: {table}
    format: csv
    location: inbox/steel
    files: "{table}.csv"
    columns: {{{columns}}}
"""
SINCE = {"installation_code": "KR-STEEL", "valid_from": "2018-01-01"}
DECLARED = {
    "installations": SINCE
    | {
        "name": "Steel works",
        "operator_name": "Steel",
        "country_code": "KR",
        "time_zone": "Asia/Seoul",
    },
    "source_streams": SINCE
    | {
        "stream_code": "EL",
        "name": "Grid electricity",
        "method": "electricity",
        "direction": "input",
        "activity_basis": "meters",
    },
    "meters": SINCE
    | {
        "meter_code": "EL-MAIN",
        "stream_code": "EL",
        "role": "billing",
        "medium": "electricity",
        "kind": "interval",
        "unit": "kWh",
        "interval_minutes": "15",
        "direction": "import",
        "max_per_hour": "700",
    },
}
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


@pytest.fixture
def declared(steel_works: Settings) -> Settings:
    """The same, and the works, its stream and its meter in one line each."""
    for table, row in DECLARED.items():
        with steel_works.sources_file.open("a", encoding="utf-8") as entries:
            entries.write(MASTERS.format(table=table, columns=", ".join(f"{name}: {name}" for name in row)))
        lines = f"{','.join(row)}\n{','.join(row.values())}\n"
        (steel_works.var / f"inbox/steel/{table}.csv").write_text(lines, encoding="utf-8")
    return steel_works


def column_sum(raw: bytes) -> Decimal:
    """Sum of Usage_kWh, read from the file by nothing of ours."""
    lines = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    return sum((Decimal(line["Usage_kWh"]) for line in lines), Decimal(0))


def test_one_run_takes_the_whole_file_into_the_lake(declared: Settings, raw: bytes) -> None:
    midnight_in_seoul = datetime(2018, 6, 29, 15, tzinfo=UTC)  # of 30 June, the file's last day

    landed = ingest.land([*DECLARED, *TABLES], midnight_in_seoul, {}, settings=declared)
    held, is_build_due = ingest.accept(landed, settings=declared)

    assert (landed["new"], landed["refused"], held, is_build_due) == (4, [], [], True)
    pointers = lake.pointers("meter_readings", settings=declared)
    days = [date(2018, 1, 1) + timedelta(days=i) for i in range(181)]
    assert list(pointers) == [f"meter_readings/KR-STEEL/{day}" for day in days]
    clean = {"read": 96, "accepted": 96, "rejected": 0, "superseded": 0, "marked": 0}
    assert all(pointer["counts"] == clean for pointer in pointers.values())
    assert {pointer["state"] for pointer in pointers.values()} == {"accepted"}
    rows = lake.table("meter_readings", settings=declared)
    assert rows.num_rows == 17_376
    assert sum(rows["amount"].to_pylist(), Decimal(0)) == column_sum(raw)
    books = (Decimal(pointer["amounts"]["kWh"]["accepted"]) for pointer in pointers.values())
    assert sum(books, Decimal(0)) == column_sum(raw)
    assert "every due source is in" in ingest.report(landed, held, settings=declared)


def test_the_whole_file_is_read_and_no_row_is_lost(steel_works: Settings, raw: bytes) -> None:
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
