"""sources.yml: what a good entry means, and that every mistake is named with what would be right."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
import yaml

from lingtan import catalog, catalog_transport, sources
from lingtan.errors import ConfigurationError
from lingtan.settings import Settings

METERS = {
    "table": "meter_readings",
    "format": "csv",
    "location": "inbox/meters",
    "files": "meters_*.csv",
    "time_zone": "Asia/Shanghai",
    "timestamp": {"column": "Time", "format": "%Y-%m-%d %H:%M"},
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "meter_code": "Meter",
        "amount": "Reading",
        "unit": "Unit",
        "quality": {"header": "Quality", "values": {"A": "actual", "E": "estimated"}},
    },
}


def write(house: Settings, **changes: object) -> None:
    """A sources.yml with one source `meters`: METERS with some keys changed (None = left out)."""
    entry = {key: value for key, value in (METERS | changes).items() if value is not None}
    house.sources_file.write_text(yaml.safe_dump({"sources": {"meters": entry}}), encoding="utf-8")


def test_an_entry_becomes_a_source_with_the_defaults_filled_in(house: Settings) -> None:
    write(house)

    source = catalog.load(house)["meters"]

    assert (source.table, source.format, source.encoding, source.delimiter) == (
        "meter_readings",
        "csv",
        "utf-8",
        ",",
    )
    assert (source.replaces, source.header_row, source.settle_seconds, source.due) == ("rows", 1, 2, None)
    assert source.columns["quality"].values == {"A": "actual", "E": "estimated"}
    assert source.columns["installation_code"].constant == "CN-FAST"
    assert source.headers == {"Time", "Meter", "Reading", "Unit", "Quality"}


def test_due_dates_are_half_open(house: Settings) -> None:
    write(house, due={"every": "day", "from": date(2025, 9, 1), "until": date(2026, 11, 1)})

    due = catalog.load(house)["meters"].due

    assert due is not None
    assert (due.every, due.first, due.until) == ("day", date(2025, 9, 1), date(2026, 11, 1))


def test_only_sources_that_feed_a_table_are_found_for_it(house: Settings) -> None:
    write(house)

    assert [source.name for source in catalog.sources_for(["meter_readings"], house)] == ["meters"]
    assert catalog.sources_for(["receipts"], house) == []


def test_what_files_are_called_changes_nothing_about_how_they_are_read(house: Settings) -> None:
    write(house)
    before = catalog.load(house)["meters"].sha256
    write(house, files="*.csv", location="elsewhere", settle_seconds=60)
    moved = catalog.load(house)["meters"].sha256
    write(house, decimal=",")

    assert moved == before
    assert catalog.load(house)["meters"].sha256 != before


@pytest.mark.parametrize(
    ("changes", "key", "allowed"),
    [
        pytest.param({"table": "meter_reading"}, "table", "meter_readings", id="unknown table"),
        pytest.param({"format": "xml"}, "format", "'csv', 'excel'", id="unknown format"),
        pytest.param({"colums": {}}, "colums", "columns", id="unknown key"),
        pytest.param({"sheet": "Data"}, "sheet", "delimiter", id="a key of another format"),
        pytest.param({"amount_is": "power"}, "amount_is", "'quantity', 'mean_power'", id="unknown amount"),
        pytest.param({"amount_is": "mean_power"}, "interval_minutes", "must be given", id="mean of what"),
        pytest.param({"leave_out": ["kVArh"]}, "leave_out", "{unit: [kVArh]}", id="words without a header"),
        pytest.param(
            {"leave_out": {"Unit": []}}, "leave_out", "{unit: [kVArh]}", id="a header without words"
        ),
        pytest.param(
            {"leave_out": {"A": ["x"]}, "ignore": ["A"]}, "ignore", "'A' is used", id="used and ignored"
        ),
        pytest.param({"replaces": "all"}, "replaces", "'rows', 'period'", id="unknown way to replace"),
        pytest.param({"decimal": ";"}, "decimal", "'.', ','", id="unknown decimal mark"),
        pytest.param({"thousands": ";"}, "thousands", "'.', ' '", id="unknown thousands mark"),
        pytest.param({"thousands": "."}, "thousands", "decimal mark already", id="one mark for two things"),
        pytest.param(
            {"numbers": "guessed"}, "numbers", "'exact', 'floats', 'rounded'", id="unknown kind of numbers"
        ),
        pytest.param({"empty": "-"}, "empty", "list", id="a word for no value that is no list"),
        pytest.param({"header_rows": 0}, "header_rows", "from 1", id="a header of no rows"),
        pytest.param({"from_cell": "B4"}, "from_cell", "header_rows", id="a cell of a file without cells"),
        pytest.param(
            {"format": "excel", "sheet": "A", "from_cell": "4B"}, "from_cell", "such as B4", id="no cell"
        ),
        pytest.param(
            {"format": "excel", "sheet": "A", "from_cell": "B4", "header_row": 4},
            "from_cell",
            "header_row",
            id="two places of the header",
        ),
        pytest.param({"delimiter": ",,"}, "delimiter", "one ASCII character", id="a delimiter of two"),
        pytest.param({"encoding": "utf-9"}, "encoding", "gb18030", id="unknown encoding"),
        pytest.param({"time_zone": "Asia/Shanghia"}, "time_zone", "Asia/Shanghai", id="unknown time zone"),
        pytest.param({"time_zone": None}, "time_zone", "must be given", id="no time zone"),
        pytest.param({"header_row": 0}, "header_row", "from 1", id="a header above the file"),
        pytest.param({"settle_seconds": -1}, "settle_seconds", "from 0", id="a wait below nothing"),
        pytest.param({"files": "../*.csv"}, "files", "below the location", id="files outside the folder"),
        pytest.param({"dates": "%d/%m"}, "dates", "%Y-%m-%d", id="dates without a year"),
        pytest.param({"timestamp": None}, "timestamp", "read_at", id="no timestamp"),
        pytest.param(
            {"timestamp": {"column": "Time", "format": "%m-%d %H:%M"}},
            "timestamp.format",
            "%H:%M",
            id="a timestamp without a year",
        ),
        pytest.param(
            {"timestamp": {"column": ["Date"], "format": "%Y-%m-%d %H:%M"}},
            "timestamp.column",
            "[date, time of day]",
            id="a timestamp of one column in a list",
        ),
        pytest.param(
            {"timestamp": {"column": ["Date", "Time"], "format": "%Y-%m-%dT%H:%M"}},
            "timestamp.format",
            "one blank",
            id="a timestamp of two columns without the blank between them",
        ),
        pytest.param(
            {"timestamp": METERS["timestamp"] | {"stamp": "end"}},
            "interval_minutes",
            "stamp: end",
            id="end stamps of unknown length",
        ),
        pytest.param(
            {"timestamp": METERS["timestamp"] | {"midnight": "closes_its_date"}},
            "timestamp.midnight",
            "stamp: end",
            id="a start that closes its date",
        ),
        pytest.param(
            {"timestamp": METERS["timestamp"] | {"stamp": "middle"}},
            "timestamp.stamp",
            "'start', 'end'",
            id="unknown stamp",
        ),
        pytest.param(
            {"due": {"every": "day", "from": date(2026, 2, 1), "until": date(2026, 2, 1)}},
            "due",
            "half-open",
            id="due on no day",
        ),
        pytest.param(
            {"due": {"every": "week", "from": date(2026, 2, 1), "until": date(2026, 3, 1)}},
            "due.every",
            "'day', 'month'",
            id="due every week",
        ),
        pytest.param(
            {"due": {"every": "day", "from": "soon", "until": date(2026, 3, 1)}},
            "due.from",
            "2026-11-01",
            id="due from a word",
        ),
        pytest.param(
            {"stated_at": {"name": "issued_(", "format": "%Y%m%d"}},
            "stated_at.name",
            "regular expression",
            id="a broken pattern",
        ),
        pytest.param(
            {"stated_at": {"name": r"issued_(\d+)", "format": "%Y%m%d"}},
            "stated_at.name",
            "(?P<stated_at>...)",
            id="a pattern without its group",
        ),
        pytest.param(
            {"stated_at": {"format": "%Y%m%d"}},
            "stated_at",
            "name",
            id="stated neither in the name nor in a column",
        ),
        pytest.param({"ignore": ["Unit"]}, "ignore", "used by columns", id="a header used and ignored"),
        pytest.param({"columns": {}}, "columns", "headers", id="no columns"),
        pytest.param(
            {"columns": METERS["columns"] | {"ammount": "Reading"}},
            "columns.ammount",
            "amount",
            id="unknown column",
        ),
        pytest.param(
            {"columns": METERS["columns"] | {"read_at": "Time"}},
            "columns.read_at",
            "timestamp",
            id="the instant mapped too",
        ),
        pytest.param(
            {"columns": {"installation_code": {"value": "CN-FAST"}}},
            "columns.meter_code",
            "requires it",
            id="a required column left out",
        ),
        pytest.param(
            {"columns": METERS["columns"] | {"quality": {"value": "good"}}},
            "columns.quality",
            "actual, substituted, estimated",
            id="a constant the contract does not know",
        ),
        pytest.param(
            {"columns": METERS["columns"] | {"quality": {"header": "Q", "values": {"A": "real"}}}},
            "columns.quality",
            "actual, substituted, estimated",
            id="a translation the contract does not know",
        ),
        pytest.param(
            {"columns": METERS["columns"] | {"quality": {"header": "Q", "values": {False: "actual"}}}},
            "columns.quality.values",
            "in quotes",
            id="NO without quotes, which YAML reads as false",
        ),
        pytest.param(
            {"columns": METERS["columns"] | {"revision": {"value": "second"}}},
            "columns.revision",
            "integer",
            id="a constant of the wrong type",
        ),
    ],
)
def test_a_mistake_names_source_key_and_what_is_allowed(
    house: Settings, changes: dict, key: str, allowed: str
) -> None:
    write(house, **changes)

    with pytest.raises(ConfigurationError) as raised:
        catalog.load(house)

    assert f"source meters, key {key}:" in str(raised.value)
    assert allowed in str(raised.value)


def test_a_table_without_a_period_cannot_be_due(house: Settings) -> None:
    entry = {
        "table": "parties",
        "format": "csv",
        "location": "inbox",
        "files": "parties.csv",
        "due": {"every": "month", "from": date(2026, 1, 1), "until": date(2026, 2, 1)},
        "columns": {name: name for name in ("party_code", "name", "country_code", "role", "valid_from")},
    }
    house.sources_file.write_text(yaml.safe_dump({"sources": {"parties": entry}}), encoding="utf-8")

    with pytest.raises(ConfigurationError, match="source parties, key due: table parties has no period"):
        catalog.load(house)


def test_a_name_written_twice_does_not_replace_the_first(house: Settings) -> None:
    write(house)
    text = house.sources_file.read_text(encoding="utf-8")
    house.sources_file.write_text(text + text.removeprefix("sources:\n"), encoding="utf-8")

    with pytest.raises(ConfigurationError, match="'meters' is written twice"):
        catalog.load(house)


@pytest.mark.parametrize("text", ["", "- a list", "sources: [", "sources: {}\nsinks: {}", "sources: [a]"])
def test_a_file_that_is_no_catalogue_is_refused(house: Settings, text: str) -> None:
    house.sources_file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"sources\.yml"):
        catalog.load(house)


def test_a_house_without_a_catalogue_is_told_where_to_put_one(house: Settings) -> None:
    with pytest.raises(ConfigurationError, match="LINGTAN_SOURCES"):
        catalog.load(house)


@pytest.fixture
def own(house: Settings) -> Settings:
    """The house with the project's own catalogue."""
    return replace(house, sources_file=house.project / "include" / "sources.yml")


def test_the_catalogue_of_the_project_itself_is_without_mistakes(own: Settings) -> None:
    assert catalog.load(own)


def test_no_source_of_the_project_takes_a_file_that_somebody_may_still_be_writing(own: Settings) -> None:
    assert [source.name for source in catalog.load(own).values() if source.settle_seconds == 0] == []


def test_the_head_of_the_projects_catalogue_explains_every_key(own: Settings) -> None:
    head = own.sources_file.read_text(encoding="utf-8").partition("\nsources:\n")[0]
    explained = set(re.findall(r"^# {3,5}(\w+)  ", head, re.MULTILINE))
    keys = {*catalog._KEYS, *(key for module in sources.formats().values() for key in module.KEYS)}

    assert sorted(keys - explained) == []
    assert {"stamp", "midnight"} <= explained
    assert f"; {catalog_transport.SETTLE_SECONDS}\n" in head


def test_a_column_is_known_by_the_header_of_its_file(house: Settings) -> None:
    write(house)

    source = catalog.load(house)["meters"]

    columns = ("amount", "read_at", "metered_on", "installation_code", "declared_meter", None)
    assert [source.header_of(column) for column in columns] == ["Reading", "Time", "Time", None, None, None]
