"""Numbers are exact decimals from the file to the row: no float, no rounding, no guess about marks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lingtan import catalog, sources
from lingtan.settings import Settings

AMOUNT = pa.decimal128(28, 9)  # what meter_readings promises

Amounts = Callable[..., pa.Table]


@pytest.fixture
def amounts(house: Settings) -> Amounts:
    """Rows of a CSV whose amounts are the given texts."""
    entry = {
        "table": "meter_readings",
        "format": "csv",
        "location": "inbox",
        "files": "*.csv",
        "delimiter": ";",
        "time_zone": "Asia/Shanghai",
        "timestamp": {"column": "Time", "format": "%Y-%m-%d %H:%M"},
        "columns": {
            "installation_code": {"value": "CN-FAST"},
            "meter_code": {"value": "EL"},
            "amount": "Reading",
            "unit": {"value": "kWh"},
            "quality": {"value": "actual"},
        },
    }

    def amounts_(texts: list[str], decimal: str = ".") -> pa.Table:
        house.sources_file.write_text(
            yaml.safe_dump({"sources": {"m": entry | {"decimal": decimal}}}), encoding="utf-8"
        )
        source = catalog.load(house)["m"]
        body = "".join(f"2026-10-30 00:00;{text}\n" for text in texts)
        return sources.read(f"Time;Reading\n{body}".encode(), source, source.contract, "x.csv")

    return amounts_


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0"),
        ("-0.5", "-0.5"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.000000001", "0.000000001"),
        ("1.500000000000", "1.5"),
        ("4E-3", "0.004"),
        ("1.25e3", "1250"),
        ("9999999999999999999.999999999", "9999999999999999999.999999999"),
        ("00012.50", "12.5"),
    ],
)
def test_a_number_arrives_as_it_was_written(amounts: Amounts, text: str, amount: str) -> None:
    alone = amounts([text]).to_pylist()[0]
    beside_a_bad_one = amounts([text, "n/a"]).to_pylist()[0]

    assert (alone["amount"], alone["fault_rule"]) == (Decimal(amount), None)
    assert (beside_a_bad_one["amount"], beside_a_bad_one["fault_rule"]) == (Decimal(amount), None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("n/a", "no number"),
        ("1,5", "no number"),
        ("1 000", "no number"),
        ("1_000", "no number"),
        ("0x10", "no number"),
        ("NaN", "no number"),
        ("inf", "no number"),
        ("12 kWh", "no number"),
        ("１２", "no number"),
        ("--5", "no number"),
        (".", "no number"),
        ("e5", "no number"),
        ("0.0000000001", "more than the 9 decimals"),
        ("-0.14699999999999999", "more than the 9 decimals"),
        ("1e-10", "more than the 9 decimals"),
        ("10000000000000000000", "more than the 19 digits"),
        ("1e30", "more than the 19 digits"),
        ("1e9999", "more than the 19 digits"),
    ],
)
def test_what_cannot_be_held_exactly_is_a_fault(amounts: Amounts, text: str, why: str) -> None:
    rows = amounts(["1", text, "2"]).to_pylist()

    assert [row["amount"] for row in rows] == [1, None, 2]
    assert (rows[1]["fault_rule"], rows[1]["fault_column"], rows[1]["fault_value"]) == (
        "wrong_type",
        "amount",
        text,
    )
    assert why in rows[1]["fault_sentence"]


def test_with_a_decimal_comma_a_point_is_never_taken_for_one(amounts: Amounts) -> None:
    rows = amounts(["1,5", "1.5", "1.234,5", "12"], decimal=",").to_pylist()

    assert [row["amount"] for row in rows] == [Decimal("1.5"), None, None, 12]
    assert [row["fault_value"] for row in rows] == [None, "1.5", "1.234,5", None]


@given(
    st.lists(
        st.decimals(
            min_value=-(10**19) + 1, max_value=10**19 - 1, places=9, allow_nan=False, allow_infinity=False
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([".", ","]),
    st.booleans(),
)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_decimal_the_contract_holds_comes_through_unchanged(
    amounts: Amounts, values: list[Decimal], mark: str, is_one_bad: bool
) -> None:
    texts = [f"{value:f}".replace(".", mark) for value in values] + ["?"] * is_one_bad

    rows = amounts(texts, decimal=mark)

    assert rows["amount"].type == AMOUNT
    assert rows["amount"].to_pylist() == values + [None] * is_one_bad
    assert rows["fault_value"].to_pylist() == [None] * len(values) + ["?"] * is_one_bad
