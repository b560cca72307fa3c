"""Every suite judged by the gate and by stock Great Expectations on pandas: the same verdicts, row by row."""

from __future__ import annotations

import pytest
import small_house
import suite_rows

from lingtan import contracts
from lingtan.gate import judging
from lingtan.gate.stock_verdicts import StockExpectations


@pytest.fixture(scope="module")
def stock() -> StockExpectations:
    return StockExpectations()


@pytest.mark.parametrize("table", contracts.names())
def test_stock_great_expectations_finds_the_same_failing_rows(table: str, stock: StockExpectations) -> None:
    rules = [rule for rule in suite_rows.rules_of(table) if rule.is_row]
    rows = [
        suite_rows.GOOD[table],
        *(suite_rows.GOOD[table] | suite_rows.breaks(table, rule.name) for rule in rules),
    ]
    judged = suite_rows.batch(table, [row | {"part": part} for part, row in enumerate(rows)], parts=len(rows))

    outcomes = judging.judge(judged)
    by_stock = stock.judge([rule.expectation for rule in rules], small_house.frame_of(judged))

    for rule, verdict in zip(rules, by_stock, strict=True):
        assert rule.is_translated, rule.name
        if rule.is_critical:
            found = {
                n for n, outcome in enumerate(outcomes) if rule.name in outcome.quarantine["rule"].to_pylist()
            }
            assert found == set(verdict.failing), rule.name
        else:
            marked = {
                n for n, outcome in enumerate(outcomes) if rule.name in outcome.accepted["marks"].to_pylist()
            }
            assert marked == {n for n in verdict.failing if outcomes[n].counts["accepted"]}, rule.name
        assert not verdict.success, rule.name


@pytest.mark.parametrize("table", contracts.names())
@pytest.mark.parametrize("rows", [0, 1])
def test_stock_great_expectations_gives_the_same_verdicts_on_a_batch(
    table: str, rows: int, stock: StockExpectations
) -> None:
    rules = [rule for rule in suite_rows.rules_of(table) if not rule.is_row]
    judged = suite_rows.batch(table, [suite_rows.GOOD[table]] * rows)

    (outcome,) = judging.judge(judged)
    by_stock = stock.judge([rule.expectation for rule in rules], small_house.frame_of(judged))

    fired = {entry["rule"] for entry in outcome.rules}
    assert {rule.name for rule in rules if rule.name in fired} == {
        rule.name for rule, verdict in zip(rules, by_stock, strict=True) if not verdict.success
    }
    assert bool(fired) == (rows == 0)
