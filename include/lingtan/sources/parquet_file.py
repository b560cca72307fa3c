"""Parquet: columns of any flat type -> text cells. Whole numbers and decimals keep every digit; of a float
the 15 digits count that it can hold whatever they are, as in a workbook. Times are written in the source's
own format, so that typed and written ones are judged by the same rules.

`source_row` counts the rows of the file from 1.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from lingtan.errors import RefusedFileError
from lingtan.sources import grid as grids
from lingtan.sources import stamps
from lingtan.sources.entry import Source
from lingtan.sources.grid import Grid

if TYPE_CHECKING:
    import pyarrow

FORMAT = "parquet"
KEYS = ()

_NO_DAY = date(1900, 1, 1)  # what strptime takes where a pattern has no date
_SURE_DIGITS = 15  # of a double; a decimal of that many survives being one


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """Text cells. Raises RefusedFileError: unreadable_file, empty_file, wrong_type (a column of lists or of
    bytes, or instants where the source's format has local times).
    """
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    if not data:
        raise grids.empty(source.name, file_name)
    try:
        table = parquet.ParquetFile(pa.BufferReader(data)).read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise grids.refuse(
            "unreadable_file",
            f"the file cannot be read as Parquet ({error}); write it again and send it",
            source.name,
            file_name,
        ) from error
    if table.num_rows == 0:
        raise grids.empty(source.name, file_name)
    nothing = pa.nulls(table.num_rows, pa.string())
    columns = [
        _cells(table.column(place).combine_chunks(), header, source, file_name)
        if header in source.headers or (source.wide and header not in source.ignore)
        else nothing
        for place, header in enumerate(table.column_names)
    ]
    return Grid(table.column_names, columns, np.arange(1, table.num_rows + 1), {}, {})


def _cells(column: pyarrow.Array, header: str, source: Source, file_name: str) -> pyarrow.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    try:
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_time(kind):
            return _times(column, header, source, file_name)
        if pa.types.is_floating(kind):
            return _floats(column, source)
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            raise _wrong_type(header, f"holds {kind}", source, file_name)
        text = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _wrong_type(header, f"holds {kind} ({error})", source, file_name) from error
    if pa.types.is_decimal(kind) and source.decimal != ".":
        return pc.replace_substring(text, ".", source.decimal)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = pc.utf8_trim_whitespace(text)
        return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    return text


def _wrong_type(header: str, what: str, source: Source, file_name: str) -> RefusedFileError:
    return grids.refuse(
        "wrong_type",
        f"column {header!r} {what}, which cannot be a cell; write it as text, a number or a time",
        source.name,
        file_name,
        column=header,
    )


def _floats(column: pyarrow.Array, source: Source) -> pyarrow.Array:
    """The shortest text of each number, cut to the digits a double is sure of where there are more."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = column.cast(pa.string())
    long = pc.indices_nonzero(pc.greater(pc.utf8_length(text), _SURE_DIGITS)).to_pylist()
    if long:
        short = [f"{Decimal(format(column[place].as_py(), f'.{_SURE_DIGITS}g')):f}" for place in long]
        is_long = pc.fill_null(pc.greater(pc.utf8_length(text), _SURE_DIGITS), False)
        text = pc.replace_with_mask(text, is_long, pa.array(short, pa.string()))
    return text if source.decimal == "." else pc.replace_substring(text, ".", source.decimal)


def _times(column: pyarrow.Array, header: str, source: Source, file_name: str) -> pyarrow.Array:
    """Dates and times as the source writes them."""
    import pyarrow as pa

    pattern = _pattern(header, source)
    if pattern is None:
        return column.cast(pa.string())
    is_instant = getattr(column.type, "tz", None) is not None
    if is_instant != ("%z" in pattern):
        raise _wrong_type(
            header,
            f"holds instants, while the source's {pattern!r} has no %z for their offset from UTC"
            if is_instant
            else f"holds times without an offset from UTC, while the source's {pattern!r} asks for one",
            source,
            file_name,
        )
    kind = pa.timestamp("us")
    if not pa.types.is_timestamp(column.type):
        kind = pa.date32() if pa.types.is_date(column.type) else pa.time64("us")
    encoded = column.cast(kind).dictionary_encode()
    written = [_written(moment, pattern) for moment in encoded.dictionary.to_pylist()]
    return pa.array(written, pa.string()).take(encoded.indices)


def _pattern(header: str, source: Source) -> str | None:
    """The format in which the source writes dates or times of a column; None where it writes none."""
    stamp = source.timestamp
    halves = stamps.halves(stamp.format) if stamp else None
    if source.wide and header == source.wide.date:
        return halves[0] if halves else None
    if stamp and header in stamp.headers:
        return halves[stamp.headers.index(header)] if stamp.time_column and halves else stamp.format
    if source.stated_at and header == source.stated_at.column:
        return source.stated_at.format
    name = source.column_of(header)
    return source.dates if name and source.contract.field(name).type == "date" else None


def _written(moment: date | time, pattern: str) -> str:
    """The moment in the agreed form; whole where that form would hide part of it, to be seen and refused."""
    if isinstance(moment, time):
        whole = datetime.combine(_NO_DAY, moment)
    else:
        whole = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    if "%z" in pattern:
        whole = whole.replace(tzinfo=UTC)  # instants are kept in UTC
    written = whole.strftime(pattern)
    try:
        read = datetime.strptime(written, pattern).replace(tzinfo=UTC)
    except ValueError:
        return str(moment)
    return written if read == whole.replace(tzinfo=UTC) else str(moment)
