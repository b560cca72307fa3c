"""The lake: accepted rows of every landed table, one immutable file per partition and one small pointer
that says which file counts. Readers take the files from the pointers, never from a listing of folders.

A pointer holds what is known of its partition and no time of writing: `{"table", "installation", "key",
"state", "file", "quarantine", "input_hash", "content_hash", "counts", "amounts", "rules"}` and, where the
suite has any, the rules `judged_by_great_expectations` because they have no translation. `state` is accepted,
held (readers see no rows until an input changes) or empty (no file feeds it any more); `file` and
`quarantine` are paths below `var`, or null.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingtan import contracts
from lingtan import settings as lingtan_settings
from lingtan.files import write_text
from lingtan.lake.partitions import Partition, write_rows
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow

Pointer = dict[str, Any]

_CURRENT = "_current"


def stale(tables: Iterable[str], *, day: date | None = None, settings: Settings | None = None) -> list[str]:
    """Names of the partitions of `tables` that must be judged: those whose inputs differ from the recorded
    ones, those whose files are gone, and those of `day` itself. Ordered by table as the gate takes them,
    then by name.
    """
    from lingtan.lake.inputs import Inputs

    settings = settings or lingtan_settings.load()
    wanted = set(tables)
    found: list[str] = []
    for table in contracts.names():
        if table in wanted:
            inputs = Inputs(table, settings)
            recorded = pointers(table, settings=settings)
            found += [
                name
                for name in sorted(recorded.keys() | inputs.records.keys())
                if _is_stale(name, recorded.get(name), inputs, day, settings)
            ]
    return found


def _is_stale(name: str, pointer: Pointer | None, inputs: Any, day: date | None, settings: Settings) -> bool:
    if pointer is None or pointer["input_hash"] != inputs.hash_of(name):
        return True
    if day is not None and pointer["key"] == day.isoformat():
        return True
    named = (pointer["file"], pointer["quarantine"])
    return any(file is not None and not (settings.var / file).is_file() for file in named)


def pointers(table: str | None = None, *, settings: Settings | None = None) -> dict[str, Pointer]:
    """Current pointers by partition name, in order of name; of all tables when `table` is None."""
    root = (settings or lingtan_settings.load()).lake / _CURRENT
    found = (_read(file) for file in root.glob(f"{table or '*'}/*/*.json"))
    return dict(sorted((_name(pointer), pointer) for pointer in found))


def read_pointer(name: str, *, settings: Settings | None = None) -> Pointer | None:
    """The pointer of one partition; None when it was never written."""
    file = _pointer_file(Partition.parse(name), settings or lingtan_settings.load())
    return _read(file) if file.is_file() else None


def files(table: str, *, settings: Settings | None = None) -> list[Path]:
    """The data files that count for `table` now, in order of partition name."""
    settings = settings or lingtan_settings.load()
    named = pointers(table, settings=settings).values()
    return [settings.var / pointer["file"] for pointer in named if pointer["file"] is not None]


def table(name: str, *, settings: Settings | None = None) -> pyarrow.Table:
    """All current rows of one table, in the contract's columns, source_file, source_row and marks."""
    return read_files(files(name, settings=settings), contracts.load(name).arrow_schema())


def read_files(paths: Iterable[Path], schema: pyarrow.Schema) -> pyarrow.Table:
    """Rows of lake files in the columns of `schema`; a column younger than its file is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [_conform(pq.ParquetFile(path).read(), schema) for path in paths]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _conform(rows: pyarrow.Table, schema: pyarrow.Schema) -> pyarrow.Table:
    import pyarrow as pa

    if rows.schema.equals(schema):
        return rows
    columns = [
        rows.column(field.name).cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def write_partition(
    name: str,
    *,
    state: str,
    input_hash: str,
    accepted: pyarrow.Table | None = None,
    quarantine: pyarrow.Table | None = None,
    counts: Mapping[str, int] | None = None,
    amounts: Mapping[str, Mapping[str, str]] | None = None,
    rules: Iterable[Mapping[str, object]] = (),
    stock_rules: Iterable[str] = (),
    settings: Settings | None = None,
) -> Pointer:
    """Write the rows of one partition, sorted by the caller, and then switch its pointer in one step.

    A process that dies in between leaves the former pointer with its former files; the next run heals it.
    """
    settings = settings or lingtan_settings.load()
    partition = Partition.parse(name)
    file = digest = refused = None
    if accepted is not None and accepted.num_rows:
        file, digest = write_rows(accepted, settings.lake / partition.folder)
    if quarantine is not None and quarantine.num_rows:
        refused, _ = write_rows(quarantine, settings.quarantine / partition.folder)
    pointer: Pointer = {
        "table": partition.table,
        "installation": partition.installation,
        "key": partition.key,
        "state": state,
        "file": file and file.relative_to(settings.var).as_posix(),
        "quarantine": refused and refused.relative_to(settings.var).as_posix(),
        "input_hash": input_hash,
        "content_hash": digest,
        "counts": dict(counts or dict.fromkeys(("read", "accepted", "rejected", "superseded", "marked"), 0)),
        "amounts": {unit: dict(sums) for unit, sums in (amounts or {}).items()},
        "rules": [dict(rule) for rule in rules],
    }
    if stock_rules := list(stock_rules):
        pointer["judged_by_great_expectations"] = stock_rules
    write_text(json.dumps(pointer, indent=1, ensure_ascii=False) + "\n", _pointer_file(partition, settings))
    return pointer


def state_hash(*, settings: Settings | None = None) -> str:
    """One hash over all that readers can see: contents, states and books of every partition.

    Input hashes are left out: a partition judged anew with the same outcome wakes nobody.
    """
    hashed = hashlib.sha256()
    for name, pointer in pointers(settings=settings).items():
        seen = {key: value for key, value in pointer.items() if key != "input_hash"}
        hashed.update(json.dumps([name, seen], sort_keys=True).encode())
    return hashed.hexdigest()


def _pointer_file(partition: Partition, settings: Settings) -> Path:
    folder = partition.folder
    return settings.lake / _CURRENT / folder.with_name(f"{folder.name}.json")


def _read(file: Path) -> Pointer:
    return json.loads(file.read_text(encoding="utf-8"))


def _name(pointer: Pointer) -> str:
    return str(Partition(pointer["table"], pointer["installation"], pointer["key"]))
