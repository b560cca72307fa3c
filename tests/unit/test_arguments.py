"""Words of a command line as values."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

import pytest

from lingtan import arguments, cli


def test_days_and_years_are_read_as_they_are_written_everywhere_else():
    assert arguments.day("2026-10-31") == date(2026, 10, 31)
    assert arguments.year("2026") == 2026


@pytest.mark.parametrize("text", ["31.10.2026", "tomorrow", "2026-02-30", ""])
def test_what_is_no_day_is_refused_with_how_to_write_one(text):
    with pytest.raises(ArgumentTypeError, match="is no day: write it as 2026-10-31"):
        arguments.day(text)


@pytest.mark.parametrize("text", ["twenty", "26", "2026.0", "-202", "２０２６"])
def test_what_is_no_year_is_refused_with_how_to_write_one(text):
    with pytest.raises(ArgumentTypeError, match="is no year: write it as 2026"):
        arguments.year(text)


def test_a_path_is_shown_as_a_person_in_this_folder_types_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert arguments.shown(tmp_path / "out" / "figures.json") == "out/figures.json"
    assert arguments.shown(Path("/elsewhere/figures.json")) == "/elsewhere/figures.json"


@pytest.mark.parametrize("word", sorted(cli.COMMANDS))
def test_every_argument_of_every_command_says_what_it_is(word, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as end:
        cli.main([word, "--help"])

    assert end.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: lingtan {word} ")
    listed = [line for line in said.splitlines() if line.startswith("  ")]
    assert [line for line in listed if len(line.split("  ")) < 3] == []
