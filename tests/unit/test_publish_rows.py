"""How a published value is written."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from lingtan.publish import rows


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
