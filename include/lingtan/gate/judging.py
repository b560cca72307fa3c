"""Judge rows and settle them, partition by partition, in one DuckDB connection: rows in, outcomes out, no
file touched.

The frame that is judged holds the contract's columns and its derived columns. Row rules are predicates in
the one statement that reads the frame; batch rules are aggregates over the rows that stand after settling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lingtan import contracts
from lingtan.contracts import Contract
from lingtan.gate import books, settling
from lingtan.gate.stock_verdicts import StockExpectations
from lingtan.gate.verdicts import Rule
from lingtan.lake.partitions import UNPLACED, Partition
from lingtan.sql import identifier, text

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
    masters: Mapping[str, pyarrow.Table] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # unit -> dimension


@dataclass(frozen=True)
class Outcome:
    """What became of one partition; its tables are in the order in which they are written."""

    partition: Partition
    state: str  # accepted or held
    counts: dict[str, int]
    amounts: dict[str, dict[str, str]]
    rules: list[dict]
    accepted: pyarrow.Table
    quarantine: pyarrow.Table


def judge(batch: Batch, stock: StockExpectations | None = None) -> list[Outcome]:
    """One outcome per partition of the batch, in its order.

    Raises LingtanError when the books of a partition do not close: that is a fault of the gate, not of the
    data.
    """
    import duckdb

    stock = stock or StockExpectations()
    with duckdb.connect() as connection:
        _open(connection, batch)
        _judge_rows(connection, batch, stock)
        settling.settle(connection, batch.contract)
        verdicts = _judge_batches(connection, batch, stock)
        ledger = books.close(connection, batch, verdicts)
        accepted = _split(_accepted(connection, batch, ledger), len(batch.partitions))
        refused = _split(books.quarantine(connection, batch, ledger), len(batch.partitions))
    return [
        Outcome(
            partition=partition,
            state="held" if part in ledger.held else "accepted",
            counts=ledger.counts[part],
            amounts=ledger.amounts[part],
            rules=ledger.rules[part],
            accepted=accepted[part],
            quarantine=refused[part],
        )
        for part, partition in enumerate(batch.partitions)
    ]


def _open(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Relations `rows_in`, `files`, `parts`, `units` and the masters, and the view `frame` over them."""
    import numpy as np
    import pyarrow as pa

    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
    numbers = pa.array(np.arange(batch.rows.num_rows, dtype=np.int64))
    connection.register("rows_in", batch.rows.append_column("rn", numbers))
    stated = {moment: number for number, moment in enumerate(sorted({file.stated for file in batch.files}))}
    ranked = sorted(range(len(batch.files)), key=lambda n: (batch.files[n].stated, batch.files[n].sha256))
    rank = {file_no: number for number, file_no in enumerate(ranked)}
    files = pa.table(
        {
            "file_no": pa.array(range(len(batch.files)), pa.int32()),
            "source": pa.array([file.source for file in batch.files], pa.string()),
            "source_file": pa.array([f"{file.source}/{file.sha256}" for file in batch.files], pa.string()),
            "file_name": pa.array([file.name for file in batch.files], pa.string()),
            "stated_no": pa.array([stated[file.stated] for file in batch.files], pa.int32()),
            "rank": pa.array([rank[number] for number in range(len(batch.files))], pa.int32()),
            "replaces_period": pa.array([file.replaces_period for file in batch.files], pa.bool_()),
        }
    )
    parts = pa.table(
        {
            "part": pa.array(range(len(batch.partitions)), pa.int32()),
            "installation": pa.array([partition.installation for partition in batch.partitions], pa.string()),
            "key": pa.array([partition.key for partition in batch.partitions], pa.string()),
        }
    )
    units = pa.table(
        {
            "unit": pa.array(batch.units.keys(), pa.string()),
            "dimension": pa.array(batch.units.values(), pa.string()),
        }
    )
    for name, table in {"files": files, "parts": parts, "units": units, **batch.masters}.items():
        connection.register(name, table)
    connection.execute(f"create temp view frame as {_frame_sql(batch.contract)}")
    [(found,)] = connection.execute("select count(*) from frame").fetchall()
    if found != batch.rows.num_rows:
        single = _frame_sql(batch.contract, one_match=True)
        connection.execute(f"create or replace temp view frame as {single}")


def _frame_sql(contract: Contract, *, one_match: bool = False) -> str:
    """Rows with their derived columns. With `one_match`, where validities of a master overlap, the youngest
    row of the master counts.
    """
    derived = "".join(
        f",\n cast(({column.sql}) as {column.sql_type}) as {identifier(column.name)}"
        for column in contract.derived
    )
    joins = "".join(f"\n left join {name} on ({on})" for name, on in contract.lookups.items())
    sql = f"select row.*{derived}\n from rows_in as row{joins}"
    if one_match:
        order = [
            f"{table}.{identifier(name)} desc nulls last"
            for table in contract.lookups
            if table != "units"
            for name in sorted(contracts.load(table).columns, key=lambda name: (name != "valid_from", name))
        ]
        sql += f"\n qualify row_number() over (partition by row.rn order by {', '.join(order)}) = 1"
    return sql


def _judge_rows(connection: duckdb.DuckDBPyConnection, batch: Batch, stock: StockExpectations) -> None:
    """Table `judged`: the frame, `fails_<n>` per row rule, `rejected_by`, `standing`, `marks`, `key_hash`."""
    _judge_rows_by_stock(connection, batch, stock)
    rows = {number: rule for number, rule in enumerate(batch.rules) if rule.is_row}
    predicate = {n: rule.fails or f"rn in (select rn from failing_{n})" for n, rule in rows.items()}
    fails = "".join(f",\n fault_rule is null and {sql} as fails_{n}" for n, sql in predicate.items())
    unplaced = [part for part, partition in enumerate(batch.partitions) if partition.key == UNPLACED]
    rejected_by = "\n ".join(
        [
            f"when fault_rule is not null then {books.FAULTY}",
            *(f"when fails_{number} then {number}" for number, rule in rows.items() if rule.is_critical),
            f"when part in {books.listed(unplaced)} then {books.MISPLACED}",
        ]
    )
    warnings = sorted((rule.name, number) for number, rule in rows.items() if not rule.is_critical)
    marks = ", ".join(["null", *(f"case when fails_{n} then {text(name)} end" for name, n in warnings)])
    key = ", ".join(identifier(name) for name in batch.contract.primary_key)
    connection.execute(f"""
        create temp table judged as
        with verdicts as (select *{fails} from frame),
        rejections as (select *, cast(case {rejected_by} end as smallint) as rejected_by from verdicts)
        select
            *,
            case when rejected_by is null then 'accepted' else 'rejected' end as standing,
            case when rejected_by is null then nullif(concat_ws(';', {marks}), '') end as marks,
            hash(part, {key}) as key_hash
        from rejections
    """)


def _judge_rows_by_stock(
    connection: duckdb.DuckDBPyConnection, batch: Batch, stock: StockExpectations
) -> None:
    """Tables `failing_<n>` of the row rules that have no translation, and `unmet_<n>` of their `mostly`
    verdicts.
    """
    import pyarrow as pa

    left = {n: rule for n, rule in enumerate(batch.rules) if rule.is_row and not rule.is_translated}
    if not left:
        return
    failing: dict[int, list[int]] = {number: [] for number in left}
    unmet: dict[int, list[int]] = {number: [] for number in left}
    for part, rows in _frames(connection, batch, "frame", "fault_rule is null"):
        judged = stock.judge([rule.expectation for rule in left.values()], rows)
        for number, verdict in zip(left, judged, strict=True):
            failing[number] += verdict.failing
            unmet[number] += [] if verdict.success or left[number].mostly == 1 else [part]
    for number in left:
        connection.register(f"failing_{number}", pa.table({"rn": pa.array(failing[number], pa.int64())}))
        connection.register(f"unmet_{number}", pa.table({"part": pa.array(unmet[number], pa.int32())}))


def _frames(
    connection: duckdb.DuckDBPyConnection, batch: Batch, relation: str, condition: str
) -> list[tuple[int, pyarrow.Table]]:
    """The judged columns of each partition as stock GX shall see them, in the order of files and rows."""
    columns = [column.name for column in (*batch.contract.fields, *batch.contract.derived)]
    rows = connection.sql(f"""
        select part, rn, {", ".join(f"{relation}.{identifier(name)}" for name in columns)}
        from {relation} join files using (file_no)
        where {condition}
        order by part, rank, source_row
    """).to_arrow_table()
    return list(enumerate(_split(rows, len(batch.partitions))))


def _judge_batches(
    connection: duckdb.DuckDBPyConnection, batch: Batch, stock: StockExpectations
) -> list[list[books.BatchVerdict]]:
    """Failing batch verdicts of each partition, in the order of the suite. Unplaced rows make no batch."""
    asked: list[tuple[int, str]] = []
    for number, rule in enumerate(batch.rules):
        if not rule.is_row and rule.is_translated:
            asked.append((number, rule.fails or ""))
        elif rule.is_row and rule.mostly < 1 and rule.is_translated:
            considered = f"count(*) filter (where fault_rule is null and {rule.considered})"
            kept = f"cast({considered} - count(*) filter (where fails_{number}) as double)"
            asked.append((number, f"({considered} > 0 and {kept} / {considered} < {rule.mostly!r}::double)"))
        elif rule.is_row and rule.mostly < 1:
            asked.append((number, f"bool_or(part in (select part from unmet_{number}))"))
    columns = "".join(f",\n {sql}" for _, sql in asked)
    answers = connection.execute(
        f"select parts.part{columns} from parts left join judged using (part) group by 1"
    ).fetchall()
    failing = {
        part: {number for (number, _), fails in zip(asked, row, strict=True) if fails}
        for part, *row in answers
    }
    left = {n: rule for n, rule in enumerate(batch.rules) if not rule.is_row and not rule.is_translated}
    if left:
        for part, rows in _frames(connection, batch, "judged", "standing = 'accepted'"):
            judged = stock.judge([rule.expectation for rule in left.values()], rows)
            failing[part] |= {n for n, verdict in zip(left, judged, strict=True) if not verdict.success}
    return [
        [books.BatchVerdict(number, batch.rules[number]) for number in sorted(failing[part])]
        if partition.key != UNPLACED
        else []
        for part, partition in enumerate(batch.partitions)
    ]


def _accepted(connection: duckdb.DuckDBPyConnection, batch: Batch, ledger: books.Ledger) -> pyarrow.Table:
    """Rows readers will see: contract columns and lineage, in the order of the primary key."""
    columns = ", ".join(f"judged.{identifier(name)}" for name in batch.contract.columns)
    key = ", ".join(f"judged.{identifier(name)} nulls first" for name in batch.contract.primary_key)
    rows = connection.sql(f"""
        select part, {columns}, files.source_file, source_row, marks
        from judged join files using (file_no)
        where standing = 'accepted' and part not in {books.listed(ledger.held)}
        order by part, {key}
    """).to_arrow_table()
    schema = batch.contract.arrow_schema()
    return rows.select(["part", *schema.names]).cast(schema.insert(0, rows.schema.field("part")))


def _split(rows: pyarrow.Table, parts: int) -> list[pyarrow.Table]:
    """Rows ordered by `part`, one table per part and without that column."""
    import numpy as np

    ends = np.searchsorted(rows.column("part").to_numpy(), np.arange(parts), side="right")
    starts = [0, *ends[:-1]]
    rows = rows.drop_columns("part")
    return [rows.slice(int(start), int(end - start)) for start, end in zip(starts, ends, strict=True)]
