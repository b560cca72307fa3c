"""What an ingest run does: what it lands, what turns it red, what a dry run leaves alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import small_house
import yaml

from lingtan import ingest, lake, status
from lingtan.errors import ConfigurationError, LingtanError

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


def looks_until_calm(running: list[bool]) -> int:
    """How often a build looks, where the first nightly DAG is running at the looks that `running` says."""
    looks = []

    def is_running(dag: str) -> bool:
        return dag == ingest.NIGHTLY[0] and running[min(len(looks), len(running)) - 1]

    ingest.wait_for_calm(is_running, sleep=looks.append)
    return len(looks)


def test_a_build_waits_until_no_ingest_has_run_for_a_quarter_of_a_minute():
    assert looks_until_calm([False]) == 3  # of five seconds each
    assert looks_until_calm([True, True, False]) == 5
    # the next night begins before the calm is over
    assert looks_until_calm([True, False, False, True, False]) == 7


def test_a_build_waits_ten_minutes_at_most():
    assert looks_until_calm([True]) == 120


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


METERS = ("meters", "meter_readings")
DAY = "meter_readings/CN-FAST/2026-01-05"


@pytest.fixture
def one_of_two(house):
    """Two due sources of readings for 5 January; only the first has sent its file."""
    small_house.write_sources(house)
    document = yaml.safe_load(house.sources_file.read_text(encoding="utf-8"))
    for name in ("meter_readings", small_house.UNSTATED):
        due = {"every": "day", "from": date(2026, 1, 1), "until": date(2026, 2, 1)}
        document["sources"][name]["due"] = due
    house.sources_file.write_text(yaml.safe_dump(document), encoding="utf-8")
    small_house.send(house, "meters", "20260101T0000", [small_house.meter()])
    readings = [small_house.reading("2026-01-05 00:00", "1.5")]
    small_house.send(house, "meter_readings", "20260106T0000", readings)
    return house


def test_a_missing_source_turns_the_day_red_by_name_and_the_others_day_stands(one_of_two):
    midnight_in_shanghai = datetime(2026, 1, 4, 16, tzinfo=UTC)
    landed = ingest.land(METERS, midnight_in_shanghai, {}, settings=one_of_two)
    held, is_build_due = ingest.accept(landed, settings=one_of_two)

    with pytest.raises(LingtanError) as red:
        ingest.report(landed, held, settings=one_of_two)

    first, found, command = str(red.value).splitlines()
    assert first == "missing sources: 1"
    assert found.startswith(
        "unstated_meter_readings: no row for 2026-01-05 has come; a file *.csv is awaited"
    )
    assert found.endswith("[missing_source]")
    assert command == "next: lingtan try-source unstated_meter_readings"
    assert (held, is_build_due) == ([], True)
    assert lake.read_pointer(DAY, settings=one_of_two)["state"] == "accepted"


def test_a_missing_source_turns_a_range_red_by_name_and_the_others_days_stand(one_of_two):
    params = {"from": "2026-01-05", "to": "2026-01-05", "sources": [], "dry_run": False}
    planned = ingest.plan(params, settings=one_of_two)
    held, _ = ingest.rebuild(planned, settings=one_of_two)

    with pytest.raises(LingtanError, match="unstated_meter_readings: no row for 2026-01-05 has come"):
        ingest.report_range(planned, held, settings=one_of_two)

    assert held == []
    assert lake.read_pointer(DAY, settings=one_of_two)["state"] == "accepted"


def test_a_dry_run_lands_and_counts_and_writes_no_partition(one_of_two, capsys):
    params = {"from": "2026-01-05", "to": "2026-01-05", "sources": [], "dry_run": True}

    planned = ingest.plan(params, settings=one_of_two)

    assert (planned["dry_run"], planned["new"]) == (True, 2)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "2026-01-05 .. 2026-01-05: 2 partitions to judge",
        "  meters: 1",
        "  meter_readings: 1",
    ]
    assert lake.pointers(settings=one_of_two) == {}
    assert lake.stale(METERS, settings=one_of_two) == ["meters/CN-FAST/all", DAY]


def test_the_same_file_under_another_name_is_told_and_turns_nothing_red(one_of_two, capsys):
    folder = one_of_two.var / "inbox" / "meters"
    (folder / "meters_20260103T0000.csv").write_bytes((folder / "meters_20260101T0000.csv").read_bytes())

    landed = ingest.land(("meters",), None, {"day": "2026-01-05"}, settings=one_of_two)

    (note,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("note: "))
    assert note.startswith("note: meters, meters_20260103T0000.csv: same bytes as meters_20260101T0000.csv; ")
    assert "under the later stated_at, 2026-01-02T16:00:00Z" in note
    assert (landed["new"], landed["refused"]) == (1, [])
    assert ingest.report(landed, None, settings=one_of_two) == "2026-01-05: no source due"
