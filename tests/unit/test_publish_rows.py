"""How a published value is written."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from lingtan.publish import rows


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(Decimal("2.532200000000"), "2.5322", id="trailing zeros carry nothing"),
        pytest.param(Decimal("1E+3"), "1000", id="no exponent"),
        pytest.param(Decimal("0.000000000001"), "0.000000000001", id="the twelfth place stays"),
        pytest.param(Decimal("100"), "100", id="zeros before the point stay"),
        pytest.param(Decimal("-0.000"), "0", id="there is one zero"),
        pytest.param(0.1 + 0.2, "0.3", id="a ratio is kept to twelve places"),
    ],
)
def test_equal_numbers_are_written_alike(value, written):
    assert rows.plain(value) == written


def test_json_keeps_every_digit_and_tells_missing_from_zero():
    text = rows.json_array(("a", "b", "c", "d"), [(Decimal("0.123456789012"), None, True, '铝 "6063"')])

    assert text.decode() == '[{"a": 0.123456789012, "b": null, "c": true, "d": "铝 \\"6063\\""}]\n'
    assert json.loads(text)[0]["b"] is None


def test_csv_quotes_what_needs_it_and_leaves_missing_empty():
    text = rows.csv_text(
        ("a", "b", "c", "d"), [(Decimal("1.50"), None, False, 'a "b", c'), (0, "", True, date(2026, 1, 2))]
    )

    assert text.decode() == 'a,b,c,d\n1.5,,false,"a ""b"", c"\n0,,true,2026-01-02\n'


def test_no_rows_are_an_empty_array():
    assert rows.json_array(("a",), []) == b"[]\n"


def test_a_replaced_file_leaves_nothing_beside_it(tmp_path):
    rows.replace(tmp_path / "figures.json", b"old")
    rows.replace(tmp_path / "figures.json", b"new")

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("figures.json", b"new")]
