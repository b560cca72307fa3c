"""Written dates and times -> microseconds of the clock on the wall, all at once. Patterns of numbers, English
month names and AM/PM (%Y %y %m %b %B %d %H %I %p %M %S) are read this way; any other pattern is left to
`datetime.strptime`, one distinct text at a time.
"""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from lingtan.sources import grid as grids

if TYPE_CHECKING:
    import numpy
    import pyarrow

DAY = 86_400_000_000  # microseconds
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DIRECTIVES = {
    "Y": "(?P<Y>[0-9]{4})",
    "y": "(?P<y>[0-9]{2})",
    "m": "(?P<m>[0-9]{1,2})",
    "b": f"(?P<b>{'|'.join(name[:3] for name in _MONTHS)})",
    "B": f"(?P<B>{'|'.join(_MONTHS)})",
    "d": "(?P<d>[0-9]{1,2})",
    "H": "(?P<H>[0-9]{1,2})",
    "I": "(?P<I>[0-9]{1,2})",
    "p": "(?P<p>AM|PM|上午|下午)",
    "M": "(?P<M>[0-9]{1,2})",
    "S": "(?P<S>[0-9]{1,2})",
}
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_BLANKS = "[\\s\u00a0\u202f\u3000]+"  # Windows writes a narrow one before AM and PM
_PARTS = (("Y", "y"), ("m", "b", "B"), ("d",))  # what a date needs one of each
_TIME_OF_DAY = re.compile(r"%[HIMSpf]")
_DATE = re.compile(r"%[YymbBdj]")


def has_time_of_day(pattern: str) -> bool:
    return _TIME_OF_DAY.search(pattern) is not None


def halves(pattern: str) -> tuple[str, str] | None:
    """A pattern of a date, one blank and a time of day, as two patterns; None when it is not of that form."""
    first = _TIME_OF_DAY.search(pattern)
    blank = pattern.rfind(" ", 0, first.start()) if first else -1
    written_date, time_of_day = pattern[: max(blank, 0)], pattern[blank + 1 :]
    if not written_date.strip() or _DATE.search(time_of_day) or not _DATE.search(written_date):
        return None
    return written_date, time_of_day


@cache
def expression(pattern: str) -> str | None:
    """The regular expression (RE2) of a pattern `wall_clock` can read, None for any other pattern."""
    parts = re.split(r"%(.)", pattern)
    literals, directives = parts[::2], parts[1::2]
    if "%" in "".join(literals) or not set(directives) <= set(_DIRECTIVES):
        return None
    if len(set(directives)) < len(directives) or ("I" in directives) != ("p" in directives):
        return None
    if any(sum(name in directives for name in names) != 1 for names in _PARTS):
        return None
    if {"H", "I"} <= set(directives):
        return None
    # digits run together leave no doubt only when every field has its full width
    glued = {
        name
        for i, pair in enumerate(itertools.pairwise(directives))
        if not literals[i + 1] and not set(pair) & {"b", "B", "p"}
        for name in pair
    }
    fields = [
        _DIRECTIVES[name].replace("{1,2}", "{2}") if name in glued else _DIRECTIVES[name]
        for name in directives
    ]
    written = [_literal(literal) for literal in literals]
    middle = "".join(field + literal for field, literal in zip(fields, written[1:], strict=True))
    return f"^(?i){written[0]}{middle}$"


def _literal(text: str) -> str:
    """What stands between the fields; a blank may be any run of blanks."""
    return _BLANKS.join(re.escape(piece) for piece in re.split(r"\s+", text))


def wall_clock(
    text: pyarrow.Array, pattern: str, *, midnight_closes: bool = False
) -> tuple[numpy.ndarray, numpy.ndarray] | None:
    """(microseconds since 1970 of the written date and time, whether the text could be read); None when the
    pattern is not one `expression` knows.

    24:00 is the midnight after the written date; with `midnight_closes` 00:00 is it too.
    """
    import numpy as np
    import pyarrow.compute as pc

    shape = expression(pattern)
    if shape is None:
        return None
    part, is_read = _at_full_width(text, pattern), np.ones(len(text), dtype=bool)
    if part is None:
        found = pc.extract_regex(text, shape)
        part, is_read = _numbers_of(found), found.is_valid().to_numpy(zero_copy_only=False)
    closes = (part["H"] == 24) & (part["M"] == 0) & (part["S"] == 0)
    is_read &= (part["m"] >= 1) & (part["m"] <= 12) & (part["d"] >= 1) & (part["Y"] >= 1)
    is_read &= ((part["H"] >= 0) & (part["H"] <= 23) | closes) & (part["M"] <= 59) & (part["S"] <= 59)
    month = ((part["Y"] - 1970) * 12 + part["m"] - 1).astype("datetime64[M]")
    day = month.astype("datetime64[D]") + (part["d"] - 1)
    is_read &= day.astype("datetime64[M]") == month  # 30 February is no day
    seconds = part["H"] * 3600 + part["M"] * 60 + part["S"]
    if midnight_closes:
        seconds = np.where(seconds == 0, 86_400, seconds)
    return day.astype(np.int64) * DAY + seconds * 1_000_000, is_read


def _at_full_width(text: pyarrow.Array, pattern: str) -> dict[str, numpy.ndarray] | None:
    """Y, m, d, H, M and S as numbers, 0 where not written; None unless every text is written to the letter of
    the pattern, each number with all its digits. It saves most files the search for an expression.
    """
    import numpy as np

    parts = re.split(r"%(.)", pattern)
    widths = [_WIDTHS.get(part) if i % 2 else len(part.encode()) for i, part in enumerate(parts)]
    ends, letters = grids.letters_of(text)
    if None in widths or text.null_count or (np.diff(ends) != sum(widths)).any():
        return None
    square = letters[ends[0] : ends[-1]].reshape(len(text), sum(widths))
    numbers = {name: np.zeros(len(text), dtype=np.int64) for name in _WIDTHS}
    columns = np.split(square, np.cumsum(widths)[:-1], axis=1)
    for i, (part, width, written) in enumerate(zip(parts, widths, columns, strict=True)):
        if i % 2:
            digits = written - ord("0")  # without sign: what stands before 0 comes out above 9
            if digits.max(initial=0) > 9:
                return None
            numbers[part] = digits @ (10 ** np.arange(width)[::-1])
        elif (written != np.frombuffer(part.encode(), dtype=np.uint8)).any():
            return None
    return numbers


def _numbers_of(found: pyarrow.StructArray) -> dict[str, numpy.ndarray]:
    """Y, m, d, H (0 to 24; -1 = no such hour), M and S as numbers, 0 where not written."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    written = {field.name for field in found.type}
    part: dict[str, numpy.ndarray] = {
        name: pc.fill_null(pc.struct_field(found, name).cast(pa.int64()), 0).to_numpy()
        if name in written
        else np.zeros(len(found), dtype=np.int64)
        for name in ("Y", "y", "m", "d", "H", "I", "M", "S")
    }
    if "y" in written:
        part["Y"] = np.where(part["y"] < 69, 2000 + part["y"], 1900 + part["y"])  # as POSIX pivots
    for name in {"b", "B"} & written:
        first = pc.utf8_slice_codeunits(pc.utf8_lower(pc.struct_field(found, name)), 0, 3)
        names = pa.array([month[:3].lower() for month in _MONTHS])
        part["m"] = pc.fill_null(pc.index_in(first, names), -1).to_numpy().astype(np.int64) + 1
    if "p" in written:
        half = pc.is_in(pc.utf8_lower(pc.struct_field(found, "p")), pa.array(["pm", "下午"]))
        hour = part["I"] % 12 + 12 * half.to_numpy(zero_copy_only=False)
        part["H"] = np.where((part["I"] >= 1) & (part["I"] <= 12), hour, -1)
    return part


def parsed(word: str, pattern: str, zone: tzinfo) -> datetime:
    """One text of any pattern: by the offset it states in UTC, else as the clock on the wall of `zone`.

    Raises ValueError when it is not of that form; digits other than 0 to 9 are none.
    """
    if any(letter.isdigit() and not letter.isascii() for letter in word):
        raise ValueError(f"digits of another script in {word!r}")
    if "%z" in pattern:
        return datetime.strptime(word, pattern).astimezone(UTC)
    return datetime.strptime(word, pattern).replace(tzinfo=zone)
