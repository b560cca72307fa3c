"""Which partition each row belongs to, and what a raw record says about that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lingtan.contracts import Contract
from lingtan.lake.partitions import COMPANY, UNPLACED

if TYPE_CHECKING:
    import pyarrow

_PLACE = ["partition_installation", "partition_key"]


def place(rows: pyarrow.Table, contract: Contract, source_file: str) -> pyarrow.Table:
    """Rows as read + `source_file`, `partition_installation`, `partition_key`.

    A row whose date or installation could not be read is `unplaced`: it can only be rejected, but it is kept.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    count, partition = rows.num_rows, contract.partition
    text = pa.string()
    if partition.on is None:
        key = pa.repeat(pa.scalar("all", text), count)
    else:
        encoded = rows[partition.on].combine_chunks().dictionary_encode()
        length = 7 if partition.by == "month" else 10
        names = [day.isoformat()[:length] for day in encoded.dictionary.to_pylist()]
        key = pc.fill_null(pa.array(names, type=text).take(encoded.indices), UNPLACED)
    if partition.installation is None:
        installation = pa.repeat(pa.scalar(COMPANY, text), count)
    else:
        named = rows[partition.installation].combine_chunks()
        if named.null_count:
            key = pc.if_else(named.is_valid(), key, UNPLACED)
        installation = pc.fill_null(named, COMPANY)
    position = len(contract.fields)
    placed = rows.add_column(
        position, pa.field("source_file", text), pa.repeat(pa.scalar(source_file, text), count)
    )
    return placed.append_column(pa.field("partition_installation", text), installation).append_column(
        pa.field("partition_key", text), key
    )


def texts(contract: Contract) -> list[str]:
    """The columns of placed rows that hold text, and few different ones."""
    return [
        *(field.name for field in contract.fields if field.type == "string"),
        *("source_file", "fault_rule", "fault_column", "fault_value", "fault_sentence"),
        *("partition_installation", "partition_key"),
    ]


def partitions(rows: pyarrow.Table, contract: Contract) -> dict[str, dict[str, Any]]:
    """Per "<installation>/<key>": rows there and, per table looked up, the codes they look it up with."""
    looked_up = {
        foreign.table: foreign.field for foreign in contract.foreign_keys if foreign.table in contract.lookups
    }
    tables = sorted(looked_up)
    counted = _groups(rows, []).aggregate([([], "count_all")])
    found: dict[str, dict[str, Any]] = {
        name: {"rows": count, "lookups": {table: [] for table in tables}}
        for name, count in sorted(_by_name(counted))
    }
    for table in tables:
        named = _groups(rows, [looked_up[table]]).aggregate([]).drop_null()
        for name, code in sorted(_by_name(named)):
            found[name]["lookups"][table].append(code)
    return found


def _groups(rows: pyarrow.Table, columns: list[str]) -> pyarrow.TableGroupBy:
    """The rows by their partition and some columns."""
    return rows.select([*_PLACE, *columns]).group_by([*_PLACE, *columns], use_threads=False)


def _by_name(groups: pyarrow.Table) -> Iterator[tuple[str, Any]]:
    """`<installation>/<key>` and what stands beside it."""
    installations, keys, values = (column.to_pylist() for column in groups.columns)
    for installation, key, value in zip(installations, keys, values, strict=True):
        yield f"{installation}/{key}", value


def days(rows: pyarrow.Table, contract: Contract) -> tuple[str, ...]:
    """Local days the rows speak of, of a table cut by month; empty for any other, whose keys say it."""
    import pyarrow.compute as pc

    if contract.partition.by != "month":
        return ()
    named = pc.unique(rows[contract.partition.on].drop_null())
    return tuple(sorted(day.isoformat() for day in named.to_pylist()))
