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

    def amounts_(texts: list[str], decimal: str = ".", **changes: object) -> pa.Table:
        house.sources_file.write_text(
            yaml.safe_dump({"sources": {"m": entry | {"decimal": decimal} | changes}}), encoding="utf-8"
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


@pytest.mark.parametrize(
    ("text", "marks", "amount"),
    [
        pytest.param("1,234,567.5", {"thousands": ","}, "1234567.5", id="commas"),
        pytest.param("-1.234,5", {"thousands": ".", "decimal": ","}, "-1234.5", id="points, decimal comma"),
        pytest.param(
            "1.234", {"thousands": ".", "decimal": ","}, "1234", id="a point that is no decimal mark"
        ),
        pytest.param("12 345,25", {"thousands": " ", "decimal": ","}, "12345.25", id="blanks"),
        pytest.param("12\u00a0345", {"thousands": " "}, "12345", id="blanks that do not break"),
        pytest.param("12\u202f345", {"thousands": " "}, "12345", id="narrow blanks that do not break"),
        pytest.param("1'234'567.89", {"thousands": "'"}, "1234567.89", id="apostrophes"),
        pytest.param("1\u2019234.5", {"thousands": "'"}, "1234.5", id="typographic apostrophes"),
        pytest.param("1234567.5", {"thousands": ","}, "1234567.5", id="marks left out"),
        pytest.param("999", {"thousands": ","}, "999", id="too small for a mark"),
    ],
)
def test_thousands_marks_the_source_announced_are_read(
    amounts: Amounts, text: str, marks: dict[str, str], amount: str
) -> None:
    alone = amounts([text], **marks).to_pylist()[0]
    beside_a_bad_one = amounts([text, "n/a"], **marks).to_pylist()[0]

    assert (alone["amount"], alone["fault_rule"]) == (Decimal(amount), None)
    assert (beside_a_bad_one["amount"], beside_a_bad_one["fault_rule"]) == (Decimal(amount), None)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        pytest.param("1,23", {"thousands": ","}, id="a group of two: a decimal comma?"),
        pytest.param("1,2345", {"thousands": ","}, id="a group of four"),
        pytest.param("1234,567", {"thousands": ","}, id="a first group of four"),
        pytest.param("12,34,567", {"thousands": ","}, id="Indian groups"),
        pytest.param(",234", {"thousands": ","}, id="no first group"),
        pytest.param("1,234,", {"thousands": ","}, id="a last mark without a group"),
        pytest.param("1.234.567", {"thousands": ","}, id="the other mark"),
        pytest.param("1 234", {"thousands": ","}, id="a blank where commas are agreed"),
        pytest.param("1,000.5,000", {"thousands": ","}, id="groups behind the decimal mark"),
        pytest.param("1.5", {"thousands": ".", "decimal": ","}, id="a decimal point for a decimal comma"),
        pytest.param("1'234.5", {"thousands": ".", "decimal": ","}, id="Swiss for German"),
    ],
)
def test_a_value_that_contradicts_the_agreed_marks_is_a_fault(
    amounts: Amounts, text: str, marks: dict[str, str]
) -> None:
    rows = amounts(["1", text, "2"], **marks).to_pylist()

    assert [row["amount"] for row in rows] == [1, None, 2]
    assert (rows[1]["fault_rule"], rows[1]["fault_value"]) == ("wrong_type", text)
    assert f"groups of three with {marks['thousands']!r} between" in rows[1]["fault_sentence"]


def test_a_grouped_number_that_is_too_long_is_shown_as_it_was_written(amounts: Amounts) -> None:
    row = amounts(["1,234.0000000001"], thousands=",").to_pylist()[0]

    assert (row["amount"], row["fault_value"]) == (None, "1,234.0000000001")
    assert "more than the 9 decimals" in row["fault_sentence"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        pytest.param("-0.14699999999999999", "-0.147", id="17 digits of -0.147"),
        pytest.param("4.0000000000000001E-3", "0.004", id="with an exponent"),
        pytest.param("14487.159", "14487.159", id="a short one is left alone"),
        pytest.param("16918.467000000001", "16918.467", id="noise behind three decimals"),
        pytest.param("123456.123456789", "123456.123456789", id="fifteen digits are all kept"),
        pytest.param("1000000000000000000", "1000000000000000000", id="a long round one"),
    ],
)
def test_the_noise_of_floats_is_left_out_where_the_source_says_it_writes_floats(
    amounts: Amounts, text: str, amount: str
) -> None:
    row = amounts([text, "1"], numbers="floats").to_pylist()[0]

    assert (row["amount"], row["fault_rule"]) == (Decimal(amount), None)


def test_floats_keep_the_digits_that_are_no_noise(amounts: Amounts) -> None:
    row = amounts(["0.333333333333333315"], numbers="floats").to_pylist()[0]  # a third

    assert (row["amount"], row["fault_value"]) == (None, "0.333333333333333315")
    assert "more than the 9 decimals" in row["fault_sentence"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(str(2**128 + 5), id="five, for whoever counts in 128 bits"),
        pytest.param("340282366920938463463374607431768211e3", id="the same by its exponent"),
        pytest.param("9" * 400, id="400 digits"),
    ],
)
def test_a_number_that_128_bits_cannot_hold_is_never_another_number(amounts: Amounts, text: str) -> None:
    rows = amounts([text, "7"]).to_pylist()

    assert [(row["amount"], row["fault_value"]) for row in rows] == [(None, text), (7, None)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        pytest.param("5347.61445783133", "5347.614457831", id="eleven decimals"),
        pytest.param("0.0000000005", "0", id="half to the even digit below"),
        pytest.param("0.0000000015", "0.000000002", id="half to the even digit above"),
        pytest.param("-2.5", "-2.5", id="one the contract holds is left alone"),
        pytest.param("12345678901234567890123", None, id="too many digits before the mark stay a fault"),
    ],
)
def test_decimals_behind_those_of_the_contract_are_rounded_where_the_source_says_so(
    amounts: Amounts, text: str, amount: str | None
) -> None:
    rows = amounts([text, "1"], numbers="rounded").to_pylist()

    assert rows[0]["amount"] == (None if amount is None else Decimal(amount))
    assert rows[0]["fault_value"] == (text if amount is None else None)


def test_a_word_for_no_value_is_missing_and_neither_zero_nor_a_fault(amounts: Amounts) -> None:
    rows = amounts(["-", " n/a ", "0", "-5", "N/A"], empty=["-", "n/a"]).to_pylist()

    assert [row["amount"] for row in rows] == [None, None, 0, -5, None]
    assert [row["fault_value"] for row in rows] == [None, None, None, None, "N/A"]


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
