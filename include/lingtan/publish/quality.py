"""What the Quality page says of every source: what came and when, what was due, what was judged, rejected and
held. Asked of the records of raw files, the lake's pointers, the quarantine and, where there is one, the
readers' copy; nothing is changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lingtan import catalog, contracts, landing, periods, quarantine
from lingtan import settings as lingtan_settings
from lingtan.landing import freshness
from lingtan.landing.raw_records import RawRecord
from lingtan.numbers import plain
from lingtan.publish import quality_books, quality_calendar, quality_checks, readers, suites
from lingtan.publish.quality_books import Books
from lingtan.settings import Settings
from lingtan.sources.entry import Due, Source

ROWS = ("read", "accepted", "rejected", "superseded", "marked")
NOTHING_REJECTED = {"rules": [], "amounts": {}, "rows_without_amount": 0}

# what a source has rejected of a partition, by unit
_REJECTED = """
select
    source, concat_ws('/', "table", installation, key) as partition, "table", coalesce(unit, '') as unit,
    cast(sum(copies) as bigint) as rows, sum(amount * copies) as amount,
    cast(coalesce(sum(copies) filter (where amount is null), 0) as bigint) as without
from rejected_rows group by all order by all
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


def quality(settings: Settings | None = None, today: date | None = None) -> dict[str, Any]:
    """Every source of sources.yml as JSON-ready values: `as_of`, the local day; `has_landed`; `sources` [{

    what came: `source`, `table`, `files` kept, `last_file` {name, stated_at, received_at} or None, `refused`
    [finding], `left_out`, rows its entry leaves out; what was expected: `due` {every, from, until} or None,
    `freshness` {last_day, stated_at, age_days, agreed_days, is_late} at the end of the day before, `calendar`
    or None, `minutes` {expected, read, estimated, missing} or None; what was checked: `rows` {read, accepted,
    rejected, superseded, marked}, `rows_waiting` of partitions not judged as their files are now, `checks` as
    `quality_checks` says, empty before the first publication, `rejected` [rule as `quarantine` says],
    `warnings` [{rule, column, rows, sentence}]; what is held: `at_stake` {amounts {unit: text},
    rows_without_amount} of all rejected rows, `held` [{partition, rule, sentence, rows, amounts,
    rows_without_amount}]}].

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
        rejected = _rejected(connection)
        rejected_on = quality_calendar.rejected_on(connection)
        rejecting = quality_checks.rejecting(connection)
    books = quality_books.by_source(
        records, {place: kept["rows"] for place, kept in rejected.items()}, settings
    )
    rules, minutes = _published(settings)
    quarantined = {(entry["source"], entry["table"]): entry for entry in found["sources"]}
    said = []
    for name, source in sorted(known.items()):
        read = [record for record in records[name] if record.state == "read" and record.table == source.table]
        keys = {key for record in read for key in record.partitions}
        held = [
            {what: entry[what] for what in ("partition", "rule", "sentence")}
            | rejected[name, entry["partition"]]
            for entry in found["held"]
            if name in entry["sources"]
        ]
        stake = quarantined.get((name, source.table), NOTHING_REJECTED)
        own_minutes = _own_minutes(source, keys, minutes)
        said.append(
            {
                "source": name,
                "table": source.table,
                "files": len(records[name]),
                "last_file": _last_file(records[name]),
                "refused": [finding for finding in found["refused"] if finding["source"] == name],
                "left_out": sum(record.left_out for record in read),
                "due": source.due and _due(source.due),
                "freshness": freshness.freshness(source, read, today - timedelta(days=1)).as_dict(),
                "calendar": source.due
                and quality_calendar.calendar(source.due, read, held, rejected_on[name], own_minutes, today),
                "minutes": _summed(own_minutes.values()),
                "rows": {what: books[name].rows[what] for what in ROWS},
                "rows_waiting": books[name].waiting,
                "checks": quality_checks.checks(source, rules, books[name], rejecting[name]),
                "rejected": stake["rules"],
                "warnings": _warnings(source, books[name]),
                "at_stake": {what: stake[what] for what in ("amounts", "rows_without_amount")},
                "held": held,
            }
        )
    return {"as_of": today.isoformat(), "has_landed": any(records.values()), "sources": said}


def _rejected(connection: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """(source, partition) -> {rows, amounts, rows_without_amount} of its rejected rows, each once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for source, partition, table, unit, rows, amount, without in connection.execute(_REJECTED).fetchall():
        kept = found.setdefault((source, partition), {"rows": 0, "amounts": {}, "rows_without_amount": 0})
        kept["rows"] += rows
        if contracts.load(table).has_quantity:
            kept["rows_without_amount"] += without
            if amount is not None:
                kept["amounts"][unit] = plain(amount)
    return found


def _due(due: Due) -> dict[str, str]:
    return {"every": due.every, "from": due.first.isoformat(), "until": due.until.isoformat()}


def _published(settings: Settings) -> tuple[list[suites.Row], dict[tuple[str, str], Counter[str]]]:
    """What the readers' copy says of rules and of minutes; nothing before the first publication."""
    try:
        with readers.connect_readers(settings) as copy:
            return suites.told(copy), _minutes(copy)
    except readers.NoReadersCopyError:
        return [], {}


def _last_file(records: Iterable[RawRecord]) -> dict[str, str | None] | None:
    """The name last received, and when its sender issued it."""
    names = [name for record in records for name in record.names]
    last = max(names, key=lambda name: (name.received_at, name.stated_at or "", name.name), default=None)
    return last and {"name": last.name, "stated_at": last.stated_at, "received_at": last.received_at}


def _warnings(source: Source, books: Books) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule["rule"],
            "column": quarantine.header_of(source, rule["column"]),
            "rows": rule["rows"],
            "sentence": rule["sentence"],
        }
        for rule in sorted(books.warnings.values(), key=lambda rule: (-rule["rows"], rule["rule"]))
    ]


# ---- minutes of meters, as the marts count them


def _minutes(copy: Any) -> dict[tuple[str, str], Counter[str]]:
    """Minutes of interval meters by installation and local day."""
    found = {}
    for installation, day, expected, read, estimated in copy.execute(_MINUTES).fetchall():
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
