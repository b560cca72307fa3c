"""The keys of an entry that only some formats know: where records lie, how market time runs, days in rows."""

from __future__ import annotations

import re
from collections.abc import Set

from lingtan.catalog_values import CheckedMapping
from lingtan.sources import day_rows, formats
from lingtan.sources.entry import Timestamp, Wide

_OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])")
_WITH_HEADERS = ("csv", "excel", "parquet")


class FormatKeys(CheckedMapping):
    """Asked key by key, as every entry is."""

    def headers_of_format(self, kind: str, used: Set[str]) -> None:
        """A format that names its columns itself has no other ones; in JSON no value lies inside a value."""
        ours = getattr(formats()[kind], "HEADERS", None)
        for header in sorted(used - set(ours)) if ours else ():
            raise self.mistake("columns", f"{kind} has no {header!r}; it has {', '.join(ours)}")
        if kind == "json":
            read = used | {str(path) for path in self.raw.get("ignore") or ()}
            for path in sorted(read):
                for above in read & {path[:end] for end in range(len(path)) if path[end] == "."}:
                    raise self.mistake(
                        "columns", f"{path!r} lies below {above!r}, which is read or ignored as a whole"
                    )

    def utc_offset(self, keys: tuple[str, ...]) -> str:
        """The offset as %z writes it; empty for formats without the key."""
        if "utc_offset" not in keys:
            return ""
        written = self.text("utc_offset")
        found = _OFFSET.fullmatch(written)
        if found is None:
            raise self.mistake(
                "utc_offset", f"{written!r} is no offset of market time from UTC, such as '+10:00'"
            )
        return "".join(found.groups())

    def records(self) -> str | None:
        return self.text("records") if "records" in self.raw else None

    def wide(self, timestamp: Timestamp | None) -> Wide | None:
        raw = self.mapping("wide", ("date", "time", "from", "step_minutes"))
        if raw is None:
            return None
        if self.raw["format"] not in _WITH_HEADERS:
            raise self.mistake("wide", f"is for files with a row of headers: {', '.join(_WITH_HEADERS)}")
        if not isinstance(raw.get("date"), str) or not raw["date"]:
            raise self.mistake("wide.date", "must be the header of the day")
        if timestamp is None or timestamp.headers != (day_rows.STAMP,):
            raise self.mistake(
                "timestamp.column",
                f"must be {day_rows.STAMP}: with `wide` the stamp is the day, one blank and the time of day",
            )
        if set(raw) == {"date", "time"}:
            return Wide(raw["date"], self.time_in_headers(raw["time"]), None, None)
        if set(raw) != {"date", "from", "step_minutes"}:
            raise self.mistake(
                "wide", "give time (a pattern of the headers), or from (the first header) and step_minutes"
            )
        step = raw["step_minutes"]
        if not isinstance(step, int) or isinstance(step, bool) or step < 1 or 1440 % step:
            raise self.mistake("wide.step_minutes", f"must be minutes that divide the day, not {step!r}")
        if timestamp.stamp != "start":
            raise self.mistake(
                "timestamp.stamp", "must be start: columns counted from midnight are named by their start"
            )
        return Wide(raw["date"], None, str(raw["from"]), step)

    def time_in_headers(self, written: object) -> re.Pattern[str]:
        try:
            pattern = re.compile(str(written))
        except re.error as error:
            raise self.mistake("wide.time", f"{written!r} is no regular expression: {error}") from error
        if "time" not in pattern.groupindex:
            raise self.mistake("wide.time", "needs the named group (?P<time>...), a header's time of day")
        return pattern
