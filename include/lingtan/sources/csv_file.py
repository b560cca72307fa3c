"""CSV: bytes of any encoding Python knows -> text cells, by pyarrow's reader. Quoting as in RFC 4180."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lingtan.sources import grid as grids
from lingtan.sources.entry import Source
from lingtan.sources.grid import Fault, Grid

if TYPE_CHECKING:
    import numpy
    import pyarrow
    import pyarrow.csv

FORMAT = "csv"
KEYS = ("encoding", "delimiter", "header_rows")
_BLOCK = 1 << 22  # bytes read at once: fewer pieces to join


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """Text cells below the header. Raises RefusedFileError: wrong_encoding, unreadable_file, empty_file."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    data = utf8(data, source, file_name)
    if not data or data.isspace():
        raise grids.empty(source.name, file_name)
    above, lines_above = _above(data, source, file_name)
    ragged: dict[int, pyarrow.csv.InvalidRow] = {}

    first = source.header_row + source.header_rows - 1  # where a person counts the last row of the header

    def keep_aside(row: pyarrow.csv.InvalidRow) -> str:
        ragged[row.number - lines_above + first - 1] = row
        return "skip"

    try:
        # The header is read as the first row: header and cells are then quoted and counted by the same rules.
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, skip_rows=lines_above, autogenerate_column_names=True, block_size=_BLOCK
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=source.delimiter,
                newlines_in_values=b'"' in data,
                ignore_empty_lines=False,
                invalid_row_handler=keep_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                default_column_type=pa.string(), strings_can_be_null=True, null_values=[""], check_utf8=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise grids.refuse(
            "unreadable_file", f"the file cannot be read as CSV: {error}", source.name, file_name
        ) from error
    return _grid(table.combine_chunks(), first, above, ragged, data, source, file_name)


def _above(data: bytes, source: Source, file_name: str) -> tuple[list[list[str]], int]:
    """The rows of a header of several rows but its last, and the lines of text before that last row."""
    count = source.header_row + source.header_rows - 2
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    reader = csv.reader(text, delimiter=source.delimiter)
    try:
        rows = list(itertools.islice(reader, count))
    except csv.Error as error:
        raise grids.refuse(
            "unreadable_file",
            f"the rows above the header cannot be read as CSV: {error}",
            source.name,
            file_name,
            row=reader.line_num,
        ) from error
    return [_carried(row) for row in rows[source.header_row - 1 :]], reader.line_num


def _carried(row: list[str]) -> list[str]:
    """An upper row of the header: a text stands over the columns after it, up to the next text."""
    carried = itertools.accumulate(row, lambda left, text: text if text.strip() else left)
    return list(carried)


def utf8(data: bytes, source: Source, file_name: str) -> bytes:
    encoding = source.encoding
    is_utf8 = encoding.lower().replace("_", "-") in {"utf-8", "utf8"}
    if is_utf8 and data.isascii() and b"\x00" not in data:
        return data
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise grids.refuse(
            "wrong_encoding",
            f"the file is not written in {encoding}; save it so, or correct `encoding` of source "
            f"{source.name}",
            source.name,
            file_name,
            row=data.count(b"\n", 0, at) + 1,
            value=repr(data[at : at + 8])[2:-1],
        ) from error
    if "\x00" in text:
        raise grids.refuse(
            "wrong_encoding",
            f"the file holds NUL characters: it is no text in {encoding} (saved as UTF-16 or as a workbook?)",
            source.name,
            file_name,
            row=text.count("\n", 0, text.index("\x00")) + 1,
        )
    return (data if is_utf8 else text.encode()).removeprefix(grids.BOM)


def _grid(
    table: pyarrow.Table,
    first: int,
    above: list[list[str]],
    ragged: dict[int, pyarrow.csv.InvalidRow],
    data: bytes,
    source: Source,
    file_name: str,
) -> Grid:
    import numpy as np
    import pyarrow as pa

    broken = {number: row for number, row in ragged.items() if row.text.strip()}
    if table.num_rows == 0 or (table.num_rows == 1 and not broken):
        raise grids.empty(source.name, file_name)
    numbers = np.arange(first, first + table.num_rows + len(ragged))
    if ragged:
        numbers = np.setdiff1d(numbers, list(ragged))
    columns = [grids.trimmed(column.combine_chunks()) for column in table.columns]
    headers = grids.headers_of([*above, [column[0].as_py() or "" for column in columns]])
    columns, numbers = [column.slice(1) for column in columns], numbers[1:]
    if data.count(b'"', 0, data.rfind(b'"') + 1) % 2:
        _check_quotes(columns, numbers, broken, source, file_name)
    if not broken:
        return grids.make(headers, columns, numbers)
    # A row that is too long or too short keeps its place: all its cells empty, and a fault that says so.
    order = np.argsort(np.concatenate([numbers, sorted(broken)]), kind="stable")
    numbers = np.concatenate([numbers, sorted(broken)])[order]
    columns = [
        pa.concat_arrays([column, pa.nulls(len(broken), pa.string())]).take(pa.array(order))
        for column in columns
    ]
    faults = {
        number: Fault(
            "wrong_number_of_cells",
            f"the row has {row.actual_columns} cells where the header has {row.expected_columns}; a stray "
            f"{source.delimiter!r} must stand in quotes",
            value=row.text,
        )
        for number, row in broken.items()
    }
    return grids.make(headers, columns, numbers, row_faults=faults)


def _check_quotes(
    columns: list[pyarrow.Array],
    numbers: numpy.ndarray,
    broken: Mapping[int, pyarrow.csv.InvalidRow],
    source: Source,
    file_name: str,
) -> None:
    """An opening quote that never closes swallows every row after it into one cell."""
    import pyarrow.compute as pc

    swollen = {number: row.text for number, row in broken.items() if "\n" in row.text}
    for column in columns:
        spread = pc.match_substring(column, "\n")
        if pc.any(spread).as_py():
            position = pc.index(spread, True).as_py()
            swollen[int(numbers[position])] = column[position].as_py()
    if swollen:
        row = max(swollen)
        raise grids.refuse(
            "unreadable_file",
            "a quotation mark opens here and never closes; close it, or double it if it is part of the text",
            source.name,
            file_name,
            row=row,
            value=swollen[row][:80],
        )
