"""Rows as bytes: the one place that decides how a published value is written, so that equal rows are equal
bytes.

Decimals are written in full, without exponent and without trailing zeros: 0.450000000000 and 0.45 are one
value.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from lingtan.numbers import plain

if TYPE_CHECKING:
    import pyarrow


def json_token(value: object) -> str:
    """One value as JSON; a decimal becomes a number with all its digits, a missing value `null`."""
    if isinstance(value, Decimal | float):
        return plain(value)
    if isinstance(value, date | datetime):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False)


def json_array(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A JSON array of objects, one row a line, keys in the order of `columns`."""
    lines = (
        "{"
        + ", ".join(
            f"{json.dumps(name)}: {json_token(value)}" for name, value in zip(columns, row, strict=True)
        )
        + "}"
        for row in rows
    )
    body = ",\n ".join(lines)
    return (f"[{body}]\n" if body else "[]\n").encode()


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """RFC 4180 with a header and `\\n` line ends; a missing value is an empty field, a boolean `true` or
    `false`.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_field(value) for value in row] for row in rows)
    return buffer.getvalue().encode()


def _csv_field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | float):
        return plain(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def parquet(table: pyarrow.Table) -> bytes:
    """One Parquet file; chunking and schema metadata are dropped, for they change bytes and not content."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(None).combine_chunks(), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def tuples(table: pyarrow.Table) -> list[tuple[object, ...]]:
    """The table's rows as tuples of Python values."""
    columns = [column.to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True)) if columns else []
