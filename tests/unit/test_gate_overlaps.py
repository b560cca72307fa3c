"""Intervals of one meter that overlap: which of them counts, and that none counts twice. Worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import small_house
from suite_rows import GOOD, MASTERS, rules_of

from lingtan.gate import judging
from lingtan.gate.frames import RawFile
from lingtan.gate.judging import Outcome

OLD = RawFile("sender", "bb", "old.csv", "2026-11-01T08:00:00Z")
NEW = RawFile("sender", "cc", "new.csv", "2026-11-02T08:00:00Z")
MIDNIGHT = datetime(2026, 10, 30, 16, tzinfo=UTC)


def reading(at: int, minutes: int | None, amount: int, **changes) -> dict:
    """From `at` minutes after midnight on."""
    stated = {
        "read_at": MIDNIGHT + timedelta(minutes=at),
        "interval_minutes": minutes,
        "amount": Decimal(amount),
    }
    return GOOD["meter_readings"] | stated | changes


def settled(*rows: dict) -> Outcome:
    meters = small_house.table_of("meters", MASTERS["meters"])
    (outcome,) = judging.judge(
        small_house.batch_of(
            "meter_readings",
            rows,
            rules=rules_of("meter_readings"),
            files=(OLD, NEW),
            masters={"meters": meters},
        )
    )
    return outcome


def kept(outcome: Outcome) -> list[tuple[int, str | None]]:
    """Amount and marks of what stands, in order of time."""
    return [(int(row["amount"]), row["marks"]) for row in outcome.accepted.to_pylist()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [reading(0, 30, 9), reading(15, 15, 4), reading(30, 15, 5)],
            [(4, "overlap"), (5, None)],
            id="of one age and quality the shorter",
        ),
        pytest.param(
            [reading(0, 60, 9), reading(0, 60, 4, read_at=MIDNIGHT + timedelta(seconds=30))],
            [(9, "overlap")],
            id="two that begin within one minute",
        ),
        pytest.param(
            [reading(0, 30, 9), reading(15, 15, 4, quality="estimated")],
            [(9, "overlap")],
            id="the measured one before the shorter",
        ),
        pytest.param(
            [reading(0, 30, 9, quality="estimated", file_no=1), reading(15, 15, 4)],
            [(9, "overlap")],
            id="the later word before the measured one",
        ),
        pytest.param(
            [reading(0, 30, 9, revision=1), reading(15, 15, 4, file_no=1)],
            [(9, "overlap")],
            id="a revision before the later word",
        ),
        pytest.param(
            [reading(0, 60, 9, file_no=1), reading(15, None, 4), reading(45, None, 5), reading(60, None, 6)],
            [(9, "overlap"), (6, None)],
            id="an hour over quarters of the meter's own length",
        ),
        pytest.param(
            [reading(0, 60, 8), reading(15, 60, 9)],
            [(8, "overlap")],
            id="hours a quarter apart: the first line",
        ),
        pytest.param(
            [reading(0, 60, 8), reading(0, 15, 1, file_no=1), reading(15, 15, 2)],
            [(1, None), (2, None)],
            id="what lost its own key is in nobody's way",
        ),
        pytest.param(
            [reading(0, 30, 9), reading(30, 15, 4), reading(15, 15, 5, meter_code="H1", unit="GJ")],
            [(9, None), (4, None)],
            id="neighbours and other meters",
        ),
    ],
)
def test_of_intervals_that_overlap_one_counts(
    rows: list[dict], expected: list[tuple[int, str | None]]
) -> None:
    outcome = settled(*rows)

    assert kept(outcome) == expected
    counts = outcome.counts
    assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["superseded"]


def test_an_overlap_is_told_once_and_its_rows_are_superseded() -> None:
    outcome = settled(reading(0, 30, 9), reading(15, 15, 4))

    assert outcome.counts["superseded"] == 1
    assert outcome.amounts == {"kWh": {"read": "13", "accepted": "4", "rejected": "0", "superseded": "9"}}
    (told,) = outcome.rules
    assert (told["rule"], told["severity"], told["rows"]) == ("overlap", "warning", 1)


def test_a_rejected_interval_is_in_nobodys_way() -> None:
    outcome = settled(reading(0, 30, -9, file_no=1), reading(15, 15, 4))

    assert kept(outcome) == [(4, None)]
