"""The warehouse: open it, load the lake into it, run dbt on it, lock it, say whether it is current.

The engine is a parameter: a DuckDB file, or the PostgreSQL server of `LINGTAN_WAREHOUSE_URL`. On DuckDB
`load` makes views over the files the lake's pointers name; on PostgreSQL it copies the partitions whose
content changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow

LOCK_PATIENCE_SECONDS = 900


class WarehouseBusyError(LingtanError):
    """Another process has been writing the warehouse for longer than we wait."""


def engine(settings: Settings) -> str:
    """`duckdb` or `postgres`; also the name of the dbt target."""
    return "postgres" if settings.warehouse_url else "duckdb"


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse: one SQL dialect apart, the same on both engines. Tables pass as Arrow."""

    engine: str
    connection: Any

    def execute(self, statement: str) -> None:
        if self.engine == "duckdb":
            self.connection.execute(statement)
            return
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def query(self, statement: str) -> pyarrow.Table:
        """Rows of one statement. Decimals arrive as decimals on both engines."""
        if self.engine == "duckdb":
            return self.connection.sql(statement).to_arrow_table()
        from lingtan.warehouse import postgres

        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return postgres.with_decimals(cursor.fetch_arrow_table())

    def has(self, schema: str, name: str) -> bool:
        found = self.query(
            "select table_name from information_schema.tables"
            f" where table_schema = '{schema}' and table_name = '{name}'"
        )
        return found.num_rows > 0

    def replace(self, schema: str, name: str, rows: pyarrow.Table) -> None:
        """Make `schema.name` hold exactly `rows`, with their column names and types."""
        self.execute(f"create schema if not exists {schema}")
        if self.engine == "duckdb":
            self.connection.register("incoming", rows)
            self.execute(f"create or replace table {schema}.{name} as select * from incoming")
            self.connection.unregister("incoming")
            return
        if not self.shape(schema, name, rows.schema):
            self.execute(f"delete from {schema}.{name}")
        self.append(schema, name, rows)

    def shape(self, schema: str, name: str, columns: pyarrow.Schema) -> bool:
        """Give a table on PostgreSQL these columns; True when it was made anew and is empty.

        A table that has them stays, and so do the views that stand on it.
        """
        from lingtan.warehouse import postgres

        found = {
            row["name"]: row["type"] for row in self.query(postgres.column_types(schema, name)).to_pylist()
        }
        if list(found.items()) == [(field.name, postgres.column_type(field.type)) for field in columns]:
            return False
        self.execute(f"drop table if exists {schema}.{name} cascade")
        self.execute(postgres.create_table(schema, name, columns))
        return True

    def append(self, schema: str, name: str, rows: pyarrow.Table) -> None:
        """Add rows to a table that exists on PostgreSQL; its types decide."""
        if rows.num_rows:
            with self.connection.cursor() as cursor:
                cursor.adbc_ingest(name, rows, mode="append", db_schema_name=schema)


@contextmanager
def connect(settings: Settings | None = None, *, read_only: bool = False) -> Iterator[Warehouse]:
    """The open warehouse; what was written is committed on leaving, or undone when the block raises.

    Raises LingtanError when it is to be read and nothing was ever built.
    """
    settings = settings or lingtan_settings.load()
    if settings.warehouse_url:
        import adbc_driver_postgresql.dbapi as adbc

        with adbc.connect(settings.warehouse_url) as connection:
            try:
                yield Warehouse("postgres", connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        return
    import duckdb

    file = settings.warehouse_file
    if read_only and not file.is_file():
        raise LingtanError(
            "there is no warehouse yet: `make run` builds it, or the DAG build_footprints where Airflow runs"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file), read_only=read_only) as connection:
        connection.execute("set timezone = 'UTC'")  # instants do not depend on the machine
        if read_only:
            yield Warehouse("duckdb", connection)
            return
        connection.begin()
        try:
            yield Warehouse("duckdb", connection)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


_held: dict[Path, int] = {}  # lock file -> how often this process has entered it


@contextmanager
def lock(settings: Settings | None = None, *, patience: float = LOCK_PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the warehouse for writing; may be entered again by the process that holds it.

    Raises WarehouseBusyError after `patience` seconds, naming the process that holds it. The lock
    ends with its process.
    """
    settings = settings or lingtan_settings.load()
    path = settings.var / "warehouse" / ".lock"
    if path in _held:
        _held[path] += 1
        try:
            yield
        finally:
            _held[path] -= 1
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        _wait_for(file, patience)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        _held[path] = 1
        try:
            yield
        finally:
            del _held[path]


def _wait_for(file, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise WarehouseBusyError(
                    f"the warehouse is being written by process {holder}; waited {patience:.0f} s."
                    " Let that process finish, or end it, and try again"
                ) from None
            time.sleep(0.1)


# ---- is it current


def is_current(settings: Settings | None = None) -> bool:
    """True when the warehouse was built in full from the lake as it is now, by the project as it is now."""
    from lingtan import lake

    settings = settings or lingtan_settings.load()
    if not settings.warehouse_url and not settings.warehouse_file.is_file():
        return False
    with lock(settings), connect(settings, read_only=True) as warehouse:
        if not warehouse.has("lake", "build_state"):
            return False
        rows = warehouse.query("select lake_state, project_state, is_built from lake.build_state").to_pylist()
    expected = {
        "lake_state": lake.state_hash(settings=settings),
        "project_state": project_state(settings),
        "is_built": True,
    }
    return rows == [expected]


def mark_built(settings: Settings | None = None) -> None:
    """Record that everything after the last `load` was built."""
    settings = settings or lingtan_settings.load()
    with lock(settings), connect(settings) as warehouse:
        warehouse.execute("update lake.build_state set is_built = true")


def project_state(settings: Settings) -> str:
    """sha256 over what turns the lake into marts: the dbt project, the graph and the solve."""
    package = Path(__file__).parents[1]
    return _sha256(
        settings.project,
        [
            *(path for path in settings.dbt_project.rglob("*") if path.suffix in {".sql", ".yml", ".csv"}),
            *(package / "graph").glob("*.py"),
            package / "solve.py",
        ],
    )


def metered_use_state(settings: Settings) -> str:
    """sha256 over what turns readings into days; when it changes, the incremental model is made anew."""
    dbt = settings.dbt_project
    return _sha256(
        settings.project,
        [
            dbt / "models/staging/stg_meter_readings.sql",
            dbt / "models/intermediate/int_metered_use_by_day.sql",
            dbt / "seeds/reference/units.csv",
            *(dbt / "macros").glob("*.sql"),
        ],
    )


def _sha256(project: Path, files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(project) if path.is_relative_to(project) else path.name).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


# ---- load and build


def load(settings: Settings | None = None) -> None:
    """Make the schema `lake`: a relation per landed table, `partitions`, `partition_rules`, `build_state`."""
    import pyarrow as pa

    from lingtan import lake
    from lingtan.warehouse import lake_relations

    settings = settings or lingtan_settings.load()
    with lock(settings), connect(settings) as warehouse:
        warehouse.execute("create schema if not exists lake")
        lake_relations.load(warehouse, settings)
        state = {
            "lake_state": lake.state_hash(settings=settings),
            "project_state": project_state(settings),
            "metered_use_state": metered_use_state(settings),
            "is_built": False,
        }
        warehouse.replace("lake", "build_state", pa.Table.from_pylist([state]))


def build_before_solve(settings: Settings | None = None) -> None:
    """Load the lake; build all that the solve reads: seeds, staging, intermediate, with their data tests."""
    settings = settings or lingtan_settings.load()
    with lock(settings):
        load(settings)
        _build("before_solve", settings)


def build_after_solve(settings: Settings | None = None) -> None:
    """Build marts and reports from the solve's answer, with their tests; then the warehouse is current."""
    settings = settings or lingtan_settings.load()
    with lock(settings):
        _build("after_solve", settings)
        mark_built(settings)


def _build(tag: str, settings: Settings) -> None:
    # buildable: a test runs where all it reads is built by this tag or before it
    dbt(
        *("build", "--select", f"tag:{tag}", "--indirect-selection", "buildable"),
        *("--exclude-resource-type", "unit_test"),
        settings=settings,
    )


def dbt(command: str, *args: str, settings: Settings | None = None) -> Any:
    """Run one dbt command in this process; its result, as dbtRunner gives it.

    Raises LingtanError naming the model or test that failed, the first line of what it said and its SQL.
    """
    from lingtan.warehouse import transform

    settings = settings or lingtan_settings.load()
    with lock(settings):
        return transform.run(command, *args, settings=settings)
