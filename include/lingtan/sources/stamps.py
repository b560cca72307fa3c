"""Written dates and times -> microseconds of the clock on the wall, all at once. Patterns of plain numbers
(%Y %m %d %H %M %S) are read this way; any other pattern is left to `datetime.strptime`, one distinct text at
a time.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    import pyarrow

DAY = 86_400_000_000  # microseconds
_DIRECTIVES = {
    "Y": "(?P<Y>[0-9]{4})",
    "m": "(?P<m>[0-9]{1,2})",
    "d": "(?P<d>[0-9]{1,2})",
    "H": "(?P<H>[0-9]{1,2})",
    "M": "(?P<M>[0-9]{1,2})",
    "S": "(?P<S>[0-9]{1,2})",
}


@cache
def expression(pattern: str) -> str | None:
    """The regular expression of a pattern of plain numbers, None for any other pattern."""
    parts = re.split(r"%(.)", pattern)
    literals, directives = parts[::2], parts[1::2]
    if len(set(directives)) < len(directives) or not {"Y", "m", "d"} <= set(directives) <= set(_DIRECTIVES):
        return None
    if any("%" in literal or not literal.isascii() or " " in literal.strip(" ") for literal in literals):
        return None
    # digits run together leave no doubt only when every field has its full width
    glued = not all(literals[1:-1])
    fields = [
        _DIRECTIVES[name].replace("{1,2}", "{2}") if glued else _DIRECTIVES[name] for name in directives
    ]
    middle = "".join(field + re.escape(literal) for field, literal in zip(fields, literals[1:], strict=True))
    return f"^{re.escape(literals[0])}{middle}$"


def wall_clock(text: pyarrow.Array, pattern: str) -> tuple[numpy.ndarray, numpy.ndarray] | None:
    """(microseconds since 1970 of the written date and time, whether the text could be read); None when the
    pattern is not one of plain numbers.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    shape = expression(pattern)
    if shape is None:
        return None
    found = pc.extract_regex(text, shape)
    written = {field.name for field in found.type}
    part: dict[str, numpy.ndarray] = {
        name: pc.fill_null(pc.struct_field(found, name).cast(pa.int64()), 0).to_numpy()
        if name in written
        else np.zeros(len(text), dtype=np.int64)
        for name in _DIRECTIVES
    }
    is_read = found.is_valid().to_numpy(zero_copy_only=False)
    is_read &= (part["m"] >= 1) & (part["m"] <= 12) & (part["d"] >= 1) & (part["Y"] >= 1)
    is_read &= (part["H"] <= 23) & (part["M"] <= 59) & (part["S"] <= 59)
    month = ((part["Y"] - 1970) * 12 + part["m"] - 1).astype("datetime64[M]")
    day = month.astype("datetime64[D]") + (part["d"] - 1)
    is_read &= day.astype("datetime64[M]") == month  # 30 February is no day
    seconds = part["H"] * 3600 + part["M"] * 60 + part["S"]
    return day.astype(np.int64) * DAY + seconds * 1_000_000, is_read
