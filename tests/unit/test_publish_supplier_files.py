"""The files of supplier work: written at every publication, and no part of a release."""

from __future__ import annotations

import csv
import json

import duckdb
import hand_made_marts

from lingtan.publish import publish


def test_the_record_of_effort_is_written_in_three_forms(published):
    with (published.out / "supplier_effort.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    said = json.loads((published.out / "supplier_effort.json").read_text(encoding="utf-8"))

    assert lines[1:] == [["R-1", "MILL-B", "silent", "290"], ["R-2", "SMELTER-2", "declined", ""]]
    assert said[1] == {
        "request_code": "R-2",
        "supplier_code": "SMELTER-2",
        "state": "declined",
        "silent_days": None,
    }
    assert {file.name for file in published.out.glob("*.parquet")} >= {
        "supplier_effort.parquet",
        "supplier_priorities.parquet",
        "precursor_rungs.parquet",
    }


def test_a_day_of_silence_more_is_no_release(house):
    hand_made_marts.write(house.warehouse_file)
    first = publish(house)
    with duckdb.connect(str(house.warehouse_file)) as warehouse:
        warehouse.execute(
            "update reports.rpt_supplier_effort set silent_days = 291 where request_code = 'R-1'"
        )
    second = publish(house)

    assert (second.address, second.is_new) == (first.address, False)
    assert "R-1,MILL-B,silent,291" in (house.out / "supplier_effort.csv").read_text(encoding="utf-8")
