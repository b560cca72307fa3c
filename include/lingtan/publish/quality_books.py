"""What was judged of every source: the counts of the lake's pointers, told apart by where rows came from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lingtan import lake
from lingtan.landing.raw_records import RawRecord
from lingtan.settings import Settings


@dataclass
class Books:
    """What is known of one source: rows by what became of them, rows that wait for their judgement; the
    partitions that were judged, and in how many a rule was broken; warnings by rule and column.
    """

    rows: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    partitions: set[str] = field(default_factory=set)
    broken: Counter[str] = field(default_factory=Counter)
    warnings: dict[tuple[str, str | None], dict[str, Any]] = field(default_factory=dict)

    def warn(self, rule: Mapping[str, Any], rows: int) -> None:
        known = self.warnings.setdefault((rule["rule"], rule["column"]), dict(rule) | {"rows": 0})
        known["rows"] += rows


def by_source(
    records: Mapping[str, list[RawRecord]], rejected: Mapping[tuple[str, str], int], settings: Settings
) -> dict[str, Books]:
    """The pointers' counts, told apart by source. A partition whose files have changed since it was judged
    waits with all its rows.
    """
    books = {name: Books() for name in records}
    sent: dict[str, Counter[str]] = defaultdict(Counter)
    for name, there in records.items():
        for record in there:
            for key, part in record.partitions.items():
                sent[f"{record.table}/{key}"][name] += part["rows"]
    pointers = lake.pointers(settings=settings)
    for partition, rows in sent.items():
        pointer = pointers.get(partition)
        if pointer is None or pointer["counts"]["read"] != rows.total():
            for name, waiting in rows.items():
                books[name].waiting += waiting
            continue
        for name in rows:
            books[name].partitions.add(partition)
            books[name].broken.update({rule["rule"] for rule in pointer["rules"]})
        if len(rows) == 1:
            (name,) = rows
            books[name].rows.update(pointer["counts"])
            for rule in pointer["rules"]:
                if rule["severity"] == "warning":
                    books[name].warn(rule, rule["rows"])
        else:
            _divide(partition, pointer, rows, rejected, books, settings)
    return books


def _divide(
    partition: str,
    pointer: lake.Pointer,
    rows: Mapping[str, int],
    rejected: Mapping[tuple[str, str], int],
    books: Mapping[str, Books],
    settings: Settings,
) -> None:
    """Counts of a partition that several sources feed, by where its accepted rows came from."""
    import pyarrow.parquet as pq

    accepted: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    marks: Counter[tuple[str, str]] = Counter()
    if pointer["file"]:
        kept = pq.ParquetFile(settings.var / pointer["file"]).read(columns=["source_file", "marks"])
        for row in kept.to_pylist():
            name = row["source_file"].rpartition("/")[0]
            accepted[name] += 1
            if row["marks"]:
                marked[name] += 1
                marks.update((name, mark) for mark in row["marks"].split(";"))
    for name, read in rows.items():
        own = {"read": read, "accepted": accepted[name], "rejected": rejected.get((name, partition), 0)}
        own |= {"superseded": read - own["accepted"] - own["rejected"], "marked": marked[name]}
        books[name].rows.update(own)
        for rule in pointer["rules"]:
            # a warning without rows speaks of the whole partition
            if rule["severity"] == "warning" and (marks[name, rule["rule"]] or not rule["rows"]):
                books[name].warn(rule, marks[name, rule["rule"]])
