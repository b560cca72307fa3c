"""The gate: translation of expectations, settling, books, held partitions, preview, what a person is told."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import small_house
from hypothesis import given, settings
from hypothesis import strategies as st

from lingtan import contracts, gate, lake, landing
from lingtan.errors import ConfigurationError, Finding, LingtanError
from lingtan.gate import judging, verdicts
from lingtan.gate.frames import RawFile
from lingtan.gate.judging import Outcome
from lingtan.gate.stock_verdicts import StockExpectations
from lingtan.settings import Settings

MIDNIGHT = datetime(2026, 1, 1, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def stock() -> StockExpectations:
    return StockExpectations()


# Translation


def receipts_suite(severity: str) -> list:
    """One of each expectation the gate translates, with every bound and option it knows."""
    import great_expectations.expectations as gxe

    row = batch = {"severity": severity, "notes": "because"}
    pair = {"column_A": "spend_eur", "column_B": "amount"} | row
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="origin_country_code", **row),
        gxe.ExpectColumnValuesToNotBeNull(column="spend_eur", mostly=0.7, **row),
        gxe.ExpectColumnValuesToBeInSet(column="unit", value_set=["kg", "t'"], mostly=0.5, **row),
        gxe.ExpectColumnValuesToBeInSet(column="revision", value_set=[1, 2], **row),
        gxe.ExpectColumnValuesToBeInSet(column="received_on", value_set=[date(2026, 1, 2)], **row),
        gxe.ExpectColumnValuesToNotBeInSet(column="unit", value_set=["g"], mostly=0.9, **row),
        gxe.ExpectColumnValuesToBeBetween(column="amount", min_value=-1, max_value=0.5, **row),
        gxe.ExpectColumnValuesToBeBetween(
            column="amount", min_value=-1, max_value=0.5, strict_min=True, strict_max=True, **row
        ),
        gxe.ExpectColumnValuesToBeBetween(column="spend_eur", min_value=0.25, **row),
        gxe.ExpectColumnValuesToBeBetween(column="revision", max_value=1, mostly=0.6, **row),
        gxe.ExpectColumnValuesToBeBetween(column="received_on", min_value=date(2026, 1, 2), **row),
        gxe.ExpectColumnValuesToMatchRegex(column="origin_country_code", regex="^[A-Z]{2}$", **row),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(**pair),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(or_equal=True, ignore_row_if="neither", **pair),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            ignore_row_if="either_value_is_missing", mostly=0.5, **pair
        ),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="produced_until",
            column_B="produced_from",
            ignore_row_if="either_value_is_missing",
            **row,
        ),
        gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=20, **batch),
        gxe.ExpectColumnSumToBeBetween(column="amount", min_value=0, max_value=2, **batch),
        gxe.ExpectColumnSumToBeBetween(column="spend_eur", min_value=0, strict_min=True, **batch),
        gxe.ExpectColumnMaxToBeBetween(column="amount", max_value=1, strict_max=True, **batch),
        gxe.ExpectColumnMinToBeBetween(column="amount", min_value=-1, **batch),
        gxe.ExpectColumnMeanToBeBetween(column="revision", min_value=0.5, max_value=1.25, **batch),
        gxe.ExpectColumnDistinctValuesToContainSet(column="unit", value_set=["kg", "g"], **batch),
    ]


def random_receipts(seed: int, count: int) -> list[dict[str, Any]]:
    """Rows full of nulls, values on the bounds, and words nobody agreed; amounts are exact in binary too."""
    pick = random.Random(seed)
    quarters = [None, *(Decimal(quarter) / 4 for quarter in range(-6, 7))]
    first = date(2026, 1, 1)
    return [
        {
            "installation_code": "CN-FAST",
            "receipt_code": f"R-{number:03}",
            "amount": pick.choice(quarters),
            "spend_eur": pick.choice(quarters),
            "unit": pick.choice([None, "kg", "t'", "g", "kg "]),
            "origin_country_code": pick.choice([None, "CN", "CN\n", "CN\n\n", "cn", "CHN", ""]),
            "revision": pick.choice([None, 0, 1, 2]),
            "received_on": first + timedelta(days=pick.randrange(4)),
            "produced_from": pick.choice([None, first]),
            "produced_until": pick.choice([None, first, first + timedelta(days=1)]),
        }
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 40])
def test_translated_expectations_agree_with_stock_great_expectations(
    count: int, stock: StockExpectations
) -> None:
    rules = verdicts.translate(receipts_suite("warning"), contracts.load("receipts"))
    assert all(rule.is_translated for rule in rules)
    judged = small_house.batch_of("receipts", random_receipts(count, count), rules=rules)

    (outcome,) = judging.judge(judged)

    by_stock = dict(
        zip(rules, stock.judge([r.expectation for r in rules], small_house.frame_of(judged)), strict=True)
    )
    fired = {entry["rule"]: entry for entry in outcome.rules}
    for rule, verdict in by_stock.items():
        if not rule.is_row:
            assert (rule.name not in fired) == verdict.success, rule.name
            continue
        assert fired.get(rule.name, {"rows": 0})["rows"] == len(verdict.failing), rule.name
        if rule.mostly < 1:
            assert (f"{rule.name}_mostly" not in fired) == verdict.success, rule.name
    for line, marks in zip(
        outcome.accepted["source_row"].to_pylist(), outcome.accepted["marks"].to_pylist(), strict=True
    ):
        failing = {rule.name for rule, verdict in by_stock.items() if line - 2 in verdict.failing}
        assert (marks or "") == ";".join(sorted(failing))


def test_critical_expectations_reject_the_rows_stock_great_expectations_finds(
    stock: StockExpectations,
) -> None:
    rules = verdicts.translate(receipts_suite("critical"), contracts.load("receipts"))
    judged = small_house.batch_of("receipts", random_receipts(7, 60), rules=rules)

    (outcome,) = judging.judge(judged)

    found: dict[str, set[int]] = {}
    for row in outcome.quarantine.to_pylist():
        found.setdefault(row["rule"], set()).add(row["source_row"] - 2)
    row_rules = [rule for rule in rules if rule.is_row]
    for rule, verdict in zip(
        row_rules,
        stock.judge([rule.expectation for rule in row_rules], small_house.frame_of(judged)),
        strict=True,
    ):
        assert found.get(rule.name, set()) == set(verdict.failing), rule.name


def test_what_has_no_translation_is_judged_by_stock_great_expectations_and_says_so() -> None:
    import great_expectations.expectations as gxe
    from great_expectations.expectations.row_conditions import Column

    rules = verdicts.translate(
        [
            gxe.ExpectColumnValueLengthsToBeBetween(column="unit", max_value=2, notes="Units are short."),
            gxe.ExpectColumnValuesToBeBetween(
                column="amount", min_value=1, row_condition=Column("unit") == "kg", notes="A kilo at least."
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="receipt_code", regex=r"^R-\d+$", notes="R and a number."
            ),
            gxe.ExpectColumnMedianToBeBetween(
                column="amount", max_value=5, severity="warning", notes="Half."
            ),
        ],
        contracts.load("receipts"),
    )
    rows = [
        {"receipt_code": "R-1", "amount": Decimal(9), "unit": "kg"},
        {"receipt_code": "R-2", "amount": Decimal("0.5"), "unit": "kg"},
        {"receipt_code": "R-3", "amount": Decimal("0.5"), "unit": "t"},
        {"receipt_code": "R-4", "amount": Decimal(9), "unit": "pounds"},
        {"receipt_code": "R-x", "amount": Decimal(9), "unit": "g"},
        {"receipt_code": "R-6", "amount": Decimal(9), "unit": "g"},
    ]

    (outcome,) = judging.judge(small_house.batch_of("receipts", rows, rules=rules))

    assert [rule.is_translated for rule in rules] == [False] * 4
    rejected = [(row["source_row"], row["rule"]) for row in outcome.quarantine.to_pylist()]
    assert rejected == [
        (3, "amount_between"),
        (5, "unit_value_lengths_between"),
        (6, "receipt_code_match_regex"),
    ]
    # accepted amounts are 9, 0.5 and 9: their median is above 5
    assert [(entry["rule"], entry["by"]) for entry in outcome.rules][-1] == (
        "amount_median_between",
        "great_expectations",
    )
    assert all(entry["by"] == "great_expectations" for entry in outcome.rules)


def test_rules_are_named_by_column_and_kind() -> None:
    names = [rule.name for rule in verdicts.translate(receipts_suite("critical"), contracts.load("receipts"))]

    assert names[:7] == [
        "origin_country_code_not_null",
        "spend_eur_not_null",
        "unit_in_set",
        "revision_in_set",
        "received_on_in_set",
        "unit_not_in_set",
        "amount_between",
    ]
    assert names[7] == "amount_between_2"
    assert "produced_until_greater_than_produced_from" in names
    assert "row_count_between" in names


def test_an_expectation_about_a_column_nobody_has_is_refused() -> None:
    import great_expectations.expectations as gxe

    with pytest.raises(ConfigurationError, match="receipts has no column 'colour'"):
        verdicts.translate(
            [gxe.ExpectColumnValuesToNotBeNull(column="colour", notes="x")], contracts.load("receipts")
        )


def test_an_expectation_without_a_sentence_for_the_sender_is_refused() -> None:
    import great_expectations.expectations as gxe

    with pytest.raises(ConfigurationError, match="has no notes for the sender"):
        verdicts.translate([gxe.ExpectColumnValuesToNotBeNull(column="unit")], contracts.load("receipts"))


# Settling


def reading(amount: int | None, **changes: Any) -> dict[str, Any]:
    return {
        "installation_code": "CN-FAST",
        "meter_code": "E1",
        "read_at": MIDNIGHT,
        "metered_on": date(2026, 1, 2),
        "amount": None if amount is None else Decimal(amount),
        "unit": "kWh",
        "quality": "actual",
    } | changes


def faulty(**changes: Any) -> dict[str, Any]:
    fault = {
        "fault_rule": "wrong_type",
        "fault_column": "amount",
        "fault_value": "n/a",
        "fault_sentence": "No.",
    }
    return reading(None, **fault) | changes


def settled(rows: Sequence[Mapping[str, Any]], *files: RawFile) -> Outcome:
    kept = files or (RawFile("sender", "aa", "sent.csv", None),)
    (outcome,) = judging.judge(small_house.batch_of("meter_readings", rows, rules=[], files=kept))
    return outcome


def winner(outcome: Outcome) -> tuple[int, str | None]:
    """Amount and marks of the one row that stands."""
    (row,) = outcome.accepted.to_pylist()
    return int(row["amount"]), row["marks"]


OLD = RawFile("sender", "bb", "old.csv", "2026-01-02T00:00:00Z")
NEW = RawFile("sender", "aa", "new.csv", "2026-01-03T00:00:00Z")


def test_the_higher_revision_wins_whenever_it_was_stated() -> None:
    outcome = settled([reading(1, revision=2), reading(2, revision=1, file_no=1)], OLD, NEW)

    assert winner(outcome) == (1, None)
    assert outcome.counts == {"read": 2, "accepted": 1, "rejected": 0, "superseded": 1, "marked": 0}


def test_any_revision_wins_over_none() -> None:
    assert winner(settled([reading(1, revision=0), reading(2, file_no=1)], OLD, NEW)) == (1, None)


def test_of_equal_revisions_the_one_stated_later_wins() -> None:
    assert winner(settled([reading(1), reading(2, file_no=1)], OLD, NEW)) == (2, None)


def test_a_file_that_never_said_when_it_was_issued_is_the_oldest() -> None:
    unstated = RawFile("sender", "ff", "unstated.csv", None)

    assert winner(settled([reading(1), reading(2, file_no=1)], unstated, OLD)) == (2, None)


def test_of_files_stated_at_one_moment_the_larger_wins_whatever_their_hashes() -> None:
    """Half an upload is smaller than the whole."""
    for half, whole in (("bb", "cc"), ("cc", "bb")):
        files = [
            RawFile("sender", sha256, "day.csv", OLD.stated_at, size=size)
            for sha256, size in ((half, 50), (whole, 100))
        ]

        assert winner(settled([reading(25), reading(2589, file_no=1)], *files)) == (2589, "conflict")
        assert winner(settled([reading(2589), reading(25, file_no=1)], *files[::-1])) == (2589, "conflict")


def test_where_every_row_says_when_it_was_stated_that_decides_and_not_its_file() -> None:
    first, later = (
        RawFile("sender", sha256, f"{sha256}.csv", f"2026-02-{day}T00:00:00Z", states_rows=True)
        for sha256, day in (("aa", 20), ("bb", 10))
    )
    rows = [
        reading(5, sender_stated_at=datetime(2026, 2, 1, tzinfo=UTC)),
        reading(6, sender_stated_at=datetime(2026, 2, 10, tzinfo=UTC), file_no=1),
    ]

    assert winner(settled(rows, first, later)) == (6, None)
    assert winner(settled([row | {"file_no": 0} for row in rows[::-1]], first)) == (6, None)


def test_two_values_told_apart_only_by_their_file_are_marked_as_a_conflict() -> None:
    twin = RawFile("sender", "cc", "twin.csv", OLD.stated_at)
    outcome = settled([reading(1), reading(2, file_no=1)], OLD, twin)

    assert winner(outcome) == (2, "conflict")  # cc is after bb
    assert [(entry["rule"], entry["severity"], entry["rows"]) for entry in outcome.rules] == [
        ("conflict", "warning", 1)
    ]


def test_two_values_told_apart_only_by_their_line_are_marked_as_a_conflict() -> None:
    assert winner(settled([reading(2, source_row=9), reading(1, source_row=8)])) == (2, "conflict")


def test_the_same_value_twice_is_no_conflict() -> None:
    outcome = settled([reading(1), reading(1)])

    assert winner(outcome) == (1, None)
    assert outcome.counts["superseded"] == 1


def test_a_conflict_among_the_superseded_marks_nothing() -> None:
    assert winner(settled([reading(1), reading(2), reading(3, file_no=1)], OLD, NEW)) == (3, None)


def test_a_rejected_revision_displaces_nothing_and_its_key_is_marked() -> None:
    outcome = settled([reading(1), faulty(revision=1)])

    assert winner(outcome) == (1, "rejected_revision")
    assert [entry["rule"] for entry in outcome.rules] == ["wrong_type", "rejected_revision"]


def test_a_rejected_row_that_would_have_lost_marks_nothing() -> None:
    assert winner(settled([faulty(), reading(1, revision=1)])) == (1, None)


def test_marks_stand_in_order_of_name() -> None:
    rules = verdicts.translate(_warnings(), contracts.load("meter_readings"))
    rows = [reading(1), reading(2), faulty(revision=1)]

    (outcome,) = judging.judge(small_house.batch_of("meter_readings", rows, rules=rules))

    assert winner(outcome) == (2, "amount_between;conflict;rejected_revision")


def _warnings() -> list:
    import great_expectations.expectations as gxe

    return [gxe.ExpectColumnValuesToBeBetween(column="amount", max_value=0, severity="warning", notes="Low.")]


def test_a_file_that_replaces_its_period_supersedes_what_the_older_one_said_of_it() -> None:
    files = [RawFile("sender", file.sha256, file.name, file.stated_at, True) for file in (OLD, NEW)]
    other = RawFile("another", "cc", "other.csv", None, True)
    rows = [
        reading(1),
        reading(2, meter_code="E2"),
        reading(3, file_no=1),
        reading(4, meter_code="E3", file_no=2),
    ]

    outcome = settled(rows, *files, other)

    kept = {row["meter_code"]: int(row["amount"]) for row in outcome.accepted.to_pylist()}
    assert kept == {"E1": 3, "E3": 4}  # E2 is no longer said by the sender, E3 is another sender's
    assert outcome.counts["superseded"] == 2


def test_a_rejected_file_replaces_no_period() -> None:
    files = [RawFile("sender", file.sha256, file.name, file.stated_at, True) for file in (OLD, NEW)]

    assert winner(settled([reading(1), faulty(file_no=1)], *files)) == (1, "rejected_revision")


OCTOBER = {"period_from": date(2026, 10, 1), "period_until": date(2026, 11, 1)}
WORKS = {"installation_code": "CN-FAST"}


def settled_amounts(table: str, column: str, rows: Sequence[Mapping[str, Any]]) -> list[tuple]:
    """What stands of some rows, as (value of `column`, amount)."""
    (outcome,) = judging.judge(small_house.batch_of(table, rows, rules=[], files=[OLD, NEW]))
    return [(row[column], int(row["amount"])) for row in outcome.accepted.to_pylist()]


def test_two_sellers_of_heat_to_one_process_and_month_both_stand() -> None:
    bought = WORKS | OCTOBER | {"carrier": "heat", "from_process_code": "outside", "to_process_code": "P"}
    rows = [
        bought | {"stream_code": "HEAT-A", "amount": Decimal(1)},
        bought | {"stream_code": "HEAT-B", "amount": Decimal(2), "file_no": 1},
    ]

    assert settled_amounts("process_flows", "stream_code", rows) == [("HEAT-A", 1), ("HEAT-B", 2)]


def test_two_routes_to_one_product_in_one_month_both_stand() -> None:
    made = WORKS | OCTOBER | {"process_code": "STEEL", "product_code": "BILLET", "kind": "saleable"}
    rows = [
        made | {"route": "arc furnace", "amount": Decimal(1)},
        made | {"route": "oxygen furnace", "amount": Decimal(2), "file_no": 1},
    ]

    assert settled_amounts("production_output", "route", rows) == [("arc furnace", 1), ("oxygen furnace", 2)]


def test_two_rows_that_leave_the_same_part_of_their_key_empty_are_one_key() -> None:
    inside = WORKS | OCTOBER | {"carrier": "heat", "from_process_code": "BOILER", "to_process_code": "P"}
    rows = [inside | {"amount": Decimal(1)}, inside | {"amount": Decimal(2), "file_no": 1}]

    assert settled_amounts("process_flows", "stream_code", rows) == [(None, 2)]


# Books

AMOUNTS = st.one_of(st.none(), st.decimals(-5, 1000, places=9, allow_nan=False))


@st.composite
def readings(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Readings of three meters (one undeclared) in two intervals, some unreadable."""
    row = st.fixed_dictionaries(
        {
            "installation_code": st.just("CN-FAST"),
            "meter_code": st.sampled_from(["E1", "G1", "X9"]),
            "read_at": st.sampled_from([MIDNIGHT, MIDNIGHT + timedelta(minutes=15)]),
            "metered_on": st.just(date(2026, 1, 2)),
            "amount": AMOUNTS,
            "unit": st.sampled_from([None, "kWh", "MWh", "m3", "m3_20c", "furlong"]),
            "quality": st.sampled_from(["actual", "estimated", "guessed"]),
            "revision": st.sampled_from([None, 0, 1]),
            "fault_rule": st.sampled_from([None, None, None, "wrong_type"]),
            "fault_sentence": st.just("It cannot be read."),
            "file_no": st.integers(0, 2),
            "part": st.integers(0, 1),
        }
    )
    return draw(st.lists(row, max_size=25))


rules_of = cache(gate.suite)


def judge_readings(rows: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    meters = [
        {"installation_code": "CN-FAST", "meter_code": code, "medium": medium, "unit": unit} | rest
        for code, medium, unit in (("E1", "electricity", "kWh"), ("G1", "natural_gas", "m3_20c"))
        for rest in [{"interval_minutes": 15, "max_per_hour": Decimal(400), "valid_from": date(2025, 1, 1)}]
    ]
    batch = small_house.batch_of(
        "meter_readings",
        rows,
        rules=rules_of("meter_readings"),
        keys=["2026-01-02", "2026-01-03"],
        files=[OLD, NEW, RawFile("another", "cc", "other.csv", None, True)],
        masters={"meters": small_house.table_of("meters", meters)},
    )
    return judging.judge(batch)


@settings(max_examples=15, deadline=None)
@given(rows=readings(), seed=st.randoms(use_true_random=False))
def test_nothing_vanishes_and_the_order_of_rows_means_nothing(
    rows: list[dict[str, Any]], seed: random.Random
) -> None:
    numbered = [row | {"source_row": line} for line, row in enumerate(rows, start=2)]
    shuffled = seed.sample(numbered, len(numbered))

    outcomes = judge_readings(numbered)

    for part, outcome in enumerate(outcomes):
        counts = outcome.counts
        own = [row for row in numbered if row["part"] == part]
        assert counts["read"] == len(own)
        assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["superseded"]
        assert counts["accepted"] == outcome.accepted.num_rows
        assert counts["rejected"] == len(set(outcome.quarantine["source_row"].to_pylist()))
        critical = [entry for entry in outcome.rules if entry["severity"] == "critical"]
        assert counts["rejected"] == sum(entry["rows"] for entry in critical)
        for unit, sums in outcome.amounts.items():
            came = [r["amount"] for r in own if (r["unit"] or "") == unit and r["amount"] is not None]
            exact = {what: Decimal(amount) for what, amount in sums.items()}
            assert exact["read"] == sum(came)
            assert exact["read"] == exact["accepted"] + exact["rejected"] + exact["superseded"]
        kept = [row for row in outcome.accepted.to_pylist() if row["unit"] == "kWh"]
        assert Decimal(outcome.amounts.get("kWh", {}).get("accepted", 0)) == sum(r["amount"] for r in kept)
    for outcome, again in zip(outcomes, judge_readings(shuffled), strict=True):
        assert (outcome.counts, outcome.amounts, outcome.rules) == (again.counts, again.amounts, again.rules)
        assert outcome.accepted.equals(again.accepted)
        assert outcome.quarantine.equals(again.quarantine)


def test_books_are_kept_in_exact_decimals() -> None:
    """0.1 and 0.2 are no binary fractions: as doubles, three of the first already miss 0.3."""
    rows = [
        reading(None, meter_code=f"E{n}", unit="kWh" if n % 2 else "MWh") | {"amount": Decimal("0.1")}
        for n in range(10)
    ]

    outcome = settled([*rows, faulty(amount=Decimal("0.2"), meter_code="E0")])

    assert outcome.amounts == {
        "MWh": {"read": "0.5", "accepted": "0.5", "rejected": "0", "superseded": "0"},
        "kWh": {"read": "0.7", "accepted": "0.5", "rejected": "0.2", "superseded": "0"},
    }


def test_masters_whose_validities_overlap_multiply_no_row() -> None:
    meter = {"installation_code": "CN-FAST", "meter_code": "E1", "medium": "electricity", "unit": "kWh"}
    meter |= {"kind": "interval", "interval_minutes": 15, "max_per_hour": Decimal(400)}
    meters = [meter | {"valid_from": date(2025, 1, day), "max_per_hour": Decimal(day)} for day in (1, 2, 3)]
    batch = small_house.batch_of(
        "meter_readings",
        [reading(3), reading(6, meter_code="E2")],
        rules=[],
        masters={"meters": small_house.table_of("meters", meters)},
    )

    (outcome,) = judging.judge(batch)

    assert outcome.counts["read"] == outcome.counts["accepted"] == 2
    # the youngest row counts: 3 kWh in a quarter of an hour against 3 kWh an hour
    assert small_house.frame_of(batch)["share_of_nameplate"].to_pylist() == [Decimal(4), None]


# Held partitions


def test_a_partition_below_its_mostly_is_held_and_readers_see_none_of_it() -> None:
    import great_expectations.expectations as gxe

    rules = verdicts.translate(
        [
            gxe.ExpectColumnValuesToBeInSet(
                column="unit", value_set=["kWh"], mostly=0.8, notes="We agreed on kWh."
            )
        ],
        contracts.load("meter_readings"),
    )
    rows = [reading(n, meter_code=f"E{n}", unit="kWh" if n < 7 else "MWh") for n in range(10)]

    (outcome,) = judging.judge(small_house.batch_of("meter_readings", rows, rules=rules))

    assert (outcome.state, outcome.accepted.num_rows) == ("held", 0)
    assert outcome.counts == {"read": 10, "accepted": 0, "rejected": 10, "superseded": 0, "marked": 0}
    assert [(entry["rule"], entry["rows"], entry.get("holds")) for entry in outcome.rules] == [
        ("unit_in_set", 3, None),
        ("unit_in_set_mostly", 7, True),
    ]
    assert outcome.rules[-1]["sentence"] == "We agreed on kWh. At least 80.00% of the rows must hold to it."
    assert outcome.quarantine.num_rows == 10


def test_a_batch_warning_is_noted_and_holds_nothing() -> None:
    import great_expectations.expectations as gxe

    few = gxe.ExpectTableRowCountToBeBetween(min_value=96, severity="warning", notes="A day has 96 quarters.")
    rules = verdicts.translate([few], contracts.load("meter_readings"))

    (outcome,) = judging.judge(small_house.batch_of("meter_readings", [reading(1)], rules=rules))

    assert (outcome.state, outcome.counts["accepted"]) == ("accepted", 1)
    assert [(entry["rule"], entry["severity"], entry["rows"]) for entry in outcome.rules] == [
        ("row_count_between", "warning", 0)
    ]


def test_an_unplaced_row_is_rejected_and_holds_nothing() -> None:
    (outcome,) = judging.judge(
        small_house.batch_of(
            "meter_readings", [reading(1, metered_on=None), faulty()], rules=[], keys=["unplaced"]
        )
    )

    assert outcome.state == "accepted"
    assert outcome.counts == {"read": 2, "accepted": 0, "rejected": 2, "superseded": 0, "marked": 0}
    assert [row["rule"] for row in outcome.quarantine.to_pylist()] == ["unplaced", "wrong_type"]


# Accept, preview, complaints


@pytest.fixture
def small(house: Settings) -> Settings:
    small_house.write_sources(house)
    small_house.send(house, "meters", "20260101T0000", [small_house.meter()])
    return house


def test_a_held_day_is_named_and_located_and_the_good_days_are_there(small: Settings) -> None:
    rows = [
        small_house.reading("2026-01-01 00:00", "10"),
        small_house.reading("2026-01-02 00:00", "10", code="E9"),
    ]
    small_house.send(small, "meter_readings", "20260103T0000", rows)
    landing.land(small_house.TABLES, settings=small)
    said: list[str] = []

    held = gate.accept(lake.stale(small_house.TABLES, settings=small), settings=small, progress=said.append)

    assert held == ["meter_readings/CN-FAST/2026-01-02"]
    assert lake.table("meter_readings", settings=small)["amount"].to_pylist() == [Decimal(10)]
    count, undeclared = said[-2:]
    assert count == (
        "meter_readings: 2 partitions, 2 read, 1 accepted, 1 rejected, 0 superseded, 0 marked, 1 HELD"
    )
    assert undeclared.startswith(
        "meter_readings: rejected, for example meter_readings, meter_readings_20260103T0000.csv, row 3, "
        "column 'meter_code', value 'E9': A meter nobody declared"
    )
    assert undeclared.endswith(f"see {small.var / lake.read_pointer(held[0], settings=small)['quarantine']}")
    with pytest.raises(LingtanError) as raised:
        gate.raise_if_held(held, [], [], settings=small)
    count, line, command = str(raised.value).splitlines()
    assert count == "held partitions: 1"
    assert line.startswith(
        "meter_readings, meter_readings_20260103T0000.csv, row 3, column 'meter_code', value 'E9': "
        "meter_readings/CN-FAST/2026-01-02 is held, 1 of 1 rows rejected: "
    )
    assert line.endswith("[row_count_between]")
    assert command == "next: lingtan try-source meter_readings"


def test_a_clock_that_jumps_onto_the_grid_is_told_with_its_place(small: Settings) -> None:
    # at a quarter past midnight the clock was set back by a quarter: its stamp comes twice, with two values
    shown = (("00:00", "1"), ("00:15", "2"), ("00:15", "3"), ("00:30", "4"))
    rows = [small_house.reading(f"2026-01-01 {time}", amount) for time, amount in shown]
    small_house.send(small, "meter_readings", "20260103T0000", rows)
    landing.land(small_house.TABLES, settings=small)
    said: list[str] = []

    gate.accept(lake.stale(small_house.TABLES, settings=small), settings=small, progress=said.append)

    (told,) = (line for line in said if "marked, for example" in line)
    assert told.startswith(
        "meter_readings: marked, for example meter_readings, meter_readings_20260103T0000.csv, row 4, "
        "column 'time' (read_at), value '2025-12-31 16:15:00+00:00': Two different values came for one key"
    )


def test_refused_and_missing_come_one_line_each_before_the_next_command() -> None:
    refused = Finding("unknown_column", "no such column", source="s1", file="a.csv", row=1, column="Colour")
    missing = Finding("missing_source", "no row for 2026-10-30", source="s2")

    with pytest.raises(LingtanError) as raised:
        gate.raise_if_held([], [refused], [missing])

    assert str(raised.value).splitlines() == [
        "refused files: 1, missing sources: 1",
        "s1, a.csv, row 1, column 'Colour': no such column [unknown_column]",
        "s2: no row for 2026-10-30 [missing_source]",
        "next: lingtan try-source s1",
    ]


def test_nothing_wrong_raises_nothing() -> None:
    gate.raise_if_held([], [], [])


def test_preview_says_what_would_become_of_rows_and_writes_nothing(small: Settings) -> None:
    small_house.run(small)
    rows = [
        small_house.reading("2026-01-01 00:00", "10"),
        small_house.reading("2026-01-01 00:00", "10"),
        small_house.reading("2026-01-02 00:00", "n/a"),
        small_house.reading("2026-01-02 00:15", "3", unit="m3"),
        small_house.reading("2026-01-02 00:30", "3"),
    ]
    small_house.send(small, "meter_readings", "20260103T0000", rows)
    landing.land(["meter_readings"], settings=small)
    (record,) = landing.records(["meter_readings"], settings=small)
    before = lake.state_hash(settings=small)

    preview = gate.preview("meter_readings", landing.rows(record, settings=small), settings=small)

    assert preview.counts == {"read": 5, "accepted": 2, "rejected": 2, "superseded": 1, "marked": 0}
    assert [(entry["rule"], entry["rows"]) for entry in preview.rules] == [
        ("wrong_type", 1),
        ("unit_fits_medium_in_set", 1),
    ]
    assert preview.amounts["kWh"] == {"read": "23", "accepted": "13", "rejected": "0", "superseded": "10"}
    assert [str(outcome.partition) for outcome in preview.outcomes] == [
        "meter_readings/CN-FAST/2026-01-01",
        "meter_readings/CN-FAST/2026-01-02",
    ]
    assert lake.state_hash(settings=small) == before


def test_preview_of_no_rows_is_empty(small: Settings) -> None:
    small_house.send(
        small, "meter_readings", "20260103T0000", [small_house.reading("2026-01-01 00:00", "10")]
    )
    landing.land(["meter_readings"], settings=small)
    (record,) = landing.records(["meter_readings"], settings=small)

    preview = gate.preview("meter_readings", landing.rows(record, settings=small).slice(0, 0), settings=small)

    assert (preview.counts["read"], preview.outcomes) == (0, [])


def test_great_expectations_is_not_imported_when_nothing_is_stale(house: Settings) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from lingtan import gate; gate.accept([]); gate.raise_if_held([], [], []); "
        "print([m for m in ('great_expectations', 'pandas', 'pyarrow', 'duckdb') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
