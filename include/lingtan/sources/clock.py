"""Written stamps -> instants in UTC and local days. A stamp is parsed once per distinct text; hours that a
clock change repeats are told apart by their order in the file, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lingtan.contracts import Contract
from lingtan.sources import stamps
from lingtan.sources.cells import Faults
from lingtan.sources.entry import Source, Timestamp
from lingtan.sources.grid import Fault

if TYPE_CHECKING:
    import numpy
    import pyarrow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class _Stamp:
    """What one written stamp can mean: one instant, two (the clocks went back), or none and why not."""

    instants: tuple[datetime, ...] = ()
    local: datetime = _EPOCH  # as the clock showed it; asked only of a stamp with two instants
    rule: str = ""
    sentence: str = ""


def instants(
    text: pyarrow.Array, source: Source, contract: Contract, made: Mapping[str, pyarrow.Array], faults: Faults
) -> dict[str, pyarrow.Array]:
    """The contract's instant (start of the interval, UTC) and, where the table is cut by it, its local day.

    `made` holds the columns already typed; those of the key tell the meters apart.
    """
    import numpy as np
    import pyarrow as pa

    stamp, zone = source.timestamp, ZoneInfo(source.time_zone or "UTC")
    if stamp is None:
        return {}
    instant = next(field.name for field in contract.fields if field.type == "datetime")
    encoded = text.dictionary_encode()
    words = encoded.dictionary
    indices = encoded.indices.fill_null(len(words)).to_numpy()
    lengths = _lengths(source, stamp, made, len(indices))
    micros, days = np.zeros(len(indices), dtype=np.int64), np.zeros(len(indices), dtype=np.int64)
    hard: dict[int, _Stamp] = {}
    distinct = np.unique(lengths).tolist()
    for minutes in distinct:
        meanings, found = _meanings(words, stamp, zone, timedelta(minutes=minutes))
        hard |= found
        rows = slice(None) if len(distinct) == 1 else lengths == minutes
        micros[rows], days[rows] = meanings[0][indices[rows]], meanings[1][indices[rows]]
    unread = indices == len(words)
    for row in _rows_with(hard, indices):
        found = hard[indices[row]]
        if found.rule:
            unread[row] = True
            faults.add(row, Fault(found.rule, found.sentence, instant, words[indices[row]].as_py()))
    doubtful = _rows_with({place for place, found in hard.items() if len(found.instants) == 2}, indices)
    if doubtful:
        told: dict[int, int | None] = dict.fromkeys(doubtful)
        if source.query is None:  # the rows of an answer have no order
            key = [made[name] for name in (*contract.primary_key, "revision") if name in made]
            told = _told_apart(_meters(key, len(indices)), doubtful, indices, hard, micros, unread)
        for row, which in told.items():
            if which is None:
                unread[row] = True
                faults.add(row, _ambiguous(words[indices[row]].as_py(), instant, source))
            else:
                length = timedelta(minutes=int(lengths[row]))
                micros[row], days[row] = _meaning(hard[indices[row]], which, length, zone)
    columns = {instant: pa.array(micros, mask=unread).cast(pa.timestamp("us", tz="UTC"))}
    if contract.partition.on and contract.partition.on not in made:
        columns[contract.partition.on] = pa.array(days.astype(np.int32), mask=unread).cast(pa.date32())
    return columns


def _lengths(
    source: Source, stamp: Timestamp, made: Mapping[str, pyarrow.Array], count: int
) -> numpy.ndarray:
    """Minutes from each row's start to its stamp: what the row itself says of its length goes first."""
    import numpy as np

    if stamp.stamp == "start":
        return np.zeros(count, dtype=np.int64)
    usual = source.interval_minutes or 0
    if "interval_minutes" not in made:
        return np.full(count, usual, dtype=np.int64)
    return made["interval_minutes"].fill_null(usual).to_numpy(zero_copy_only=False).astype(np.int64)


def _rows_with(places: Collection[int], indices: numpy.ndarray) -> list[int]:
    """Rows whose stamp is one of `places` among the distinct stamps, in the file's order."""
    import numpy as np

    return np.flatnonzero(np.isin(indices, list(places))).tolist() if places else []


def _meanings(
    words: pyarrow.Array, stamp: Timestamp, zone: ZoneInfo, length: timedelta
) -> tuple[numpy.ndarray, dict[int, _Stamp]]:
    """Per distinct stamp (and one more for none) what `_meaning` says, in two rows; the stamps that need a
    closer look.

    On days without a clock change the wall's clock and UTC differ by one offset: those are done in one go.
    """
    import numpy as np

    meanings = np.zeros((2, len(words) + 1), dtype=np.int64)
    closer = np.ones(len(words), dtype=bool)
    wall = stamps.wall_clock(words, stamp.format, midnight_closes=stamp.midnight == "closes_its_date")
    if wall is not None:
        local, is_read = wall
        start_local = local - length // timedelta(microseconds=1)
        days, start_days = local // stamps.DAY, start_local // stamps.DAY
        offset, is_steady = _steady_offsets(days, zone)
        start_offset, is_start_steady = _steady_offsets(start_days, zone)
        closer = ~(is_read & is_steady & is_start_steady) | (offset != start_offset)
        meanings[:, :-1] = start_local - offset, start_days
    hard: dict[int, _Stamp] = {}
    for place in np.flatnonzero(closer).tolist():
        word = words[place].as_py()
        if wall is None:
            found = _read(word, stamp, zone)
        else:
            found = _shown(word, int(local[place]), stamp, zone) if is_read[place] else _no_time(word, stamp)
        meanings[:, place] = _meaning(found, 0, length, zone)
        if len(found.instants) != 1:
            hard[place] = found
    return meanings, hard


def _steady_offsets(days: numpy.ndarray, zone: ZoneInfo) -> tuple[numpy.ndarray, numpy.ndarray]:
    """What `_steady_offset` says of each day, 0 for None, and whether it says anything."""
    import numpy as np

    known, places = np.unique(days, return_inverse=True)
    offsets = [_steady_offset(day, zone) for day in known.tolist()]
    is_steady = np.array([offset is not None for offset in offsets], dtype=bool)
    return np.array([offset or 0 for offset in offsets], dtype=np.int64)[places], is_steady[places]


@lru_cache(maxsize=4096)
def _steady_offset(day: int, zone: ZoneInfo) -> int | None:
    """Microseconds the zone is ahead of UTC all through a day (counted from 1970); None when that changes in
    it.
    """
    try:
        midnight = datetime.combine(date.fromordinal(_FIRST_DAY + day), time(), zone)
        moments = [midnight + timedelta(hours=hours) for hours in (0, 12, 24)]
        offsets = {moment.replace(fold=fold).utcoffset() for moment in moments for fold in (0, 1)}
    except (ValueError, OverflowError):
        return None
    offset = offsets.pop()
    return None if offsets or offset is None else offset // timedelta(microseconds=1)


def _ambiguous(word: str, column: str, source: Source) -> Fault:
    sentence = (
        f"{word!r} happened twice when the clocks went back, and the file does not show which of the two "
        "is meant; "
    )
    sentence += (
        "send both hours in order, or write the offset from UTC"
        if source.query is None
        else "let the query give the offset from UTC, because its rows have no order"
    )
    return Fault("ambiguous_time", sentence, column, word)


def sender_stated_at(text_of: Mapping[str, pyarrow.Array], source: Source, count: int) -> pyarrow.Array:
    """When the sender says each row was issued (UTC); null where not stated in a column, or unreadable."""
    import pyarrow as pa

    kind = pa.timestamp("us", tz="UTC")
    if source.stated_at is None or source.stated_at.column is None:
        return pa.nulls(count, kind)
    encoded = text_of[source.stated_at.column].dictionary_encode()
    pattern = source.stated_at.format
    values = [stated_at(word, pattern, source.time_zone) for word in encoded.dictionary.to_pylist()]
    return pa.array(values, type=kind).take(encoded.indices)


def stated_at(word: str, pattern: str, zone: str | None) -> datetime | None:
    """The instant (UTC) a sender wrote, in a repeated hour the first; None when not in the agreed form."""
    try:
        return stamps.parsed(word, pattern, ZoneInfo(zone or "UTC")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read(word: str, stamp: Timestamp, zone: ZoneInfo) -> _Stamp:
    try:
        read = stamps.parsed(word, stamp.format, zone)
        if stamp.midnight == "closes_its_date" and read.time() == time():
            read += timedelta(days=1)
        return _Stamp((read.astimezone(UTC),)) if read.tzinfo is not zone else _local(word, read, zone)
    except (ValueError, OverflowError):
        return _no_time(word, stamp)


def _shown(word: str, micros: int, stamp: Timestamp, zone: ZoneInfo) -> _Stamp:
    """What the clock on the wall showed, in microseconds since 1970."""
    try:
        return _local(word, (_EPOCH + timedelta(microseconds=micros)).replace(tzinfo=zone), zone)
    except (ValueError, OverflowError):
        return _no_time(word, stamp)


def _local(word: str, read: datetime, zone: ZoneInfo) -> _Stamp:
    first, second = (read.replace(fold=fold) for fold in (0, 1))
    before, after = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    if before < after:
        return _Stamp(
            rule="nonexistent_time",
            sentence=f"{word!r} never happened in {zone.key}: the clocks went forward over it; correct "
            "the stamp, or `time_zone` of the source",
        )
    if before == after:
        return _Stamp((first.astimezone(UTC),))
    return _Stamp((first.astimezone(UTC), second.astimezone(UTC)), local=read)


def _no_time(word: str, stamp: Timestamp) -> _Stamp:
    place = " and ".join(map(repr, stamp.headers))
    return _Stamp(
        rule="wrong_type",
        sentence=f"{word!r} in column {place} is no time written {stamp.format}; correct the cell, or "
        "`timestamp.format` of the source",
    )


def _meaning(stamp: _Stamp, which: int, length: timedelta, zone: ZoneInfo) -> tuple[int, int]:
    """(microseconds since 1970 UTC of the interval's start, days since 1970 of its local day)."""
    if not stamp.instants:
        return 0, 0
    start = stamp.instants[which] - length
    micros = (start - _EPOCH) // timedelta(microseconds=1)
    return micros, start.astimezone(zone).date().toordinal() - _FIRST_DAY


def _meters(key: list[pyarrow.Array], count: int) -> numpy.ndarray:
    """Equal numbers for the rows whose key columns are equal."""
    import numpy as np

    number = np.zeros(count, dtype=np.int64)
    for column in key:
        encoded = column.dictionary_encode()
        words = len(encoded.dictionary)
        _, number = np.unique(
            number * (words + 1) + encoded.indices.fill_null(words).to_numpy(), return_inverse=True
        )
    return number


def _told_apart(
    meters: numpy.ndarray,
    rows: list[int],
    indices: numpy.ndarray,
    hard: Mapping[int, _Stamp],
    micros: numpy.ndarray,
    unread: numpy.ndarray,
) -> dict[int, int | None]:
    """Row -> 0 for the first pass of the repeated hour, 1 for the second, None when the order does not tell.

    Rows of one meter and day that run up, fall back once and run up again are the first and the second hour.
    A meter whose every stamp stands there exactly twice in a row was sorted by what the clock showed: first,
    then second. A meter whose rows fall in the file is read backwards.
    """
    groups: dict[tuple[int, date], list[int]] = {}
    for row in rows:
        groups.setdefault((int(meters[row]), hard[indices[row]].local.date()), []).append(row)
    told: dict[int, int | None] = {}
    for (meter, _), members in groups.items():
        known = micros[(meters == meter) & ~unread]
        if known[0] > known[-1]:
            members.reverse()
        told |= _passes(members, [hard[indices[row]].local for row in members])
    return told


def _passes(rows: list[int], locals_: list[datetime]) -> dict[int, int | None]:
    falls = [i for i in range(1, len(rows)) if locals_[i] < locals_[i - 1]]
    if len(falls) == 1:
        return {row: int(i >= falls[0]) for i, row in enumerate(rows)}
    pairs = len(rows) % 2 == 0 and all(locals_[i] == locals_[i + 1] for i in range(0, len(rows), 2))
    if not falls and pairs and len(set(locals_)) * 2 == len(rows):
        return {row: i % 2 for i, row in enumerate(rows)}
    return dict.fromkeys(rows)
