"""A small house for tests: sources whose headers are the contract's own column names, files written from
rows, and batches for the gate made without any file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from lingtan import contracts, gate, lake, landing, units
from lingtan.gate import frames
from lingtan.lake.partitions import Partition
from lingtan.settings import Settings

TABLES = ("meters", "meter_readings", "source_streams", "activity_data")
PERIOD_SOURCE = "replacing_activity_data"  # a newer file replaces the month
UNSTATED = "unstated_meter_readings"  # a second sender of readings that never says when it issued a file

FAULTS = ("fault_rule", "fault_column", "fault_value", "fault_sentence")


def write_sources(house: Settings, tables: Sequence[str] = TABLES) -> None:
    """sources.yml with one source per table, stated by file name, and the two special ones."""
    entries = [_entry(table, table) for table in tables]
    entries.append(_entry(PERIOD_SOURCE, "activity_data", replaces="period"))
    entries.append(_entry(UNSTATED, "meter_readings", is_stated=False))
    house.sources_file.parent.mkdir(parents=True, exist_ok=True)
    house.sources_file.write_text("sources:\n" + "".join(entries), encoding="utf-8")


def _entry(name: str, table: str, *, replaces: str = "rows", is_stated: bool = True) -> str:
    made = ("read_at", "metered_on") if table == "meter_readings" else ()
    columns = ", ".join(
        f"{column}: {column}" for column in contracts.load(table).columns if column not in made
    )
    lines = [
        f"  {name}:",
        f"    table: {table}",
        "    format: csv",
        f"    location: inbox/{name}",
        '    files: "*.csv"',
        f"    replaces: {replaces}",
        "    time_zone: Asia/Shanghai",
        f"    columns: {{{columns}}}",
    ]
    if is_stated:
        lines.append(r"    stated_at: {name: '(?P<stated_at>\d{8}T\d{4})\.csv', format: '%Y%m%dT%H%M'}")
    if made:
        lines.append('    timestamp: {column: time, format: "%Y-%m-%d %H:%M"}')
    return "\n".join(lines) + "\n"


def send(house: Settings, source: str, stated: str, rows: Iterable[Mapping[str, str]]) -> None:
    """Drop a CSV of `rows` into the source's folder; `stated` is like 20260102T0800."""
    table = max((table for table in contracts.names() if source.endswith(table)), key=len)
    made = ("read_at", "metered_on") if table == "meter_readings" else ()
    headers = [column for column in contracts.load(table).columns if column not in made]
    headers += ["time"] if made else []
    file = house.var / "inbox" / source / f"{source}_{stated}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, headers, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def run(house: Settings, tables: Sequence[str] = TABLES) -> list[str]:
    """Land what lies there and accept what is stale; names of the partitions that were judged."""
    landed = landing.land(tables, settings=house)
    assert not landed.refused, landed.refused
    judged = []
    stale = lake.stale(tables, settings=house)
    gate.accept(stale, settings=house, progress=judged.append)
    return stale


def meter(code: str = "E1", **changes: str) -> dict[str, str]:
    return {
        "installation_code": "CN-FAST",
        "meter_code": code,
        "stream_code": "EL",
        "role": "billing",
        "medium": "electricity",
        "kind": "interval",
        "unit": "kWh",
        "interval_minutes": "15",
        "direction": "import",
        "max_per_hour": "400",
        "valid_from": "2025-01-01",
    } | changes


def reading(time: str, amount: str, code: str = "E1", **changes: str) -> dict[str, str]:
    """A reading in the works' local time, written 2026-01-01 00:15."""
    return {
        "installation_code": "CN-FAST",
        "meter_code": code,
        "time": time,
        "amount": amount,
        "unit": "kWh",
        "quality": "actual",
    } | changes


def table_of(table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of Python values as a table in the contract's columns; what a row leaves out is null."""
    return pa.Table.from_pylist(
        [dict(row) for row in rows], schema=contracts.load(table).arrow_schema(lineage=False)
    )


def put(house: Settings, table: str, row: Mapping[str, Any]) -> None:
    """A row of a table without a period that stands in the lake, though no file brought it."""
    schema = contracts.load(table).arrow_schema()
    filled = dict.fromkeys(schema.names) | dict(row) | {"source_file": "hand/0", "source_row": 2}
    lake.write_partition(
        f"{table}/{row['installation_code']}/all",
        state="accepted",
        input_hash="by hand",
        accepted=pa.Table.from_pylist([filled], schema=schema),
        settings=house,
    )


def batch_of(
    table: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    rules: Sequence,
    keys: Sequence[str] = ("all",),
    files: Sequence[frames.RawFile] = (frames.RawFile("sender", "aa", "sent.csv", None),),
    masters: Mapping[str, pa.Table] | None = None,
) -> frames.Batch:
    """A batch without files. Beside the contract's columns a row may say `part`, `file_no`, `source_row`,
    `sender_stated_at` and the four `fault_*`; left out, it lies in the first partition and file, in its own
    line.
    """
    from lingtan import settings

    contract = contracts.load(table)
    fields = [pa.field(field.name, field.arrow_type) for field in contract.fields]
    fields += [pa.field("source_row", pa.int64()), *(pa.field(name, pa.string()) for name in FAULTS)]
    fields += [pa.field("sender_stated_at", pa.timestamp("us", tz="UTC"))]
    fields += [pa.field("part", pa.int32()), pa.field("file_no", pa.int32())]
    filled = [
        {"part": 0, "file_no": 0, "source_row": number} | dict(row)
        for number, row in enumerate(rows, start=2)
    ]
    known = {name: table_of(name, []) for name in contract.masters}
    return frames.Batch(
        contract=contract,
        rules=rules,
        partitions=[Partition(table, "CN-FAST", key) for key in keys],
        files=files,
        rows=pa.Table.from_pylist(filled, schema=pa.schema(fields)),
        masters=known | dict(masters or {}),
        units=units.table(settings.load().units_seed),
    )


def frame_of(batch: frames.Batch) -> pa.Table:
    """The frame the gate judges: `rn` (position in the batch), contract columns, derived columns."""
    import duckdb

    names = ["rn", *(column.name for column in (*batch.contract.fields, *batch.contract.derived))]
    with duckdb.connect() as connection:
        frames.open_batch(connection, batch)
        columns = ", ".join(f'"{name}"' for name in names)
        return connection.sql(f"select {columns} from frame order by rn").to_arrow_table()
