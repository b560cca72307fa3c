"""Judge rows and settle them, partition by partition, in one DuckDB connection: rows in, outcomes out, no
file touched.

The frame that is judged holds the contract's columns and its derived columns. Row rules are predicates in
the one statement that reads it. Nearly every row fails none of them and is alone with its key and its
stretch of time: such a row stands, and is never copied. The others, the odd ones, are judged and settled one
by one in the table `judged`; batch rules are aggregates over both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lingtan.gate import books, frames, ordering, overlaps, settling
from lingtan.gate.frames import Batch
from lingtan.gate.stock_verdicts import StockExpectations
from lingtan.lake.partitions import UNPLACED, Partition
from lingtan.sql import identifier, text

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow


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
    with _database().cursor() as connection:
        order, ledger = judge_rows(connection, batch, stock or StockExpectations())
        accepted = _split(_accepted(connection, batch, ledger, order), len(batch.partitions))
        refused = _split(books.quarantine(connection, batch, ledger), len(batch.partitions))
    books.compare(ledger, batch, [rows.num_rows for rows in accepted])
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


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for the process: opening it costs more than judging a small partition. Every cursor has its own
    temporary tables and views.
    """
    import duckdb

    return duckdb.connect()


def judge_rows(
    connection: duckdb.DuckDBPyConnection, batch: Batch, stock: StockExpectations
) -> tuple[np.ndarray, books.Ledger]:
    """Judge, settle and count: the rows in the order in which they are written, and the closed books.

    Leaves the odd rows in the table `judged`.
    """
    order, key_no = ordering.by_key(batch.rows, ["part", *batch.contract.primary_key])
    frames.open_batch(connection, batch)
    disputed = overlaps.in_dispute(connection, batch, order)
    _judge_rows(connection, batch, stock, key_no, disputed)
    settling.settle(connection, batch.contract)
    overlaps.settle(connection, batch, disputed)
    verdicts = _judge_batches(connection, batch, stock)
    return order, books.close(connection, batch, verdicts)


def _judge_rows(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    stock: StockExpectations,
    key_no: np.ndarray,
    disputed: np.ndarray,
) -> None:
    """Table `judged`: the odd rows of the frame, `fails_<n>` per row rule, `rejected_by`, `standing` and
    `marks`; view `plain`, the frame of all other rows.
    """
    _judge_rows_by_stock(connection, batch, stock)
    rows = {number: rule for number, rule in enumerate(batch.rules) if rule.is_row}
    predicate = {n: rule.fails or f"rn in (select rn from failing_{n})" for n, rule in rows.items()}
    odd = (key_no >= 0) | disputed | _failing(connection, batch, predicate.values())
    _register_odd(connection, batch, odd, key_no)
    fails = "".join(f",\n fault_rule is null and {sql} as fails_{n}" for n, sql in predicate.items())
    unplaced = _unplaced(batch)
    rejected_by = "\n ".join(
        [
            f"when fault_rule is not null then {books.FAULTY}",
            *(f"when fails_{number} then {number}" for number, rule in rows.items() if rule.is_critical),
            f"when part in {books.listed(unplaced)} then {books.MISPLACED}",
        ]
    )
    warnings = sorted((rule.name, number) for number, rule in rows.items() if not rule.is_critical)
    marks = ", ".join(["null", *(f"case when fails_{n} then {text(name)} end" for name, n in warnings)])
    connection.execute(f"""
        create temp table judged as
        with verdicts as (select *{fails} from odd_frame),
        rejections as (select *, cast(case {rejected_by} end as smallint) as rejected_by from verdicts)
        select
            *,
            case when rejected_by is null then 'accepted' else 'rejected' end as standing,
            case when rejected_by is null then nullif(concat_ws(';', {marks}), '') end as marks
        from rejections
    """)


def _unplaced(batch: Batch) -> list[int]:
    return [part for part, partition in enumerate(batch.partitions) if partition.key == UNPLACED]


def _failing(connection: duckdb.DuckDBPyConnection, batch: Batch, predicates: Collection[str]) -> np.ndarray:
    """Whether a row is at fault, lies nowhere, fails a rule, or is of a file that replaces its period."""
    import numpy as np

    replacing = [number for number, file in enumerate(batch.files) if file.replaces_period]
    found = " or ".join(
        [
            "fault_rule is not null",
            f"part in {books.listed(_unplaced(batch))}",
            *([f"file_no in {books.listed(replacing)}"] if replacing else []),
            *(f"({sql})" for sql in predicates),
        ]
    )
    wanted = {column.name for column in batch.contract.derived if identifier(column.name) in found}
    # validities that overlap are rare and dear to look for: only a row that comes twice tells of them
    for one_match in (False, True):
        frame = frames.sql(batch.contract, wanted=wanted, one_match=one_match)
        [(count, numbers)] = connection.execute(
            f"select count(*), list(rn) filter (where {found}) from ({frame})"
        ).fetchall()
        if count == batch.rows.num_rows:
            break
    failing = np.zeros(batch.rows.num_rows, dtype=bool)
    failing[numbers or []] = True
    return failing


def _register_odd(
    connection: duckdb.DuckDBPyConnection, batch: Batch, odd: np.ndarray, key_no: np.ndarray
) -> None:
    """View `odd_frame` of the odd rows and view `plain` of the others, whose derived columns are those that
    batch rules name; `rows_in` says which is which.
    """
    import numpy as np
    import pyarrow as pa

    places = np.flatnonzero(odd)
    rows = batch.rows.take(pa.array(places)).append_column("rn", pa.array(places))
    connection.register("odd_rows", rows.append_column("key_no", pa.array(key_no[places])))
    connection.execute(f"create temp view odd_frame as {frames.sql(batch.contract, 'odd_rows')}")
    connection.register("rows_in", frames.numbered(batch.rows).append_column("is_odd", pa.array(odd)))
    asked = " ".join(
        rule.considered if rule.is_row else rule.fails or ""
        for rule in batch.rules
        if not rule.is_row or rule.mostly < 1
    )
    wanted = {column.name for column in batch.contract.derived if identifier(column.name) in asked}
    connection.execute(
        "create temp view plain_rows as select * exclude (is_odd) from rows_in where not is_odd"
    )
    connection.execute(f"create temp view plain as {frames.sql(batch.contract, 'plain_rows', wanted)}")


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
    # without a question there is no need to look
    answers = (
        []
        if not asked
        else connection.execute(f"""
        with settled as (
            select * from judged
            union all by name
            select *, 'accepted' as standing from plain
        )
        select parts.part{columns} from parts left join settled using (part) group by 1
    """).fetchall()
    )
    failing: dict[int, set[int]] = {part: set() for part in range(len(batch.partitions))}
    for part, *row in answers:
        failing[part] |= {number for (number, _), fails in zip(asked, row, strict=True) if fails}
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


def _accepted(
    connection: duckdb.DuckDBPyConnection, batch: Batch, ledger: books.Ledger, order: np.ndarray
) -> pyarrow.Table:
    """Rows readers will see: contract columns and lineage, in the order of the primary key."""
    import numpy as np
    import pyarrow as pa

    rows = batch.rows
    kept = order[standing(connection, batch, ledger.held)[order]]
    marked = connection.sql("select rn, marks from judged where marks is not null").to_arrow_table()
    said = marked["marks"].combine_chunks().dictionary_encode()
    words = pa.concat_arrays([said.dictionary, pa.array([None], pa.string())])
    mark = np.full(rows.num_rows, len(said.dictionary), dtype=np.int32)
    mark[marked["rn"].to_numpy()] = said.indices.to_numpy()
    files = pa.array([f"{file.source}/{file.sha256}" for file in batch.files], pa.string())
    taken = rows.select(["part", *batch.contract.columns, "source_row"]).take(pa.array(kept))
    taken = taken.append_column("source_file", files.take(pa.array(rows["file_no"].to_numpy()[kept])))
    taken = taken.append_column("marks", words.take(pa.array(mark[kept])))
    schema = batch.contract.arrow_schema()
    return taken.select(["part", *schema.names]).cast(schema.insert(0, rows.schema.field("part")))


def standing(connection: duckdb.DuckDBPyConnection, batch: Batch, held: Collection[int]) -> np.ndarray:
    """Whether a row of the batch is one that readers will see; `held` are parts that show them none."""
    import numpy as np

    fallen = connection.execute("select rn from judged where standing <> 'accepted'").fetchnumpy()["rn"]
    stands = np.ones(batch.rows.num_rows, dtype=bool)
    stands[fallen] = False
    if held:
        stands &= ~np.isin(batch.rows["part"].to_numpy(), list(held))
    return stands


def _split(rows: pyarrow.Table, parts: int) -> list[pyarrow.Table]:
    """Rows ordered by `part`, one table per part and without that column."""
    import numpy as np

    ends = np.searchsorted(rows.column("part").to_numpy(), np.arange(parts), side="right")
    starts = [0, *ends[:-1]]
    rows = rows.drop_columns("part")
    return [rows.slice(int(start), int(end - start)) for start, end in zip(starts, ends, strict=True)]
