"""Typed cells of a workbook -> trimmed texts, null = empty: as the source writes its dates, times and
numbers. Columns of numbers and of stamps are written at once; in any other each different cell is written
once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lingtan.sources import grid as grids

if TYPE_CHECKING:
    import pyarrow

EXCEL_DIGITS = (
    15  # Excel keeps and shows so many; what a float adds behind them is noise of binary arithmetic
)
_PLACES = {"Y": (0, 4), "m": (5, 7), "d": (8, 10), "H": (11, 13), "M": (14, 16), "S": (17, 19)}


@dataclass(frozen=True)
class Form:
    """How a column is written: the decimal mark, and the patterns of typed dates and times of day where the
    source has any.
    """

    decimal: str
    dates: str | None = None
    times: str | None = None

    def write(self, cell: Any) -> str:
        """One cell as text."""
        if isinstance(cell, str):
            return cell
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, int | float):
            return _number(cell).replace(".", self.decimal)
        if isinstance(cell, date):
            return _date(cell, self.dates) if self.dates else str(cell)
        if isinstance(cell, time | timedelta):
            return _time(cell, self.times) if self.times else str(cell)
        return ""


def texts(column: Sequence[Any], form: Form) -> pyarrow.Array:
    """A column of typed cells; "" is an empty one."""
    import pyarrow as pa

    kinds = set(map(type, column))
    if kinds <= {str}:
        text = pa.array(column, type=pa.string())
    else:
        text = _at_once(column, kinds, form)
        if text is None:
            text = _one_by_one(column, kinds, form)
    return grids.trimmed(text)


def _one_by_one(column: Sequence[Any], kinds: set[type], form: Form) -> pyarrow.Array:
    import pyarrow as pa

    if bool in kinds:  # true and 1 are equal in Python, and are not the same cell
        return pa.array([form.write(cell) for cell in column], type=pa.string())
    written = {cell: form.write(cell) for cell in dict.fromkeys(column)}
    return pa.array([written[cell] for cell in column], type=pa.string())


def _at_once(column: Sequence[Any], kinds: set[type], form: Form) -> pyarrow.Array | None:
    """A column of nothing but numbers, or of dates with a pattern of plain numbers; None for any other."""
    is_number = kinds <= {float, int, str}
    if not is_number and not (kinds <= {date, datetime, str} and form.dates):
        return None
    cells = [None if cell == "" else cell for cell in column] if str in kinds else column
    if str in set(map(type, cells)):
        return None
    return _numbers(cells, form) if is_number else _stamps(cells, form.dates or "")


def _numbers(cells: Sequence[float | None], form: Form) -> pyarrow.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(cells, type=pa.float64()).cast(pa.string())
    # the shortest text of a float has no noise in it as long as it has no more digits than Excel keeps
    odd = pc.or_(pc.greater(pc.utf8_length(text), EXCEL_DIGITS), pc.match_substring(text, "e"))
    odd = pc.fill_null(odd, False)
    if pc.any(odd).as_py():
        rewritten = [_number(cells[row] or 0) for row in pc.indices_nonzero(odd).to_pylist()]
        text = pc.replace_with_mask(text, odd, pa.array(rewritten, type=pa.string()))
    return pc.replace_substring(text, ".", form.decimal) if form.decimal != "." else text


def _number(cell: float) -> str:
    """The decimal Excel shows; a code typed as a number loses its ".0"."""
    return f"{Decimal(format(cell, f'.{EXCEL_DIGITS}g')).normalize():f}"


def _stamps(cells: Sequence[date | None], pattern: str) -> pyarrow.Array | None:
    """None when the pattern does not consist of numbers alone or would hide part of a cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = re.split(r"%(.)", pattern)
    literals, directives = parts[::2], parts[1::2]
    if not set(directives) <= set(_PLACES):
        return None
    moments = [
        cell if cell is None or type(cell) is datetime else datetime.combine(cell, time()) for cell in cells
    ]
    # serial days are floats: 03:15 may arrive as 03:14:59.999
    half_a_second = pa.scalar(timedelta(milliseconds=500), type=pa.duration("us"))
    later = pc.add(pa.array(moments, type=pa.timestamp("us")), half_a_second)
    whole = pc.floor_temporal(later, unit="second").cast(pa.timestamp("s")).cast(pa.string())
    for directive in {"H", "M", "S"} - set(directives):
        if pc.any(pc.not_equal(pc.utf8_slice_codeunits(whole, *_PLACES[directive]), "00")).as_py():
            return None
    pieces: list[Any] = [pa.scalar(literals[0])]
    for literal, directive in zip(literals[1:], directives, strict=True):
        pieces += [pc.utf8_slice_codeunits(whole, *_PLACES[directive]), pa.scalar(literal)]
    return pc.binary_join_element_wise(*pieces, "")


def _date(cell: date, pattern: str) -> str:
    """As the pattern writes it, unless that would hide part of it: then in full, to be seen and refused."""
    if isinstance(cell, datetime):
        cell = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    written = cell.strftime(pattern)
    moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
    try:
        if datetime.strptime(written, pattern).replace(tzinfo=UTC) == moment.replace(tzinfo=UTC):
            return written
    except ValueError:
        pass
    return str(cell)


def _time(cell: time | timedelta, pattern: str) -> str:
    """A time of day; a duration of a whole day is 24:00."""
    midnight = datetime(2000, 1, 1, tzinfo=UTC)
    since = cell if isinstance(cell, timedelta) else datetime.combine(midnight, cell, UTC) - midnight
    seconds = round(since.total_seconds())
    if seconds == 86_400 and "%H" in pattern:
        return midnight.strftime(pattern.replace("%H", "24"))
    moment = midnight + timedelta(seconds=seconds)
    written = moment.strftime(pattern)
    read = datetime.strptime(written, pattern).replace(tzinfo=UTC)
    is_told = moment.date() == midnight.date() and read.time() == moment.time()
    return written if is_told else str(cell)
