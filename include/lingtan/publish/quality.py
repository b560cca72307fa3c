"""What the Quality page says of every source: what came and when, what was due, what was judged, rejected and
held. Asked of the records of raw files, the lake's pointers, the quarantine and, where there is one, the
readers' copy; nothing is changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lingtan import catalog, contracts, lake, landing, periods, quarantine
from lingtan import settings as lingtan_settings
from lingtan.lake.partitions import Partition
from lingtan.landing.raw_records import RawRecord
from lingtan.publish import readers
from lingtan.settings import Settings
from lingtan.sources.entry import Due, Source

ROWS = ("read", "accepted", "rejected", "superseded", "marked")

_REJECTED = """
select source, concat_ws('/', "table", installation, key) as partition, cast(sum(copies) as bigint) as rows
from rejected_rows group by all
"""

_REJECTED_ON = """
select source, json_extract_string(row_json, $place)[:10] as day, cast(sum(copies) as bigint) as rows
from rejected_rows where "table" = $table and day is not null group by all
"""

# a mart made before minutes were counted has none to tell: the rows of nothing bring the empty columns
_MINUTES = """
with
counted as (
    select * from marts.fct_data_quality
    union all by name
    select
        cast(null as bigint) as minutes_expected,
        cast(null as bigint) as minutes_read,
        cast(null as bigint) as minutes_estimated
    where false
)
select
    installation_code, partition_key, cast(sum(minutes_expected) as bigint) as expected,
    cast(sum(minutes_read) as bigint) as read, cast(sum(minutes_estimated) as bigint) as estimated
from counted
where table_name = 'meter_readings' and minutes_expected is not null
group by all
"""


@dataclass
class _Books:
    """What is known of one source while the pointers are walked through."""

    rows: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    warnings: dict[tuple[str, str | None], dict[str, Any]] = field(default_factory=dict)

    def warn(self, rule: Mapping[str, Any], rows: int) -> None:
        known = self.warnings.setdefault((rule["rule"], rule["column"]), dict(rule) | {"rows": 0})
        known["rows"] += rows


def quality(settings: Settings | None = None, today: date | None = None) -> dict[str, Any]:
    """Every source of sources.yml as JSON-ready values: `as_of`, the local day; `has_landed`; `sources` [{

    `source`, `table`, `files` kept, `last_file` {name, stated_at, received_at} or None, `refused` [finding],
    `rows` {read, accepted, rejected, superseded, marked}, `rows_waiting` of partitions not judged as their
    files are now, `rejected` [rule as `quarantine` says], `warnings` [{rule, column, rows, sentence}], `held`
    [{partition, rule, sentence, rows}], `calendar` or None, `minutes` {expected, read, estimated, missing} or
    None}].

    A calendar is {every, met, missed, awaited, spans [{state, from, until}], rejected {day or month: rows}};
    spans are half-open and in order. State: met, rejects (came, some rows rejected), gaps (came, meters
    silent for a part), held, missed, awaited.
    """
    settings = settings or lingtan_settings.load()
    today = today or datetime.now(ZoneInfo(periods.HOUSE_ZONE)).date()
    known = catalog.load(settings)
    records: dict[str, list[RawRecord]] = {name: [] for name in known}
    for record in landing.records(contracts.names(), settings=settings):
        records[record.source].append(record)
    found = quarantine.quarantine(settings=settings)
    with quarantine.rejects(settings) as connection:
        rejected = {(source, name): rows for source, name, rows in connection.execute(_REJECTED).fetchall()}
        rejected_on = _rejected_on(connection)
    books = _books(records, rejected, settings)
    minutes = _minutes(settings)
    said = []
    for name, source in sorted(known.items()):
        read = [record for record in records[name] if record.state == "read" and record.table == source.table]
        keys = {key for record in read for key in record.partitions}
        held = [
            {key: entry[key] for key in ("partition", "rule", "sentence", "rows")}
            for entry in found["held"]
            if name in entry["sources"]
        ]
        own_minutes = _own_minutes(source, keys, minutes)
        said.append(
            {
                "source": name,
                "table": source.table,
                "files": len(records[name]),
                "last_file": _last_file(records[name]),
                "refused": [finding for finding in found["refused"] if finding["source"] == name],
                "rows": {what: books[name].rows[what] for what in ROWS},
                "rows_waiting": books[name].waiting,
                "rejected": [
                    rule for entry in found["sources"] if entry["source"] == name for rule in entry["rules"]
                ],
                "warnings": _warnings(source, books[name]),
                "held": held,
                "calendar": source.due
                and _calendar(source.due, read, held, rejected_on[name], own_minutes, today),
                "minutes": _summed(own_minutes.values()),
            }
        )
    return {"as_of": today.isoformat(), "has_landed": any(records.values()), "sources": said}


def _last_file(records: Iterable[RawRecord]) -> dict[str, str | None] | None:
    """The name last received, and when its sender issued it."""
    names = [name for record in records for name in record.names]
    last = max(names, key=lambda name: (name.received_at, name.stated_at or "", name.name), default=None)
    return last and {"name": last.name, "stated_at": last.stated_at, "received_at": last.received_at}


# ---- books by source


def _books(
    records: Mapping[str, list[RawRecord]], rejected: Mapping[tuple[str, str], int], settings: Settings
) -> dict[str, _Books]:
    """The pointers' counts, told apart by source. A partition whose files have changed since it was judged
    waits with all its rows.
    """
    books = {name: _Books() for name in records}
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
        elif len(rows) == 1:
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
    books: Mapping[str, _Books],
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


def _warnings(source: Source, books: _Books) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule["rule"],
            "column": quarantine.header_of(source, rule["column"]),
            "rows": rule["rows"],
            "sentence": rule["sentence"],
        }
        for rule in sorted(books.warnings.values(), key=lambda rule: (-rule["rows"], rule["rule"]))
    ]


# ---- the calendar


def _rejected_on(connection: Any) -> dict[str, Counter[str]]:
    """Rejected rows by source and local day they speak of; a row whose day cannot be read is in none."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (table,) in connection.execute('select distinct "table" from rejected_rows').fetchall():
        on = contracts.load(table).partition.on
        if on is not None:
            asked = {"place": f"$.{on}", "table": table}
            for source, day, rows in connection.execute(_REJECTED_ON, asked).fetchall():
                found[source][day] += rows
    return found


def _calendar(
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


# ---- minutes of meters, as the marts count them


def _minutes(settings: Settings) -> dict[tuple[str, str], Counter[str]]:
    """Minutes of interval meters by installation and local day; empty where no readers' copy has them."""
    try:
        with readers.connect_readers(settings) as connection:
            rows = connection.execute(_MINUTES).fetchall()
    except readers.NoReadersCopyError:
        return {}
    found = {}
    for installation, day, expected, read, estimated in rows:
        read, estimated = read or 0, estimated or 0
        counted = {"expected": expected, "read": read, "estimated": estimated}
        found[installation, day] = Counter(counted | {"missing": max(0, expected - read - estimated)})
    return found


def _own_minutes(
    source: Source, keys: Iterable[str], minutes: Mapping[tuple[str, str], Counter[str]]
) -> dict[str, Counter[str]]:
    """By day, of the installations a source of readings speaks of."""
    if source.table != "meter_readings":
        return {}
    installations = {key.rpartition("/")[0] for key in keys}
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for (installation, day), counted in minutes.items():
        if installation in installations:
            days[day].update(counted)
    return days


def _summed(minutes: Iterable[Counter[str]]) -> dict[str, int] | None:
    total: Counter[str] = Counter()
    for counted in minutes:
        total.update(counted)
    return {what: total[what] for what in ("expected", "read", "estimated", "missing")} if total else None
