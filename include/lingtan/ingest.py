"""What an ingest run does, in words of tables and days: land, accept, report; the same over a range of days.

The DAGs call these; what passes between their tasks is small and is JSON: days, names, counts, findings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from lingtan import periods
from lingtan.errors import ConfigurationError, Finding
from lingtan.settings import Settings

NIGHTLY = ("ingest_energy", "ingest_meters", "ingest_production", "ingest_suppliers")
CALM_SECONDS, PATIENCE_SECONDS, LOOK_SECONDS = 15, 600, 5
_SHOWN = 10  # remarks of one kind that a run prints


def land(
    tables: Sequence[str],
    logical_date: datetime | None,
    params: Mapping[str, object] | None,
    *,
    settings: Settings | None = None,
) -> dict:
    """Keep and read every new file of `tables`; the day is the logical date's, else the one in `params`."""
    try:
        day = periods.day_of_run(logical_date, params)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    return {"day": day.isoformat(), **_land(tables, settings)}


def accept(landed: Mapping, *, settings: Settings | None = None) -> tuple[list[str], bool]:
    """Judge and write every partition the run touches: names of those held back, and whether a build is due.

    The work list is taken here, not in `land`: another run may have done part of it by now.
    """
    from lingtan import lake

    day = date.fromisoformat(landed["day"])
    return _accept(lake.stale(landed["tables"], day=day, settings=settings), settings)


def report(landed: Mapping, held: Sequence[str] | None, *, settings: Settings | None = None) -> str:
    """One line on the day; raises a LingtanError on refused files, held partitions or missing sources."""
    from lingtan import gate, landing

    day = date.fromisoformat(landed["day"])
    tables = landed["tables"]
    refused = _findings(landed["refused"])
    _print_warnings(landed, settings)
    is_due = landing.is_any_due(tables, day, settings=settings)
    missing = landing.missing(tables, day, settings=settings) if is_due else []
    gate.raise_if_held(held or [], refused, missing)
    sentence = (
        f"{day}: {landed['new']} new files, every due source is in" if is_due else f"{day}: no source due"
    )
    print(sentence)
    return sentence


def plan(params: Mapping[str, object], *, settings: Settings | None = None) -> dict:
    """Land what came and list what a rebuild of `from` .. `to` (both included) would judge anew."""
    first, last = (date.fromisoformat(str(params[name])) for name in ("from", "to"))
    if first > last:
        raise ConfigurationError(f"from ({first}) is after to ({last})")
    tables = _tables_of(params.get("sources") or [], settings)
    landed = _land(tables, settings)
    planned = {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "dry_run": bool(params["dry_run"]),
        **landed,
    }
    stale = stale_within(planned, settings=settings)
    print(f"{first} .. {last}: {len(stale)} partitions to judge")
    for table in tables:
        count = sum(name.startswith(f"{table}/") for name in stale)
        if count:
            print(f"  {table}: {count}")
    return planned


def rebuild(planned: Mapping, *, settings: Settings | None = None) -> tuple[list[str], bool]:
    """Judge and write every stale partition of the range in one pass; returns as `accept` does."""
    return _accept(stale_within(planned, settings=settings), settings)


def stale_within(planned: Mapping, *, settings: Settings | None = None) -> list[str]:
    """Stale partitions of the planned tables that touch the planned days."""
    from lingtan import lake

    first, last = date.fromisoformat(planned["from"]), date.fromisoformat(planned["to"])
    return [name for name in lake.stale(planned["tables"], settings=settings) if touches(name, first, last)]


def touches(partition: str, first: date, last: date) -> bool:
    """True when a partition `<table>/<installation>/<key>` holds days of `first` .. `last`, both included.

    A key that names no day or month (`all`, `unplaced`) holds any day.
    """
    key = partition.rsplit("/", 1)[1]
    if key[:4].isdigit():
        return first.isoformat()[: len(key)] <= key <= last.isoformat()[: len(key)]
    return True


def report_range(planned: Mapping, held: Sequence[str] | None, *, settings: Settings | None = None) -> str:
    """One line on the range; raises a LingtanError on refused files, held partitions or missing sources."""
    from lingtan import gate, landing

    first, last = date.fromisoformat(planned["from"]), date.fromisoformat(planned["to"])
    missing = landing.missing_between(planned["tables"], first, last, settings=settings)
    _print_warnings(planned, settings)
    gate.raise_if_held(held or [], _findings(planned["refused"]), missing)
    sentence = f"{first} .. {last}: {planned['new']} new files, every due source is in"
    print(sentence)
    return sentence


def _land(tables: Sequence[str], settings: Settings | None) -> dict:
    from lingtan import landing

    landed = landing.land(tables, settings=settings)
    print(
        f"{len(landed.new)} new files, {len(landed.refused)} refused, {len(landed.growing)} still growing, "
        f"{landed.known} known"
    )
    _print_some("note", landed.duplicates)
    return {
        "tables": list(tables),
        "new": len(landed.new),
        "refused": [finding.as_dict() for finding in landed.refused],
        "growing": [finding.as_dict() for finding in landed.growing],
    }


def _accept(stale: list[str], settings: Settings | None) -> tuple[list[str], bool]:
    held = []
    # the gate costs seconds before it judges a row
    if stale:
        from lingtan import gate

        held = gate.accept(stale, settings=settings)
    print(f"{len(stale)} partitions judged, {len(held)} held")
    return held, _wakes_build(settings)


def wait_for_calm(is_running: Callable[[str], bool], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Until no DAG that writes the lake has run for CALM_SECONDS, at most PATIENCE_SECONDS.

    `is_running(dag_id)` says whether a run of it is queued or under way.
    """
    calm = waited = 0
    while calm < CALM_SECONDS and waited < PATIENCE_SECONDS:
        sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS
        calm = 0 if any(map(is_running, (*NIGHTLY, "rebuild_range"))) else calm + LOOK_SECONDS


def is_build_due(*, settings: Settings | None = None) -> bool:
    """True when the lake holds something the warehouse was not built from."""
    from lingtan import lake, warehouse

    return bool(lake.pointers(settings=settings)) and not warehouse.is_current(settings)


def _wakes_build(settings: Settings | None) -> bool:
    """Compared with the last build, not with the lake before this run: a run that died halfway wakes it too.

    While the warehouse is being written nobody can ask; then the build is woken and compares for itself.
    """
    from lingtan import warehouse

    try:
        with warehouse.lock(settings, patience=0):
            return is_build_due(settings=settings)
    except warehouse.WarehouseBusyError:
        return True


def _tables_of(sources: Iterable[str], settings: Settings | None) -> list[str]:
    """Tables that the named sources feed, those first that others look up; no name = every table."""
    from lingtan import catalog, contracts

    known = catalog.load(settings)
    wanted = list(sources)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise ConfigurationError(f"no source {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    if not wanted:
        return list(contracts.names())
    fed = {known[name].table for name in wanted}
    return [table for table in contracts.names() if table in fed]


def _print_warnings(landed: Mapping, settings: Settings | None) -> None:
    """What somebody should look at and what fails no run."""
    from lingtan import landing

    for finding in _findings(landed["growing"]):
        print(f"left for the next run: {finding}")
    _print_some("warning", landing.undated(landed["tables"], settings=settings))


def _print_some(kind: str, found: Sequence[Finding]) -> None:
    for finding in found[:_SHOWN]:
        print(f"{kind}: {finding}")
    if len(found) > _SHOWN:
        print(f"{kind}: {len(found) - _SHOWN} more such files")


def _findings(rows: Iterable[Mapping]) -> list[Finding]:
    return [Finding(**row) for row in rows]
