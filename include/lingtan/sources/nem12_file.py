"""NEM12: interval meter data of the Australian market, a record per register and day. One row per interval,
stamped with its start; `source_row` is the line of the day's record.

A record that cannot be taken apart (too few or too many values, no date, a quality that leaves part of the
day out) is one row with one fault. An interval whose quality is N has no reading, whatever number stands
there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from lingtan.sources import grid as grids
from lingtan.sources import nem_records
from lingtan.sources.entry import Source
from lingtan.sources.grid import Fault, Grid
from lingtan.sources.nem_records import QUALITY, Record

FORMAT = "nem12"
KEYS = nem_records.KEYS
HEADERS = (
    "meter",  # connection point and suffix: NEM1201002-E1
    "nmi",
    "register",
    "suffix",
    "serial",
    "unit",
    "interval_minutes",
    "read_at",  # %Y%m%d%H%M%S%z, start of the interval
    "value",
    "quality",  # the letter: A actual, S substituted, F final substituted, E estimated
    "method",  # the two digits behind it
    "reason",
    "updated_at",  # %Y%m%d%H%M%S%z, when the value was last changed at the sender
    "created_at",  # the same, of the file
)

_OF_INTERVAL = ("read_at", "value", "quality", "method", "reason")
_MAY_FOLLOW = {
    "200": frozenset({"100", "200", "300", "400", "500"}),
    "300": frozenset({"200", "300", "400", "500"}),
    "400": frozenset({"300", "400"}),
    "500": frozenset({"300", "400", "500"}),
}
_DAY = 24 * 60


@dataclass
class _Day:
    """A 300 record under its 200 record, and the 400 records that follow it."""

    created_at: str | None
    stream: Record
    record: Record
    ranges: list[Record] = field(default_factory=list)


class _Unreadable(Exception):
    """A day's record that cannot be taken apart: where, and why."""

    def __init__(self, record: Record, header: str, value: str | None, sentence: str) -> None:
        self.record, self.header, self.value, self.sentence = record, header, value, sentence


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """One row per interval. Raises RefusedFileError as `nem_records.records` does, and for a stream that does
    not say how long its intervals are.
    """
    import numpy as np
    import pyarrow as pa

    intervals: dict[str, list[str | None]] = {name: [] for name in _OF_INTERVAL}
    days: dict[str, list[str | None]] = {name: [] for name in HEADERS if name not in _OF_INTERVAL}
    counts, rows = [], []
    faults: dict[int, Fault] = {}
    for day in _days(data, source, file_name):
        first = len(intervals["value"])
        try:
            found = _intervals(day, source)
            row = day.record.row
        except _Unreadable as error:
            found = {name: [None] for name in _OF_INTERVAL}
            found["read_at"] = [_first_instant(day, source)]
            row = error.record.row
            faults[first] = Fault(
                "unreadable_record", error.sentence, source.column_of(error.header), error.value
            )
        for name, values in found.items():
            intervals[name] += values
        for place, letter in enumerate(found["quality"], first):
            if letter == "N":
                faults[place] = _no_reading(intervals, place, source)
        for name, value in _of_day(day, source).items():
            days[name].append(value)
        counts.append(len(found["value"]))
        rows.append(row)
    if not counts:
        raise grids.empty(source.name, file_name)
    headers = [name for name in HEADERS if name in source.headers]
    of_day = pa.array(np.repeat(np.arange(len(counts)), counts))
    columns = [
        pa.array(intervals[name], pa.string())
        if name in intervals
        else pa.array(days[name], pa.string()).take(of_day)
        for name in headers
    ]
    return Grid(headers, columns, np.repeat(rows, counts), faults, {})


def _days(data: bytes, source: Source, file_name: str) -> list[_Day]:
    days: list[_Day] = []
    created_at: str | None = None
    stream: Record | None = None
    for record in nem_records.records(data, source, file_name, "NEM12", _MAY_FOLLOW):
        if record.kind == "100":
            created_at = nem_records.stamp(record.cell(2), source.utc_offset)
        elif record.kind == "200":
            stream = record
            minutes = record.cell(8) or ""
            if not minutes.isdecimal() or int(minutes) == 0 or _DAY % int(minutes):
                raise grids.refuse(
                    "unreadable_record",
                    f"{minutes!r} is no length of an interval in minutes that divides the day; correct the "
                    "record 200",
                    source.name,
                    file_name,
                    row=record.row,
                    column="IntervalLength",
                    value=minutes,
                )
        elif record.kind == "300" and stream is not None:
            days.append(_Day(created_at, stream, record))
        elif record.kind == "400":
            days[-1].ranges.append(record)
    return days


def _of_day(day: _Day, source: Source) -> dict[str, str | None]:
    """What all intervals of a day have in common."""
    stream = day.stream
    return {
        "meter": nem_records.meter(stream.cell(1), stream.cell(4)),
        "nmi": stream.cell(1),
        "register": stream.cell(3),
        "suffix": stream.cell(4),
        "serial": stream.cell(6),
        "unit": nem_records.unit(stream.cell(7)),
        "interval_minutes": str(int(stream.cells[8])),
        "updated_at": nem_records.stamp(day.record.cell(2 + _count(day) + 3), source.utc_offset),
        "created_at": day.created_at,
    }


def _count(day: _Day) -> int:
    return _DAY // int(day.stream.cells[8])


def _intervals(day: _Day, source: Source) -> dict[str, list[str | None]]:
    """The columns of one day's intervals. Raises _Unreadable."""
    count, cells = _count(day), day.record.cells
    behind = len(cells) - 2 - count  # quality, reason code, reason, two times of change
    if not 1 <= behind <= 5:
        odd = next((cell for cell in cells[2 : 2 + count] if not cell or cell[0].isalpha()), None)
        raise _Unreadable(
            day.record,
            "value",
            odd if odd is not None else ",".join(cells)[:80],
            f"the record has {len(cells)} cells where a day of {day.stream.cells[8]} minutes has {count} "
            f"values behind its date, a quality and up to four cells more; send the day whole",
        )
    instants = _starts(cells[1], int(day.stream.cells[8]), source.utc_offset)
    if not instants:
        raise _Unreadable(
            day.record, "read_at", cells[1], f"{cells[1]!r} is no date written YYYYMMDD; correct the record"
        )
    values: list[str | None] = [cell or None for cell in cells[2 : 2 + count]]
    return {"read_at": list(instants), "value": values} | _qualities(day, count)


@lru_cache(maxsize=4096)
def _starts(date: str, minutes: int, offset: str) -> tuple[str, ...]:
    """The stamps at which a day's intervals begin; none when the date is none."""
    try:
        if len(date) != 8:
            return ()
        datetime.strptime(date, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return ()
    starts = range(0, _DAY, minutes)
    return tuple(f"{date}{start // 60:02d}{start % 60:02d}00{offset}" for start in starts)


def _first_instant(day: _Day, source: Source) -> str | None:
    """Where an unreadable record lies in time, if it says so."""
    return next(iter(_starts(day.record.cell(1) or "", int(day.stream.cells[8]), source.utc_offset)), None)


def _qualities(day: _Day, count: int) -> dict[str, list[str | None]]:
    """Quality, method and reason per interval: the day's own, or for V those of its 400 records, which must
    follow one another from the first interval to the last.
    """
    written = day.record.cell(2 + count) or ""
    letter, method = _quality(day.record, written)
    reason = day.record.cell(2 + count + 1)
    if letter != "V":
        if day.ranges:
            raise _Unreadable(
                day.ranges[0],
                "quality",
                written,
                f"the day's quality is {written!r}, yet a record 400 gives a part another; write V there",
            )
        return {"quality": [letter] * count, "method": [method] * count, "reason": [reason] * count}
    found: dict[str, list[str | None]] = {"quality": [], "method": [], "reason": []}
    for part in day.ranges:
        first, last = part.cell(1) or "", part.cell(2) or ""
        if not (first.isdecimal() and last.isdecimal()) or not (
            len(found["quality"]) + 1 == int(first) <= int(last) <= count
        ):
            raise _Unreadable(
                part,
                "quality",
                f"{first}-{last}",
                f"intervals {first} to {last} do not go on from interval {len(found['quality'])} of {count}; "
                "give every interval one quality, in order",
            )
        letter, method = _quality(part, part.cell(3) or "", of_part=True)
        length = int(last) - int(first) + 1
        found["quality"] += [letter] * length
        found["method"] += [method] * length
        found["reason"] += [part.cell(4)] * length
    if len(found["quality"]) < count:
        raise _Unreadable(
            day.ranges[-1] if day.ranges else day.record,
            "quality",
            written,
            f"the day's quality varies (V), and its records 400 give one to {len(found['quality'])} of "
            f"{count} intervals; send those that are missing",
        )
    return found


def _quality(record: Record, written: str, *, of_part: bool = False) -> tuple[str, str | None]:
    match = QUALITY.fullmatch(written)
    if match is None or (of_part and match[1] == "V"):
        raise _Unreadable(
            record,
            "quality",
            written,
            f"{written!r} is no quality: a letter of A, E, F, N, S{'' if of_part else ', V'} and for E, F, S "
            "the two digits of the method; correct the record",
        )
    return match[1], match[2]


def _no_reading(intervals: dict[str, list[str | None]], place: int, source: Source) -> Fault:
    """Quality N: the number in the file stands for nothing, so nothing stands in the row."""
    value = intervals["value"][place]
    intervals["value"][place] = intervals["quality"][place] = None
    return Fault(
        "no_reading",
        "the sender says that there is no reading of this interval (quality N); send it when it is known",
        source.column_of("value"),
        value,
    )
