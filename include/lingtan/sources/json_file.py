"""JSON: a list of records, somewhere in the document -> text cells. A header is the path of a value inside
its record, the steps joined by dots. Numbers stay the digits that were written; no float is made of them.

`source_row` is the record's place in the list, from 1. A value that a record leaves out or gives as null is
an empty cell. Where a key is written twice in one object, the last one counts, as JSON parsers have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lingtan.sources import grid as grids
from lingtan.sources import json_shape
from lingtan.sources.entry import Source
from lingtan.sources.grid import Fault, Grid

FORMAT = "json"
KEYS = ("records",)

_BYTE = re.compile(r"byte (\d+)")
_SHOWN = 80  # characters of a value in a message


@dataclass
class Records:
    """The records of one document. `values[path][i]` is what record i + 1 has there, None where nothing.
    `present`: the paths at least one record has. `faults`: (record from 0, path; "" = the record itself) ->
    what stands there instead of one value.
    """

    count: int
    values: Mapping[str, Sequence[str | int | bool | None]]
    present: set[str] = field(default_factory=set)
    faults: dict[tuple[int, str], Any] = field(default_factory=dict)


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """Text cells. Raises RefusedFileError as `records` does."""
    import numpy as np
    import pyarrow as pa

    found = records(data, source, file_name)
    # a record may leave out what the contract does not ask for, and so may all of them
    headers = [path for path in found.values if path in found.present or not _is_required(path, source)]
    columns = [pa.array([_text(value) for value in found.values[path]], pa.string()) for path in headers]
    faults: dict[int, Fault] = {}
    for (row, path), value in found.faults.items():
        faults.setdefault(row, _fault(path, value, source))
    return Grid(headers, columns, np.arange(1, found.count + 1), faults, {})


def records(data: bytes, source: Source, file_name: str) -> Records:
    """Parse a document and hold it against the entry: every value stands where `columns`, `timestamp` or
    `ignore` expect one.

    Raises RefusedFileError: unreadable_file (with the line), missing_records (no list where `records` says),
    unknown_column (with the record), empty_file.
    """
    import msgspec

    data = data.removeprefix(grids.BOM)
    try:
        found = _of_agreed_form(json_shape.of(source).columns(data), source)
        if found is not None:
            return found
        document = msgspec.json.Decoder(float_hook=json_shape.fraction(source.decimal)).decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        at = _BYTE.search(str(error))
        raise grids.refuse(
            "unreadable_file",
            f"the file is no JSON ({error}); send it again as it left the system",
            source.name,
            file_name,
            row=data.count(b"\n", 0, int(at[1])) + 1 if at else None,
        ) from error
    listed = _at(document, source.records)
    if not isinstance(listed, list):
        where = f"at {source.records!r}" if source.records else "at its top"
        raise grids.refuse(
            "missing_records",
            f"the document has no list of records {where}; correct `records` of source {source.name} in "
            "sources.yml, or send the document whole",
            source.name,
            file_name,
            column=source.records,
        )
    if not listed:
        raise grids.empty(source.name, file_name)
    return _Walk(source, file_name, listed).found


def _of_agreed_form(columns: dict[str, tuple[Any, ...]] | None, source: Source) -> Records | None:
    """Records that need no closer look: there are some, and they have what the contract asks for."""
    count = len(next(iter(columns.values()))) if columns else 0
    if columns is None or count == 0:
        return None
    silent = {path for path, values in columns.items() if values[0] is None and values.count(None) == count}
    if any(_is_required(path, source) for path in silent):
        return None
    return Records(count, columns, columns.keys() - silent)


class _Walk:
    """Takes the values of every record to where they belong."""

    def __init__(self, source: Source, file_name: str, listed: list[Any]) -> None:
        self.source, self.file_name = source, file_name
        self.values: dict[str, list[Any]] = {path: [None] * len(listed) for path in sorted(source.headers)}
        self.found = Records(len(listed), self.values)
        tree = json_shape.tree(source.headers, source.ignore)
        for row, record in enumerate(listed):
            if record.__class__ is dict:
                self.take(record, tree, "", row)
            else:
                self.found.faults[row, ""] = record

    def take(self, part: dict[str, Any], tree: dict[str, Any], above: str, row: int) -> None:
        for key, value in part.items():
            if key not in tree:
                raise self.unknown(above + key, value, row)
            below = tree[key]
            if below is None:
                continue
            if below.__class__ is str:
                self.found.present.add(below)
                if value.__class__ is list or value.__class__ is dict:
                    self.found.faults[row, below] = value
                else:
                    self.values[below][row] = value
            elif value.__class__ is dict:
                self.take(value, below, f"{above}{key}.", row)
            elif value is not None:
                self.found.faults[row, above + key] = value

    def unknown(self, path: str, value: Any, row: int) -> Exception:
        return grids.refuse(
            "unknown_column",
            f"nobody said what {path!r} means; map it under `columns` of source {self.source.name} in "
            "sources.yml, or name it under `ignore`",
            self.source.name,
            self.file_name,
            row=row + 1,
            column=path,
            value=str(value)[:_SHOWN],
        )


def _at(document: Any, path: str | None) -> Any:
    for step in path.split(".") if path else ():
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _text(value: str | int | bool | None) -> str | None:
    if value.__class__ is str:
        return value.strip() or None
    if value is None:
        return None
    return str(value).lower()  # True and False; a whole number has no case


def _is_required(path: str, source: Source) -> bool:
    column = source.column_of(path)
    return column is None or source.contract.field(column).required


def _fault(path: str, value: Any, source: Source) -> Fault:
    kind = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else "one value"
    if not path:
        column, expected = None, "a record with its keys"
    else:
        inside = _below(path, source.headers)
        expected = f"one value at {path!r}"
        if inside != path:
            expected = f"an object with {inside.removeprefix(path + '.')!r} at {path!r}"
        column = source.column_of(inside)
    sentence = f"{expected} was expected, and {kind} stands there; send the record in the agreed form"
    return Fault("wrong_type", sentence, column, str(value)[:_SHOWN])


def _below(path: str, headers: Iterable[str]) -> str:
    """The path itself where it is read, else the first that is read below it."""
    return path if path in headers else min(name for name in headers if name.startswith(f"{path}."))
