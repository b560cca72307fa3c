"""The order of rows by partition and primary key, and which keys occur more than once, in whole numbers.

Every key column becomes a rank (null lowest), an instant the number of its slot on the grid it stands on.
Where the ranks of a row fit into 64 bits together, and they do for any year of readings, one number stands
for the row. Readings on a grid leave few of these numbers out: then the number is the row's place in a table,
and nothing is sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_ROOM = 2**63
_PLACES_PER_ROW = 8  # in a table with more places looking through it costs more than sorting


def by_key(rows: pa.Table, key: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(positions of the rows in the order of `key`, number of the key of each row that shares it with another
    and -1 of every other row); strings are ordered by their bytes, null comes first, equal rows stay in turn.
    """
    import numpy as np

    known = [found for name in key if (found := ranks(rows[name]))[1] > 1]
    room = 1
    for _, count in known:
        room *= count
    if room >= _ROOM:
        order = np.lexsort([rank for rank, _ in reversed(known)])
        return order, _numbers(order, [rank for rank, _ in known])
    code = np.zeros(rows.num_rows, dtype=np.int64)
    for rank, count in known:
        code *= count
        code += rank
    if room <= _PLACES_PER_ROW * rows.num_rows:
        return _by_place(code, room)
    order = np.argsort(code, kind="stable")
    return order, _numbers(order, [code])


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
    places[code[repeated]] = -1
    order = places[places >= 0]
    return np.insert(order, np.searchsorted(code[order], code[repeated]), repeated), number


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
        if high - low + 2 < _ROOM:
            return _slots(numbers, low, high)
    whole = encoded(column)
    words = whole.dictionary
    if len(words) == 1 and not whole.null_count:
        return np.zeros(len(whole), dtype=np.int64), 1
    rank = np.empty(len(words) + 1, dtype=np.int64)
    rank[pc.array_sort_indices(words).to_numpy()] = np.arange(1, len(words) + 1)
    rank[-1] = 0
    return rank[whole.indices.fill_null(len(words)).to_numpy()], len(words) + 1


def _slots(numbers: pa.ChunkedArray, low: int, high: int) -> tuple[np.ndarray, int]:
    """Ranks of numbers from `low` to `high`: how many steps of their common grid each lies above the lowest,
    one more where there is null, which is 0.
    """
    import numpy as np
    import pyarrow.compute as pc

    slots = (pc.fill_null(numbers, low) if numbers.null_count else numbers).to_numpy() - low
    is_dense = high - low < slots.size
    step = 1 if is_dense else int(np.gcd.reduce(slots)) or 1
    if step > 1:
        slots //= step
    count = (high - low) // step + 1
    if numbers.null_count:
        slots += 1
        slots[numbers.is_null().to_numpy()] = 0
        count += 1
    return slots, count


def encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column as one array with one dictionary."""
    import pyarrow as pa

    chunks = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return chunks.unify_dictionaries().combine_chunks()
