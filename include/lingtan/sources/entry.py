"""What one entry of sources.yml says, checked and frozen; `lingtan.catalog` makes these and nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lingtan import contracts
from lingtan.contracts import Contract


@dataclass(frozen=True)
class Column:
    """Where a contract column comes from: a header (its words translated by `values`) or a constant."""

    header: str | None
    constant: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StatedAt:
    """When the sender issued a file: in its name (pattern with the group `stated_at`), in a column, or the
    time the file itself was last changed.
    """

    name: re.Pattern[str] | None
    column: str | None
    format: str
    is_object_time: bool = False


@dataclass(frozen=True)
class Due:
    """Days on which the source must have spoken: first <= day < until; `month` is due on its last day."""

    every: str
    first: date
    until: date


@dataclass(frozen=True)
class Timestamp:
    """How an interval's stamp is written. `closes_its_date`: 00:00 of a date is that date's end."""

    column: str
    format: str
    stamp: str
    midnight: str


@dataclass(frozen=True)
class Source:
    """One entry of sources.yml. `sha256` is over what decides how rows are read, not over where files lie."""

    name: str
    table: str
    format: str
    location: str
    files: str
    stated_at: StatedAt | None
    due: Due | None
    replaces: str
    encoding: str
    delimiter: str
    decimal: str
    sheet: str | None
    header_row: int
    time_zone: str | None
    timestamp: Timestamp | None
    interval_minutes: int | None
    dates: str
    columns: Mapping[str, Column]
    ignore: frozenset[str]
    settle_seconds: float
    sha256: str

    @property
    def contract(self) -> Contract:
        return contracts.load(self.table)

    @property
    def headers(self) -> frozenset[str]:
        """Headers the file must have."""
        named = {column.header for column in self.columns.values() if column.header is not None}
        if self.timestamp:
            named.add(self.timestamp.column)
        if self.stated_at and self.stated_at.column:
            named.add(self.stated_at.column)
        return frozenset(named)

    def header_of(self, column: str | None) -> str | None:
        """What the file calls a column of the contract; None where no column of the file feeds it."""
        if column in self.columns:
            return self.columns[column].header
        made = {field.name for field in self.contract.fields if field.type == "datetime"}
        is_made = column in made | {self.contract.partition.on}
        return self.timestamp.column if self.timestamp and column and is_made else None
