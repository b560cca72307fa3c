"""What was checked of a source: every rule of its suite, with how much it judged and how much failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from lingtan import quarantine
from lingtan.publish import suites
from lingtan.publish.quality_books import Books
from lingtan.sources.entry import Source

_REJECTING = """
select source, concat_ws('/', "table", installation, key) as partition, rule, count(*) as rows
from rejects group by all
"""
_UNPLACED = "unplaced"  # read and judged, but of no partition

Rejecting = Mapping[str, list[tuple[str, str, int]]]


def rejecting(connection: Any) -> Rejecting:
    """By source: (partition, rule, rejected rows that fail it), asked of `quarantine.rejects`."""
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for source, *failing in connection.execute(_REJECTING).fetchall():
        found[source].append(tuple(failing))
    return found


def checks(
    source: Source, rules: Iterable[suites.Row], books: Books, failing: Iterable[tuple[str, str, int]]
) -> list[dict[str, Any]]:
    """[{rule, column, severity, of, checked, failing, sentence}] in the order of the suite. `of`: rows, or
    partitions where the rule judges them as a whole. A row that could not be read was checked by no rule; a
    warning fails with the accepted rows it marks.
    """
    suite = [rule for rule in rules if rule[0] == source.table]
    names = {name for _, _, name, *_ in suite}
    rows: Counter[str] = Counter()
    unread = 0
    for partition, name, count in failing:
        if partition in books.partitions:
            rows[name] += count
            unread += 0 if name in names or name == _UNPLACED else count
    for (name, _), warning in books.warnings.items():
        rows[name] += warning["rows"]
    said = []
    for _, _, name, column, severity, is_row, sentence, _ in suite:
        checked, failed = (
            (books.rows["read"] - unread, rows[name])
            if is_row
            else (len(books.partitions), books.broken[name])
        )
        said.append(
            {
                "rule": name,
                "column": quarantine.header_of(source, column),
                "severity": severity,
                "of": "rows" if is_row else "partitions",
                "checked": checked,
                "failing": failed,
                "sentence": sentence,
            }
        )
    return said
