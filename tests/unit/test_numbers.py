"""How a number is written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lingtan import numbers


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
    assert numbers.plain(value) == written
