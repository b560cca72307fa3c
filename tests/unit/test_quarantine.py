"""Quarantine as a workplace: what lies there, by source, rule and amount; files for the senders; requeue."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import small_house
import suite_rows
from small_house import meter, reading

from lingtan import cli, gate, lake, landing, quarantine, requeue, sender_files, settings
from lingtan.errors import ConfigurationError, LingtanError

READINGS = "works_meters"
ENTRY = """sources:
  works_meters:
    table: meter_readings
    format: csv
    location: inbox/works_meters
    files: "*.csv"
    time_zone: Asia/Shanghai
    timestamp: {column: Zeit, format: "%d.%m.%Y %H:%M"}
    decimal: ","
    delimiter: ";"
    columns:
      installation_code: {value: CN-FAST}
      meter_code: Zähler
      amount: Wert
      unit: Einheit
      quality: {header: Status, values: {W: actual}}
    ignore: [Bemerkung]
"""
GRID = """  grid_operator:
    table: meter_readings
    format: nem12
    location: inbox/grid_operator
    files: "*"
    time_zone: Asia/Shanghai
    utc_offset: "+08:00"
    timestamp: {column: read_at, format: "%Y%m%d%H%M%S%z"}
    columns:
      installation_code: {value: CN-FAST}
      meter_code: meter
      amount: value
      unit: unit
      quality: {header: quality, values: {A: actual}}
      interval_minutes: interval_minutes
"""
FILE = """Zähler;Zeit;Wert;Einheit;Status;Bemerkung
E1;02.01.2026 00:00;1,5;kWh;W;
E9;02.01.2026 00:00;2,5;kWh;W;new meter?
E9;02.01.2026 00:15;0,5;kWh;W;
E1;02.01.2026 00:15;n/a;kWh;W;
E1;02.01.2026 00:30;4;m3;W;
E9;02.01.2026 00:30;7;m3;W;
"""


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A house whose works sent one file with German headers; the meter E9 is not declared."""
    folder = tmp_path_factory.mktemp("works")
    house = replace(
        settings.load(), var=folder / "var", out=folder / "out", sources_file=folder / "sources.yml"
    )
    small_house.write_sources(house)
    entries = house.sources_file.read_text(encoding="utf-8").removeprefix("sources:\n")
    house.sources_file.write_text(ENTRY + entries, encoding="utf-8")
    small_house.send(house, "meters", "20260101T0000", [meter("E1")])
    drop(house, "january.csv", FILE)
    accept(house)
    return house


@pytest.fixture
def works(judged, house, monkeypatch):
    """A copy of the house for one test, and the house the commands find."""
    shutil.copytree(judged.var, house.var)
    shutil.copy(judged.sources_file, house.sources_file)
    monkeypatch.setenv("LINGTAN_VAR", str(house.var))
    monkeypatch.setenv("LINGTAN_OUT", str(house.out))
    monkeypatch.setenv("LINGTAN_SOURCES", str(house.sources_file))
    return house


def drop(house, name: str, text: str, source: str = READINGS) -> Path:
    file = house.var / "inbox" / source / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def accept(house) -> None:
    landing.land(small_house.TABLES, settings=house)
    gate.accept(lake.stale(small_house.TABLES, settings=house), settings=house, progress=lambda _: None)


def lines_of(path: str) -> list[list[str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def rules_of(found: dict) -> dict[tuple[str, str], tuple[int, dict[str, str], int]]:
    """(rule, column) -> rows, amounts, rows without amount, of the only source."""
    (entry,) = found["sources"]
    return {
        (rule["rule"], rule["column"]): (rule["rows"], rule["amounts"], rule["rows_without_amount"])
        for rule in entry["rules"]
    }


def test_a_house_without_rejects_has_an_empty_quarantine(house):
    small_house.write_sources(house)

    found = quarantine.quarantine(settings=house)

    assert found == {"rows": 0, "sources": [], "held": [], "refused": []}
    assert quarantine.render(found) == "nothing is in quarantine"


def test_a_row_counts_under_every_rule_it_fails_and_once_in_its_source(works):
    found = quarantine.quarantine(settings=works)

    # rejected are lines 3, 4, 7 (E9), 5 (n/a), 6 and 7 (m3): five rows, 2.5 + 0.5 kWh and 4 + 7 m3
    (entry,) = found["sources"]
    assert (found["rows"], entry["rows"], entry["files"]) == (5, 5, 1)
    assert entry["amounts"] == {"kWh": "3", "m3": "11"} and entry["rows_without_amount"] == 1
    assert rules_of(found) == {
        ("declared_meter_not_null", "Zähler"): (3, {"kWh": "3", "m3": "7"}, 0),
        ("wrong_type", "Wert"): (1, {}, 1),
        ("unit_fits_medium_in_set", "Einheit"): (1, {"m3": "4"}, 0),
    }


def test_the_first_row_of_a_rule_is_shown_where_the_sender_finds_it(works):
    (entry,) = quarantine.quarantine(settings=works)["sources"]

    example = next(rule["example"] for rule in entry["rules"] if rule["rule"] == "declared_meter_not_null")
    assert (example["source"], example["file"], example["row"]) == (READINGS, "january.csv", 3)
    assert (example["column"], example["value"]) == ("Zähler", "E9")
    assert example["sentence"].startswith("A meter nobody declared")


def test_rows_of_a_held_partition_are_at_stake_with_it(works):
    # the third of January has no good row, so the day is held; nothing of the second is
    drop(works, "third.csv", FILE.splitlines()[0] + "\nE9;03.01.2026 00:00;8;kWh;W;\n")
    accept(works)

    (held,) = quarantine.quarantine(settings=works)["held"]

    assert held["partition"] == "meter_readings/CN-FAST/2026-01-03"
    assert (held["rule"], held["rows"], held["sources"]) == ("row_count_between", 1, [READINGS])


def test_a_refused_file_is_listed_though_it_has_no_row(works):
    drop(works, "strange.csv", "Meter;Time\nE1;yesterday\n")
    accept(works)

    (finding,) = quarantine.quarantine(settings=works)["refused"]

    assert (finding["file"], finding["rule"]) == ("strange.csv", "missing_column")


def test_one_source_or_one_rule_can_be_asked_for(works):
    small_house.send(works, "meter_readings", "20260105T0000", [reading("2026-01-04 00:00", "9", "E7")])
    accept(works)

    one = quarantine.quarantine(READINGS, settings=works)
    assert [entry["source"] for entry in one["sources"]] == [READINGS]
    assert one["held"] == []  # the held fourth of January is the other sender's
    ruled = quarantine.quarantine(rule="declared_meter_not_null", settings=works)
    assert {entry["source"]: entry["rows"] for entry in ruled["sources"]} == {
        READINGS: 3,
        "meter_readings": 1,
    }
    with pytest.raises(ConfigurationError, match="no source 'nobody'"):
        quarantine.quarantine("nobody", settings=works)


def test_what_a_register_showed_is_no_amount_but_what_its_sender_says_it_used_is(house):
    """A register at 99 990 kWh does not put 99 990 kWh at stake."""
    small_house.write_sources(house)
    register = meter("R1", kind="register", interval_minutes="")
    small_house.send(house, "meters", "20260101T0000", [register])
    sent = [
        reading("2026-01-02 00:00", "99990", "R1", quality="guessed"),
        reading("2026-01-02 12:00", "1015", "R1", quality="guessed", stated_amount="1025"),
        reading("2026-01-02 13:00", "7", "R2", quality="guessed", register_digits="5"),
    ]
    small_house.send(house, "meter_readings", "20260103T0000", sent)
    accept(house)

    (entry,) = quarantine.quarantine(settings=house)["sources"]

    assert entry["rows"] == 3
    assert entry["amounts"] == {"kWh": "1025"} and entry["rows_without_amount"] == 2


def test_a_quarantine_file_somebody_deleted_is_told(works):
    for file in works.quarantine.rglob("*.parquet"):
        file.unlink()

    with pytest.raises(
        LingtanError, match=r"^meter_readings/CN-FAST/2026-01-02: its quarantine file .* is gone"
    ):
        quarantine.quarantine(settings=works)


def test_the_sender_gets_a_file_of_rejected_rows_in_the_cells_that_were_sent(works, tmp_path):
    (written,) = sender_files.write(tmp_path / "back", settings=works)

    assert written["path"].endswith("/back/works_meters/january.csv.rejected.csv")
    assert Path(written["path"]).read_bytes().startswith(b"\xef\xbb\xbf")  # so that Excel shows ä as ä
    header, *lines = lines_of(written["path"])
    assert header[:5] == ["row", "column", "value", "rule", "sentence"]
    assert header[5:] == ["Zähler", "Zeit", "Wert", "Einheit", "Status", "Bemerkung"]
    assert [(line[0], line[1], line[2], line[3]) for line in lines] == [
        ("3", "Zähler", "E9", "declared_meter_not_null"),
        ("4", "Zähler", "E9", "declared_meter_not_null"),
        ("5", "Wert", "n/a", "wrong_type"),
        ("6", "Einheit", "m3", "unit_fits_medium_in_set"),
        ("7", "Zähler", "E9", "declared_meter_not_null"),
    ]
    assert lines[0][5:] == ["E9", "02.01.2026 00:00", "2,5", "kWh", "W", "new meter?"]
    assert lines[2][5:] == ["E1", "02.01.2026 00:15", "n/a", "kWh", "W", ""]
    assert lines[2][4].startswith("'n/a' in column 'Wert' is no number with decimal mark ','")


def test_a_stamp_nobody_can_read_points_at_the_senders_column_of_time(works, tmp_path):
    drop(works, "stamps.csv", FILE.splitlines()[0] + "\nE1;32.01.2026 00:00;8;kWh;W;\n")
    accept(works)

    written = sender_files.write(tmp_path / "back", settings=works)

    path = next(entry["path"] for entry in written if entry["file"] == "stamps.csv")
    places = {(line[0], line[1], line[2]) for line in lines_of(path)[1:]}
    assert ("2", "Zeit", "32.01.2026 00:00") in places


def test_an_instant_is_written_back_as_its_sender_wrote_it(works, tmp_path):
    small_house.put(works, "installations", suite_rows.GOOD["installations"])
    drop(works, "odd.csv", FILE.splitlines()[0] + "\nE1;02.01.2026 00:07;8;kWh;W;\n")
    accept(works)

    written = sender_files.write(tmp_path / "back", settings=works)

    path = next(entry["path"] for entry in written if entry["file"] == "odd.csv")
    [line] = lines_of(path)[1:]
    assert line[:4] == ["2", "Zeit", "02.01.2026 00:07", "stands_on_its_grid_in_set"]


def test_of_a_line_that_is_many_rows_the_rejected_one_is_shown(works, tmp_path):
    """A NEM12 record holds a day; its second interval of three is less than nothing."""
    text = works.sources_file.read_text(encoding="utf-8")
    works.sources_file.write_text(text + GRID, encoding="utf-8")
    small_house.send(works, "meters", "20260102T0000", [meter("N1-E1", interval_minutes="480")])
    records = [
        "100,NEM12,202601030000,FROM,TO",
        "200,N1,E1,1,E1,N1,M1,kWh,480,",
        "300,20260102,1.5,-2,3,A,,,20260103000000,",
        "900",
    ]
    drop(works, "day.csv", "\n".join(records) + "\n", "grid_operator")
    accept(works)

    (written,) = sender_files.write(tmp_path / "back", source="grid_operator", settings=works)

    header, line = lines_of(written["path"])
    sent = dict(zip(header[5:], line[5:], strict=True))
    assert line[:4] == ["3", "value", "-2", "amount_between"]
    assert (sent["read_at"], sent["value"]) == ("20260102080000+0800", "-2")


def test_two_files_of_one_name_make_two_files(works, tmp_path):
    drop(works, "january.csv", FILE + "E9;02.01.2026 00:45;1;kWh;W;\n")
    accept(works)

    written = sender_files.write(tmp_path / "back", settings=works)

    assert [entry["lines"] for entry in written] in ([5, 6], [6, 5])
    assert len({entry["path"] for entry in written}) == 2


def test_a_refused_file_goes_back_with_its_one_sentence(works, tmp_path):
    drop(works, "strange.csv", "Meter;Time\nE1;yesterday\n")
    accept(works)

    written = sender_files.write(tmp_path / "back", settings=works)

    path = next(entry["path"] for entry in written if entry["file"] == "strange.csv")
    header, line = lines_of(path)
    assert header == ["row", "column", "value", "rule", "sentence"]
    assert line[3] == "missing_column" and "no column 'Einheit' in the file" in line[4]


def test_a_file_its_entry_no_longer_reads_goes_back_as_the_gate_judged_it(works, tmp_path):
    text = works.sources_file.read_text(encoding="utf-8")
    works.sources_file.write_text(text.replace('delimiter: ";"', "encoding: ascii"), encoding="utf-8")

    (written,) = sender_files.write(tmp_path / "back", settings=works)

    header, first, *_ = lines_of(written["path"])
    assert dict(zip(header, first, strict=True))["meter_code"] == "E9"


def test_a_declared_meter_lets_its_rows_pass_and_the_rest_stays(works):
    small_house.send(works, "meters", "20260110T0000", [meter("E9")])

    found = requeue.requeue(READINGS, works)

    # E9 had three rows; its third is in m3 and electricity is not
    assert found["rows"] == {"passed": 2, "still_rejected": 3, "newly_rejected": 0}
    assert found["before"]["sources"][0]["amounts"] == {"kWh": "3", "m3": "11"}
    assert found["after"]["sources"][0]["amounts"] == {"m3": "11"}
    assert found["files"] == {"kept": 1, "read_again": 0, "new": 0}
    assert found["judged"] > 0


def test_a_mended_mapping_reads_the_kept_files_again(works):
    """The file is long gone from the folder: its bytes were kept."""
    (works.var / "inbox" / READINGS / "january.csv").unlink()
    small_house.send(works, "meters", "20260110T0000", [meter("E9")])
    text = works.sources_file.read_text(encoding="utf-8")
    mended = text.replace("unit: Einheit", "unit: {header: Einheit, values: {m3: kWh}}", 1)
    works.sources_file.write_text(mended, encoding="utf-8")

    found = requeue.requeue(READINGS, works)

    assert found["files"] == {"kept": 1, "read_again": 1, "new": 0}
    assert found["rows"] == {"passed": 4, "still_rejected": 1, "newly_rejected": 0}  # n/a is still no number


def test_rows_of_a_file_that_is_refused_by_now_have_not_passed(works):
    text = works.sources_file.read_text(encoding="utf-8")
    works.sources_file.write_text(text.replace("amount: Wert", "amount: Value", 1), encoding="utf-8")

    found = requeue.requeue(READINGS, works)

    assert found["rows"]["passed"] == 0
    assert [finding["rule"] for finding in found["after"]["refused"]] == ["missing_column"]
    assert not quarantine.is_empty(found["after"])


def test_a_second_requeue_finds_nothing_to_judge(works):
    requeue.requeue(READINGS, works)

    found = requeue.requeue(READINGS, works)

    assert found["judged"] == 0
    assert found["rows"] == {"passed": 0, "still_rejected": 5, "newly_rejected": 0}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["quarantine"], 1),
        (["quarantine", "--rule", "amount_not_null"], 0),
        (["quarantine", "--source", "nobody"], 2),
        (["requeue", READINGS], 1),
        (["requeue", "meters"], 0),
        (["requeue", "nobody"], 2),
    ],
)
def test_the_exit_code_says_whether_something_remains(works, words, code, capsys):
    assert cli.main(words) == code


def test_people_read_the_place_the_stake_and_the_next_command(works, capsys):
    cli.main(["quarantine"])

    said = capsys.readouterr().out
    assert "works_meters -> meter_readings: 5 rows in 1 file; at stake 3 kWh, 11 m3, 1 row whose" in said
    assert "declared_meter_not_null, column Zähler: 3 rows; at stake 3 kWh, 7 m3" in said
    assert "first: january.csv, row 3, value 'E9'" in said
    assert "lingtan requeue SOURCE" in said


def test_an_empty_answer_says_what_was_asked(works, capsys):
    cli.main(["quarantine", "--rule", "amount_not_null"])

    assert capsys.readouterr().out == "nothing is in quarantine by rule amount_not_null\n"


def test_a_mistyped_source_is_answered_with_what_it_may_be(works, capsys):
    cli.main(["requeue", "work_meters"])

    assert capsys.readouterr().err.rstrip().endswith("; did you mean works_meters or meters?")


def test_zeros_are_no_stake_beside_others():
    amounts = {"amounts": {"GJ": "0", "kWh": "12.5"}, "rows_without_amount": 0}

    assert quarantine._stake(amounts) == "; at stake 12.5 kWh"
    assert quarantine._stake(amounts | {"amounts": {"GJ": "0"}}) == "; at stake 0 GJ"


def test_requeue_sets_before_beside_after(works, capsys):
    small_house.send(works, "meters", "20260110T0000", [meter("E9")])

    cli.main(["requeue", READINGS])

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["rows", "rejected", "5", "3"] in lines
    assert ["declared_meter_not_null", "(Zähler)", "3", "0"] in lines
    assert ["kWh", "at", "stake", "3", "0"] in lines
    assert ["2", "rows", "passed,", "3", "still", "rejected,", "0", "newly", "rejected"] in lines


def test_both_commands_speak_json(works, capsys, tmp_path):
    cli.main(["quarantine", "--json", "--write", str(tmp_path / "back")])
    found = json.loads(capsys.readouterr().out)
    assert [Path(entry["path"]).is_file() for entry in found["written"]] == [True]

    cli.main(["requeue", READINGS, "--json"])
    assert json.loads(capsys.readouterr().out)["rows"]["still_rejected"] == 5
