"""How a number is written wherever it leaves as text, so that equal numbers are equal texts. Knows nobody."""

from __future__ import annotations

from decimal import Decimal

RATIO_PLACES = Decimal("1e-12")  # doubles are ratios, equal on every engine to nine places; twelve are kept


def plain(value: Decimal | float) -> str:
    """A number as its shortest exact text: `Decimal('1.2300')` -> `1.23`, `Decimal('1E+3')` -> `1000`."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value)).quantize(RATIO_PLACES)
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
