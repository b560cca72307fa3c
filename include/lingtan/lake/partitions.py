"""One partition of the lake: its name, its folder, and the files it is kept in, named by their content.

A partition is named "<table>/<installation or _all>/<key>"; the key is a day, a month, `all` or `unplaced`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from lingtan.errors import ConfigurationError
from lingtan.files import replacing

if TYPE_CHECKING:
    import pyarrow

UNPLACED = "unplaced"  # key of rows whose partition column could not be read; never holds an accepted row
COMPANY = "_all"  # in place of an installation, where a table is the whole company's


@dataclass(frozen=True, order=True)
class Partition:
    """Name of one partition. Installation codes are the company's own and may hold any character."""

    table: str
    installation: str
    key: str

    @classmethod
    def parse(cls, name: str) -> Partition:
        """Raises ConfigurationError when `name` is not of the form table/installation/key."""
        table, _, rest = name.partition("/")
        installation, _, key = rest.rpartition("/")
        if not (table and installation and key):
            raise ConfigurationError(
                f"{name!r} names no partition; write <table>/<installation or _all>/<key>"
            )
        return cls(table, installation, key)

    def __str__(self) -> str:
        return f"{self.table}/{self.installation}/{self.key}"

    @property
    def folder(self) -> Path:
        """Relative folder; whatever a code holds, it stays one folder below its table."""
        return Path(self.table, _one_folder(self.installation), _one_folder(self.key))


def _one_folder(code: str) -> str:
    quoted = quote(code, safe="")
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")


def content_hash(rows: pyarrow.Table) -> str:
    """sha256 over schema and Arrow IPC stream of `rows` in the order given.

    What lies under a null, in the spare bits of a bitmap and behind the end of a slice differs with the way
    a table was made. So every column is copied, a null becomes a zero beside a column that says so, and truth
    values become bytes: equal rows have equal hashes.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    plain: dict[str, pa.Array] = {}
    for position, (field, chunked) in enumerate(zip(rows.schema, rows.columns, strict=True)):
        column = pa.concat_arrays([*chunked.chunks, pa.array([], field.type)])
        if pa.types.is_boolean(field.type):
            column = pc.cast(column, pa.uint8())
        if column.null_count:
            plain[f"{position} is there"] = pc.cast(pc.is_valid(column), pa.uint8())
            column = pc.fill_null(column, _zero(column.type))
        plain[f"{position}"] = column
    hashed = hashlib.sha256(rows.schema.remove_metadata().to_string().encode())
    sink = pa.BufferOutputStream()
    table = pa.table(plain)
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    hashed.update(sink.getvalue())
    return hashed.hexdigest()


def _zero(kind: pyarrow.DataType) -> pyarrow.Scalar:
    import pyarrow as pa

    return pa.scalar("" if pa.types.is_string(kind) else 0, pa.string() if pa.types.is_string(kind) else kind)


def write_rows(rows: pyarrow.Table, folder: Path) -> tuple[Path, str]:
    """Write `rows` as one immutable Parquet file below `folder`, named by content; the path and the content
    hash.

    The same rows give the same bytes. The name appears when the file is whole.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = rows.replace_schema_metadata(None).combine_chunks()
    digest = content_hash(rows)
    file = folder / f"{digest[:16]}.parquet"
    words = [field.name for field in rows.schema if pa.types.is_string(field.type)]
    with replacing(file) as unfinished:
        pq.write_table(rows, unfinished, compression="zstd", row_group_size=1 << 20, use_dictionary=words)
    return file, digest
