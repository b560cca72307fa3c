"""What the gate asks of each landed table, as a table of the readers' copy: `reference.gate_rules`.

To read a suite is to import Great Expectations, which takes seconds and memory that no page should spend. So
the rules of a suite that has not changed are taken from the copy before.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lingtan import contracts, gate
from lingtan.settings import Settings

if TYPE_CHECKING:
    import duckdb

NAME = "gate_rules"
COMMENT = "What the gate asks of a landed table: one row per rule of its suite, in the suite's order."
COLUMNS = {
    "table_name": ("varchar", "Landed table."),
    "place": ("integer", "Place in the suite, from 1."),
    "rule": ("varchar", "Name of the rule, `<column>_<what it asks>`."),
    "column_name": ("varchar", "Column it speaks of; empty where it speaks of the whole partition."),
    "severity": ("varchar", "critical (rejects the row or holds the partition) or warning (marks the row)."),
    "is_row": ("boolean", "Whether single rows are judged by it, or the partition as a whole."),
    "sentence": ("varchar", "What the sender is told."),
    "edition": ("varchar", "sha256 of all that the rules of the table are made from."),
}
Row = tuple[str, int, str, str | None, str, bool, str, str]


def rows(settings: Settings, before: Iterable[Row]) -> list[Row]:
    """The rules of all suites, in the order of COLUMNS; `before`: those of the copy before."""
    known: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in before:
        known[row[0], row[-1]].append(row)
    found = []
    for table in contracts.names():
        edition = _edition(table, settings)
        found += known.get((table, edition)) or _read(table, edition, settings)
    return found


def told(copy: duckdb.DuckDBPyConnection) -> list[Row]:
    """The rules as a readers' copy has them; nothing where it was made before it had any."""
    import duckdb

    try:
        return copy.execute(
            f"select {', '.join(COLUMNS)} from reference.{NAME} order by table_name, place"
        ).fetchall()
    except duckdb.CatalogException:
        return []


def _read(table: str, edition: str, settings: Settings) -> list[Row]:
    return [
        (table, place, rule.name, rule.column, rule.severity, rule.is_row, rule.sentence, edition)
        for place, rule in enumerate(gate.suite(table, settings=settings), start=1)
    ]


def _edition(table: str, settings: Settings) -> str:
    parts = [
        (settings.expectations / f"{table}.py").read_bytes(),
        contracts.load(table).sha256.encode(),
        settings.units_seed.read_bytes(),
    ]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
