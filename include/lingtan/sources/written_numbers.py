"""Numbers as senders write them -> plain texts of digits, sign, decimal mark and exponent. Only a cell whose
marks stand where they belong is changed; any other is left to be refused as it was written.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from lingtan.sources.entry import Source

if TYPE_CHECKING:
    import pyarrow

FLOAT_DIGITS = 15  # decimal digits a binary float (IEEE 754 double) always carries unchanged
_FLOAT = Context(prec=FLOAT_DIGITS)
# a thousands mark and the signs that are printed for it: non-breaking blanks, the typographic apostrophe
_MARKS = {",": ",", ".": r"\.", " ": "[ \u00a0\u202f]", "'": "['\u2019]"}


def plain(text: pyarrow.Array, source: Source, places: int) -> pyarrow.Array:
    """The cells of a number column, of which the contract holds `places` decimals, by the entry's `thousands`
    and `numbers`.
    """
    if source.thousands:
        text = _ungrouped(text, source.thousands, source.decimal)
    if source.numbers == "floats":
        text = _denoised(text, source.decimal)
    if source.numbers == "rounded":
        text = _rounded(text, source.decimal, places)
    return text


def _ungrouped(text: pyarrow.Array, thousands: str, decimal: str) -> pyarrow.Array:
    """1,234,567.8 -> 1234567.8; 12,34 and 1,234567 are no groups of three and stay."""
    import pyarrow.compute as pc

    mark = _MARKS[thousands]
    grouped = pc.match_substring_regex(
        text, rf"^[+-]?[0-9]{{1,3}}({mark}[0-9]{{3}})+({re.escape(decimal)}[0-9]*)?$"
    )
    return pc.if_else(grouped, pc.replace_substring_regex(text, mark, ""), text)


def _denoised(text: pyarrow.Array, decimal: str) -> pyarrow.Array:
    """-0.14699999999999999 -> -0.147: what stands behind the digits a float carries is noise of its form."""
    import pyarrow as pa
    import pyarrow.compute as pc

    mark = re.escape(decimal)
    is_number = pc.match_substring_regex(text, rf"^[+-]?[0-9]+({mark}[0-9]*)?([eE][+-]?[0-9]{{1,3}})?$")
    long = pc.and_(is_number, pc.greater(pc.utf8_length(text), FLOAT_DIGITS + 1))
    rows = pc.indices_nonzero(pc.fill_null(long, False)).to_pylist()
    if not rows:
        return text
    exact = [Decimal(text[row].as_py().replace(decimal, ".")) for row in rows]
    shorter = [
        format(_FLOAT.create_decimal(number).normalize(), "f").replace(".", decimal) for number in exact
    ]
    return pc.replace_with_mask(text, pc.fill_null(long, False), pa.array(shorter, type=pa.string()))


def _rounded(text: pyarrow.Array, decimal: str, places: int) -> pyarrow.Array:
    """5347.61445783133 -> 5347.614457831 where nine decimals are held; half to the even digit."""
    import pyarrow as pa
    import pyarrow.compute as pc

    mark = re.escape(decimal)
    fine = pc.match_substring_regex(text, rf"^[+-]?[0-9]*{mark}[0-9]{{{places + 1},}}$")
    rows = pc.indices_nonzero(pc.fill_null(fine, False)).to_pylist()
    if not rows:
        return text
    exact = [Decimal(text[row].as_py().replace(decimal, ".")) for row in rows]
    cut = [f"{number:.{places}f}".replace(".", decimal) for number in exact]
    return pc.replace_with_mask(text, pc.fill_null(fine, False), pa.array(cut, type=pa.string()))
