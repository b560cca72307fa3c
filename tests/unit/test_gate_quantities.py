"""Units in any usual spelling and mean power, before the gate judges them. Amounts worked by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from suite_rows import GOOD, batch

from lingtan import settings, units
from lingtan.gate import frames, judging, quantities

UNITS = units.table(settings.load().units_seed)
MEAN_POWER = frames.RawFile("sender", "aa", "sent.csv", None, is_mean_power=True, interval_minutes=15)


def counted(*changes: dict, file: frames.RawFile = MEAN_POWER) -> frames.Batch:
    """Readings, the good one with `changes`, as they are judged."""
    made = batch("meter_readings", [GOOD["meter_readings"] | change for change in changes])
    rows, written = quantities.counted([made.rows], [file], made.contract, UNITS)
    return replace(made, rows=rows, written=written)


@pytest.mark.parametrize(
    ("power", "unit", "minutes", "energy"),
    [
        pytest.param("400", "kW", 15, ("100", "kWh"), id="400 kW for a quarter of an hour"),
        pytest.param("0.4", "MW", 30, ("0.2", "MWh"), id="0.4 MW for half an hour"),
        pytest.param("1", "kW", 5, ("0.083333333", "kWh"), id="a twelfth, rounded to nine decimals"),
        pytest.param("8", "kW", 5, ("0.666666667", "kWh"), id="eight twelfths, rounded up"),
        pytest.param("0.000000002", "kW", 15, ("0", "kWh"), id="half of the last decimal, to the even digit"),
        pytest.param("-6", "KW", 10, ("-1", "kWh"), id="a power below zero in another spelling"),
        pytest.param("42.5", "kWh", 15, ("42.5", "kWh"), id="energy stays"),
    ],
)
def test_a_declared_mean_power_is_energy(
    power: str, unit: str, minutes: int, energy: tuple[str, str]
) -> None:
    rows = counted({"amount": Decimal(power), "unit": unit, "interval_minutes": minutes}).rows

    assert (rows["amount"].to_pylist(), rows["unit"].to_pylist()) == ([Decimal(energy[0])], [energy[1]])


def test_the_interval_of_the_source_holds_where_the_row_states_none() -> None:
    found = counted({"amount": Decimal(400), "unit": "kW"}, {"amount": Decimal(1), "unit": "kWh"})

    assert found.rows["amount"].to_pylist() == [100, 1]
    assert found.rows["interval_minutes"].to_pylist() == [15, None]
    assert found.written.to_pylist() == [{"rn": 0, "written_unit": "kW", "written_amount": Decimal(400)}]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        pytest.param(replace(MEAN_POWER, is_mean_power=False), {}, id="not declared"),
        pytest.param(MEAN_POWER, {"interval_minutes": 0}, id="no interval"),
        pytest.param(MEAN_POWER, {"amount": Decimal(10**16)}, id="more than the contract could hold"),
    ],
)
def test_a_power_that_cannot_be_energy_stays_a_power(file: frames.RawFile, change: dict) -> None:
    assert counted({"unit": "kW"} | change, file=file).rows["unit"].to_pylist() == ["kW"]


def test_a_power_nobody_declared_is_told_what_to_declare() -> None:
    (outcome,) = judging.judge(batch("meter_readings", [GOOD["meter_readings"] | {"unit": "kW"}]))

    sentence = {row["rule"]: row["sentence"] for row in outcome.quarantine.to_pylist()}["is_no_power_in_set"]
    assert "amount_is: mean_power" in sentence


def test_one_unit_in_two_spellings_is_one_unit_in_the_books_and_no_conflict() -> None:
    (outcome,) = judging.judge(counted({"unit": "KWH"}, {"unit": "kWh"}))

    assert outcome.amounts == {
        "kWh": {"read": "85", "accepted": "42.5", "rejected": "0", "superseded": "42.5"}
    }
    assert outcome.accepted["unit"].to_pylist() == ["kWh"]
    assert outcome.rules == []


def test_what_the_sender_wrote_stands_in_the_quarantine() -> None:
    (outcome,) = judging.judge(counted({"meter_code": "E9", "amount": Decimal(400), "unit": "KW"}))

    rows = {row["rule"]: json.loads(row["row_json"]) for row in outcome.quarantine.to_pylist()}
    assert [rows["declared_meter_not_null"][name] for name in ("unit", "amount")] == ["KW", "400.000000000"]
