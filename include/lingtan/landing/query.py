"""A query on a connection: its answer becomes bytes that are kept like a file. The same answer gives the same
bytes, so a query asked every night lands only what is new.
"""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from lingtan import connections, numbers
from lingtan.sources.entry import Source


def answer(source: Source) -> bytes:
    """Parquet of text columns named as in the answer, null where it is null, rows in the order of their text.

    Numbers keep every digit the database gives; instants are ISO 8601. Raises OSError when the database
    cannot be asked, or two columns of the answer have one name.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    import sqlalchemy

    engine = sqlalchemy.create_engine(
        connections.database_url(source.connection or ""), poolclass=sqlalchemy.NullPool
    )
    try:
        with engine.connect() as connection:
            result = connection.execute(sqlalchemy.text(source.query or ""))
            names = list(result.keys())
            rows = [tuple(_text(value) for value in row) for row in result]
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise OSError(f"{type(error).__name__}: {getattr(error, 'orig', None) or error}") from error
    for name in names:
        if names.count(name) > 1:
            raise OSError(f"two columns of the answer are called {name!r}; name each once in the query")
    rows.sort(key=lambda row: tuple((value is not None, value) for value in row))
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    table = pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float):
        return numbers.plain(Decimal(repr(value)))
    return numbers.plain(value) if isinstance(value, Decimal) else str(value)
