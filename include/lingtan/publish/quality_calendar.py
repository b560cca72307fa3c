"""A source's calendar: what became of every day or month it was due."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from lingtan import contracts, periods
from lingtan.lake.partitions import Partition
from lingtan.landing.raw_records import RawRecord
from lingtan.sources.entry import Due

_REJECTED_ON = """
select source, json_extract_string(row_json, $place)[:10] as day, cast(sum(copies) as bigint) as rows
from rejected_rows where "table" = $table and day is not null group by all
"""


def rejected_on(connection: Any) -> dict[str, Counter[str]]:
    """Rejected rows by source and local day they speak of; a row whose day cannot be read is in none."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (table,) in connection.execute('select distinct "table" from rejected_rows').fetchall():
        on = contracts.load(table).partition.on
        if on is not None:
            asked = {"place": f"$.{on}", "table": table}
            for source, day, rows in connection.execute(_REJECTED_ON, asked).fetchall():
                found[source][day] += rows
    return found


def calendar(
    due: Due,
    read: Iterable[RawRecord],
    held: Iterable[Mapping[str, Any]],
    rejected_on: Counter[str],
    minutes: Mapping[str, Counter[str]],
    today: date,
) -> dict[str, Any]:
    length = 7 if due.every == "month" else 10
    spoken = {day[:length] for record in read for day in record.spoken_days}
    rejected: Counter[str] = Counter()
    for day, rows in rejected_on.items():
        rejected[day[:length]] += rows
    held_keys = {Partition.parse(entry["partition"]).key for entry in held}
    silent = {day[:length] for day, counted in minutes.items() if counted["missing"]}
    states: list[tuple[str, date, date]] = []
    for first, until in _due_parts(due):
        key = first.isoformat()[:length]
        if key not in spoken:
            state = "missed" if until <= today else "awaited"
        elif any(key.startswith(part) or part.startswith(key) for part in held_keys):
            state = "held"
        elif rejected[key]:
            state = "rejects"
        else:
            state = "gaps" if key in silent else "met"
        states.append((state, first, until))
    counted = Counter(state for state, _, _ in states)
    return {
        "every": due.every,
        "met": counted.total() - counted["missed"] - counted["awaited"],
        "missed": counted["missed"],
        "awaited": counted["awaited"],
        "spans": list(_spans(states)),
        "rejected": dict(sorted(rejected.items())),
    }


def _due_parts(due: Due) -> Iterator[tuple[date, date]]:
    """Every day that is due, or every month whose last day is, half-open."""
    for day in periods.days(due.first, due.until - timedelta(days=1)):
        if due.every == "day":
            yield day, day + timedelta(days=1)
        elif periods.is_last_of_month(day):
            yield day.replace(day=1), day + timedelta(days=1)


def _spans(states: Iterable[tuple[str, date, date]]) -> Iterator[dict[str, str]]:
    """Neighbours of one state as one span."""
    span: dict[str, str] | None = None
    for state, first, until in states:
        if span and span["state"] == state:
            span["until"] = until.isoformat()
            continue
        if span:
            yield span
        span = {"state": state, "from": first.isoformat(), "until": until.isoformat()}
    if span:
        yield span
