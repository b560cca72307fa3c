"""A sheet of text cells, the common form of every tabular format before its cells are typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingtan.errors import Finding, RefusedFileError

if TYPE_CHECKING:
    import numpy
    import pyarrow


BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Fault:
    """Why a row could not be read in full; `column` is the contract's, None when the row itself is broken."""

    rule: str
    sentence: str
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Grid:
    """Columns of trimmed text, null = empty cell, blank rows left out. `row_numbers` count as a person sees
    the file; `faults` are already known to the format's reader, by position of the row and header.
    """

    headers: list[str]
    columns: list[pyarrow.Array]
    row_numbers: numpy.ndarray
    row_faults: dict[int, Fault]
    cell_faults: dict[tuple[int, str], str]  # (position, header) -> what stands there instead of a value


def make(
    headers: list[str],
    columns: list[pyarrow.Array],
    row_numbers: numpy.ndarray,
    *,
    row_faults: dict[int, Fault] | None = None,
    cell_faults: dict[tuple[int, str], str] | None = None,
) -> Grid:
    """A grid without its blank rows, and without columns that have neither header nor content.

    `row_faults` and `cell_faults` are keyed by row number; a row that has one is not blank.
    """
    import numpy as np
    import pyarrow as pa

    row_faults, cell_faults = row_faults or {}, cell_faults or {}
    kept = [i for i, header in enumerate(headers) if header or columns[i].null_count < len(columns[i])]
    headers = [headers[i] or f"(no header, column {i + 1})" for i in kept]
    columns = [columns[i] for i in kept]
    if columns and all(column.null_count for column in columns):
        filled = np.zeros(len(row_numbers), dtype=bool)
        for column in columns:
            filled |= column.is_valid().to_numpy(zero_copy_only=False)
        if row_faults or cell_faults:
            filled |= np.isin(row_numbers, [*row_faults, *(row for row, _ in cell_faults)])
        if not filled.all():
            mask = pa.array(filled)
            columns = [column.filter(mask) for column in columns]
            row_numbers = row_numbers[filled]
    if not row_faults and not cell_faults:
        return Grid(headers, columns, row_numbers, {}, {})

    def position(row: int) -> int:
        return int(np.searchsorted(row_numbers, row))

    return Grid(
        headers,
        columns,
        row_numbers,
        {position(row): fault for row, fault in row_faults.items()},
        {(position(row), header): text for (row, header), text in cell_faults.items()},
    )


def trimmed(text: pyarrow.Array) -> pyarrow.Array:
    """Cells without the blanks around them; one of nothing but blanks is empty (null)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not _may_have_blanks_around(text):
        return text
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _may_have_blanks_around(text: pyarrow.Array) -> bool:
    """False when every cell that is there begins and ends with a visible character of ASCII."""
    ends, letters = letters_of(text)
    first, last = ends[:-1], ends[1:] - 1
    is_filled = first <= last
    if not is_filled.all():
        is_there = text.is_valid().to_numpy(zero_copy_only=False)
        if (is_there & ~is_filled).any():
            return True
        first, last = first[is_filled], last[is_filled]
    if _all_visible(letters[ends[0] : ends[-1]]):
        return False
    return not (_all_visible(letters[first]) and _all_visible(letters[last]))


def _all_visible(letters: numpy.ndarray) -> bool:
    return letters.size == 0 or bool(letters.min() > ord(" ") and letters.max() <= ord("~"))


def letters_of(text: pyarrow.Array) -> tuple[numpy.ndarray, numpy.ndarray]:
    """(where each cell begins and the last one ends, the bytes of UTF-8 they lie in): cell i is
    `letters[ends[i]:ends[i + 1]]`.
    """
    import numpy as np

    _, offsets, data = text.buffers()
    if data is None or len(text) == 0:
        return np.zeros(len(text) + 1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    ends = np.frombuffer(offsets, dtype=np.int32)[text.offset : text.offset + len(text) + 1]
    return ends, np.frombuffer(data, dtype=np.uint8)


def headers_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """The headers of a table as wide as the last row of them: what stands in several rows is joined by " / ",
    and a line break or a run of blanks is one blank.
    """
    headers = []
    for column in range(len(rows[-1])):
        texts = [" ".join(row[column].split()) for row in rows if column < len(row)]
        headers.append(" / ".join(text for text in texts if text))
    return headers


def refuse(
    rule: str,
    sentence: str,
    source: str,
    file_name: str,
    row: int | None = None,
    value: str | None = None,
    column: str | None = None,
) -> RefusedFileError:
    return RefusedFileError(Finding(rule, sentence, source, file_name, row, column, value))


def empty(source: str, file_name: str) -> RefusedFileError:
    return refuse(
        "empty_file", "the file holds no row of data; send it again with its rows", source, file_name
    )
