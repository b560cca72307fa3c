"""How files become rows: one module per format turns bytes into a `Grid` of text cells; `read` types them by
the contract. A value that cannot be typed empties its cell and says so in the row; only a file as a whole is
refused.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from lingtan.contracts import Contract
from lingtan.errors import Finding, RefusedFileError
from lingtan.sources.entry import Source

if TYPE_CHECKING:
    import pyarrow

    from lingtan.sources.grid import Grid

# Part of every record's read_hash: a change of how files are read re-reads them all.
READER_VERSION = "3"

LEFT_OUT = b"left_out"  # of the metadata of rows as read: how many rows the entry leaves out


@cache
def formats() -> dict[str, ModuleType]:
    """The modules `<format>_file.py` of this folder by the word sources.yml has for them. Each says `FORMAT`,
    that word; `KEYS`, the keys of an entry only it knows; and `read(data, source, file_name) -> Grid`. One
    whose columns have no names in the file says `HEADERS`, those it gives them.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.endswith("_file"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.FORMAT: module for module in modules}


def read(data: bytes, source: Source, contract: Contract, file_name: str) -> pyarrow.Table:
    """One row per row of the file: the contract's columns (null where absent or unreadable), `source_row`
    (int64, as a person counts, header included), the fault columns (null on readable rows) and
    `sender_stated_at` (UTC, null unless the source states it in a column). The schema's metadata
    say LEFT_OUT.

    Raises RefusedFileError when the file cannot be read, is empty, or its headers are not the agreed ones.
    """
    from lingtan.sources import day_rows, left_out, rows

    grid = formats()[source.format].read(data, source, file_name)
    minutes = source.interval_minutes
    if source.wide:
        minutes = minutes or day_rows.minutes(grid, source, source.wide, file_name)
        grid = day_rows.long(grid, source, source.wide, file_name)
    _check_headers(grid, source, file_name)
    grid, count = left_out.without(grid, source)
    return rows.typed(grid, source, contract, minutes).replace_schema_metadata({LEFT_OUT: str(count)})


def _check_headers(grid: Grid, source: Source, file_name: str) -> None:
    """An unknown header and a missing one are not guessed around: the sender changed the file."""

    def refuse(rule: str, header: str, sentence: str) -> RefusedFileError:
        return RefusedFileError(Finding(rule, sentence, source.name, file_name, source.header_row, header))

    present = [header for header in grid.headers if header]
    for header in sorted({header for header in present if present.count(header) > 1}):
        raise refuse(
            "duplicate_column", header, f"header {header!r} stands over several columns; name each one once"
        )
    for header in sorted(source.headers - set(present)):
        doubts = ["delimiter"] if len(present) == 1 else [] if header.isascii() else ["encoding"]
        hint = "".join(f"; is the {doubt} right?" for doubt in doubts if source.format == "csv")
        raise refuse(
            "missing_column",
            header,
            f"no column {header!r} in the file, which has {', '.join(map(repr, present))}{hint}; send it, "
            "or correct "
            f"`columns` of source {source.name} in sources.yml",
        )
    for header in present:
        if header not in source.headers and header not in source.ignore:
            raise refuse(
                "unknown_column",
                header,
                f"nobody said what column {header!r} means; map it under `columns` of source {source.name} "
                "in "
                "sources.yml, or name it under `ignore`",
            )
