"""Rows that an entry leaves out (`leave_out`): what a file carries beside what is agreed, such as reactive
energy. They are counted and become no rows.
"""

from __future__ import annotations

from lingtan.sources.entry import Source
from lingtan.sources.grid import Grid


def without(grid: Grid, source: Source) -> tuple[Grid, int]:
    """The grid without the rows in which a column of `leave_out` holds one of its words, in any case, and how
    many they were.
    """
    import numpy as np
    import pyarrow as pa

    if not source.leave_out:
        return grid, 0
    leaves = np.zeros(len(grid.row_numbers), dtype=bool)
    for header, words in source.leave_out.items():
        encoded = grid.columns[grid.headers.index(header)].dictionary_encode()
        is_word = [word.casefold() in words for word in encoded.dictionary.to_pylist()]
        leaves |= np.array([*is_word, False])[encoded.indices.fill_null(len(is_word)).to_numpy()]
    kept = np.flatnonzero(~leaves)
    place = {int(old): new for new, old in enumerate(kept)}
    left = Grid(
        grid.headers,
        [column.take(pa.array(kept)) for column in grid.columns],
        grid.row_numbers[kept],
        {place[row]: fault for row, fault in grid.row_faults.items() if row in place},
        {(place[row], header): text for (row, header), text in grid.cell_faults.items() if row in place},
    )
    return left, int(leaves.sum())
