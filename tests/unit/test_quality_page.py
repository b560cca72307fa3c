"""The Quality page: what it says of every source, worked by hand from `quality_house`, and its routes."""

from __future__ import annotations

import shutil
from dataclasses import replace

import duckdb
import hand_made_marts
import pytest
import quality_house
from pages import load_plugin
from quality_house import OTHER, SOURCE, TODAY
from small_house import TABLES, reading, run, send

from lingtan import gate, lake, landing, settings
from lingtan.publish import publish
from lingtan.publish.quality import quality

ROUTES = ("/quality", "/static/quality.js", "/static/calendar.js", "/static/page.css", "/api/quality")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quality")
    house = replace(
        settings.load(), var=folder / "var", out=folder / "out", sources_file=folder / "sources.yml"
    )
    quality_house.make(house)
    return house


@pytest.fixture(scope="module")
def said(made):
    """By source."""
    return {source["source"]: source for source in quality(made, TODAY)["sources"]}


@pytest.fixture
def works(made, house):
    """A copy for one test to change."""
    shutil.copytree(made.var, house.var)
    shutil.copy(made.sources_file, house.sources_file)
    return house


@pytest.fixture
def app(works, monkeypatch):
    monkeypatch.setenv("LINGTAN_VAR", str(works.var))
    monkeypatch.setenv("LINGTAN_OUT", str(works.out))
    monkeypatch.setenv("LINGTAN_SOURCES", str(works.sources_file))
    return load_plugin().build()


@pytest.fixture
def reader(app):
    """A client with a login."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi.testclient import TestClient

    app.dependency_overrides[get_user] = lambda: "a test user"
    return TestClient(app)


def spans(source: dict) -> list[tuple[str, str, str]]:
    return [(span["state"], span["from"], span["until"]) for span in source["calendar"]["spans"]]


def test_every_due_day_has_one_state(said):
    assert spans(said[SOURCE]) == [
        ("met", "2026-01-01", "2026-01-02"),
        ("rejects", "2026-01-02", "2026-01-03"),
        ("missed", "2026-01-03", "2026-01-04"),
        ("held", "2026-01-04", "2026-01-05"),
        ("met", "2026-01-05", "2026-01-06"),
        ("missed", "2026-01-06", "2026-01-07"),
        ("awaited", "2026-01-07", "2026-01-09"),
    ]
    calendar = said[SOURCE]["calendar"]
    assert (calendar["met"], calendar["missed"], calendar["awaited"]) == (4, 2, 2)
    assert calendar["rejected"] == {"2026-01-02": 2, "2026-01-04": 1}


def test_a_month_is_missed_when_its_last_day_is_over(said):
    # the only document of November is rejected, so its partition is held; January ends after the 7th
    assert spans(said["activity_data"]) == [
        ("held", "2025-11-01", "2025-12-01"),
        ("missed", "2025-12-01", "2026-01-01"),
        ("awaited", "2026-01-01", "2026-02-01"),
    ]


def test_a_source_that_is_not_due_has_no_calendar(said):
    assert said[OTHER]["calendar"] is None and said["meters"]["calendar"] is None


def test_the_books_of_a_source_close_also_where_two_senders_share_a_day(said):
    # read 3 + 3 + 1 + 2 + 1; accepted 3 + 1 + 0 + 2; rejected 0 + 2 + 1 + 0; one word of the 5th is displaced
    rows = {"read": 10, "accepted": 6, "rejected": 3, "superseded": 1, "marked": 1}
    assert said[SOURCE]["rows"] == rows
    rows = {"read": 2, "accepted": 1, "rejected": 1, "superseded": 0, "marked": 0}
    assert said[OTHER]["rows"] == rows
    assert [source["rows_waiting"] for source in said.values()] == [0] * len(said)


def test_broken_rules_come_with_rows_stake_and_sentence(said):
    rules = {rule["rule"]: rule for rule in said[SOURCE]["rejected"]}

    # 2 rows of 7 kWh on the 2nd; the 4th is held after its one row was rejected
    declared = rules["declared_meter_not_null"]
    assert (declared["rows"], declared["amounts"]) == (3, {"kWh": "22"})
    assert declared["example"]["sentence"].startswith("A meter nobody declared")
    (warning,) = said[SOURCE]["warnings"]
    assert (warning["rule"], warning["column"], warning["rows"]) == ("unit_is_the_meters_in_set", "unit", 1)
    assert said[OTHER]["warnings"] == []


def test_a_held_partition_shows_at_the_source_it_came_from(said):
    (held,) = said[SOURCE]["held"]

    assert (held["partition"], held["rows"]) == ("meter_readings/CN-FAST/2026-01-04", 1)
    assert (held["amounts"], held["rows_without_amount"]) == ({"kWh": "8"}, 0)
    assert said[OTHER]["held"] == []


def test_what_is_at_stake_is_every_rejected_row_once(said):
    assert said[SOURCE]["at_stake"] == {"amounts": {"kWh": "22"}, "rows_without_amount": 0}  # 7 + 7 + 8
    assert said["meters"]["at_stake"] == {"amounts": {}, "rows_without_amount": 0}


def test_what_is_expected_is_told_with_the_last_day_and_its_age(said):
    assert said[SOURCE]["due"] == {"every": "day", "from": "2026-01-01", "until": "2026-01-09"}
    assert said[SOURCE]["freshness"]["last_day"] == "2026-01-05"
    assert said[SOURCE]["freshness"]["age_days"] == 1  # at the end of the day before
    assert said[OTHER]["due"] is None and said[OTHER]["freshness"]["age_days"] == 1
    assert said["meters"]["freshness"]["last_day"] is None
    assert said["meters"]["freshness"]["age_days"] is None


def test_every_rule_of_the_suite_stands_with_what_it_checked_and_what_failed(works):
    send(works, SOURCE, "20260107T0100", [reading("2026-01-01 03:00", "twelve")])
    run(works)
    hand_made_marts.write(works.warehouse_file)
    publish(works)

    sources = {source["source"]: source for source in quality(works, TODAY)["sources"]}
    checks = {check["rule"]: check for check in sources[SOURCE]["checks"]}

    assert list(checks) == [rule.name for rule in gate.suite("meter_readings")]
    # eleven rows came, one of them unread; of the four local days the 4th has no good row
    told = {name: (check["of"], check["checked"], check["failing"]) for name, check in checks.items()}
    assert told["declared_meter_not_null"] == ("rows", 10, 3)
    assert told["unit_is_the_meters_in_set"] == ("rows", 10, 1)
    assert told["unit_not_null"] == ("rows", 10, 0)
    assert told["row_count_between"] == ("partitions", 4, 1)
    assert checks["unit_is_the_meters_in_set"]["severity"] == "warning"
    assert sources["source_streams"]["checks"][0]["checked"] == 0


def test_before_the_first_publication_no_rule_is_listed(said):
    assert [source["checks"] for source in said.values()] == [[]] * len(said)


def test_the_last_file_is_named_with_its_two_times(said):
    last = said[SOURCE]["last_file"]

    assert last["name"] == "meter_readings_20260107T0000.csv"
    assert last["stated_at"] == "2026-01-06T16:00:00Z"  # midnight of the 7th in Shanghai
    assert said[SOURCE]["files"] == 5
    assert said["source_streams"]["last_file"] is None and said["source_streams"]["files"] == 0


def test_a_partition_that_was_not_judged_since_a_file_came_waits_with_its_rows(works):
    send(works, SOURCE, "20260108T0000", [reading("2026-01-01 00:45", "1")])
    landing.land(TABLES, settings=works)

    source = next(source for source in quality(works, TODAY)["sources"] if source["source"] == SOURCE)

    assert source["rows_waiting"] == 4  # three of the file before and the new one
    assert source["rows"]["read"] == 7


def test_minutes_are_told_where_the_marts_count_them(works):
    days = {"2026-01-01": (1440, 1440, 0), "2026-01-05": (1440, 1380, 45), "2026-01-03": (1440, 0, 1440)}
    quality_house.write_minutes(works.readers_file, days)

    source = next(source for source in quality(works, TODAY)["sources"] if source["source"] == SOURCE)

    assert source["minutes"] == {"expected": 4320, "read": 2820, "estimated": 1485, "missing": 15}
    states = {first: state for state, first, _ in spans(source)}
    assert states["2026-01-05"] == "gaps" and states["2026-01-01"] == "met"
    assert states["2026-01-03"] == "missed"  # estimated or not, its file has not come


def test_without_a_readers_copy_or_its_minutes_nothing_is_said_of_them(works, said):
    assert said[SOURCE]["minutes"] is None
    works.readers_file.parent.mkdir(parents=True)
    with duckdb.connect(str(works.readers_file)) as connection:
        connection.execute(
            "create schema marts; create table marts.fct_data_quality"
            " (table_name varchar, installation_code varchar, partition_key varchar)"
        )

    assert [source["minutes"] for source in quality(works, TODAY)["sources"]] == [None] * len(said)


def test_looking_changes_nothing(works):
    before = sorted((file, file.stat().st_mtime_ns) for file in works.var.rglob("*"))

    quality(works, TODAY)

    assert sorted((file, file.stat().st_mtime_ns) for file in works.var.rglob("*")) == before


def test_an_empty_house_says_that_nothing_has_landed(house):
    import small_house

    small_house.write_sources(house)

    found = quality(house, TODAY)

    assert found["has_landed"] is False
    assert {source["files"] for source in found["sources"]} == {0}


@pytest.mark.parametrize("route", ROUTES)
def test_the_page_needs_a_login(app, reader, route):
    from fastapi.testclient import TestClient

    assert reader.get(route).status_code == 200
    app.dependency_overrides.clear()
    assert TestClient(app, follow_redirects=False).get(route).status_code == 401


def test_the_page_gets_the_same_as_the_function(reader, works):
    answer = reader.get("/api/quality").json()

    assert answer == quality(works)


def test_a_quarantine_file_that_is_gone_is_told_and_no_error_of_the_server(reader, works):
    gone = next(pointer for pointer in lake.pointers(settings=works).values() if pointer["quarantine"])
    (works.var / gone["quarantine"]).unlink()

    answer = reader.get("/api/quality")

    assert answer.status_code == 409 and "is gone" in answer.json()["detail"]


def test_a_mistake_in_sources_yml_is_told_on_the_page(reader, works):
    works.sources_file.write_text("sources: {a: {table: nothing}}", encoding="utf-8")

    answer = reader.get("/api/quality")

    assert answer.status_code == 409 and "table" in answer.json()["detail"]


def test_the_page_stands_beside_figures_in_airflows_menu():
    views = {view["name"]: view for view in load_plugin().LingtanPages.external_views}

    assert views["Quality"]["href"] == "lingtan/quality" and views["Quality"]["url_route"] == "quality"
    assert len({view["url_route"] for view in views.values()}) == len(views)
