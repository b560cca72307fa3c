"""What an ingest run does, as far as it needs no file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import small_house

from lingtan import ingest, status
from lingtan.errors import ConfigurationError

TABLES_OF_ONE = {
    "meters": dict.fromkeys(("partitions", "read", "accepted", "rejected", "superseded", "marked"), 0)
}
FIRST, LAST = date(2026, 1, 30), date(2026, 3, 2)


@pytest.mark.parametrize(
    ("partition", "is_touched"),
    [
        pytest.param("meter_readings/CN-FAST/2026-01-29", False, id="the day before"),
        pytest.param("meter_readings/CN-FAST/2026-01-30", True, id="the first day"),
        pytest.param("meter_readings/CN-FAST/2026-03-02", True, id="the last day is included"),
        pytest.param("meter_readings/CN-FAST/2026-03-03", False, id="the day after"),
        pytest.param("activity_data/CN-FAST/2025-12", False, id="the month before"),
        pytest.param("activity_data/CN-FAST/2026-01", True, id="a month that is touched by two days"),
        pytest.param("activity_data/CN-FAST/2026-02", True, id="a month in the middle"),
        pytest.param("activity_data/CN-FAST/2026-04", False, id="the month after"),
        pytest.param("meters/CN-FAST/all", True, id="a table without a period"),
        pytest.param("meter_readings/_all/unplaced", True, id="rows without a readable day"),
    ],
)
def test_a_range_touches_the_partitions_that_hold_its_days(partition, is_touched):
    assert ingest.touches(partition, FIRST, LAST) is is_touched


def test_a_run_without_a_day_says_what_to_give(house):
    with pytest.raises(ConfigurationError, match="give the parameter day"):
        ingest.land(("meters",), None, {"day": None}, settings=house)


def test_a_range_that_ends_before_it_begins_is_refused(house):
    params = {"from": "2026-03-02", "to": "2026-03-01", "sources": [], "dry_run": False}

    with pytest.raises(ConfigurationError, match=r"from \(2026-03-02\) is after to \(2026-03-01\)"):
        ingest.plan(params, settings=house)


def test_a_rebuild_of_a_source_nobody_knows_names_those_that_are_known(house):
    house.sources_file.write_text("sources: {}\n", encoding="utf-8")
    params = {"from": "2026-03-01", "to": "2026-03-01", "sources": ["gas_bills"], "dry_run": False}

    with pytest.raises(ConfigurationError, match="no source gas_bills"):
        ingest.plan(params, settings=house)


def test_a_file_without_a_date_is_a_warning_in_report_and_status_and_turns_nothing_red(house, capsys):
    small_house.write_sources(house)
    small_house.send(house, "meters", "by_hand", [small_house.meter()])
    midnight_in_shanghai = datetime(2026, 11, 22, 16, tzinfo=UTC)

    landed = ingest.land(("meters",), midnight_in_shanghai, {}, settings=house)
    sentence = ingest.report(landed, None, settings=house)

    assert sentence == "2026-11-23: no source due"
    (warning,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("warning: "))
    assert warning.startswith("warning: meters, meters_by_hand.csv: its name does not say when it was issued")
    found = status.status(house)
    assert [finding["file"] for finding in found["undated"]] == ["meters_by_hand.csv"]
    assert "meters, meters_by_hand.csv" in status.render(found | {"tables": TABLES_OF_ONE})


def test_a_day_on_which_nothing_is_due_is_green(house):
    house.sources_file.write_text("sources: {}\n", encoding="utf-8")
    midnight_in_shanghai = datetime(2026, 11, 22, 16, tzinfo=UTC)

    landed = ingest.land(("meters", "meter_readings"), midnight_in_shanghai, {}, settings=house)
    held, is_build_due = ingest.accept(landed, settings=house)

    assert (held, is_build_due) == ([], False)
    assert ingest.report(landed, None, settings=house) == "2026-11-23: no source due"
