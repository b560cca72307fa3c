"""How old the data of a source are, against how old they may be by what was agreed (`due`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lingtan import periods
from lingtan.landing.raw_records import RawRecord
from lingtan.sources.entry import Source


@dataclass(frozen=True)
class Freshness:
    """Ages are days from the end of the last day the rows speak of to the end of the day in question; for a
    source of months that day is its month's last. None: no row came; nothing was due yet.
    """

    last_day: date | None
    stated_at: str | None  # when the sender last issued a file
    age_days: int | None
    agreed_days: int | None

    @property
    def is_late(self) -> bool:
        """Whether the source has not spoken for longer than it agreed."""
        return self.agreed_days is not None and (self.age_days is None or self.age_days > self.agreed_days)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "last_day": self.last_day and self.last_day.isoformat(),
            "stated_at": self.stated_at,
            "age_days": self.age_days,
            "agreed_days": self.agreed_days,
            "is_late": self.is_late,
        }


def freshness(source: Source, records: Sequence[RawRecord], day: date) -> Freshness:
    """Of one source at the end of `day`, by its own records; rows of later days say nothing of its age."""
    read = [record for record in records if record.state == "read" and record.table == source.table]
    is_monthly = source.due is not None and source.due.every == "month"
    spoken = (date.fromisoformat(said) for record in read for said in record.spoken_days)
    last = max((said for said in spoken if said <= day), default=None)
    if last and is_monthly:
        last = min(periods.last_of_month(last), day)
    due = _last_due(source, day)
    return Freshness(
        last,
        max((record.stated_at for record in read if record.stated_at), default=None),
        (day - last).days if last else None,
        (day - due).days if due else None,
    )


def _last_due(source: Source, day: date) -> date | None:
    """The last day, up to `day`, on which the source was due."""
    if source.due is None:
        return None
    last = min(day, source.due.until - timedelta(days=1))
    if source.due.every == "month" and not periods.is_last_of_month(last):
        last = last.replace(day=1) - timedelta(days=1)
    return last if last >= source.due.first else None
