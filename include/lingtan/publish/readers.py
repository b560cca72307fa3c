"""The readers' copy: one DuckDB file with marts, reports, reference data and releases, for pages and BI
tools.

Nobody reads the file that is being written. The copy is built beside the old one and takes its place by one
rename: an open reader keeps the old file, the next one sees the new. It holds tables only, no view that
leads out of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.publish import marts, package, release, suites
from lingtan.settings import Settings
from lingtan.sql import identifier, text

if TYPE_CHECKING:
    import duckdb

SCHEMAS = ("marts", "reports", "reference")
COPY = "readers_copy"

RELEASES_COMMENT = "One row per release, in order; the last one is what the marts in this file say."
RELEASES_COLUMNS = {
    "release": ("varchar", "Name of the release's folder: the first 16 digits of its address."),
    "address": ("varchar", "sha256 of the release's figure and leaf rows in canonical order."),
    "previous": ("varchar", "Address of the release before; null for the first."),
    "released_at": ("timestamp", "When it was released, UTC."),
    "code_version": ("varchar", "Version of the code that released it."),
    "approver": ("varchar", "Who approved it; null while figures are provisional."),
    "lake_state_hash": ("varchar", "State of all accepted partitions it was built from."),
    "figures": ("bigint", "Rows of product figures in it."),
    "changed": ("bigint", "Values that differ from the release before; 0 for the first."),
    "is_latest": ("boolean", "True for the release that stands."),
}


class NoReadersCopyError(LingtanError):
    """Nothing has been published yet."""


def swap(settings: Settings | None = None) -> Path:
    """Build the copy from the warehouse and the releases and put it in place. The caller holds the
    warehouse lock.
    """
    settings = settings or lingtan_settings.load()
    target = settings.readers_file
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_name(f"{target.name}.new")
    for leftover in (building, _log(building)):
        leftover.unlink(missing_ok=True)
    rules = suites.rows(settings, _rules_before(settings))
    with marts.open_marts(settings) as warehouse:
        connection = warehouse.connection
        connection.execute(f"attach {text(str(building))} as {COPY}")
        for schema in SCHEMAS:
            connection.execute(f"create schema {COPY}.{schema}")
            for name in warehouse.relations(schema):
                _copy(warehouse, schema, name)
        _add(connection, f"reference.{suites.NAME}", suites.COMMENT, suites.COLUMNS, rules)
        _add_releases(connection, settings)
        connection.execute(f"checkpoint {COPY}")
        connection.execute(f"detach {COPY}")
    if _log(building).exists():
        raise LingtanError(f"{building.name} did not close: {_log(building).name} is still there")
    building.replace(target)
    return target


@contextmanager
def connect_readers(settings: Settings | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The copy, read-only and sealed: no other file can be reached from it. Open it per request and close
    it, for a process that keeps one connection open keeps seeing the file that was there when it opened it.

    Raises NoReadersCopyError before the first publication.
    """
    import duckdb

    settings = settings or lingtan_settings.load()
    sealed = {"enable_external_access": False, "lock_configuration": True}
    if not settings.readers_file.is_file():
        raise NoReadersCopyError("there is no readers' copy yet: run `make run`")
    with duckdb.connect(str(settings.readers_file), read_only=True, config=sealed) as connection:
        yield connection


def _log(file: Path) -> Path:
    return file.with_name(f"{file.name}.wal")


def _copy(warehouse: marts.Marts, schema: str, name: str) -> None:
    place = f"{COPY}.{identifier(schema)}.{identifier(name)}"
    warehouse.connection.execute(f"create table {place} as {warehouse.select(schema, name)}")
    words, columns = warehouse.comments(schema, name)
    _comment(warehouse.connection, place, words, columns)


def _comment(
    connection: duckdb.DuckDBPyConnection, place: str, words: str | None, columns: dict[str, str]
) -> None:
    if words:
        connection.execute(f"comment on table {place} is {text(words)}")
    for column, meaning in columns.items():
        connection.execute(f"comment on column {place}.{identifier(column)} is {text(meaning)}")


def _add_releases(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Schema `releases`: the history, and the rows of every release whose folder is there, as they were
    published.
    """
    entries = release.history(settings)
    connection.execute(f"create schema {COPY}.releases")
    rows = []
    for number, entry in enumerate(entries, start=1):
        said = {
            **entry,
            "release": entry["folder"],
            "changed": len(entry["changed"]),
            "is_latest": number == len(entries),
        }
        rows.append([said[name] for name in RELEASES_COLUMNS])
    _add(connection, "releases.releases", RELEASES_COMMENT, RELEASES_COLUMNS, rows)
    folders = [folder for folder in _folders(settings, entries) if (folder / package.DESCRIPTOR).is_file()]
    for resource in package.ADDRESSED if folders else ():
        _add_published(connection, resource, folders)


def _add(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    comment: str,
    columns: Mapping[str, tuple[str, str]],
    rows: Sequence[Sequence[object]],
) -> None:
    """A table of the copy that no warehouse has; `columns`: name -> type and meaning."""
    place = f"{COPY}.{name}"
    types = ", ".join(f"{identifier(column)} {kind}" for column, (kind, _) in columns.items())
    connection.execute(f"create table {place} ({types})")
    if rows:
        connection.executemany(f"insert into {place} values ({', '.join('?' for _ in columns)})", rows)
    _comment(connection, place, comment, {column: words for column, (_, words) in columns.items()})


def _rules_before(settings: Settings) -> list[suites.Row]:
    try:
        with connect_readers(settings) as copy:
            return suites.told(copy)
    except NoReadersCopyError:
        return []


def _folders(settings: Settings, entries: list[dict]) -> list[Path]:
    """Folders of the history's releases, each once, in order of first release."""
    return [settings.releases / name for name in dict.fromkeys(entry["folder"] for entry in entries)]


def _add_published(connection: duckdb.DuckDBPyConnection, resource: str, folders: list[Path]) -> None:
    place = f"{COPY}.releases.published_{resource}"
    files = ", ".join(text(str(folder / f"{resource}.parquet")) for folder in folders)
    connection.execute(
        f"create table {place} as select parse_path(filename)[-2] as release, * exclude (filename)"
        f" from read_parquet([{files}], union_by_name = true, filename = true, hive_partitioning = false)"
    )
    descriptor = json.loads((folders[-1] / package.DESCRIPTOR).read_text(encoding="utf-8"))
    said = next(entry for entry in descriptor["resources"] if entry["path"] == f"{resource}.parquet")
    columns = {
        field["name"]: field["description"] for field in said["schema"]["fields"] if "description" in field
    }
    words = f"{said['title']}, as published: the rows of every release."
    _comment(connection, place, words, {"release": RELEASES_COLUMNS["release"][1], **columns})
