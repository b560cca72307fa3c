"""Names and strings as SQL writes them, alike on DuckDB and PostgreSQL. Knows nobody."""

from __future__ import annotations


def identifier(name: str) -> str:
    """The name of a column or relation, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
