"""Rejected rows as files for those who sent them: one CSV per sender's file, each line a row and a rule it
fails, with the place, the sentence and the cells as they were sent.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from lingtan import catalog, contracts, landing, sources
from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.files import replacing
from lingtan.landing import raw_records
from lingtan.landing.raw_records import RawRecord
from lingtan.quarantine import header_of, rejects
from lingtan.settings import Settings
from lingtan.sources.entry import Source
from lingtan.sql import identifier

if TYPE_CHECKING:
    from lingtan.sources.grid import Grid

OURS = ("row", "column", "value", "rule", "sentence")

_LINES = """
select source, "table", source_file, file_name, source_row, "column", value, rule, sentence, row_json
from rejects
order by source, file_name, source_file, source_row, row_json, rule
"""


def write(
    folder: Path, *, source: str | None = None, rule: str | None = None, settings: Settings | None = None
) -> list[dict[str, Any]]:
    """Write `folder/<source>/<file>.rejected.csv` per sender's file with a rejected row, or refused as a
    whole; [{source, file, path, lines}]. A file of that name is replaced, no other is touched.
    """
    settings = settings or lingtan_settings.load()
    known = catalog.load(settings)
    records = {record.id: record for record in landing.records(contracts.names(), settings=settings)}
    by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with rejects(settings, source, rule) as connection:
        cursor = connection.execute(_LINES)
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            line = dict(zip(names, row, strict=True))
            by_file[line["source_file"]].append(line)
    made: list[tuple[str, str, str, list[list[str | None]]]] = []
    for source_file, lines in by_file.items():
        first = lines[0]
        table = _table(lines, records.get(source_file), known.get(first["source"]), settings)
        made.append((first["source"], first["file_name"], source_file, table))
    for record in records.values():
        found = record.finding
        if found and source in (None, record.source) and rule in (None, found.rule):
            line = [_text(found.row), found.column, found.value, found.rule, found.sentence]
            made.append((record.source, record.file_name, record.id, [[*OURS], line]))
    return _written(folder, sorted(made, key=lambda entry: entry[:3]))


def _written(
    folder: Path, made: Sequence[tuple[str, str, str, list[list[str | None]]]]
) -> list[dict[str, Any]]:
    shared = Counter((source, PurePosixPath(name).name) for source, name, _, _ in made)
    written = []
    for source, name, source_file, table in made:
        stem = PurePosixPath(name).name
        if shared[source, stem] > 1:  # a corrected file often comes under its old name
            stem = f"{stem}.{source_file.rpartition('/')[2][:8]}"
        path = folder / source / f"{stem}.rejected.csv"
        with replacing(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(table)
        written.append({"source": source, "file": name, "path": str(path), "lines": len(table) - 1})
    return written


def _table(
    lines: Sequence[Mapping[str, Any]], record: RawRecord | None, source: Source | None, settings: Settings
) -> list[list[str | None]]:
    """Headers and lines of one CSV. A file that its entry no longer reads shows the cells the gate judged."""
    headers, cells = _sent(lines, record, source, settings) or _judged(lines)
    table: list[list[str | None]] = [[*OURS, *headers]]
    for line, there in zip(lines, cells, strict=True):
        header = header_of(source, line["column"])
        value = _as_sent(header, dict(zip(headers, there, strict=True))) or line["value"]
        place = [_text(line["source_row"]), header, value]
        table.append([*place, line["rule"], line["sentence"], *there])
    return table


def _as_sent(header: str | None, cells: Mapping[str, str | None]) -> str | None:
    """The cell, or date and time of day, as the sender wrote it and finds it: ours is typed, and in UTC."""
    if header is None or header in cells:
        return cells.get(header or "")
    return " ".join(cells.get(part) or "" for part in header.split(" + ")).strip()


def _judged(lines: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str | None]]]:
    rows = [json.loads(line["row_json"]) for line in lines]
    return list(rows[0]), [[*row.values()] for row in rows]


def _sent(
    lines: Sequence[Mapping[str, Any]], record: RawRecord | None, source: Source | None, settings: Settings
) -> tuple[list[str], list[list[str | None]]] | None:
    """The sender's headers and per line the cells as sent; None when they cannot be read any more."""
    if record is None or source is None:
        return None
    try:
        data = raw_records.raw_file(source.name, record.sha256, settings).read_bytes()
        grid = sources.formats()[source.format].read(data, source, record.file_name)
        positions = _positions(lines, grid, record, settings)
    except (OSError, LingtanError):
        return None
    empty: list[str | None] = [None] * len(grid.headers)
    return grid.headers, [empty if at is None else _cells(grid, at) for at in positions]


def _positions(
    lines: Sequence[Mapping[str, Any]], grid: Grid, record: RawRecord, settings: Settings
) -> list[int | None]:
    """Where each line's row lies in the grid. A line of a file may be many rows of it, one per hour for
    example; then the values tell which is meant.
    """
    wanted = {line["source_row"] for line in lines}
    found: dict[int, list[int]] = defaultdict(list)
    for position, row in enumerate(grid.row_numbers.tolist()):
        if row in wanted:
            found[row].append(position)
    several = [row for row, there in found.items() if len(there) > 1]
    by_values = _by_values(several, grid, record, settings) if several else {}
    met: Counter = Counter()
    positions: list[int | None] = []
    for line in lines:
        row = line["source_row"]
        there = found.get(row, []) if row not in several else by_values.get((row, line["row_json"]), [])
        copy = row, line["row_json"], line["rule"]
        positions.append(there[min(met[copy], len(there) - 1)] if there else None)
        met[copy] += 1
    return positions


def _by_values(
    rows: Iterable[int], grid: Grid, record: RawRecord, settings: Settings
) -> dict[tuple[int, str], list[int]]:
    """Positions of the rows of some lines of a file, by line and by their values as a quarantine file writes
    them. Empty when the file was read otherwise than it is by now.
    """
    import duckdb
    import numpy as np
    import pyarrow as pa

    typed = landing.rows(record, settings=settings)
    if typed["source_row"].to_numpy().tolist() != grid.row_numbers.tolist():
        return {}
    typed = typed.append_column("position", pa.array(np.arange(typed.num_rows)))
    fields = ", ".join(
        f"{identifier(name)} := cast({identifier(name)} as varchar)"
        for name in contracts.load(record.table).columns
    )
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("typed", typed)
        for row, position, values in connection.execute(
            f"select source_row, position, cast(to_json(struct_pack({fields})) as varchar) from typed"
            " where source_row in (select unnest($rows)) order by position",
            {"rows": list(rows)},
        ).fetchall():
            found[row, values].append(position)
    return found


def _cells(grid: Grid, at: int) -> list[str | None]:
    """Cells of one row as sent; a broken cell of a workbook shows what stands in it."""
    return [
        grid.cell_faults.get((at, header), column[at].as_py())
        for header, column in zip(grid.headers, grid.columns, strict=True)
    ]


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
