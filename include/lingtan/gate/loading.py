"""Rows of partitions as they lie in the cache of read files, brought together to be judged: so many at a time
that memory holds, texts as dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from lingtan import contracts, lake, units
from lingtan.gate import quantities, verdicts
from lingtan.gate.frames import Batch, RawFile
from lingtan.lake.inputs import Inputs
from lingtan.lake.partitions import Partition
from lingtan.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow

ROWS_AT_ONCE = 500_000  # keeps a task well below one GiB; a larger partition is judged alone
_STRETCHES = 8  # rows that lie in more pieces are copied together
_READ = (
    *("source_row", "fault_rule", "fault_column", "fault_value", "fault_sentence", "sender_stated_at"),
    *("partition_installation", "partition_key"),
)  # what the gate needs of a row beside the contract's columns


def batches(
    names: Sequence[str], inputs: Inputs, rules: Sequence[verdicts.Rule], *, settings: Settings
) -> Iterator[Batch]:
    """The rows of the partitions, ROWS_AT_ONCE at a time, with all they are judged by."""
    masters = masters_of(inputs.contract, settings)
    recent: dict[str, pyarrow.Table] = {}
    for chunk in _chunks(names, inputs):
        yield _batch(chunk, inputs, rules, masters, settings, recent)


def _chunks(names: Sequence[str], inputs: Inputs) -> Iterator[list[str]]:
    """Partitions in groups of at most ROWS_AT_ONCE rows."""
    chunk: list[str] = []
    rows = 0
    for name in names:
        key = name.partition("/")[2]
        size = sum(record.partitions[key]["rows"] for record in inputs.records[name])
        if chunk and rows + size > ROWS_AT_ONCE:
            yield chunk
            chunk, rows = [], 0
        chunk.append(name)
        rows += size
    if chunk:
        yield chunk


def masters_of(contract: contracts.Contract, settings: Settings) -> dict[str, pyarrow.Table]:
    return {name: lake.table(name, settings=settings) for name in contract.masters}


def _batch(
    names: Sequence[str],
    inputs: Inputs,
    rules: Sequence[verdicts.Rule],
    masters: Mapping[str, pyarrow.Table],
    settings: Settings,
    recent: dict[str, pyarrow.Table],
) -> Batch:
    """All rows of the partitions, from every file that holds one; `recent` keeps the files the last call
    read, because neighbouring days share them.
    """
    from lingtan import landing

    columns = [*inputs.contract.columns, *_READ]
    unique = {(record.source, record.sha256): record for name in names for record in inputs.records[name]}
    records = [unique[key] for key in sorted(unique)]
    parts = {name.partition("/")[2]: part for part, name in enumerate(names)}
    rows = {
        record.id: recent[record.id]
        if record.id in recent
        else landing.rows(record, columns=columns, encoded=True, settings=settings)
        for record in records
    }
    recent.clear()
    recent.update(rows)
    tables = [
        placed(rows[record.id], inputs.contract, parts, file_no) for file_no, record in enumerate(records)
    ]
    files = [
        RawFile.of(
            inputs.sources[record.source],
            record.sha256,
            record.file_name,
            record.stated_at,
            size=record.size,
            states_rows=states_rows(rows[record.id]),
        )
        for record in records
    ]
    unit_table = units.table(settings.units_seed)
    counted, written = quantities.counted(tables, files, inputs.contract, unit_table)
    return Batch(
        contract=inputs.contract,
        rules=rules,
        partitions=[Partition.parse(name) for name in names],
        files=files,
        rows=counted,
        written=written,
        masters=masters,
        units=unit_table,
    )


def states_rows(rows: pyarrow.Table) -> bool:
    """Whether a file says of its rows when each was stated."""
    return rows["sender_stated_at"].null_count < rows.num_rows


def placed(
    rows: pyarrow.Table, contract: contracts.Contract, parts: Mapping[str, int], file_no: int
) -> pyarrow.Table:
    """The rows of one file that fall in `parts`, with the numbers of their partition and their file; texts
    are dictionaries.
    """
    import numpy as np
    import pyarrow as pa

    placed = _encoded(rows.select([*contract.columns, *_READ[:-2]]))
    installations, keys = (
        _encoded(rows.select([name]))[0].combine_chunks()
        for name in ("partition_installation", "partition_key")
    )
    part_of = [
        parts.get(f"{installation}/{key}", -1)
        for installation in installations.dictionary.to_pylist()
        for key in keys.dictionary.to_pylist()
    ]
    pair = keys.indices.to_numpy()
    if len(installations.dictionary) > 1:
        pair = installations.indices.to_numpy() * len(keys.dictionary) + pair
    part = np.array(part_of, dtype=np.int32)[pair]
    placed = placed.append_column("part", pa.array(part))
    placed = placed.append_column("file_no", pa.array(np.full(rows.num_rows, file_no, np.int32)))
    return _only(placed, part >= 0)


def _only(rows: pyarrow.Table, wanted: np.ndarray) -> pyarrow.Table:
    """The wanted rows, without a copy where they lie together, as those of a day mostly do."""
    import numpy as np
    import pyarrow as pa

    ends = [0, *(np.flatnonzero(np.diff(wanted)) + 1).tolist(), rows.num_rows]
    if len(ends) > _STRETCHES:
        return rows.filter(pa.array(wanted))
    there = [rows.slice(first, end - first) for first, end in pairwise(ends) if wanted[first:end].any()]
    return pa.concat_tables(there) if there else rows.slice(0, 0)


def _encoded(rows: pyarrow.Table) -> pyarrow.Table:
    import pyarrow as pa

    columns = [
        column.dictionary_encode() if pa.types.is_string(column.type) else column for column in rows.columns
    ]
    return pa.Table.from_arrays(columns, rows.column_names).unify_dictionaries()
