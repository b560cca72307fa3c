"""What has landed, what is held back, what was published: one look, no change."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from lingtan import settings as lingtan_settings
from lingtan.settings import Settings


def status(settings: Settings | None = None) -> dict[str, Any]:
    """Per table partitions and rows; files refused; partitions held or stale; the latest release.

    `tables`: {table: {partitions, read, accepted, rejected, superseded, marked}}; `held`, `stale`: partition
    names; `refused`, `undated`: findings; `release`: entry of the latest release or None.
    """
    from lingtan import contracts, lake, landing
    from lingtan.publish import release

    settings = settings or lingtan_settings.load()
    tables: dict[str, dict[str, int]] = {}
    held: list[str] = []
    for name, pointer in sorted(lake.pointers(settings=settings).items()):
        sums = tables.setdefault(
            pointer["table"],
            {"partitions": 0, "read": 0, "accepted": 0, "rejected": 0, "superseded": 0, "marked": 0},
        )
        sums["partitions"] += 1
        for count, rows in pointer["counts"].items():
            sums[count] += rows
        if pointer["state"] == "held":
            held.append(name)
    return {
        "tables": tables,
        "held": held,
        "stale": lake.stale(contracts.names(), settings=settings),
        "refused": [
            record.finding.as_dict()
            for record in landing.records(contracts.names(), settings=settings)
            if record.finding is not None
        ],
        "undated": [finding.as_dict() for finding in landing.undated(contracts.names(), settings=settings)],
        "release": release.latest(settings),
    }


def render(found: Mapping[str, Any]) -> str:
    """The same for people."""
    if not found["tables"]:
        return "Nothing has landed yet: run make run, or drop a file where include/sources.yml says."
    columns = ("partitions", "read", "accepted", "rejected", "superseded", "marked")
    width = max(map(len, found["tables"]))
    lines = ["".join([" " * width, *(column.rjust(13) for column in columns)])]
    for table, sums in found["tables"].items():
        lines.append("".join([table.ljust(width), *(f"{sums[column]:,}".rjust(13) for column in columns)]))
    lines.append("")
    lines.append(
        _listed("held back", found["held"], "a Parquet file in var/quarantine/<partition> tells why")
    )
    lines.append(_listed("waiting to be judged", found["stale"], "the next run of their DAG takes them"))
    refused = [f"{finding['file']}: {finding['sentence']}" for finding in found["refused"]]
    lines.append(_listed("refused files", refused, "mend and send again, or correct include/sources.yml"))
    if undated := [f"{finding['source']}, {finding['file']}" for finding in found["undated"]]:
        advice = "they count as oldest; send them under the agreed name, or correct stated_at"
        lines.append(_listed("files that do not say when they were issued", undated, advice))
    release = found["release"]
    lines.append(f"latest release: {release['address'][:16] if release else 'none yet'}")
    return "\n".join(lines)


def _listed(title: str, entries: Sequence[str], advice: str) -> str:
    if not entries:
        return f"{title}: none"
    shown = [f"  {entry}" for entry in entries[:10]]
    if len(entries) > len(shown):
        shown.append(f"  … and {len(entries) - len(shown)} more")
    return "\n".join([f"{title}: {len(entries)} ({advice})", *shown])


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when nothing is held, refused or waiting, else 1."""
    parser = argparse.ArgumentParser(prog="lingtan status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    arguments = parser.parse_args(argv)
    found = status()
    print(json.dumps(found, ensure_ascii=False, indent=1) if arguments.json else render(found))
    return 1 if found["held"] or found["refused"] or found["stale"] else 0
