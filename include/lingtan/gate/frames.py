"""What is judged: the rows of some partitions and what they are judged with, as relations of a DuckDB
connection. The frame is the contract's columns and, beside them, its derived columns.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lingtan import contracts
from lingtan.contracts import Contract
from lingtan.gate.verdicts import Rule
from lingtan.lake.partitions import Partition
from lingtan.sources.entry import Source
from lingtan.sql import identifier
from lingtan.units import UnitTable

if TYPE_CHECKING:
    import duckdb
    import pyarrow


@dataclass(frozen=True)
class RawFile:
    """What the gate needs to know of a file that rows came from."""

    source: str
    sha256: str
    name: str  # as a person knows it
    stated_at: str | None  # ISO 8601; None = oldest
    replaces_period: bool = False
    size: int = 0  # bytes
    states_rows: bool = False  # says of each row when it was stated
    is_mean_power: bool = False  # its amounts in a unit of power are the mean of their interval
    interval_minutes: int | None = None  # length of the intervals of rows that state none

    @classmethod
    def of(
        cls,
        source: Source,
        sha256: str,
        name: str,
        stated_at: str | None,
        *,
        size: int,
        states_rows: bool = False,
    ) -> RawFile:
        """A file as the entry of its source says it is read."""
        return cls(
            source.name,
            sha256,
            name,
            stated_at,
            replaces_period=source.replaces == "period",
            size=size,
            states_rows=states_rows,
            is_mean_power=source.amount_is == "mean_power",
            interval_minutes=source.interval_minutes,
        )

    @property
    def stated(self) -> datetime:
        if self.stated_at is None:
            return datetime.min.replace(tzinfo=UTC)
        stated = datetime.fromisoformat(self.stated_at)
        return stated if stated.tzinfo else stated.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Batch:
    """Rows of some partitions of one table, and what they are judged with."""

    contract: Contract
    rules: Sequence[Rule]
    partitions: Sequence[Partition]
    files: Sequence[RawFile]
    rows: pyarrow.Table  # contract columns, source_row, fault_*; part, file_no: positions in the lists above
    units: UnitTable
    written: pyarrow.Table | None = None  # unit and amount of rows, by `rn`, that were written otherwise
    masters: Mapping[str, pyarrow.Table] = field(default_factory=dict)


def open_batch(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Relations `rows_in`, `files`, `parts`, `units`, `conversions` and the masters, and the view `frame`."""
    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
    connection.register("rows_in", numbered(batch.rows))
    register_files(connection, batch)
    for name, table in batch.masters.items():
        connection.register(name, table)
    register_units(connection, batch.units)
    connection.execute(f"create temp view frame as {sql(batch.contract)}")


def register_units(connection: duckdb.DuckDBPyConnection, table: UnitTable) -> None:
    """Relations `units` and, of any two of one dimension, `conversions`: one `unit` is so many `times` the
    `other`.
    """
    import pyarrow as pa

    units = [(unit.symbol, unit.dimension) for unit in table.units.values()]
    for name, columns, rows in (
        ("units", ("unit", "dimension"), units),
        ("conversions", ("unit", "other", "times"), list(table.conversions())),
    ):
        connection.register(name, pa.table(dict(zip(columns, zip(*rows, strict=True), strict=True))))


def register_files(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Relations `files` and `parts`."""
    import pyarrow as pa

    parts = pa.table(
        {
            "part": pa.array(range(len(batch.partitions)), pa.int32()),
            "installation": pa.array([partition.installation for partition in batch.partitions], pa.string()),
            "key": pa.array([partition.key for partition in batch.partitions], pa.string()),
        }
    )
    connection.register("files", files_of(batch))
    connection.register("parts", parts)


def files_of(batch: Batch) -> pyarrow.Table:
    """What is known of the files, in order of `file_no`. Where nothing else tells two rows of one key apart
    `rank` does: of files stated at one moment the larger has the last word, because half an upload is smaller
    than the whole.
    """
    import pyarrow as pa

    ranked = sorted(
        range(len(batch.files)),
        key=lambda n: (batch.files[n].stated, batch.files[n].size, batch.files[n].sha256),
    )
    rank = {file_no: number for number, file_no in enumerate(ranked)}
    return pa.table(
        {
            "file_no": pa.array(range(len(batch.files)), pa.int32()),
            "source": pa.array([file.source for file in batch.files], pa.string()),
            "source_file": pa.array([f"{file.source}/{file.sha256}" for file in batch.files], pa.string()),
            "file_name": pa.array([file.name for file in batch.files], pa.string()),
            "stated_at": pa.array(
                [file.stated if file.stated_at else None for file in batch.files],
                pa.timestamp("us", tz="UTC"),
            ),
            "states_rows": pa.array([file.states_rows for file in batch.files], pa.bool_()),
            "rank": pa.array([rank[number] for number in range(len(batch.files))], pa.int32()),
            "replaces_period": pa.array([file.replaces_period for file in batch.files], pa.bool_()),
        }
    )


def numbered(rows: pyarrow.Table) -> pyarrow.Table:
    import numpy as np
    import pyarrow as pa

    return rows.append_column("rn", pa.array(np.arange(rows.num_rows, dtype=np.int64)))


def sql(
    contract: Contract,
    relation: str = "rows_in",
    wanted: Collection[str] | None = None,
    *,
    one_match: bool = True,
) -> str:
    """Rows of `relation` with their derived columns, of these the `wanted` ones alone, without a join none of
    them needs. With `one_match`, where validities of a master overlap, the youngest row of the master counts.
    """
    columns = [column for column in contract.derived if wanted is None or column.name in wanted]
    used = " ".join(column.sql or "" for column in columns)
    lookups = {name: on for name, on in contract.lookups.items() if re.search(rf"\b{name}\b", used)}
    derived = "".join(
        f",\n cast(({column.sql}) as {column.sql_type}) as {identifier(column.name)}" for column in columns
    )
    joins = "".join(f"\n left join {name} on ({on})" for name, on in lookups.items())
    query = f"select row.*{derived}\n from {relation} as row{joins}"
    masters = [table for table in contract.masters if table in lookups]
    if one_match and masters:
        order = [
            f"{table}.{identifier(name)} desc nulls last"
            for table in masters
            for name in sorted(contracts.load(table).columns, key=lambda name: (name != "valid_from", name))
        ]
        query += f"\n qualify row_number() over (partition by row.rn order by {', '.join(order)}) = 1"
    return query
