"""Every suite: a good frame passes, one broken row per expectation fails, the sender reads why. Stock Great
Expectations is asked for the same verdicts in tests/faults.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import small_house
from suite_rows import GOOD, batch, breaks, rules_of

from lingtan import contracts
from lingtan.gate import judging


@pytest.mark.parametrize("table", contracts.names())
def test_a_good_frame_passes_every_expectation(table: str) -> None:
    (outcome,) = judging.judge(batch(table, [GOOD[table]]))

    assert (outcome.state, outcome.rules) == ("accepted", [])
    assert outcome.counts == {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0, "marked": 0}


@pytest.mark.parametrize("table", contracts.names())
def test_every_expectation_fails_on_the_frame_made_to_break_it(table: str) -> None:
    rules = rules_of(table)
    rows = [GOOD[table] | breaks(table, rule.name) for rule in rules if rule.is_row]
    numbered = [row | {"part": part} for part, row in enumerate(rows)]

    outcomes = judging.judge(batch(table, numbered, parts=len(rows)))

    for rule, outcome in zip([rule for rule in rules if rule.is_row], outcomes, strict=True):
        fired = {entry["rule"] for entry in outcome.rules}
        quarantined = set(outcome.quarantine["rule"].to_pylist())
        assert rule.name in (quarantined if rule.is_critical else fired), rule.name
        if rule.is_critical:  # nothing good is left of the partition
            assert outcome.state == "held"
            assert "row_count_between" in fired


def test_a_bare_cubic_metre_of_gas_is_told_which_conditions_there_are() -> None:
    (outcome,) = judging.judge(
        batch("meter_readings", [GOOD["meter_readings"] | {"meter_code": "G1", "unit": "m3"}])
    )

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "unit_fits_medium_in_set")
    assert (row["column"], row["value"], row["source_row"]) == ("unit", "m3", 2)
    assert all(unit in row["sentence"] for unit in ("Nm3", "m3_0c", "m3_15c", "m3_20c"))


def test_an_unknown_unit_is_told_which_units_are_known() -> None:
    (outcome,) = judging.judge(batch("receipts", [GOOD["receipts"] | {"unit": "ton"}]))

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "known_unit_not_null")
    assert (row["column"], row["value"]) == ("unit", "ton")
    assert "Known: Wh, kWh, MWh" in row["sentence"]


def test_a_correction_may_be_less_than_zero_and_nothing_else() -> None:
    credit = GOOD["activity_data"] | {"kind": "correction", "amount": Decimal(-50)}

    (outcome,) = judging.judge(batch("activity_data", [credit]))

    assert outcome.counts["accepted"] == 1


def test_an_amount_beyond_the_feeder_in_another_unit_is_told_how_far() -> None:
    """The feeder carries 400 kWh an hour, 100 kWh in a quarter of it: 42.5 MWh are 425 times as much."""
    (outcome,) = judging.judge(batch("meter_readings", [GOOD["meter_readings"] | {"unit": "MWh"}]))

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "share_of_nameplate_between_2")
    assert (row["column"], row["value"]) == ("amount", "42.5")
    assert row["sentence"].startswith(
        "42.5 MWh in 15 min is 425 times what feeder E1 carries; is it kWh? No feeder carries twice"
    )


@pytest.mark.parametrize(
    ("amount", "unit", "share"),
    [
        pytest.param("0.0425", "MWh", "0.425", id="42.5 of 100 kWh"),
        pytest.param("153", "MJ", "0.425", id="3.6 MJ is 1 kWh"),
        pytest.param("42500", "Wh", "0.425", id="a thousand Wh is 1 kWh"),
        pytest.param("42.5", "m3", None, id="no energy"),
    ],
)
def test_the_nameplate_holds_in_every_unit_of_its_dimension(
    amount: str, unit: str, share: str | None
) -> None:
    judged = batch("meter_readings", [GOOD["meter_readings"] | {"amount": Decimal(amount), "unit": unit}])

    (found,) = small_house.frame_of(judged)["share_of_nameplate"].to_pylist()

    assert (found and round(found, 9)) == (share and Decimal(share))


@pytest.mark.parametrize("unknown", ["amount", "max_per_hour"])
def test_a_nameplate_nobody_knows_marks_nothing(unknown: str) -> None:
    reading, meter = GOOD["meter_readings"], GOOD["meters"]
    judged = batch("meter_readings", [reading | {unknown: None}] if unknown in reading else [reading])
    masters = {
        "meters": small_house.table_of("meters", [meter | {unknown: None} if unknown in meter else meter])
    }

    assert small_house.frame_of(replace(judged, masters=masters))["share_of_nameplate"].to_pylist() == [None]
