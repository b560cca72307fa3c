"""The registers of the real NEM13 files through the warehouse: what is recomputed from two registers is what
the file states beside them, also where the counter went round.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import real_meters
import yaml

from lingtan import ingest, warehouse
from lingtan import settings as lingtan_settings
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

# Counters that go round without padding zeros to tell their digits: the file that reads them, digits.
DIGITS = {
    "NEM13_000000000000013_CNRGYMDP_NEMMCO.csv": 5,  # 99890 -> 2034
    "NEM13_Scenario13_POWERMDP_NEMMCO.csv": 7,  # 9999941 -> 106
    "NEM13_mdffl000000016C_ACTEWM_NEMMCO.csv": 5,  # 99951 -> 6955
}
WENT_ROUND = {
    ("NEM13_000000000000013_CNRGYMDP_NEMMCO.csv", 99890, 2034, 2144),
    ("NEM13_SEN1313043_AGILITY_NEMMCO.csv", 99990, 1015, 1025),  # written 01015: five digits
    ("NEM13_Scenario13_POWERMDP_NEMMCO.csv", 9999941, 106, 165),
    ("NEM13_mdffl000000016C_ACTEWM_NEMMCO.csv", 99951, 6955, 7004),
}


@pytest.fixture(scope="module")
def spans(reference_files: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Rows of int_register_consumption over all NEM13 files, each with the name of its file."""
    folder = tmp_path_factory.mktemp("registers")
    house = replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=None,
    )
    files = [
        file
        for file in real_meters.files(reference_files)
        if file.is_register and file.name != real_meters.HEAT
    ]
    real_meters.connect(house, files)
    fit_devices(house, files)
    tables = [*real_meters.MASTERS, "meter_devices", "meter_readings"]
    ingest.accept(ingest.land(tables, datetime(2006, 1, 1, tzinfo=UTC), {}, settings=house), settings=house)
    warehouse.load(house)
    warehouse.dbt("seed", "--select", "units", settings=house)
    warehouse.dbt(
        *("run", "--select", "stg_meter_readings", "stg_meters", "stg_meter_devices"), settings=house
    )
    warehouse.dbt("run", "--select", "int_register_consumption", settings=house)
    names = {file.installation: file.name for file in files}
    with warehouse.connect(house, read_only=True) as opened:
        found = opened.query("select * from intermediate.int_register_consumption").to_pylist()
    return [row | {"file": names[row["installation_code"]]} for row in found]


def fit_devices(house: Settings, files: list[real_meters.RealFile]) -> None:
    """Counters whose digits only the master data know."""
    place = house.var / "inbox/masters/meter_devices.csv"
    columns = ["installation_code", "meter_code", "device_serial", "fitted_at", "first_register", "digits"]
    with place.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for file in files:
            if file.name in DIGITS:
                [(code, *_)] = real_meters.meters(file)
                writer.writerow([file.installation, code, "1", "2000-01-01 00:00", "0", DIGITS[file.name]])
    entry = {
        "table": "meter_devices",
        "format": "csv",
        "location": "inbox/masters",
        "files": "meter_devices.csv",
        "time_zone": "Australia/Brisbane",
        "timestamp": {"column": "fitted_at", "format": "%Y-%m-%d %H:%M"},
        "columns": {name: name for name in columns if name != "fitted_at"},
    }
    sources = yaml.safe_load(house.sources_file.read_text(encoding="utf-8"))
    sources["sources"]["meter_devices"] = entry
    house.sources_file.write_text(yaml.safe_dump(sources, sort_keys=False), encoding="utf-8")


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
