"""What PostgreSQL needs that DuckDB does not: types before the rows, and decimals read back as decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    import pyarrow


def column_type(kind: pyarrow.DataType) -> str:
    """The PostgreSQL type that keeps every value of an Arrow type, as `format_type` spells it."""
    import pyarrow as pa

    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision},{kind.scale})"
    return {
        "string": "character varying",
        "large_string": "character varying",
        "int32": "integer",
        "int64": "bigint",
        "bool": "boolean",
        "date32[day]": "date",
        "double": "double precision",
        "timestamp[us, tz=UTC]": "timestamp with time zone",
    }[str(kind)]


def create_table(schema: str, name: str, columns: pyarrow.Schema) -> str:
    """The statement that makes an empty table; a bulk load would choose bare `numeric` and `text`."""
    listed = ", ".join(f'"{field.name}" {column_type(field.type)}' for field in columns)
    return f"create table {schema}.{name} ({listed})"


def column_types(schema: str, name: str) -> str:
    """The query for a table's column names and types, in order; no row when there is no such table."""
    return (
        "select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute"
        f" where attrelid = to_regclass('{schema}.{name}') and attnum > 0 and not attisdropped"
        " order by attnum"
    )


def with_decimals(rows: pyarrow.Table) -> pyarrow.Table:
    """`numeric` columns, which the driver hands over as text, as decimals of the scale the server states.

    A numeric without a scale (a sum) takes the largest scale met in it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for position, field in enumerate(rows.schema):
        metadata = field.metadata or {}
        if metadata.get(b"POSTGRESQL:type", metadata.get(b"ADBC:postgresql:typname")) != b"numeric":
            continue
        column = rows.column(position)
        text = pa.chunked_array([_storage(chunk) for chunk in column.chunks], type=pa.string())
        typmod = int(metadata.get(b"POSTGRESQL:typmod", b"-1"))
        if typmod >= 0:
            scale = (typmod - 4) & 0x7FF
        else:
            fraction = pc.replace_substring_regex(text, r"^[^.]*\.?", "")
            scale = pc.max(pc.utf8_length(fraction)).as_py() or 0
        rows = rows.set_column(position, field.name, text.cast(pa.decimal128(38, scale)))
    return rows


def _storage(chunk: pyarrow.Array) -> pyarrow.Array:
    return chunk.storage if hasattr(chunk, "storage") else chunk


def environment(url: str) -> dict[str, str]:
    """A postgresql:// URL as the variables of profiles.yml; dbt keeps the password out of its log."""
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "LINGTAN_PG_HOST": options.get("host") or unquote(parts.hostname or "localhost"),
        "LINGTAN_PG_PORT": str(options.get("port") or parts.port or 5432),
        "LINGTAN_PG_USER": unquote(parts.username or options.get("user", "")),
        "LINGTAN_PG_DATABASE": unquote(parts.path.lstrip("/")) or options.get("dbname", ""),
        "DBT_ENV_SECRET_LINGTAN_PG_PASSWORD": unquote(parts.password or options.get("password", "")),
    }
