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

from lingtan.gate import frames
from lingtan.gate.frames import Batch
from lingtan.sql import identifier

if TYPE_CHECKING:
    import duckdb
    import numpy as np

OVERLAP = "overlap"
SENTENCE = (
    "Intervals of this meter lie over one another. The later word counts, else the measured value, else the "
    "shorter interval; the others count nothing. Send each stretch of time once."
)
_MINUTES = "minutes_covered"  # the derived column that says how long the interval of a row is
_QUARTER = 15  # intervals that divide it stand on one grid and cannot overlap


def in_dispute(connection: duckdb.DuckDBPyConnection, batch: Batch) -> np.ndarray:
    """Whether a row is of a meter and day on which intervals overlap; asks the relations of the batch."""
    import numpy as np

    found = np.zeros(batch.rows.num_rows, dtype=bool)
    if not _can_overlap(batch):
        return found
    *others, start = map(identifier, batch.contract.primary_key)
    group = ", ".join(["part", *others])
    rows = connection.execute(f"""
        with intervals as (
            select
                rn, {group}, {start} as from_at,
                max({start} + to_minutes({_MINUTES})) over (
                    partition by {group} order by {start} rows between unbounded preceding and 1 preceding
                ) as until_at
            from ({frames.sql(batch.contract, wanted={_MINUTES})})
            where fault_rule is null and {_MINUTES} > 0
        )
        select rn from intervals
        semi join (select {group} from intervals where from_at < until_at) as over_another using ({group})
    """).fetchnumpy()
    found[rows["rn"]] = True
    return found


def _can_overlap(batch: Batch) -> bool:
    """False for most batches: no row states its length, and every meter's intervals stand on one grid."""
    if _MINUTES not in {column.name for column in batch.contract.derived}:
        return False
    stated = batch.rows["interval_minutes"]
    if stated.null_count < len(stated):
        return True
    lengths = batch.masters["meters"]["interval_minutes"].unique().to_pylist()
    return any(_QUARTER % length for length in lengths if length)


def settle(connection: duckdb.DuckDBPyConnection, batch: Batch, disputed: np.ndarray) -> None:
    """Supersede what gives way among the accepted rows of the table `judged`, and mark what stands."""
    import numpy as np
    import pyarrow as pa

    if not disputed.any():
        return
    connection.register("disputed", pa.table({"rn": pa.array(np.flatnonzero(disputed))}))
    *others, start = map(identifier, batch.contract.primary_key)
    rows = connection.execute(f"""
        select
            rn,
            (part, {", ".join(others)}) as meter,
            epoch_us({start}) as from_us,
            epoch_us({start} + to_minutes({_MINUTES})) as until_us
        from judged
        semi join disputed using (rn)
        join files using (file_no)
        where standing = 'accepted' and {_MINUTES} > 0
        order by
            revision desc nulls last, stated_no desc, quality = 'actual' desc, {_MINUTES}, rank desc,
            source_row
    """).fetchall()
    fallen, marked = _told_apart(rows)
    for name, numbers in (("fallen", fallen), ("marked", marked)):
        connection.register(name, pa.table({"rn": pa.array(sorted(numbers), pa.int64())}))
    connection.execute("""
        update judged set standing = 'superseded', marks = null
        from fallen where judged.rn = fallen.rn
    """)
    connection.execute(f"""
        update judged
        set marks = array_to_string(
            list_sort(list_append(coalesce(string_split(marks, ';'), []), '{OVERLAP}')), ';'
        )
        from marked
        where judged.rn = marked.rn
    """)


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
