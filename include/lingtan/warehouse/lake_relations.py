"""The lake as relations of the schema `lake`: one per landed table, and the books of its partitions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import contracts, lake
from lingtan.contracts import Contract
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow

    from lingtan.warehouse import Warehouse

Key = tuple[str, str]  # installation (or `_all`) and partition key
FILES_AT_ONCE = 100  # partitions held in memory while they are copied to a server


def load(warehouse: Warehouse, settings: Settings) -> None:
    """Every landed table, `partitions` and `partition_rules`, as the lake's pointers say now."""
    pointers = list(lake.pointers(settings=settings).values())
    by_table: dict[str, list[dict]] = {name: [] for name in contracts.names()}
    for pointer in pointers:
        by_table[pointer["table"]].append(pointer)
    if warehouse.engine == "duckdb":
        for name, ours in by_table.items():
            warehouse.execute(
                view(contracts.load(name), [_file(pointer, settings) for pointer in ours if pointer["file"]])
            )
    else:
        loaded = _loaded(warehouse)
        for name, ours in by_table.items():
            _copy(warehouse, contracts.load(name), ours, loaded.get(name, {}), settings)
    warehouse.replace("lake", "partitions", partitions(pointers, issued(settings)))
    warehouse.replace("lake", "partition_rules", partition_rules(pointers))


def _file(pointer: dict, settings: Settings) -> Path:
    return settings.var / pointer["file"]


# ---- columns


def key_expression(contract: Contract) -> str:
    """SQL that tells a row's partition key from its date; equal to the folder the row's file lies in."""
    length = {"day": 10, "month": 7}.get(contract.partition.by)
    return f"substr(cast({contract.partition.on} as varchar), 1, {length})" if length else "'all'"


def view(contract: Contract, files: list[Path]) -> str:
    """The DuckDB view over a table's current files; without files, its columns and no row."""
    kinds = {field.name: field.sql_type for field in contract.fields}
    kinds |= {"source_file": "varchar", "source_row": "bigint", "marks": "varchar"}
    if files:
        listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in sorted(files))
        columns = ", ".join(kinds)
        source = f"from read_parquet([{listed}], union_by_name = true)"
    else:
        columns = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in kinds.items())
        source = "where false"
    inner = f"select {columns} {source}"
    return (
        f"create or replace view lake.{contract.name} as"
        f" select *, cast({key_expression(contract)} as varchar) as partition_key from ({inner}) as rows"
    )


def schema(contract: Contract) -> pyarrow.Schema:
    """Columns of `lake.<table>` as Arrow."""
    import pyarrow as pa

    return contract.arrow_schema().append(pa.field("partition_key", pa.string()))


# ---- PostgreSQL


def _loaded(warehouse: Warehouse) -> dict[str, dict[Key, str]]:
    """Table -> partition -> hash of the content the server holds."""
    found: dict[str, dict[Key, str]] = {}
    if warehouse.has("lake", "partitions"):
        for row in warehouse.query(
            "select table_name, installation_code, partition_key, content_hash from lake.partitions"
            " where state = 'accepted'"
        ).to_pylist():
            key = (row["installation_code"], row["partition_key"])
            found.setdefault(row["table_name"], {})[key] = row["content_hash"]
    return found


def _copy(
    warehouse: Warehouse, contract: Contract, pointers: list[dict], held: dict[Key, str], settings: Settings
) -> None:
    """Bring one table to what the pointers say: what changed or went is deleted, new content added."""
    import pyarrow as pa

    if warehouse.shape("lake", contract.name, schema(contract)):
        warehouse.execute(f"create index on lake.{contract.name} (partition_key)")
        held = {}
    wanted = {(pointer["installation"], pointer["key"]): pointer for pointer in pointers if pointer["file"]}
    for key in sorted(held):
        if key not in wanted or wanted[key]["content_hash"] != held[key]:
            warehouse.execute(f"delete from lake.{contract.name} where {_holds(contract, key)}")
    fresh = [pointer for key, pointer in sorted(wanted.items()) if held.get(key) != pointer["content_hash"]]
    for first in range(0, len(fresh), FILES_AT_ONCE):
        part = [_rows(contract, pointer, settings) for pointer in fresh[first : first + FILES_AT_ONCE]]
        warehouse.append("lake", contract.name, pa.concat_tables(part))


def _holds(contract: Contract, key: Key) -> str:
    installation, partition_key = (part.replace("'", "''") for part in key)
    condition = f"partition_key = '{partition_key}'"
    if contract.partition.installation:
        condition += f" and {contract.partition.installation} = '{installation}'"
    return condition


def _rows(contract: Contract, pointer: dict, settings: Settings) -> pyarrow.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(_file(pointer, settings)).read()
    key = pa.array([pointer["key"]] * rows.num_rows, pa.string())
    names = contract.arrow_schema().names
    return rows.select(names).append_column("partition_key", key).cast(schema(contract))


# ---- books


def issued(settings: Settings) -> dict[str, datetime | None]:
    """By partition name, when its last file was issued; None when one of its files does not say."""
    from lingtan.landing import raw_records

    stated: dict[str, set[str | None]] = {}
    for record in raw_records.of_all(settings):
        for key in record.partitions if record.state == "read" else ():
            stated.setdefault(f"{record.table}/{key}", set()).add(record.stated_at)
    return {
        name: None if None in moments else datetime.fromisoformat(max(moments))
        for name, moments in stated.items()
    }


def partitions(pointers: list[dict], issued: dict[str, datetime | None]) -> pyarrow.Table:
    """One row per partition: state, hashes, when it was issued, rows read, accepted, rejected, superseded,
    marked.
    """
    import pyarrow as pa

    text = [
        ("table_name", "table"),
        ("installation_code", "installation"),
        ("partition_key", "key"),
        ("state", "state"),
        ("content_hash", "content_hash"),
        ("input_hash", "input_hash"),
    ]
    columns = {name: pa.array([pointer[key] for pointer in pointers], pa.string()) for name, key in text}
    names = [f"{pointer['table']}/{pointer['installation']}/{pointer['key']}" for pointer in pointers]
    columns["issued_at"] = pa.array([issued.get(name) for name in names], pa.timestamp("us", tz="UTC"))
    for count in ("read", "accepted", "rejected", "superseded", "marked"):
        columns[f"rows_{count}"] = pa.array([pointer["counts"][count] for pointer in pointers], pa.int64())
    return pa.table(columns)


def partition_rules(pointers: list[dict]) -> pyarrow.Table:
    """One row per partition and rule that rows broke."""
    import pyarrow as pa

    rows = [
        (pointer["table"], pointer["installation"], pointer["key"], rule)
        for pointer in pointers
        for rule in pointer["rules"]
    ]
    columns = {
        "table_name": [row[0] for row in rows],
        "installation_code": [row[1] for row in rows],
        "partition_key": [row[2] for row in rows],
        "rule": [row[3]["rule"] for row in rows],
        "column_name": [row[3]["column"] for row in rows],
        "severity": [row[3]["severity"] for row in rows],
        "rows": pa.array([row[3]["rows"] for row in rows], pa.int64()),
        "sentence": [row[3]["sentence"] for row in rows],
    }
    return pa.table(
        {
            name: values if name == "rows" else pa.array(values, pa.string())
            for name, values in columns.items()
        }
    )
