"""docs/commands.md says the shapes of what the commands return; these are the shapes returned."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import small_house

from lingtan import check_workbook, landing, status, try_source
from lingtan.errors import Finding
from lingtan.publish import emissions_report
from lingtan.settings import PROJECT, Settings

PAGE = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
PLACEHOLDERS = {"table", "unit"}  # words that stand for any key


def shape(command: str) -> object:
    """What the page says `command` returns: {..} as a dict, [..] as a list of one, a word as a word."""
    (text,) = re.findall(rf"^\| `{command}` \| `([^`]+)`", PAGE, re.MULTILINE)
    tokens = re.findall(r"[{}\[\],:]|[^{}\[\],:]+", text)
    found = read(tokens)
    assert not tokens, tokens
    return found


def read(tokens: list[str]) -> object:
    """One value off the front of `tokens`."""
    token = tokens.pop(0).strip()
    if token == "[":
        entry = read(tokens)
        assert tokens.pop(0) == "]"
        return [entry]
    if token != "{":
        return token
    found: dict[str, object] = {}
    while token != "}":
        key = tokens.pop(0).strip()
        token = tokens.pop(0)
        found[key] = None
        if token == ":":
            if not tokens[0].strip():
                tokens.pop(0)
            found[key] = read(tokens)
            if tokens[0].startswith(" or "):
                tokens.pop(0)
            token = tokens.pop(0)
    return found


def check(said: object, returned: object, where: str) -> None:
    """Every documented key is returned and every returned key is documented, at any depth."""
    if isinstance(said, list) and isinstance(returned, list):
        for number, entry in enumerate(returned):
            check(said[0], entry, f"{where}[{number}]")
    elif said == "finding":
        assert list(returned) == [field.name for field in fields(Finding)], where
    elif isinstance(said, dict) and len(said) == 1 and set(said) <= PLACEHOLDERS:
        for key, value in returned.items():
            check(next(iter(said.values())), value, f"{where}.{key}")
    elif isinstance(said, dict) and returned is not None:
        assert list(returned) == list(said), where
        for key, value in returned.items():
            check(said[key], value, f"{where}.{key}")


@pytest.fixture
def small(house: Settings) -> Settings:
    """A house with rows accepted, rejected and marked, a file refused, one undated and one missing."""
    small_house.write_sources(house)
    small_house.send(house, "meters", "20260101T0000", [small_house.meter()])
    small_house.run(house)
    readings = [
        small_house.reading("2026-01-05 00:00", "1"),
        small_house.reading("2026-01-05 00:15", "0.1", unit="MWh"),
        small_house.reading("2026-01-05 00:30", "much"),
    ]
    small_house.send(house, "meter_readings", "20260106T0000", readings)
    small_house.send(house, "meter_readings", "by_hand", readings[:1])
    (house.var / "inbox" / "meter_readings" / "empty_20260107T0000.csv").touch()
    return house


def test_try_source_returns_what_the_page_says(small: Settings) -> None:
    returned = try_source.try_source("meter_readings", settings=small)
    said = shape("try-source --json")

    assert all(returned[key] for key in ("files", "amounts", "rejected", "warnings", "refused", "notes"))
    said["warnings"] = said["rejected"]
    check(said, returned, "try-source")


def test_status_returns_what_the_page_says(small: Settings) -> None:
    landing.land(small_house.TABLES, settings=small)

    returned = status.status(small, date(2026, 1, 5))

    assert all(returned[key] for key in ("tables", "stale", "refused", "undated", "growing"))
    check(shape("status --json"), returned, "status")


def test_check_workbook_returns_what_the_page_says(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = {
        "block": "process",
        "cell": "Summary_Processes!G102",
        "figure_name": "own_specific_direct",
        "subject_name": "Kiln",
        "process_name": "Kiln",
        "cn_code": None,
        "printed": Decimal("0.1"),
        "printed_as": "0.1",
        "recomputed": Decimal("0.1"),
        "relative_difference": Decimal(0),
        "agrees": True,
    }
    finding = {"rule": "no_period", "cell": "A_InstData!I9", "cell_value": None, "sentence": "no period"}
    monkeypatch.setattr(check_workbook, "_landed", lambda file, house: [])
    monkeypatch.setattr(check_workbook, "build", lambda house: None)
    monkeypatch.setattr(check_workbook, "_reports", lambda house, is_solved: ([figure], [finding], "2.1.1"))
    (tmp_path / "sent.xlsx").touch()

    check(
        shape("check-workbook --json"),
        check_workbook.check_workbook(tmp_path / "sent.xlsx", house),
        "check-workbook",
    )


def test_the_page_says_what_a_finding_holds() -> None:
    (text,) = re.findall(r"a \*finding\* is\s+`\{([^}]+)\}`", PAGE)

    assert text.split(", ") == [field.name for field in fields(Finding)]


def test_emissions_report_returns_what_the_page_says(published: Settings) -> None:
    returned = emissions_report.emissions_report("CN-FAST", 2026, published)

    said = shape("emissions-report --json")
    check(said, returned, "emissions-report")
