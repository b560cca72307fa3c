"""Judge a source again after a fix: `lingtan requeue SOURCE [--json]` does now what the next night would do
for it and the master data it looks up, and says what passed.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from lingtan import catalog, contracts, lake, landing
from lingtan import settings as lingtan_settings
from lingtan.quarantine import is_empty, many, quarantine, rejects
from lingtan.settings import Settings

_log = logging.getLogger(__name__)


def requeue(name: str, settings: Settings | None = None) -> dict[str, Any]:
    """Read the kept files of a source again where their entry or contract has changed, land what is new for
    it and for the tables it looks up, judge every partition whose inputs differ, and compare:

    `source`, `table`, `files` {kept, read_again, new}, `judged` partitions, `before` and `after` as
    `quarantine` says, `rows` {passed, still_rejected, newly_rejected}. A row of a file that is refused by now
    has not passed. Raises ConfigurationError for an unknown source.
    """
    settings = settings or lingtan_settings.load()
    known = catalog.load(settings)
    if name not in known:
        raise catalog.unknown_source(name, known, settings)
    tables = _with_lookups(known[name].table)
    kept = {record.id for record in _records(name, known[name].table, settings)}
    before, rejected_before = quarantine(name, settings=settings), _rejected(name, settings)
    new = landing.land(tables, settings=settings).new
    stale = lake.stale(tables, settings=settings)
    if stale:
        from lingtan import gate

        gate.accept(stale, settings=settings, progress=_log.info)
    after, rejected_after = quarantine(name, settings=settings), _rejected(name, settings)
    records = _records(name, known[name].table, settings)
    refused = {record.id for record in records if record.finding is not None}
    passed = {
        place: rows for place, rows in (rejected_before - rejected_after).items() if place[0] not in refused
    }
    fallen = (rejected_after - rejected_before).total()
    read_again = len(kept.intersection(new))
    return {
        "source": name,
        "table": known[name].table,
        "files": {
            "kept": len(records),
            "read_again": read_again,
            "new": len(records) - len(kept),
        },
        "judged": len(stale),
        "before": before,
        "after": after,
        "rows": {
            "passed": sum(passed.values()),
            "still_rejected": rejected_after.total() - fallen,
            "newly_rejected": fallen,
        },
    }


def _with_lookups(table: str) -> list[str]:
    """A table after all that it looks up, near and far."""
    wanted = {table}
    for name in reversed(contracts.names()):
        if name in wanted:
            wanted |= set(contracts.load(name).masters)
    return [name for name in contracts.names() if name in wanted]


def _records(name: str, table: str, settings: Settings) -> list[landing.RawRecord]:
    return [record for record in landing.records([table], settings=settings) if record.source == name]


def _rejected(name: str, settings: Settings) -> Counter[tuple[str, int]]:
    """Rejected rows by file and line; a line may be many rows."""
    statement = "select source_file, source_row, cast(sum(copies) as bigint) from rejected_rows group by all"
    with rejects(settings, name) as connection:
        return Counter({(file, row): rows for file, row, rows in connection.execute(statement).fetchall()})


def render(found: Mapping[str, Any]) -> str:
    """The comparison for people, on a terminal."""
    files, rows = found["files"], found["rows"]
    lines = [
        f"{found['source']} -> {found['table']}: {many(files['kept'], 'file')} kept, "
        f"{files['read_again']} read again, {files['new']} new; {many(found['judged'], 'partition')} judged",
        "",
    ]
    stakes = [_stakes(found[when]) for when in ("before", "after")]
    table = [["", "before", "after"]]
    for label in dict.fromkeys([*stakes[0], *stakes[1]]):
        table.append([label, *(stake.get(label, "0") for stake in stakes)])
    widths = [max(len(line[at]) for line in table) for at in range(3)]
    lines += [
        f"  {line[0].ljust(widths[0])}  {line[1].rjust(widths[1])}  {line[2].rjust(widths[2])}"
        for line in table
    ]
    lines += [
        "",
        f"{many(rows['passed'], 'row')} passed, {rows['still_rejected']} still rejected, "
        f"{rows['newly_rejected']} newly rejected",
    ]
    if found["judged"]:
        lines.append("the figures follow with the next build: trigger build_footprints, or wait for 06:30")
    if not is_empty(found["after"]):
        lines.append(f"next: lingtan quarantine --source {found['source']}")
    return "\n".join(lines)


def _stakes(found: Mapping[str, Any]) -> dict[str, str]:
    """What one side of the comparison shows, by label; what is not there is 0."""
    said = {"rows rejected": f"{found['rows']:,}"}
    for entry in found["sources"]:
        for rule in entry["rules"]:
            column = f" ({rule['column']})" if rule["column"] else ""
            said[f"  {rule['rule']}{column}"] = f"{rule['rows']:,}"
        for unit, amount in entry["amounts"].items():
            said[f"{unit or 'no unit'} at stake"] = amount
    said["partitions held"] = str(len(found["held"]))
    said["files refused"] = str(len(found["refused"]))
    return said


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 nothing of the source is rejected, held or refused any more, 1 something is, 2 no such
    source.
    """
    parser = argparse.ArgumentParser("lingtan requeue", description="Judge a source again after a fix.")
    parser.add_argument("source", metavar="SOURCE", help="a source of sources.yml")
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    asked = parser.parse_args(argv)
    found = requeue(asked.source)
    print(json.dumps(found, indent=1, ensure_ascii=False) if asked.json else render(found))
    return 0 if is_empty(found["after"]) else 1
