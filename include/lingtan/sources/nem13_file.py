"""NEM13: register readings of the Australian market. A record tells of two readings and what was used between
them; it becomes two rows, the earlier reading first. The stated quantity stands on the later one.

A reading that the next record of its register tells again, word for word, is one row: the one that carries
the quantity. `digits` is the width of a register only where the sender pads it with zeros: 01015 was shown by
five digits, of 1015 nobody can tell. `source_row` is the line of the record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lingtan.sources import grid as grids
from lingtan.sources import nem_records
from lingtan.sources.entry import Source
from lingtan.sources.grid import Fault, Grid
from lingtan.sources.nem_records import QUALITY, Record

FORMAT = "nem13"
KEYS = nem_records.KEYS
HEADERS = (
    "meter",  # connection point and suffix: NEM1311002-11
    "nmi",
    "register",
    "suffix",
    "serial",
    "direction",  # E = drawn from the grid, I = fed into it
    "unit",
    "read_at",  # %Y%m%d%H%M%S%z
    "value",  # what the register showed, as written
    "digits",
    "stated",  # quantity since the earlier reading
    "quality",  # the letter: A actual, S substituted, F final substituted, E estimated
    "method",
    "reason",
    "updated_at",  # %Y%m%d%H%M%S%z, when the record was last changed at the sender
    "created_at",  # the same, of the file
)

_MAY_FOLLOW = {
    "250": frozenset({"100", "250", "550"}),
    "550": frozenset({"250", "550"}),
}
_EARLIER, _LATER = 8, 13  # where the five cells of a reading begin
_LEAST, _MOST = 20, 23
_TOLD = ("register", "serial", "read_at", "value", "quality", "method")
_PADDED = re.compile(r"0\d+(?=\.|$)")


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """Two rows per record 250. Raises RefusedFileError as `nem_records.records` does."""
    import numpy as np
    import pyarrow as pa

    found: list[_Reading] = []
    last_of: dict[str | None, tuple[str | None, ...]] = {}
    created_at: str | None = None
    for record in nem_records.records(data, source, file_name, "NEM13", _MAY_FOLLOW):
        if record.kind == "100":
            created_at = nem_records.stamp(record.cell(2), source.utc_offset)
        elif record.kind == "250":
            *earlier, last = _readings(record, created_at, source)
            found += [reading for reading in earlier if reading.told() != last_of.get(last.cells["meter"])]
            found.append(last)
            last_of[last.cells["meter"]] = last.told()
    if not found:
        raise grids.empty(source.name, file_name)
    headers = [name for name in HEADERS if name in source.headers]
    columns = [pa.array([reading.cells.get(name) for reading in found], pa.string()) for name in headers]
    faults = {place: reading.fault for place, reading in enumerate(found) if reading.fault}
    return Grid(headers, columns, np.array([reading.row for reading in found]), faults, {})


@dataclass(frozen=True)
class _Reading:
    """A row to be, by header."""

    row: int
    cells: dict[str, str | None]
    fault: Fault | None = None

    def told(self) -> tuple[str | None, ...]:
        """What tells one reading of a register from another."""
        return tuple(self.cells.get(name) for name in _TOLD)


def _readings(record: Record, created_at: str | None, source: Source) -> list[_Reading]:
    """The readings of one record; a first reading that was never made (no register, no date) is none."""
    common = {
        "meter": nem_records.meter(record.cell(1), record.cell(4)),
        "nmi": record.cell(1),
        "register": record.cell(3),
        "suffix": record.cell(4),
        "serial": record.cell(6),
        "direction": record.cell(7),
        "unit": nem_records.unit(record.cell(19)),
        "updated_at": nem_records.stamp(record.cell(21), source.utc_offset),
        "created_at": created_at,
    }
    if not _LEAST <= len(record.cells) <= _MOST:
        fault = Fault(
            "unreadable_record",
            f"the record has {len(record.cells)} cells where a record 250 has {_LEAST} to {_MOST}; "
            "send it whole",
            source.column_of("value"),
            ",".join(record.cells)[:80],
        )
        return [_Reading(record.row, common, fault)]
    later = _reading(record, _LATER, common | {"stated": record.cell(18)}, source)
    if not record.cell(_EARLIER) and not record.cell(_EARLIER + 1):
        return [later]
    return [_reading(record, _EARLIER, common, source), later]


def _reading(record: Record, place: int, common: dict[str, str | None], source: Source) -> _Reading:
    value, written = record.cell(place), record.cell(place + 2) or ""
    padded = _PADDED.match(value or "")
    cells = common | {
        "read_at": nem_records.stamp(record.cell(place + 1), source.utc_offset),
        "value": value,
        "digits": str(len(padded[0])) if padded else None,
        "reason": record.cell(place + 3),
    }
    quality = QUALITY.fullmatch(written)
    if quality is None or quality[1] == "V":
        fault = Fault(
            "unreadable_record",
            f"{written!r} is no quality of a reading: a letter of A, E, F, N, S, for E, F, S with the two "
            "digits of the method; correct the record",
            source.column_of("quality"),
            written,
        )
        return _Reading(record.row, cells, fault)
    if quality[1] == "N":
        sentence = "the sender says that there is no reading (quality N); send it when it is known"
        fault = Fault("no_reading", sentence, source.column_of("value"), value)
        return _Reading(record.row, cells | {"value": None, "digits": None}, fault)
    return _Reading(record.row, cells | {"quality": quality[1], "method": quality[2]})
