"""The warehouse as publishing sees it: relations of a schema, their rows and their comments, on either
engine.

Rows come through an in-memory DuckDB: the warehouse file attached read-only, or PostgreSQL fetched as
Arrow. So all that leaves is written by one piece of code, and the warehouse itself is never written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.settings import Settings
from lingtan.sql import identifier, text

if TYPE_CHECKING:
    import duckdb
    import pyarrow

    from lingtan.warehouse import Warehouse

FIGURES = ("reports", "rpt_cbam_figures_by_product")
GOODS = ("marts", "fct_cbam_embedded_emissions")
OBLIGATIONS = ("marts", "fct_cbam_obligations")
LEAVES = ("marts", "fct_footprint_contributions")
FIGURE_SOURCES = ("marts", "fct_figure_sources")
PARTITIONS = ("lake", "partitions")
DATA_QUALITY = ("marts", "fct_data_quality")
SOURCES = ("reference", "sources")
SUPPLIER_EFFORT = ("reports", "rpt_supplier_effort")
SUPPLIER_PRIORITIES = ("reports", "rpt_supplier_priorities")
PRECURSOR_RUNGS = ("marts", "fct_precursor_rungs")


class NothingBuiltError(LingtanError):
    """There is no warehouse, or it lacks a mart that publishing reads."""


class Marts(Protocol):
    """What publishing asks of a warehouse; `connection` is the DuckDB on which `select` statements run."""

    connection: duckdb.DuckDBPyConnection

    def relations(self, schema: str) -> list[str]:
        """Tables and views of a schema, by name."""

    def columns(self, schema: str, name: str) -> list[str]:
        """Column names in order; empty when there is no such relation."""

    def select(self, schema: str, name: str) -> str:
        """A statement that yields the relation's rows; to be run once."""

    def comments(self, schema: str, name: str) -> tuple[str | None, dict[str, str]]:
        """The relation's comment and those of its columns."""


def table(marts: Marts, relation: tuple[str, str], order_by: tuple[str, ...] = ()) -> pyarrow.Table:
    """All rows of a relation, sorted by the columns of `order_by` it has. Raises NothingBuiltError when it
    is absent.
    """
    schema, name = relation
    present = marts.columns(schema, name)
    if not present:
        raise NothingBuiltError(f"the warehouse has no {schema}.{name}: the DAG build_footprints builds it")
    keys = ", ".join(identifier(column) for column in order_by if column in present)
    statement = f"select * from ({marts.select(schema, name)})" + (f" order by {keys}" if keys else "")
    return marts.connection.sql(statement).to_arrow_table()


@contextmanager
def open_marts(settings: Settings | None = None) -> Iterator[Marts]:
    """The warehouse, read-only. The caller holds the warehouse lock, so nobody is writing it."""
    import duckdb

    settings = settings or lingtan_settings.load()
    with duckdb.connect(":memory:") as connection:
        if settings.warehouse_url is None:
            yield _DuckDBMarts(connection, settings.warehouse_file)
        else:
            from lingtan import warehouse

            with warehouse.connect(settings, read_only=True) as server:
                yield _PostgreSQLMarts(connection, server)


def settle(file: Path) -> None:
    """Fold what a killed writer left in the write-ahead log into the file. Raises LingtanError when it
    stays.
    """
    import duckdb

    log = file.with_name(f"{file.name}.wal")
    if log.exists():
        duckdb.connect(str(file)).close()
    if log.exists():
        raise LingtanError(
            f"{file.name} is still being written ({log.name} is there): end the writer and try again"
        )


class _DuckDBMarts:
    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path) -> None:
        if not file.is_file():
            raise NothingBuiltError("there is no warehouse yet: the DAG build_footprints builds it")
        settle(file)
        self.connection = connection
        # views name their database, and a DuckDB file's database is named after the file
        self._database = file.stem
        connection.execute(f"attach {text(str(file))} as {identifier(self._database)} (read_only)")

    def relations(self, schema: str) -> list[str]:
        return self._names(
            "select table_name from information_schema.tables"
            " where table_catalog = ? and table_schema = ? order by table_name",
            schema,
        )

    def columns(self, schema: str, name: str) -> list[str]:
        return self._names(
            "select column_name from information_schema.columns"
            " where table_catalog = ? and table_schema = ? and table_name = ? order by ordinal_position",
            schema,
            name,
        )

    def _names(self, statement: str, *arguments: str) -> list[str]:
        return [row[0] for row in self.connection.execute(statement, [self._database, *arguments]).fetchall()]

    def select(self, schema: str, name: str) -> str:
        return f"select * from {identifier(self._database)}.{identifier(schema)}.{identifier(name)}"

    def comments(self, schema: str, name: str) -> tuple[str | None, dict[str, str]]:
        where = "where database_name = ? and schema_name = ?"
        arguments = [self._database, schema, name]
        relation = self.connection.execute(
            f"select comment from duckdb_tables() {where} and table_name = ?"
            f" union all select comment from duckdb_views() {where} and view_name = ?",
            arguments * 2,
        ).fetchone()
        columns = self.connection.execute(
            f"select column_name, comment from duckdb_columns() {where} and table_name = ?"
            " and comment is not null",
            arguments,
        ).fetchall()
        return (relation[0] if relation else None), dict(columns)


class _PostgreSQLMarts:
    def __init__(self, connection: duckdb.DuckDBPyConnection, server: Warehouse) -> None:
        self.connection = connection
        self._server = server
        self._fetched = 0

    def relations(self, schema: str) -> list[str]:
        return self._names(
            "select table_name::text from information_schema.tables"
            f" where table_schema = {text(schema)} order by 1"
        )

    def columns(self, schema: str, name: str) -> list[str]:
        return self._names(
            "select column_name::text from information_schema.columns"
            f" where table_schema = {text(schema)} and table_name = {text(name)} order by ordinal_position"
        )

    def _names(self, statement: str) -> list[str]:
        return self._server.query(statement).column(0).to_pylist()

    def select(self, schema: str, name: str) -> str:
        rows = self._server.query(f"select * from {identifier(schema)}.{identifier(name)}")
        self._fetched += 1
        self.connection.register(f"fetched_{self._fetched}", rows)
        return f"select * from fetched_{self._fetched}"

    def comments(self, schema: str, name: str) -> tuple[str | None, dict[str, str]]:
        relation = f"{text(f'{identifier(schema)}.{identifier(name)}')}::regclass"
        columns = self._server.query(
            f"select attname::text as name, col_description({relation}, attnum::int) as words"
            f" from pg_attribute where attrelid = {relation} and attnum > 0 and not attisdropped"
        )
        words = self._server.query(f"select obj_description({relation}, 'pg_class') as words")
        return words["words"][0].as_py(), {
            row["name"]: row["words"] for row in columns.to_pylist() if row["words"] is not None
        }
