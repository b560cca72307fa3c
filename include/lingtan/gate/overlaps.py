"""Intervals of one meter and day that lie over one another: which of them counts, so that nothing counts
twice.

The later word counts (revision, then stated_at), of one age the measured one, then the shorter. What gives
way is superseded, what stands is marked, and minutes that nothing covers any more are a gap like any other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from lingtan.gate import frames, settling
from lingtan.gate.frames import Batch
from lingtan.sql import identifier

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow

OVERLAP = "overlap"
SENTENCE = (
    "Intervals of this meter lie over one another. The later word counts, else the measured value, else the "
    "shorter interval; the others count nothing. Send each stretch of time once."
)
_MINUTES = "minutes_covered"  # the derived column that says how long the interval of a row is
_STRETCH = 2**31  # minutes, more than any instant is after 1970
_QUARTER = 15  # intervals that divide it stand on one grid and cannot overlap


def in_dispute(connection: duckdb.DuckDBPyConnection, batch: Batch, order: np.ndarray) -> np.ndarray:
    """Whether a row is of a meter and day on which intervals overlap, its own among them or not.

    `order`: positions of the rows by partition and primary key, whose last column is the start.
    """
    import numpy as np
    import pyarrow.compute as pc

    found = np.zeros(batch.rows.num_rows, dtype=bool)
    minutes = _minutes(connection, batch)
    if minutes is None:
        return found
    *others, start = batch.contract.primary_key
    begins = batch.rows[start]
    rows = order[(minutes > 0)[order] & begins.is_valid().to_numpy()[order]]
    is_other = np.zeros(max(len(rows) - 1, 0), dtype=bool)
    for name in ("part", *others):
        code = _codes(batch.rows[name])[rows]
        is_other |= code[1:] != code[:-1]
    meter = np.concatenate([[0], np.cumsum(is_other)])[: len(rows)]
    # one line of time for all meters, each on a stretch of its own
    micros = pc.fill_null(begins.cast("int64"), 0).to_numpy()[rows]
    from_minute = micros // 60_000_000 + meter * _STRETCH
    # rows of one start share their key, and one of them is settled on before
    is_start = np.ones(len(rows), dtype=bool)
    is_start[1:] = is_other | (micros[1:] != micros[:-1])
    starts = np.flatnonzero(is_start)
    if not starts.size:
        return found
    until_minute = np.maximum.accumulate(np.maximum.reduceat(from_minute + minutes[rows], starts))
    overlaps = starts[1:][from_minute[starts[1:]] < until_minute[:-1]]
    found[rows[np.isin(meter, meter[overlaps])]] = True
    return found


def _codes(column: pyarrow.ChunkedArray) -> np.ndarray:
    """Whole numbers that are equal where the values are."""
    import pyarrow as pa

    if pa.types.is_integer(column.type):
        return column.to_numpy()
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return encoded.unify_dictionaries().combine_chunks().indices.fill_null(-1).to_numpy()


def _minutes(connection: duckdb.DuckDBPyConnection, batch: Batch) -> np.ndarray | None:
    """Length of each row's interval, 0 where it has none. None for most batches: the intervals that rows
    state, or of the meters of those that state none, stand on one grid.
    """
    import pyarrow.compute as pc

    if _MINUTES not in {column.name for column in batch.contract.derived}:
        return None
    stated = batch.rows["interval_minutes"]
    lengths = set(stated.unique().to_pylist())
    if None in lengths:
        lengths |= set(batch.masters["meters"]["interval_minutes"].unique().to_pylist())
    if all(length > 0 and _QUARTER % length == 0 for length in lengths - {None}):
        return None
    if not stated.null_count:
        return pc.max_element_wise(stated, 0).to_numpy()
    frame = frames.sql(batch.contract, wanted={_MINUTES})
    return connection.execute(f"""
        select coalesce(max({_MINUTES}), 0) as minutes from ({frame}) group by rn order by rn
    """).fetchnumpy()["minutes"]


def settle(
    connection: duckdb.DuckDBPyConnection, batch: Batch, rows: pyarrow.Table, stands: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(whether a row gives way to one it lies over, places of the rows that something gave way to), of those
    `rows` of the batch that stand so far and are in dispute.
    """
    import numpy as np
    import pyarrow as pa

    gives_way = np.zeros(rows.num_rows, dtype=bool)
    if not stands.any():
        return gives_way, np.zeros(0, dtype=np.int64)
    files = frames.files_of(batch)
    lying = rows.append_column("stated_no", pa.array(settling.stated(rows, files)))
    lying = lying.append_column("place", pa.array(np.arange(rows.num_rows))).filter(pa.array(stands))
    connection.register("lying_over", lying)
    *others, start = map(identifier, batch.contract.primary_key)
    trusted = connection.execute(f"""
        select
            place,
            (part, {", ".join(others)}) as meter,
            epoch_us({start}) as from_us,
            epoch_us({start} + to_minutes({_MINUTES})) as until_us
        from ({frames.sql(batch.contract, "lying_over", {_MINUTES})})
        join files using (file_no)
        where {_MINUTES} > 0
        order by
            revision desc nulls last, stated_no desc, quality = 'actual' desc, {_MINUTES}, rank desc,
            source_row
    """).fetchall()
    fallen, marked = _told_apart(trusted)
    gives_way[list(fallen)] = True
    return gives_way, np.array(sorted(marked), dtype=np.int64)


def _told_apart(rows: Iterable[tuple[int, Hashable, int, int]]) -> tuple[set[int], set[int]]:
    """Of (row, meter, from, until), the most trusted first: rows that give way, and rows they give way to."""
    standing: dict[Hashable, list[tuple[int, int, int]]] = defaultdict(list)  # per meter in order of time
    fallen, marked = set(), set()
    for rn, meter, from_us, until_us in rows:
        beside = standing[meter]
        place = bisect_left(beside, (from_us,))
        near = beside[max(place - 1, 0) : bisect_left(beside, (until_us,))]
        if over := [other for _, other_until, other in near if from_us < other_until]:
            fallen.add(rn)
            marked.update(over)
        else:
            beside.insert(place, (from_us, until_us, rn))
    return fallen, marked
