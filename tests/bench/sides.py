"""What the sides of the pairs have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lingtan.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from lingtan.lake.inputs import Inputs

Side = Callable[[Settings], Callable[[], object]]  # prepares, and returns what is timed


def digest(rows: list) -> str:
    """Of (name, day, amount) rows in any order; amounts to a thousandth, which is what was written."""
    lines = sorted(f"{a}|{b}|{Decimal(c or 0).quantize(Decimal('0.001'))}" for a, b, c in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def raw(house: Settings) -> str:
    """The rows as read from the plant's files, revisions and second copies included."""
    return f"read_parquet('{house.read / 'plant' / '*.parquet'}')"


def connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
    return connection


def inputs_of(house: Settings, columns: tuple[str, ...] | None = None) -> tuple[Inputs, list[str]]:
    """What the gate reads of the plant, in all columns or in some, and the names of its partitions."""
    from lingtan.lake.inputs import Inputs

    inputs = Inputs("meter_readings", house)
    if columns:
        fields = tuple(field for field in inputs.contract.fields if field.name in columns)
        inputs.contract = replace(inputs.contract, fields=fields, derived=(), lookups={})
    return inputs, sorted(inputs.records)
