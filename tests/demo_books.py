"""What the lake says became of the demo's rows, beside what its manifest says must become of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import PurePosixPath

from lingtan import catalog, lake, quarantine
from lingtan.samples.company import PREFIX
from lingtan.samples.truth import Manifest
from lingtan.settings import Settings

Books = dict[
    tuple[str, str | None], Counter[str]
]  # (table, installation, None = all) -> rows by what, and rule


def stated(manifest: Manifest, settings: Settings) -> Books:
    works_of = {prefix: installation for installation, prefix in PREFIX.items()}
    books: Books = defaultdict(Counter)
    for name, source in manifest.sources.items():
        table = catalog.load(settings)[name].table
        books[table, works_of.get(name.split("_")[0])] += Counter(
            read=source.rows,
            accepted=source.accepted,
            rejected=sum(source.rejected.values()),
            superseded=source.superseded,
            marked=sum(source.marked.values()),
            **source.rejected,
            **source.marked,
        )
    return books


def found(manifest: Manifest, settings: Settings) -> Books:
    known = stated(manifest, settings)
    books: Books = defaultdict(Counter)
    for pointer in lake.pointers(settings=settings).values():
        works = pointer["installation"] if (pointer["table"], pointer["installation"]) in known else None
        counts = {what: rows for what, rows in pointer["counts"].items() if rows}
        rules = Counter()
        for rule in pointer["rules"]:
            rules[rule["rule"]] += rule["rows"]
        books[pointer["table"], works] += Counter(counts) + rules
    return books


Place = tuple[str, str, int]  # source, file, row


def planted_rejects(manifest: Manifest) -> dict[Place, str | None]:
    """Every row that a planted fault must have rejected, and its rule."""
    return {
        (fault.source, PurePosixPath(fault.file).name, row): fault.rule
        for fault in manifest.planted
        if fault.outcome == "rejected"
        for row in fault.rows
    }


def rejects(settings: Settings) -> dict[Place, set[str]]:
    """Every row in quarantine, and the rules it fails."""
    found: dict[Place, set[str]] = defaultdict(set)
    with quarantine.rejects(settings, None, None) as connection:
        for *place, rule in connection.execute(
            "select source, file_name, source_row, rule from rejects"
        ).fetchall():
            found[tuple(place)].add(rule)
    return found


def accuses_the_planted_rows_alone(manifest: Manifest, settings: Settings) -> bool:
    """Whether the rows in quarantine are those of planted faults, each there for what was planted."""
    planted, found = planted_rejects(manifest), rejects(settings)
    return planted.keys() == found.keys() and all(rule in found[place] for place, rule in planted.items())
