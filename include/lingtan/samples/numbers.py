"""Exact decimals as text: every amount of the demo is a whole number of small steps."""

from __future__ import annotations


def decimal_text(steps: int, places: int) -> str:
    """Whole steps of 10^-places as a plain decimal, for example (12500, 3) -> '12.500'."""
    if places == 0:
        return str(steps)
    sign, digits = ("-", -steps) if steps < 0 else ("", steps)
    whole, part = divmod(int(digits), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"
