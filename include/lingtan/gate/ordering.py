"""The order of rows by partition and primary key, and which keys occur more than once, in whole numbers.

Every key column becomes a rank (null lowest); where the ranks of a row fit into 64 bits together, and they
do for any year of readings, one number stands for the row. Rows that come in long runs, as files are
written, one sort merges. Others, if their instants stand on a grid, are not sorted: the number, counted in
slots of the grid, leaves few numbers out and is the row's place in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_MOST = 2**63  # codes one number tells apart
_RUNS = 1000  # merging more costs more than a table
_PLACES_PER_ROW = 4  # looking through a table with more costs more than sorting


def by_key(rows: pa.Table, key: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(positions of the rows in the order of `key`, number of the key of each row that shares it with another
    and -1 of every other row); strings are ordered by their bytes, null comes first, equal rows stay in turn.
    """
    import numpy as np

    known = [found for name in key if (found := ranks(rows[name]))[1] > 1]
    if _room(known) >= _MOST:
        order = np.lexsort([rank for rank, _ in reversed(known)])
        return order, _numbers(order, [rank for rank, _ in known])
    code = _code(rows.num_rows, known)
    if np.count_nonzero(code[1:] < code[:-1]) > _RUNS:
        narrow = _narrowed(known)
        if _room(narrow) <= _PLACES_PER_ROW * rows.num_rows:
            return _by_place(_code(rows.num_rows, narrow), _room(narrow))
    order = np.argsort(code, kind="stable")
    return order, _numbers(order, [code])


def _room(known: Sequence[tuple[np.ndarray, int]]) -> int:
    """How many codes the ranks of several columns make."""
    return prod(count for _, count in known)


def _code(rows: int, known: Sequence[tuple[np.ndarray, int]]) -> np.ndarray:
    """One number per row in the order of its ranks."""
    import numpy as np

    (code, _), *others = known or [(np.zeros(rows, dtype=np.int64), 1)]
    for rank, count in others:
        code = code * count
        code += rank
    return code


def _narrowed(known: Sequence[tuple[np.ndarray, int]]) -> list[tuple[np.ndarray, int]]:
    """Ranks in the same order, those of the last column counted from the lowest under each rank of the first,
    in steps of their common grid: of an instant, whose day the partition implies, the slot is left.
    """
    import numpy as np

    if len(known) < 2:
        return list(known)
    (first, firsts), *between, (last, count) = known
    lowest = np.full(firsts, count, dtype=np.int64)
    np.minimum.at(lowest, first, last)
    last = last - lowest[first]
    last //= int(np.gcd.reduce(last)) or 1
    return [(first, firsts), *between, (last, int(last.max()) + 1)]


def _by_place(code: np.ndarray, room: int) -> tuple[np.ndarray, np.ndarray]:
    """The same of rows whose key is `code`, below `room`: each is put in the place its key names."""
    import numpy as np

    rows = np.arange(code.size, dtype=np.int32)
    places = np.full(room, -1, dtype=np.int32)
    places[code] = rows
    keeper = places[code]  # of rows of one key whichever was put there last
    number = np.full(code.size, -1, dtype=np.int64)
    others = np.flatnonzero(keeper != rows)
    number[others] = number[keeper[others]] = keeper[others]
    repeated = np.flatnonzero(number >= 0)
    repeated = repeated[np.argsort(code[repeated], kind="stable")]
    places[code[repeated]] = -1  # these go in together, in turn
    is_taken = places >= 0
    taken_before = np.cumsum(is_taken, dtype=np.int32)
    return np.insert(places[is_taken], taken_before[code[repeated]], repeated), number


def _numbers(order: np.ndarray, ranks: Sequence[np.ndarray]) -> np.ndarray:
    """Numbers of the keys that come more than once, from rows in order: the first place of the key there."""
    import numpy as np

    equal = np.ones(max(order.size - 1, 0), dtype=bool)
    for rank in ranks:
        sorted_ = rank[order]
        equal &= sorted_[1:] == sorted_[:-1]
    number = np.full(order.size, -1, dtype=np.int64)
    later = np.flatnonzero(equal) + 1  # places in the order whose key is that of the place before
    first = later[np.diff(later, prepend=-1) > 1] - 1
    number[order[first]] = first
    number[order[later]] = first[np.searchsorted(first, later, side="right") - 1]
    return number


def ranks(column: pa.ChunkedArray) -> tuple[np.ndarray, int]:
    """Whole numbers in the order of the values, null lowest, and a number above all of them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_temporal(column.type) or pa.types.is_integer(column.type):
        width = pa.int32() if column.type.bit_width == 32 else pa.int64()
        numbers = column.cast(width).cast(pa.int64())
        low, high = pc.min_max(numbers).as_py().values()
        if low is None:
            return np.zeros(len(column), dtype=np.int64), 1
        if high - low + 2 < _MOST:
            filled = pc.fill_null(numbers, low - 1) if numbers.null_count else numbers
            return filled.to_numpy() - (low - 1), high - low + 2
    whole = encoded(column)
    words = whole.dictionary
    if len(words) == 1 and not whole.null_count:
        return np.zeros(len(whole), dtype=np.int64), 1
    rank = np.empty(len(words) + 1, dtype=np.int64)
    rank[pc.array_sort_indices(words).to_numpy()] = np.arange(1, len(words) + 1)
    rank[-1] = 0
    indices = whole.indices.fill_null(len(words)) if whole.null_count else whole.indices
    return rank[indices.to_numpy()], len(words) + 1


def encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column as one array with one dictionary."""
    import pyarrow as pa

    chunks = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return chunks.unify_dictionaries().combine_chunks()
