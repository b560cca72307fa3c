"""The cache of rows as read: one Parquet file per raw file, written in the form that reads fastest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan.files import replacing

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet


def keep(found: pyarrow.Table, file: Path) -> None:
    """Cache rows as read, in the form that reads fastest: a full column is written as one that cannot be
    empty, and of the empty ones alone there are statistics, by which they are known and not read again.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = [field.name for field in found.schema if pa.types.is_string(field.type)]
    empty = [name for name in found.column_names if found[name].null_count == found.num_rows]
    full = [field.with_nullable(found[field.name].null_count > 0) for field in found.schema]
    with replacing(file) as unfinished:
        pq.write_table(
            found.cast(pa.schema(full)),
            unfinished,
            compression="lz4",
            use_dictionary=words,
            write_statistics=empty,
            column_encoding={"source_row": "DELTA_BINARY_PACKED"},
            row_group_size=1 << 26,
        )


def kept(file: pyarrow.parquet.ParquetFile, columns: Sequence[str] | None) -> pyarrow.Table:
    """Rows of a file that `keep` wrote, of its columns those named (None = all)."""
    import pyarrow as pa

    schema = pa.schema([field.with_nullable(True) for field in file.schema_arrow])
    if columns is not None:
        schema = pa.schema([schema.field(name) for name in columns])
    first = file.metadata.row_group(0).to_dict()["columns"] if file.metadata.num_row_groups == 1 else []
    empty = {column["path_in_schema"] for column in first if column["statistics"]}
    there = file.read([name for name in schema.names if name not in empty], use_threads=False)
    arrays = [
        pa.nulls(file.metadata.num_rows, field.type) if field.name in empty else there[field.name]
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
