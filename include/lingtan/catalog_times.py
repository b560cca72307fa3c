"""The keys of an entry that say how its days and instants are written, and when its files were issued."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lingtan.catalog_values import CheckedMapping
from lingtan.contracts import Contract
from lingtan.sources import stamps
from lingtan.sources.entry import StatedAt, Timestamp


class TimeKeys(CheckedMapping):
    """Asked key by key, as every entry is; the contract and the time zone are known before the rest."""

    contract: Contract
    time_zone: str | None

    def zone(self) -> str | None:
        name = self.raw.get("time_zone")
        if name is None:
            return None
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
            raise self.mistake(
                "time_zone", f"{name!r} is no IANA time zone, such as 'Asia/Shanghai'"
            ) from error
        return name

    def needs_zone(self, key: str, pattern: str) -> None:
        if self.time_zone is None and "%z" not in pattern:
            raise self.mistake("time_zone", f"must be given: {key} is local time without an offset (%z)")

    def stated_at(self) -> StatedAt | None:
        raw = self.mapping("stated_at", ("name", "column", "object_time", "format"))
        if raw is None:
            return None
        if len({"name", "column", "object_time"} & set(raw)) != 1:
            raise self.mistake(
                "stated_at",
                "give one of name (a pattern of the file name), column (a header) or object_time: true",
            )
        if "object_time" in raw:
            if raw != {"object_time": True}:
                raise self.mistake("stated_at.object_time", "must be true and stand alone")
            return StatedAt(None, None, "", is_object_time=True)
        pattern = raw.get("format")
        if not isinstance(pattern, str):
            raise self.mistake("stated_at.format", "must be given, for example '%Y%m%dT%H%M'")
        self.round_trips("stated_at.format", pattern, datetime(2026, 10, 3, tzinfo=UTC))
        self.needs_zone("stated_at", pattern)
        if "column" in raw:
            return StatedAt(None, str(raw["column"]), pattern)
        try:
            name = re.compile(str(raw["name"]))
        except re.error as error:
            raise self.mistake(
                "stated_at.name", f"{raw['name']!r} is no regular expression: {error}"
            ) from error
        if "stated_at" not in name.groupindex:
            raise self.mistake("stated_at.name", "needs the named group (?P<stated_at>...)")
        return StatedAt(name, None, pattern)

    def timestamp(self) -> Timestamp | None:
        raw = self.mapping("timestamp", ("column", "format", "stamp", "midnight"))
        instants = [column.name for column in self.contract.fields if column.type == "datetime"]
        if raw is None:
            if instants:
                raise self.mistake(
                    "timestamp", f"must be given: table {self.contract.name} needs {instants[0]}"
                )
            return None
        if not instants:
            raise self.mistake(
                "timestamp", f"table {self.contract.name} has no instant; map its dates in columns"
            )
        pattern = raw.get("format")
        if not isinstance(pattern, str) or not pattern:
            raise self.mistake("timestamp.format", "must be given as text")
        has_time = stamps.has_time_of_day(pattern)
        example = datetime(2026, 10, 3, 14, 0, tzinfo=UTC) if has_time else date(2026, 10, 3)
        self.round_trips("timestamp.format", pattern, example)
        column, time_column = self.stamp_columns(raw.get("column"), pattern)
        if self.time_zone is None:
            raise self.mistake("time_zone", "must be given: it cuts the local days of the readings")
        stamp = self.choice("timestamp.stamp", raw.get("stamp", "start"), ("start", "end"))
        allowed = ("opens_its_date", "closes_its_date")
        midnight = self.choice("timestamp.midnight", raw.get("midnight", allowed[0]), allowed)
        if midnight == "closes_its_date" and stamp == "start":
            raise self.mistake(
                "timestamp.midnight", "closes_its_date speaks of interval ends; it needs stamp: end"
            )
        return Timestamp(column, pattern, stamp, midnight, time_column)

    def stamp_columns(self, column: object, pattern: str) -> tuple[str, str | None]:
        """Header of the stamp; or of its date, and of its time of day where they stand in two columns."""
        if isinstance(column, str) and column:
            return column, None
        if (
            not isinstance(column, list)
            or len(column) != 2
            or not all(isinstance(c, str) and c for c in column)
        ):
            raise self.mistake("timestamp.column", "must be a header, or two: [date, time of day]")
        if stamps.halves(pattern) is None:
            raise self.mistake(
                "timestamp.format",
                "must be the date, one blank and the time of day, as the two columns hold them",
            )
        return column[0], column[1]

    def interval_minutes(self, timestamp: Timestamp | None) -> int | None:
        if "interval_minutes" in self.raw:
            return self.whole_number("interval_minutes", 0, least=1)
        if timestamp and timestamp.stamp == "end":
            raise self.mistake(
                "interval_minutes", "must be given with stamp: end, to find the interval's start"
            )
        return None

    def made_by_timestamp(self, timestamp: Timestamp | None) -> set[str]:
        if timestamp is None:
            return set()
        made = {column.name for column in self.contract.fields if column.type == "datetime"}
        return made | {self.contract.partition.on} if self.contract.partition.on else made
