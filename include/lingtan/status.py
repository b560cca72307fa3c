"""What has landed, what is held back, what was published: one look, no change."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lingtan import arguments, periods
from lingtan import settings as lingtan_settings
from lingtan.errors import Finding
from lingtan.settings import Settings


def status(settings: Settings | None = None, day: date | None = None) -> dict[str, Any]:
    """Per table partitions and rows; partitions held or stale; files refused that still lie in the inbox;
    sources that were due on `day` (None = yesterday) and have not spoken; how old the data of each source are
    at its end; the latest release.

    `tables`: {table: {partitions, read, accepted, rejected, superseded, marked}}; `held`, `stale`: partition
    names; `refused`, `undated`, `missing`, `growing`: findings; `release`: entry of the latest release or
    None; `day`: the day that `missing` and `sources` speak of; `sources`: [{source, last_day, stated_at,
    age_days, agreed_days, is_late, left_out}], `left_out` being rows its entry leaves out.
    """
    from lingtan import contracts, lake, landing
    from lingtan.publish import release

    settings = settings or lingtan_settings.load()
    day = day or yesterday()
    names = contracts.names()
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
        "stale": lake.stale(names, settings=settings),
        "refused": _as_dicts(landing.refused(names, settings=settings)),
        "undated": _as_dicts(landing.undated(names, settings=settings)),
        "release": release.latest(settings),
        "missing": _as_dicts(landing.missing(names, day, settings=settings)),
        "growing": _as_dicts(landing.growing(names, settings=settings)),
        "day": day.isoformat(),
        "sources": list(_sources(names, day, settings)),
    }


def _sources(tables: Sequence[str], day: date, settings: Settings) -> Iterator[dict[str, Any]]:
    from lingtan import catalog, landing
    from lingtan.landing import freshness

    records = defaultdict(list)
    for record in landing.records(tables, settings=settings):
        records[record.source].append(record)
    for source in catalog.sources_for(tables, settings):
        own = records[source.name]
        said = freshness.freshness(source, own, day).as_dict()
        yield {"source": source.name, **said, "left_out": sum(record.left_out for record in own)}


def yesterday() -> date:
    """The day the last nightly run spoke of."""
    return datetime.now(ZoneInfo(periods.HOUSE_ZONE)).date() - timedelta(days=1)


def _as_dicts(found: Sequence[Finding]) -> list[dict[str, Any]]:
    return [finding.as_dict() for finding in found]


def render(found: Mapping[str, Any]) -> str:
    """The same for people."""
    columns = ("partitions", "read", "accepted", "rejected", "superseded", "marked")
    if found["tables"]:
        width = max(map(len, found["tables"]))
        lines = ["".join([" " * width, *(column.rjust(13) for column in columns)])]
    else:
        lines = ["Nothing is in the lake yet: run make run, or drop a file where include/sources.yml says."]
    for table, sums in found["tables"].items():
        lines.append("".join([table.ljust(width), *(f"{sums[column]:,}".rjust(13) for column in columns)]))
    lines.append("")
    lines.append(
        _listed("held back", found["held"], "a Parquet file in var/quarantine/<partition> tells why")
    )
    lines.append(_listed("waiting to be judged", found["stale"], "the next run of their DAG takes them"))
    refused = [str(Finding(**finding)) for finding in found["refused"]]
    lines.append(_listed("refused files", refused, "mend and send again, or correct include/sources.yml"))
    missing = [str(Finding(**finding)) for finding in found["missing"]]
    lines.append(_listed(f"sources due on {found['day']} and missing", missing, "the run of that day is red"))
    lines += _freshness(found)
    if growing := [str(Finding(**finding)) for finding in found["growing"]]:
        lines.append(_listed("files still growing", growing, "the next run of their DAG takes them"))
    if undated := [f"{finding['source']}, {finding['file']}" for finding in found["undated"]]:
        advice = "they count as oldest; send them under the agreed name, or correct stated_at"
        lines.append(_listed("files that do not say when they were issued", undated, advice))
    release = found["release"]
    lines.append(f"latest release: {release['address'][:16] if release else 'none yet'}")
    return "\n".join(lines)


def _freshness(found: Mapping[str, Any]) -> list[str]:
    """Of every source with an agreed date, the last day it spoke of; and what is left out."""
    due = [source for source in found["sources"] if source["agreed_days"] is not None]
    late = [source for source in due if source["is_late"]]
    lines = [f"sources late at the end of {found['day']}: {len(late) or 'none'}"]
    for source in due:
        if source["last_day"] is None:
            lines.append(f"  {source['source']}: nothing has come yet LATE")
            continue
        days = "day" if source["age_days"] == 1 else "days"
        lines.append(
            f"  {source['source']}: data until {source['last_day']}, {source['age_days']} {days} old, "
            f"{source['agreed_days']} agreed{' LATE' if source['is_late'] else ''}"
        )
    left_out = [source for source in found["sources"] if source["left_out"]]
    return lines + [
        f"{source['source']}: {source['left_out']:,} rows left out (leave_out)" for source in left_out
    ]


def _listed(title: str, entries: Sequence[str], advice: str) -> str:
    if not entries:
        return f"{title}: none"
    shown = [f"  {entry}" for entry in entries[:10]]
    if len(entries) > len(shown):
        shown.append(f"  … and {len(entries) - len(shown)} more")
    return "\n".join([f"{title}: {len(entries)} ({advice})", *shown])


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when nothing is held, refused, missing, late or waiting, else 1."""
    parser = argparse.ArgumentParser(prog="lingtan status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    parser.add_argument(
        "--day", type=arguments.day, help="whose due sources to look for; yesterday when not given"
    )
    asked = parser.parse_args(argv)
    found = status(day=asked.day)
    print(json.dumps(found, ensure_ascii=False, indent=1) if asked.json else render(found))
    is_late = any(source["is_late"] for source in found["sources"])
    return 1 if is_late or any(found[what] for what in ("held", "refused", "missing", "stale")) else 0
