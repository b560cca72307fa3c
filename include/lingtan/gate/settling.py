"""The last word per primary key: which of the accepted rows of one key counts.

The winner is the highest (revision, stated_at, size of its file, sha256, source_row), null lowest; stated_at
is the row's own where its file has a column for it. Rows are compared only where a key occurs more than once.
A rejected revision displaces nothing; the key it spoke of is marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingtan.contracts import Contract
from lingtan.gate import ordering

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CONFLICT, REJECTED_REVISION = "conflict", "rejected_revision"
SENTENCES = {
    CONFLICT: "Two different values came for one key and only file or line tells them apart; the last one "
    "counts. Say which is right by a revision; where a clock was set, send the day again by the right time.",
    REJECTED_REVISION: "A later revision of this row was rejected; the former value stands until it comes "
    "right.",
}


def settle(
    rows: pa.Table, is_accepted: np.ndarray, files: pa.Table, contract: Contract
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """(whether a row is superseded, by mark the positions of the winners that bear it).

    Of `rows` those of one key have one `key_no`, negative where a row is alone. `files` gives each file_no,
    counted from 0, its `rank`, `stated_at`, `states_rows`, `source` and `replaces_period`.
    """
    import numpy as np

    is_superseded = _replaced(rows, is_accepted, files)
    key_no, file_no = rows["key_no"].to_numpy(), rows["file_no"].to_numpy()
    found = np.flatnonzero((key_no >= 0) & ~is_superseded)
    if not found.size:
        return is_superseded, {}
    revision = _revisions(rows, contract)
    rank, stated_no = files["rank"].to_numpy()[file_no], stated(rows, files)
    by_word = (rows["source_row"].to_numpy(), rank, stated_no, revision, key_no)
    found = found[np.lexsort([column[found] for column in by_word])]  # key by key, the last word at its end

    starts = np.flatnonzero(np.diff(key_no[found], prepend=-1))
    sizes = np.diff(starts, append=found.size)
    place = np.arange(found.size)
    winning = np.maximum.reduceat(np.where(is_accepted[found], place, -1), starts)  # -1 = no row is accepted
    winner = np.repeat(winning, sizes)
    lost = is_accepted[found] & (place != winner)
    losers, winners = found[lost], found[winner[lost]]
    is_superseded[losers] = True
    alike = (revision[losers] == revision[winners]) & (stated_no[losers] == stated_no[winners])
    return is_superseded, {
        CONFLICT: _contradicted(rows, contract, winners[alike], losers[alike]),
        REJECTED_REVISION: found[winning[(winning >= 0) & (winning < starts + sizes - 1)]],
    }


def _replaced(rows: pa.Table, is_accepted: np.ndarray, files: pa.Table) -> np.ndarray:
    """Whether an accepted row is of a period that a later file of its source speaks of too, acceptably."""
    import numpy as np

    is_replaced = np.zeros(rows.num_rows, dtype=bool)
    file_no = rows["file_no"].to_numpy()
    found = np.flatnonzero(is_accepted & files["replaces_period"].to_numpy()[file_no])
    if found.size:
        source_no, count = ordering.ranks(files["source"])
        rank = files["rank"].to_numpy()[file_no[found]]
        period = rows["part"].to_numpy()[found] * count + source_no[file_no[found]]
        latest = np.zeros(period.max() + 1, dtype=rank.dtype)
        np.maximum.at(latest, period, rank)
        is_replaced[found] = rank < latest[period]
    return is_replaced


def stated(rows: pa.Table, files: pa.Table) -> np.ndarray:
    """A whole number per row in the order in which they were stated, 0 where nobody said when."""
    import pyarrow.compute as pc

    file_no = rows["file_no"]
    of_file = files["stated_at"].take(file_no)
    if not pc.any(files["states_rows"]).as_py():
        return ordering.ranks(of_file)[0]
    is_own = files["states_rows"].take(file_no)
    return ordering.ranks(pc.if_else(is_own, rows["sender_stated_at"], of_file))[0]


def _revisions(rows: pa.Table, contract: Contract) -> np.ndarray:
    import numpy as np

    has_revision = "revision" in contract.columns
    return ordering.ranks(rows["revision"])[0] if has_revision else np.zeros(rows.num_rows, dtype=np.int64)


def _contradicted(rows: pa.Table, contract: Contract, winners: np.ndarray, losers: np.ndarray) -> np.ndarray:
    """Those winners whose loser, the row beside it in `losers`, says something else outside the key."""
    import numpy as np
    import pyarrow as pa

    if not winners.size:
        return winners
    differs = np.zeros(winners.size, dtype=bool)
    both = rows.take(pa.array(np.concatenate([winners, losers])))
    for name in contract.columns:
        if name not in contract.primary_key:
            said, _ = ordering.ranks(both[name])
            differs |= said[: winners.size] != said[winners.size :]
    return np.unique(winners[differs])
