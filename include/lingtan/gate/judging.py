"""Judge rows and settle them, partition by partition, in one DuckDB connection: rows in, outcomes out, no
file touched.

The frame that is judged holds the contract's columns and its derived columns. Row rules are predicates: those
on one column of text are asked of its few words, all others of the rows in one statement. Nearly every row
fails none of them and is alone with its key and its stretch of time: such a row stands, and is never copied.
The others, the odd ones, are judged and settled one by one and make the relation `judged`; batch rules are
aggregates over both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

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
        order, odd, ledger = judge_rows(connection, batch, stock or StockExpectations())
        refused = _split(books.quarantine(connection, batch, ledger), len(batch.partitions))
    accepted = _split(_accepted(batch, odd, ledger, order), len(batch.partitions))
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
) -> tuple[np.ndarray, pyarrow.Table, books.Ledger]:
    """Judge, settle and count: the rows in the order in which they are written, the odd rows as they stand
    in the relation `judged`, and the closed books.
    """
    order, key_no = ordering.by_key(batch.rows, ["part", *batch.contract.primary_key])
    frames.open_batch(connection, batch)
    disputed = overlaps.in_dispute(connection, batch, order)
    is_odd, odd = _judge_rows(connection, batch, stock, key_no, disputed)
    _register(connection, batch, is_odd, odd)
    sums = books.tally(batch, is_odd, odd)
    verdicts = _judge_batches(connection, batch, stock, sums)
    return order, odd, books.close(connection, batch, sums, odd, verdicts)


def _judge_rows(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    stock: StockExpectations,
    key_no: np.ndarray,
    disputed: np.ndarray,
) -> tuple[np.ndarray, pyarrow.Table]:
    """Whether a row is odd; and the odd rows, settled: `rn`, `key_no`, the verdicts, `standing`, `marks`."""
    import numpy as np
    import pyarrow as pa

    _judge_rows_by_stock(connection, batch, stock)
    predicates = {
        number: rule.fails or f"rn in (select rn from failing_{number})"
        for number, rule in enumerate(batch.rules)
        if rule.is_row
    }
    is_failing = _failing(connection, batch, predicates)
    is_odd = is_failing | (key_no >= 0) | disputed
    places = np.flatnonzero(is_odd)
    odd = batch.rows.filter(pa.array(is_odd))
    odd = odd.append_column("rn", pa.array(places)).append_column("key_no", pa.array(key_no[places]))

    fails = is_failing[places]
    verdicts = _verdicts(connection, batch, odd.filter(pa.array(fails)), predicates)
    verdict_no = np.cumsum(fails) - 1
    verdicts = verdicts.take(pa.array(verdict_no, mask=~fails))  # none of a row that fails nothing
    is_accepted = verdicts["rejected_by"].is_null().to_numpy()
    is_superseded, marked = settling.settle(odd, is_accepted, frames.files_of(batch), batch.contract)
    stands = is_accepted & ~is_superseded & disputed[places]
    gives_way, marked[overlaps.OVERLAP] = overlaps.settle(connection, batch, odd, stands)
    is_superseded |= gives_way
    marked = {mark: at[~is_superseded[at]] for mark, at in marked.items()}
    standings = pa.array(["accepted", "rejected", "superseded"])
    standing = standings.take(pa.array(np.where(is_superseded, 2, ~is_accepted)))
    marks = _marks(verdicts["marks"].to_numpy(), is_superseded, marked)
    for name in verdicts.column_names:
        odd = odd.append_column(name, marks if name == "marks" else verdicts[name])
    return is_odd, odd.append_column("standing", standing)


def _failing(
    connection: duckdb.DuckDBPyConnection, batch: Batch, predicates: Mapping[int, str]
) -> np.ndarray:
    """Whether a row is at fault, lies nowhere, fails a rule, or is of a file that replaces its period."""
    import numpy as np

    rows = batch.rows
    failing = rows["fault_rule"].is_valid().to_numpy()
    if unplaced := _unplaced(batch):
        failing |= np.isin(rows["part"].to_numpy(), unplaced)
    if replacing := [number for number, file in enumerate(batch.files) if file.replaces_period]:
        failing |= np.isin(rows["file_no"].to_numpy(), replacing)
    of_words: dict[str, list[str]] = defaultdict(list)
    of_rows = []
    for number, sql in predicates.items():
        if column := _text_column(batch, number):
            of_words[column].append(sql)
        else:
            of_rows.append(sql)
    for rows_of_words in _failing_by_words(connection, batch, of_words):
        failing |= rows_of_words
    if of_rows:
        failing[_failing_by_rows(connection, batch, of_rows)] = True
    return failing


def _unplaced(batch: Batch) -> list[int]:
    return [part for part, partition in enumerate(batch.partitions) if partition.key == UNPLACED]


def _text_column(batch: Batch, number: int) -> str | None:
    """The column of text that alone decides about a rule, if it is one of the contract's."""
    rule = batch.rules[number]
    column = getattr(rule.expectation, "column", None)
    if not rule.is_translated or column not in batch.contract.columns:
        return None
    return column if batch.contract.field(column).type == "string" else None


def _failing_by_words(
    connection: duckdb.DuckDBPyConnection, batch: Batch, predicates: Mapping[str, Sequence[str]]
) -> Iterator[np.ndarray]:
    """Whether a row fails one of the predicates on each column, judged on the column's few words."""
    import numpy as np
    import pyarrow as pa

    if not predicates:
        return
    columns = {name: ordering.encoded(batch.rows[name]) for name in predicates}
    questions = []
    for number, (name, column) in enumerate(columns.items()):
        words = pa.concat_arrays([column.dictionary, pa.array([None], pa.string())])
        numbered = pa.table({name: words, "word_no": pa.array(range(len(words)), pa.int32())})
        connection.register(f"words_{number}", numbered)
        fails = " or ".join(f"({sql})" for sql in predicates[name])
        questions.append(f"select {text(name)}, word_no from words_{number} where {fails}")
    failing: dict[str, list[int]] = defaultdict(list)
    for name, word_no in connection.execute(" union all ".join(questions)).fetchall():
        failing[name].append(word_no)
    for name, word_nos in failing.items():
        indices = columns[name].indices.fill_null(len(columns[name].dictionary)).to_numpy()
        yield np.isin(indices, word_nos)


def _failing_by_rows(
    connection: duckdb.DuckDBPyConnection, batch: Batch, predicates: Sequence[str]
) -> list[int]:
    """Rows that fail one of the predicates."""
    found = " or ".join(f"({sql})" for sql in predicates)
    wanted = _derived_in(found, batch)
    # validities that overlap are rare and dear to look for: only a row that comes twice tells of them
    for one_match in (False, True):
        frame = frames.sql(batch.contract, wanted=wanted, one_match=one_match)
        [(count, numbers)] = connection.execute(
            f"select count(*), list(rn) filter (where {found}) from ({frame})"
        ).fetchall()
        if count == batch.rows.num_rows:
            break
    return numbers or []


def _derived_in(sql: str, batch: Batch) -> set[str]:
    """The derived columns that are named in a piece of SQL."""
    return {column.name for column in batch.contract.derived if identifier(column.name) in sql}


def _verdicts(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    failing: pyarrow.Table,
    predicates: Mapping[int, str],
) -> pyarrow.Table:
    """Of failing rows, in their order: `fails_<n>` per row rule, `rejected_by`, `marks` by warnings, and
    `in_words_<n>` of the rules that say in words what stands there.
    """
    rules = {number: batch.rules[number] for number in predicates}
    fails = "".join(f",\n fault_rule is null and {sql} as fails_{n}" for n, sql in predicates.items())
    rejected_by = "\n ".join(
        [
            f"when fault_rule is not null then {books.FAULTY}",
            *(f"when fails_{number} then {number}" for number, rule in rules.items() if rule.is_critical),
            f"when part in {books.listed(_unplaced(batch))} then {books.MISPLACED}",
        ]
    )
    warnings = sorted((rule.name, number) for number, rule in rules.items() if not rule.is_critical)
    marks = ", ".join(["null", *(f"case when fails_{n} then {text(name)} end" for name, n in warnings)])
    in_words = "".join(
        f",\n {identifier(rule.in_words)} as in_words_{n}" for n, rule in rules.items() if rule.in_words
    )
    connection.register("failing_rows", failing)
    return connection.sql(f"""
        with verdicts as (
            select rn, part, fault_rule{fails}{in_words}
            from ({frames.sql(batch.contract, "failing_rows", _derived_in(fails + in_words, batch))})
        ),
        rejections as (select *, cast(case {rejected_by} end as smallint) as rejected_by from verdicts)
        select
            * exclude (rn, part, fault_rule),
            case when rejected_by is null then nullif(concat_ws(';', {marks}), '') end as marks
        from rejections
        order by rn
    """).to_arrow_table()


def _marks(
    of_rules: np.ndarray, is_superseded: np.ndarray, of_settling: Mapping[str, np.ndarray]
) -> pyarrow.Array:
    """Marks of each row in order of name; a superseded row has none."""
    import pyarrow as pa

    marks = of_rules.copy()
    marks[is_superseded] = None
    for mark, places in of_settling.items():
        for place in places:
            others = marks[place].split(";") if marks[place] else []
            marks[place] = ";".join(sorted([mark, *others]))
    return pa.array(marks, pa.string())


def _register(
    connection: duckdb.DuckDBPyConnection, batch: Batch, is_odd: np.ndarray, odd: pyarrow.Table
) -> None:
    """Relations `judged`, the odd rows, and `plain`, all others."""
    import pyarrow as pa

    connection.register("judged", odd)
    connection.register("rows_in", frames.numbered(batch.rows).append_column("is_odd", pa.array(is_odd)))
    connection.execute("create temp view plain as select * exclude (is_odd) from rows_in where not is_odd")


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
    connection: duckdb.DuckDBPyConnection, batch: Batch, stock: StockExpectations, sums: list[books.Sum]
) -> list[list[books.BatchVerdict]]:
    """Failing batch verdicts of each partition, in the order of the suite. Unplaced rows make no batch."""
    of_books: list[tuple[int, str]] = []
    of_rows: list[tuple[int, str]] = []
    for number, rule in enumerate(batch.rules):
        if not rule.is_row and rule.is_translated:
            (of_books if rule.is_of_books else of_rows).append((number, rule.fails or ""))
        elif rule.is_row and rule.mostly < 1 and rule.is_translated:
            considered = f"count(*) filter (where fault_rule is null and {rule.considered})"
            kept = f"cast({considered} - count(*) filter (where fails_{number}) as double)"
            of_rows.append(
                (number, f"({considered} > 0 and {kept} / {considered} < {rule.mostly!r}::double)")
            )
        elif rule.is_row and rule.mostly < 1:
            of_rows.append((number, f"bool_or(part in (select part from unmet_{number}))"))
    failing: dict[int, set[int]] = {part: set() for part in range(len(batch.partitions))}
    for questions, relation in ((of_books, _tally(connection, sums)), (of_rows, _settled(batch, of_rows))):
        for part, *answers in _answers(connection, [sql for _, sql in questions], relation):
            failing[part] |= {number for (number, _), fails in zip(questions, answers, strict=True) if fails}
    left = {n: rule for n, rule in enumerate(batch.rules) if not rule.is_row and not rule.is_translated}
    if left:
        connection.execute(f"create temp view judged_frame as {frames.sql(batch.contract, 'judged')}")
        for part, rows in _frames(connection, batch, "judged_frame", "standing = 'accepted'"):
            judged = stock.judge([rule.expectation for rule in left.values()], rows)
            failing[part] |= {n for n, verdict in zip(left, judged, strict=True) if not verdict.success}
    return [
        [books.BatchVerdict(number, batch.rules[number]) for number in sorted(failing[part])]
        if partition.key != UNPLACED
        else []
        for part, partition in enumerate(batch.partitions)
    ]


def _tally(connection: duckdb.DuckDBPyConnection, sums: list[books.Sum]) -> str:
    """Relation `tally`: part, standing and rows of the books."""
    import pyarrow as pa

    columns = {
        "part": pa.array([found.part for found in sums], pa.int32()),
        "standing": pa.array([found.standing for found in sums], pa.string()),
        "rows": pa.array([found.rows for found in sums], pa.int64()),
    }
    connection.register("tally", pa.table(columns))
    return "tally"


def _settled(batch: Batch, questions: Sequence[tuple[int, str]]) -> str:
    """SQL of all rows as they stand, with the derived columns that the questions name."""
    wanted = _derived_in(" ".join(sql for _, sql in questions), batch)
    judged, plain = (frames.sql(batch.contract, relation, wanted) for relation in ("judged", "plain"))
    return f"(select * from ({judged}) union all by name select *, 'accepted' as standing from ({plain}))"


def _answers(
    connection: duckdb.DuckDBPyConnection, aggregates: Sequence[str], relation: str
) -> list[tuple[Any, ...]]:
    """(part, value of each aggregate over its rows of a relation); without a question nobody looks."""
    if not aggregates:
        return []
    return connection.execute(f"""
        select parts.part, {", ".join(aggregates)}
        from parts left join {relation} as rows using (part)
        group by 1
    """).fetchall()


def _accepted(batch: Batch, odd: pyarrow.Table, ledger: books.Ledger, order: np.ndarray) -> pyarrow.Table:
    """Rows readers will see: contract columns and lineage, in the order of the primary key."""
    import numpy as np
    import pyarrow as pa

    rows = batch.rows
    kept = order[_standing(batch, odd, ledger.held)[order]]
    marked = odd.filter(odd["marks"].is_valid())
    said = ordering.encoded(marked["marks"])
    words = pa.concat_arrays([said.dictionary, pa.array([None], pa.string())])
    mark = np.full(rows.num_rows, len(said.dictionary), dtype=np.int32)
    mark[marked["rn"].to_numpy()] = said.indices.to_numpy()
    files = pa.array([f"{file.source}/{file.sha256}" for file in batch.files], pa.string())
    taken = rows.select(["part", *batch.contract.columns, "source_row"]).take(pa.array(kept))
    taken = taken.append_column("source_file", files.take(pa.array(rows["file_no"].to_numpy()[kept])))
    taken = taken.append_column("marks", words.take(pa.array(mark[kept])))
    schema = batch.contract.arrow_schema()
    return taken.select(["part", *schema.names]).cast(schema.insert(0, rows.schema.field("part")))


def _standing(batch: Batch, odd: pyarrow.Table, held: Collection[int]) -> np.ndarray:
    """Whether a row of the batch is one that readers will see; `held` are parts that show them none."""
    import numpy as np
    import pyarrow.compute as pc

    stands = np.ones(batch.rows.num_rows, dtype=bool)
    stands[odd["rn"].to_numpy()] = pc.equal(odd["standing"], "accepted").to_numpy()
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
