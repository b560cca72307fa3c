"""The order of rows by partition and primary key, and which keys occur more than once, in one sort of whole
numbers.

Every key column becomes a rank (null lowest); where the ranks of a row fit into 64 bits together, and they
do for any year of readings, one number stands for the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_ROOM = 2**63


def by_key(rows: pa.Table, key: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(positions of the rows in the order of `key`, number of the key of each row that shares it with another
    and -1 of every other row); strings are ordered by their bytes, null comes first.
    """
    import numpy as np

    ranks = [found for name in key if (found := _ranks(rows[name]))[1] > 1]
    room = 1
    for _, count in ranks:
        room *= count
    if room < _ROOM:
        code = np.zeros(rows.num_rows, dtype=np.int64)
        for rank, count in ranks:
            code *= count
            code += rank
        order = np.argsort(code, kind="stable")
        code = code[order]
        equal = code[1:] == code[:-1]
    else:
        order = np.lexsort([rank for rank, _ in reversed(ranks)])
        equal = np.ones(max(rows.num_rows - 1, 0), dtype=bool)
        for rank, _ in ranks:
            rank = rank[order]
            equal &= rank[1:] == rank[:-1]
    number = np.full(rows.num_rows, -1, dtype=np.int64)
    later = np.flatnonzero(equal) + 1  # places in the order whose key is that of the place before
    first = later[np.diff(later, prepend=-1) > 1] - 1
    number[order[first]] = first
    number[order[later]] = first[np.searchsorted(first, later, side="right") - 1]
    return order, number


def _ranks(column: pa.ChunkedArray) -> tuple[np.ndarray, int]:
    """Whole numbers in the order of the values, null as 0, and a number above all of them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_temporal(column.type) or pa.types.is_integer(column.type):
        width = pa.int32() if column.type.bit_width == 32 else pa.int64()
        numbers = column.cast(width).cast(pa.int64())
        low, high = pc.min_max(numbers).as_py().values()
        if low is None:
            return np.zeros(len(column), dtype=np.int64), 1
        if high - low + 2 < _ROOM:
            return pc.fill_null(numbers, low - 1).to_numpy() - (low - 1), high - low + 2
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = encoded.unify_dictionaries().combine_chunks()
    words = whole.dictionary
    if len(words) == 1 and not whole.null_count:
        return np.zeros(len(whole), dtype=np.int64), 1
    rank = np.empty(len(words) + 1, dtype=np.int64)
    rank[pc.array_sort_indices(words).to_numpy()] = np.arange(1, len(words) + 1)
    rank[-1] = 0
    return rank[whole.indices.fill_null(len(words)).to_numpy()], len(words) + 1
