"""Days and months. Days are local to an installation; intervals are half-open. Knows nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUSE_ZONE = "Asia/Shanghai"  # schedules run at this zone's midnight


def day_of_run(
    logical_date: datetime | None, params: Mapping[str, object] | None, zone: str = HOUSE_ZONE
) -> date:
    """The local day an Airflow run speaks of: the logical date's, else the `day` parameter's.

    A scheduled or backfilled run has a logical date (start of its day); a run somebody starts by hand may
    have none, and then must say the day. Raises ValueError when neither is there.
    """
    if logical_date is not None:
        return logical_date.astimezone(ZoneInfo(zone)).date()
    stated = (params or {}).get("day")
    if not stated:
        raise ValueError("this run has no logical date; give the parameter day, for example 2026-10-30")
    return date.fromisoformat(str(stated))


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included. Raises ValueError when `first` is after `last`."""
    if first > last:
        raise ValueError(f"from ({first}) is after to ({last})")
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def month_key(day: date) -> str:
    return f"{day:%Y-%m}"


def last_of_month(day: date) -> date:
    """The last day of the day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
