"""`lingtan status`: what stands, what is wrong at this moment, and nothing that has been mended."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import small_house
import yaml

from lingtan import gate, lake, landing, status
from lingtan.landing import inbox
from lingtan.settings import Settings

DAY = date(2026, 1, 5)
TABLES = small_house.TABLES


@pytest.fixture
def small(house: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A house of small sources whose files have lain there long enough; readings are due each day."""
    small_house.write_sources(house)
    document = yaml.safe_load(house.sources_file.read_text(encoding="utf-8"))
    due = {"every": "day", "from": date(2026, 1, 1), "until": date(2026, 2, 1)}
    document["sources"]["meter_readings"]["due"] = due
    house.sources_file.write_text(yaml.safe_dump(document), encoding="utf-8")
    monkeypatch.setenv("LINGTAN_VAR", str(house.var))
    monkeypatch.setenv("LINGTAN_OUT", str(house.out))
    monkeypatch.setenv("LINGTAN_SOURCES", str(house.sources_file))
    pass_time(monkeypatch)
    small_house.send(house, "meters", "20260101T0000", [small_house.meter()])
    small_house.send(house, "meter_readings", "20260106T0000", [small_house.reading("2026-01-05 00:00", "1")])
    small_house.run(house)
    return house


def pass_time(monkeypatch: pytest.MonkeyPatch) -> None:
    an_hour_later = inbox.time_ns() + 3_600_000_000_000
    monkeypatch.setattr(inbox, "time_ns", lambda: an_hour_later)


def bad_file(house: Settings) -> Path:
    file = house.var / "inbox" / "meters" / "meters_20260102T0000.csv"
    file.write_text("installation_code,colour\nCN-FAST,red\n", encoding="utf-8")
    return file


def test_when_all_is_well_it_says_so(small: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert status.main(["--day", "2026-01-05"]) == 0

    said = capsys.readouterr().out.splitlines()
    assert {"held back: none", "refused files: none", "waiting to be judged: none"} <= set(said)
    assert "sources due on 2026-01-05 and missing: none" in said
    assert "latest release: none yet" in said


def test_a_refused_file_is_located_until_it_is_mended(
    small: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = bad_file(small)
    landing.land(TABLES, settings=small)

    assert status.main(["--day", "2026-01-05"]) == 1
    said = capsys.readouterr().out
    assert "refused files: 1 (mend and send again" in said
    assert f"  meters, {file.name}, row 1, column '" in said
    assert "_column]" in said  # the rule

    small_house.send(small, "meters", "20260102T0000", [small_house.meter("E2")])
    landing.land(TABLES, settings=small)
    gate.accept(lake.stale(TABLES, settings=small), settings=small)

    assert status.main(["--day", "2026-01-05"]) == 0
    assert "refused files: none" in capsys.readouterr().out.splitlines()


def test_a_refused_file_that_was_taken_away_is_no_worry(small: Settings) -> None:
    file = bad_file(small)
    landing.land(TABLES, settings=small)
    file.unlink()

    assert status.status(small, DAY)["refused"] == []


def test_a_house_whose_only_file_was_refused_is_not_told_that_all_is_quiet(house: Settings) -> None:
    small_house.write_sources(house)
    (house.var / "inbox" / "meters").mkdir(parents=True)
    file = bad_file(house)
    landing.land(TABLES, settings=house)

    text = status.render(status.status(house, DAY))

    assert text.startswith("Nothing is in the lake yet")
    assert file.name in text


def test_a_source_that_was_due_and_has_not_spoken_is_named(
    small: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status.main(["--day", "2026-01-06"]) == 1

    said = capsys.readouterr().out
    assert "sources due on 2026-01-06 and missing: 1" in said
    assert "  meter_readings: no row for 2026-01-06 has come" in said


def test_a_day_not_given_is_yesterday_where_the_house_stands(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "yesterday", lambda: date(2026, 1, 7))

    found = status.status(small)

    assert found["day"] == "2026-01-07"
    assert [finding["source"] for finding in found["missing"]] == ["meter_readings"]


def test_a_file_that_somebody_is_writing_is_named_and_is_no_fault(
    small: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small_house.send(small, "meters", "20260107T0000", [small_house.meter("E2")])
    now = (small.var / "inbox" / "meters" / "meters_20260107T0000.csv").stat().st_ctime_ns
    others = [file for file in (small.var / "inbox").rglob("*.csv") if file.stat().st_ctime_ns != now]
    for file in others:
        file.unlink()
    monkeypatch.setattr(inbox, "time_ns", lambda: now + 1_000_000_000)

    assert status.main(["--day", "2026-01-05"]) == 0

    said = capsys.readouterr().out
    assert "files still growing: 1" in said
    assert "  meters, meters_20260107T0000.csv: somebody is still writing the file" in said


def test_as_json_the_same_is_said(small: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    status.main(["--day", "2026-01-06", "--json"])

    found = json.loads(capsys.readouterr().out)

    assert found["tables"]["meter_readings"]["accepted"] == 1
    assert [finding["rule"] for finding in found["missing"]] == ["missing_source"]


def test_a_source_that_is_silent_for_longer_than_agreed_is_late(
    small: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    # readings are due every day; the last are of the 5th
    assert status.main(["--day", "2026-01-07"]) == 1

    said = capsys.readouterr().out.splitlines()
    assert "sources late at the end of 2026-01-07: 1" in said
    assert "  meter_readings: data until 2026-01-05, 2 days old, 0 agreed LATE" in said


def test_rows_left_out_are_counted(small: Settings) -> None:
    document = yaml.safe_load(small.sources_file.read_text(encoding="utf-8"))
    document["sources"]["meter_readings"]["leave_out"] = {"unit": ["KWH"]}
    small.sources_file.write_text(yaml.safe_dump(document), encoding="utf-8")
    small_house.run(small)

    found = status.status(small, DAY)

    assert {source["source"]: source["left_out"] for source in found["sources"]}["meter_readings"] == 1
    assert "meter_readings: 1 rows left out (leave_out)" in status.render(found).splitlines()
