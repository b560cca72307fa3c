"""`lingtan try-source`: what would become of a source's files, said before anything is landed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from lingtan import gate, lake, landing, try_source
from lingtan.errors import ConfigurationError, LingtanError
from lingtan.settings import Settings

WORKS = {
    "table": "installations",
    "format": "csv",
    "location": "inbox/master",
    "files": "installations.csv",
    "columns": {
        name: name
        for name in ("installation_code", "name", "operator_name", "country_code", "time_zone", "valid_from")
    },
}
METER_MASTER = {
    "table": "meters",
    "format": "csv",
    "location": "inbox/master",
    "files": "meters.csv",
    "columns": {
        name: name
        for name in (
            *("installation_code", "meter_code", "stream_code", "role", "medium", "kind", "unit"),
            *("interval_minutes", "direction", "valid_from"),
        )
    },
}
READINGS = {
    "table": "meter_readings",
    "format": "csv",
    "location": "inbox/readings",
    "files": "*.csv",
    "time_zone": "Asia/Shanghai",
    "stated_at": {"name": r"issued_(?P<stated_at>\d{8})", "format": "%Y%m%d"},
    "timestamp": {"column": "Time", "format": "%Y-%m-%d %H:%M"},
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "meter_code": "Meter",
        "amount": "Reading",
        "unit": "Unit",
        "quality": {"value": "actual"},
    },
}
MASTER = (
    ",".join(METER_MASTER["columns"])
    + "\nCN-FAST,EL-1,EL,billing,electricity,interval,kWh,15,import,2025-01-01\n"
)
DIRTY = (
    "Meter,Time,Reading,Unit\n"
    "EL-1,2026-10-30 00:00,10.5,kWh\n"
    "EL-1,2026-10-30 00:15,n/a,kWh\n"
    "EL-9,2026-10-30 00:30,4,kWh\n"
    "EL-1,2026-10-31 00:00,2,m3\n"
)

Drop = Callable[[str, str], Path]


@pytest.fixture
def drop(house: Settings) -> Drop:
    """Puts a file into the inbox of the source `readings`; the lake knows the works, its meter EL-1 and
    no other.
    """
    house.sources_file.write_text(
        yaml.safe_dump({"sources": {"works": WORKS, "meters": METER_MASTER, "readings": READINGS}}),
        encoding="utf-8",
    )

    def drop_(name: str, text: str, folder: str = "readings") -> Path:
        file = house.var / "inbox" / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    header = ",".join(WORKS["columns"])
    drop_("installations.csv", f"{header}\nCN-FAST,Works,Operator,CN,Asia/Shanghai,2025-01-01\n", "master")
    drop_("meters.csv", MASTER, "master")
    masters = ["installations", "meters"]
    landing.land(masters, settings=house)
    gate.accept(lake.stale(masters, settings=house), settings=house)
    return drop_


def test_rows_are_accepted_or_rejected_by_rule_with_their_place(house: Settings, drop: Drop) -> None:
    drop("day.csv", DIRTY)

    result = try_source.try_source("readings", settings=house)

    assert result["files"] == [{"name": "day.csv", "rows": 4, "left_out": 0, "stated_at": None}]
    assert result["rows"] == {"read": 4, "accepted": 1, "rejected": 3, "superseded": 0, "marked": 0}
    assert result["amounts"]["kWh"] == {
        "read": "14.5",
        "accepted": "10.5",
        "rejected": "4",
        "superseded": "0",
    }
    assert result["period"] == {"first": "2026-10-30", "last": "2026-10-31"}
    by_rule = {entry["rule"]: entry for entry in result["rejected"]}
    assert by_rule["wrong_type"]["examples"] == [
        {
            "file": "day.csv",
            "row": 3,
            "column": "amount",
            "value": "n/a",
            "sentence": by_rule["wrong_type"]["sentence"],
            "header": "Reading",
        }
    ]
    places = {rule: [example["row"] for example in entry["examples"]] for rule, entry in by_rule.items()}
    assert places["declared_meter_not_null"] == [4]
    assert places["unit_fits_medium_in_set"] == [5]
    assert result["refused"] == []
    (note,) = result["notes"]
    assert note.startswith("readings, day.csv: its name does not say when it was issued")


def test_nothing_is_landed_and_nothing_in_the_lake_moves(house: Settings, drop: Drop) -> None:
    drop("day.csv", DIRTY)
    before = sorted(house.var.rglob("*"))

    try_source.try_source("readings", settings=house)

    assert sorted(house.var.rglob("*")) == before


def test_of_two_files_the_one_issued_last_is_the_last_word(house: Settings, drop: Drop) -> None:
    text = "Meter,Time,Reading,Unit\nEL-1,2026-10-30 00:00,{},kWh\n"
    drop("a_issued_20261102.csv", text.format(7))
    drop("b_issued_20261101.csv", text.format(5))

    result = try_source.try_source("readings", settings=house)

    assert result["rows"] == {"read": 2, "accepted": 1, "rejected": 0, "superseded": 1, "marked": 0}
    assert result["amounts"]["kWh"] == {"read": "12", "accepted": "7", "rejected": "0", "superseded": "5"}


def test_the_same_file_under_two_names_is_read_once(house: Settings, drop: Drop) -> None:
    drop("a_issued_20261101.csv", DIRTY)
    drop("b_issued_20261102.csv", DIRTY)

    result = try_source.try_source("readings", settings=house)

    assert result["rows"]["read"] == 4
    assert [file["name"] for file in result["files"]] == ["b_issued_20261102.csv"]
    (note,) = result["notes"]
    assert note.startswith("readings, b_issued_20261102.csv: same bytes as a_issued_20261101.csv; ")
    assert "under the later stated_at, 2026-11-01T16:00:00Z" in note  # midnight in Shanghai
    assert note.endswith("[duplicate_file]")


def test_a_row_that_is_kept_but_marked_is_located_like_a_rejected_one(house: Settings, drop: Drop) -> None:
    header, lines = "Meter,Time,Reading,Unit\n", ("00,10,kWh", "15,0.010,MWh", "30,0.0125,MWh")
    drop("day.csv", header + "".join(f"EL-1,2026-10-30 00:{line}\n" for line in lines))

    result = try_source.try_source("readings", settings=house)

    (entry,) = result["warnings"]
    assert (entry["rule"], entry["rows"]) == ("unit_is_the_meters_in_set", 2)
    where = {"file": "day.csv", "column": "unit", "value": "MWh", "header": "Unit"}
    assert entry["examples"] == [where | {"row": row, "sentence": entry["sentence"]} for row in (3, 4)]
    assert "      day.csv, row 3, column 'Unit' (unit), value 'MWh'" in try_source.render(result)


def test_the_gate_names_the_column_as_the_file_does(house: Settings, drop: Drop) -> None:
    drop("day.csv", DIRTY)
    landing.land(["meter_readings"], settings=house)
    said: list[str] = []

    gate.accept(lake.stale(["meter_readings"], settings=house), settings=house, progress=said.append)

    assert any("readings, day.csv, row 3, column 'Reading' (amount), value 'n/a': " in line for line in said)


def test_one_file_may_be_tried_by_a_catalogue_that_is_not_the_houses(
    house: Settings, drop: Drop, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "reading.csv"
    elsewhere.write_text(DIRTY.replace("Reading", "Value"), encoding="utf-8")
    catalogue = tmp_path / "draft.yml"
    columns = READINGS["columns"] | {"amount": "Value"}
    catalogue.write_text(
        yaml.safe_dump({"sources": {"draft": READINGS | {"columns": columns}}}), encoding="utf-8"
    )

    result = try_source.try_source("draft", catalogue, elsewhere, house)

    assert (result["source"], result["rows"]["accepted"]) == ("draft", 1)


def test_a_refused_file_is_reported_beside_the_good_ones(house: Settings, drop: Drop) -> None:
    drop("bad.csv", "Meter,Time,Reading,Unit,Cost\nEL-1,2026-10-30 00:00,1,kWh,3\n")
    drop("good.csv", "Meter,Time,Reading,Unit\nEL-1,2026-10-30 00:00,1,kWh\n")

    result = try_source.try_source("readings", settings=house)

    assert (result["rows"]["read"], result["rows"]["accepted"]) == (1, 1)
    finding, *others = result["refused"]
    assert others == []
    assert (finding["file"], finding["row"], finding["column"], finding["rule"]) == (
        "bad.csv",
        1,
        "Cost",
        "unknown_column",
    )


def test_an_empty_house_says_why_everything_is_rejected(house: Settings, drop: Drop, tmp_path: Path) -> None:
    drop("day.csv", DIRTY)
    bare = replace(house, var=tmp_path / "bare")

    result = try_source.try_source("readings", file=house.var / "inbox/readings/day.csv", settings=bare)

    assert result["rows"]["accepted"] == 0
    _undated, works, note = result["notes"]
    assert "no installations yet" in works
    assert "no meters yet" in note
    assert "declared_meter" in note


@pytest.mark.parametrize(
    ("name", "answer"), [("raedings", r"did you mean readings\?"), ("nobody", "known: meters, readings")]
)
def test_an_unknown_source_is_answered_with_those_it_may_be(
    house: Settings, drop: Drop, name: str, answer: str
) -> None:
    with pytest.raises(ConfigurationError, match=answer):
        try_source.try_source(name, settings=house)


def test_a_source_without_files_says_where_to_put_one(house: Settings, drop: Drop) -> None:
    with pytest.raises(LingtanError, match=r"inbox/readings; drop one there"):
        try_source.try_source("readings", settings=house)


def test_a_person_reads_books_reasons_and_places(house: Settings, drop: Drop) -> None:
    drop("day.csv", DIRTY)

    text = try_source.render(try_source.try_source("readings", settings=house))

    assert text.startswith("readings -> meter_readings: 1 file, 4 rows\n  from 2026-10-30 to 2026-10-31\n")
    lines = text.splitlines()
    header = next(line for line in lines if "accepted" in line)
    rows = next(line for line in lines if line.startswith("  rows"))
    assert header.split() == ["read", "accepted", "rejected", "superseded"]
    assert rows.split() == ["rows", "4", "1", "3", "0"]
    assert len(header) == len(rows)
    assert "      day.csv, row 3, column 'Reading' (amount), value 'n/a'" in lines
    assert max(map(len, lines)) <= 110
    assert "  meter_readings/CN-FAST/2026-10-31 [row_count_between]" in lines


def test_the_points_of_the_books_stand_below_one_another() -> None:
    counts = {"read": 736142, "accepted": 736100, "rejected": 40, "superseded": 2}
    sums = {"read": "18646163.992", "accepted": "18646151.4", "rejected": "12.5", "superseded": "0.092"}

    assert try_source._books({"rows": counts, "amounts": {"kWh": sums}}) == [
        "                  read      accepted  rejected  superseded",
        "  rows     736,142         736,100        40         2    ",
        "  kWh   18,646,163.992  18,646,151.4      12.5       0.092",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("Meter,Time,Reading,Unit\nEL-1,2026-10-30 00:00,1,kWh\n", 0, id="all good"),
        pytest.param(DIRTY, 1, id="rows rejected"),
        pytest.param("Meter\nEL-1\n", 1, id="file refused"),
    ],
)
def test_the_exit_code_tells_a_script(
    house: Settings,
    drop: Drop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    code: int,
) -> None:
    monkeypatch.setenv("LINGTAN_VAR", str(house.var))
    file = drop("day.csv", text)

    arguments = ["readings", "--sources", str(house.sources_file), "--file", str(file)]
    assert try_source.main(arguments) == code
    capsys.readouterr()
    assert try_source.main([*arguments, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["source"] == "readings"


def test_what_cannot_be_tried_is_exit_code_two(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINGTAN_VAR", str(house.var))
    sources = ["--sources", str(house.sources_file)]

    assert try_source.main(["nobody", *sources]) == 2
    assert "no source 'nobody'" in capsys.readouterr().err
    assert try_source.main(["readings", *sources, "--file", str(house.var / "no.csv")]) == 2
    assert "cannot be opened" in capsys.readouterr().err
