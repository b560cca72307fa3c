"""What one entry of sources.yml says, checked and frozen; `lingtan.catalog` makes these and nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lingtan import contracts
from lingtan.contracts import Contract

ANSWER = "answer.parquet"  # name under which the answer of a query is kept


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
    """How an interval's stamp is written. `closes_its_date`: 00:00 of a date is that date's end. A stamp of
    two columns is the date, one blank and the time of day.
    """

    column: str
    format: str
    stamp: str
    midnight: str
    time_column: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns it stands in."""
        return (self.column, self.time_column) if self.time_column else (self.column,)


@dataclass(frozen=True)
class Wide:
    """A row per day with a column per time of day. Either `time` finds a column's time in its header, or the
    columns begin with the header `first` and are `step_minutes` apart from midnight on.
    """

    date: str
    time: re.Pattern[str] | None
    first: str | None
    step_minutes: int | None


@dataclass(frozen=True)
class Source:
    """One entry of sources.yml. `sha256` is over what decides how rows are read, not over where files lie.

    `header_row` counts from 1; `first_column`, from 0, is set where the entry names the cell its table begins
    in. `numbers`: exact; floats for a sender whose program writes the noise of binary arithmetic; rounded
    for one who writes more decimals than the contract holds. `amount_is`: quantity; mean_power where
    amounts in a unit of power are the mean of their interval. `leave_out`:
    header -> words, folded, whose rows are left out.
    """

    name: str
    table: str
    format: str
    location: str
    files: str
    connection: str | None
    query: str | None
    stated_at: StatedAt | None
    due: Due | None
    replaces: str
    encoding: str
    delimiter: str
    decimal: str
    thousands: str | None
    numbers: str
    empty: frozenset[str]
    sheet: str | None
    header_row: int
    header_rows: int
    first_column: int | None
    time_zone: str | None
    timestamp: Timestamp | None
    interval_minutes: int | None
    amount_is: str
    dates: str
    columns: Mapping[str, Column]
    ignore: frozenset[str]
    leave_out: Mapping[str, frozenset[str]]
    settle_seconds: float
    utc_offset: str
    records: str | None
    wide: Wide | None
    sha256: str

    @property
    def contract(self) -> Contract:
        return contracts.load(self.table)

    @cached_property
    def headers(self) -> frozenset[str]:
        """Headers the file must have."""
        named = {column.header for column in self.columns.values() if column.header is not None}
        if self.timestamp:
            named.update(self.timestamp.headers)
        if self.stated_at and self.stated_at.column:
            named.add(self.stated_at.column)
        named.update(self.leave_out)
        return frozenset(named)

    @cached_property
    def number_headers(self) -> frozenset[str]:
        """Those of the headers under which numbers stand."""
        return frozenset(
            column.header
            for name, column in self.columns.items()
            if column.header is not None and self.contract.field(name).type in ("number", "integer")
        )

    def column_of(self, header: str) -> str | None:
        """The contract's column that a header feeds, where a fault of its cells is told."""
        if self.timestamp and header in self.timestamp.headers:
            return next(field.name for field in self.contract.fields if field.type == "datetime")
        return next((name for name, column in self.columns.items() if column.header == header), None)

    def header_of(self, column: str | None) -> str | None:
        """What the file calls a column of the contract; None where no column of the file feeds it."""
        if column in self.columns:
            return self.columns[column].header
        made = {field.name for field in self.contract.fields if field.type == "datetime"}
        is_made = column in made | {self.contract.partition.on}
        return self.timestamp.column if self.timestamp and column and is_made else None
