"""The real registers through the warehouse. What is recomputed from two registers of a NEM13 file is what the
file states beside them, also where the counter went round; what a heat meter counted lies between its first
reading and its last.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import real_meters

from lingtan import ingest, warehouse
from lingtan import settings as lingtan_settings

pytestmark = pytest.mark.integration

# The digits of these counters show in their padding alone: 02034, 01015, 0000106.00, 06955.0.
WENT_ROUND = {
    ("NEM13_000000000000013_CNRGYMDP_NEMMCO.csv", 99890, 2034, 2144),
    ("NEM13_SEN1313043_AGILITY_NEMMCO.csv", 99990, 1015, 1025),
    ("NEM13_Scenario13_POWERMDP_NEMMCO.csv", 9999941, 106, 165),
    ("NEM13_mdffl000000016C_ACTEWM_NEMMCO.csv", 99951, 6955, 7004),
}

MODELS = ("int_register_devices", "int_register_readings", "int_register_consumption")


@pytest.fixture(scope="module")
def spans(reference_files: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Rows of int_register_consumption over all files of registers, each with the name of its file."""
    folder = tmp_path_factory.mktemp("registers")
    house = replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=None,
    )
    files = [file for file in real_meters.files(reference_files) if file.is_register]
    real_meters.connect(house, files)
    tables = [*real_meters.MASTERS, "meter_readings"]
    ingest.accept(ingest.land(tables, datetime(2006, 1, 1, tzinfo=UTC), {}, settings=house), settings=house)
    warehouse.load(house)
    warehouse.dbt("seed", "--select", "units", settings=house)
    warehouse.dbt(
        *("run", "--select", "stg_meter_readings", "stg_meters", "stg_meter_devices"), settings=house
    )
    warehouse.dbt("run", "--select", *MODELS, settings=house)
    names = {file.installation: file.name for file in files}
    with warehouse.connect(house, read_only=True) as opened:
        found = opened.query("select * from intermediate.int_register_consumption").to_pylist()
    return [row | {"file": names[row["installation_code"]]} for row in found]


def test_what_the_registers_show_is_what_the_file_states(spans: list[dict]) -> None:
    stated = [row for row in spans if row["stated_amount"] is not None]

    found = {
        (row["file"], *(int(row[name]) for name in ("opening_register", "closing_register", "stated_amount")))
        for row in stated
        if not row["is_as_stated"]
    }
    assert len(stated) == 66
    assert found == {
        ("NEM13_000000000000011_CNRGYMDP_NEMMCO.csv", 38841, 39013, 31),  # 172
        ("nem13_12_INTEGM_NEMMCO.csv", 290, 290, -10),  # 0
    }


def test_counters_that_went_round_are_read_on(spans: list[dict]) -> None:
    found = {
        (row["file"], *(int(row[name]) for name in ("opening_register", "closing_register", "amount")))
        for row in spans
        if row["is_rolled_over"]
    }

    assert found == WENT_ROUND


def test_a_counter_that_ran_back_gives_no_consumption(spans: list[dict]) -> None:
    found = [
        (row["file"], int(row["opening_register"]), int(row["closing_register"]), row["absent_because"])
        for row in spans
        if row["amount"] is None
    ]

    # between two records of a counter that turns back while power goes out; no record states that amount
    assert found == [("nem13_12_INTEGM_NEMMCO.csv", 290, 280, "register_ran_back")]


def test_a_counter_that_turns_back_while_power_goes_out_counts_what_went_out(spans: list[dict]) -> None:
    [span] = [row for row in spans if row["file"] == "NEM13_Scenario12_UNITEDDP_NEMMCO.csv"]

    assert (span["opening_register"], span["closing_register"]) == (Decimal(990), Decimal(980))
    assert span["amount"] == Decimal(10)


def test_a_heat_meter_used_what_lies_between_its_first_reading_and_its_last(spans: list[dict]) -> None:
    heat = [row for row in spans if row["file"] == real_meters.HEAT]

    # 5347.61445783133 on the first line and 22946.7333333333 on the last, each to nine places
    assert len(heat) == 8712
    assert {row["absent_because"] for row in heat} == {None}
    assert sum(row["amount"] for row in heat) == Decimal("17599.118875502")
