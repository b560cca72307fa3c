"""What NEM12 and NEM13 share: the Australian market's meter data files, a record per line, its kind in the
first cell (Meter Data File Format Specification NEM12 & NEM13, Australian Energy Market Operator).

Stamps are market time, the same offset from UTC all the year; they leave here with it, so that the source's
`time_zone` may cut the days of a place whose clocks change. Units are written in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lingtan.errors import Finding, RefusedFileError
from lingtan.sources import csv_file
from lingtan.sources import grid as grids
from lingtan.sources.entry import Source

KEYS = ("encoding", "utc_offset")
QUALITY = re.compile(r"([AEFNSV])(\d\d)?")


@dataclass(frozen=True)
class Record:
    """One line: `row` counts from 1, `cells` are trimmed, the first is the kind."""

    row: int
    cells: list[str]

    @property
    def kind(self) -> str:
        return self.cells[0]

    def cell(self, place: int) -> str | None:
        """The cell, None where it is empty or the line ends before it."""
        return (self.cells[place] or None) if place < len(self.cells) else None


def records(
    data: bytes, source: Source, file_name: str, version: str, may_follow: Mapping[str, frozenset[str]]
) -> Iterator[Record]:
    """The records between header and end. `may_follow`: kind -> kinds that may stand before it.

    Raises RefusedFileError: empty_file, wrong_encoding, wrong_version (not the `version` agreed),
    wrong_record_order (no header, or a record without the one it belongs to), cut_short (no end record).
    """

    def refuse(rule: str, row: int, column: str, value: str, sentence: str) -> RefusedFileError:
        return RefusedFileError(Finding(rule, sentence, source.name, file_name, row, column, value))

    before, row = "", 0
    for row, line in enumerate(csv_file.utf8(data, source, file_name).decode().splitlines(), 1):
        if not line.strip(", \t"):
            continue
        record = Record(row, [cell.strip() for cell in line.split(",")])
        kind = record.kind
        if before in ("", "900"):
            if kind != "100":
                raise refuse(
                    "wrong_record_order",
                    row,
                    "RecordIndicator",
                    kind,
                    f"the file begins with record {kind!r} where its header, record 100, belongs; "
                    "send it with the header",
                )
            if record.cell(1) != version:
                raise refuse(
                    "wrong_version",
                    row,
                    "VersionHeader",
                    record.cell(1) or "",
                    f"the file calls itself {record.cell(1)!r}, not {version!r}; correct `format` of source "
                    f"{source.name} in sources.yml",
                )
            yield record
        elif kind != "900":
            if before not in may_follow.get(kind, ()):
                raise refuse(
                    "wrong_record_order",
                    row,
                    "RecordIndicator",
                    kind,
                    f"record {kind!r} cannot follow record {before!r} in a {version} file; send the records "
                    "in their order",
                )
            yield record
        before = kind
    if not before:
        raise grids.empty(source.name, file_name)
    if before != "900":
        raise refuse(
            "cut_short",
            row,
            "RecordIndicator",
            before,
            f"the file ends with record {before!r} and without its end, record 900: it was cut short on its "
            "way; send it again",
        )


def unit(written: str | None) -> str | None:
    """The unit as it was written but for a small m in front: the specification knows mega and no milli."""
    return f"M{written[1:]}" if written and written[0] == "m" else written


def meter(nmi: str | None, suffix: str | None) -> str | None:
    """Meter code of one register: connection point and suffix, as in NEM1201002-E1."""
    return f"{nmi}-{suffix}" if nmi and suffix else None


def stamp(written: str | None, offset: str) -> str | None:
    """A date and time to the second with its offset from UTC; a stamp to the minute counts from its first
    second.
    """
    if not written:
        return None
    return f"{written}00{offset}" if len(written) == 12 else f"{written}{offset}"
