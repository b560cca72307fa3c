"""One side of one pair, in a process of its own: `python pairs.py PAIR SIDE FOLDER`. The last line of the
output says the processor seconds of the timed part and a digest of the answer, which is the same for all
sides of a pair.

Ours is the product's own code: its reader, its gate and the SQL of its models. `peers.py` holds the sides
that need libraries lingtan does not.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pairs_files
import pairs_gate
import plant
from sides import Side, connect, digest, inputs_of, raw

from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


# settle_day_sums: the last word per meter and instant, summed by day


def settle_ours(house: Settings) -> Callable[[], object]:
    import numpy as np
    import pyarrow as pa

    from lingtan.gate import frames, loading, ordering, settling

    columns = ("installation_code", "meter_code", "read_at", "amount", "revision")
    inputs, names = inputs_of(house, columns)

    def work() -> pa.Table:
        sums = []
        for batch in loading.batches(names, inputs, [], settings=house):
            _, key_no = ordering.by_key(batch.rows, ["part", *inputs.contract.primary_key])
            repeated = key_no >= 0
            odd = batch.rows.filter(pa.array(repeated)).append_column("key_no", pa.array(key_no[repeated]))
            is_accepted = np.ones(odd.num_rows, dtype=bool)
            lost, _ = settling.settle(odd, is_accepted, frames.files_of(batch), inputs.contract)
            stands = np.ones(batch.rows.num_rows, dtype=bool)
            stands[repeated] = ~lost
            rows = batch.rows.select(["part", "meter_code", "amount"]).append_column(
                "stands", pa.array(stands)
            )
            summed = rows.group_by(["stands", "part", "meter_code"], use_threads=False).aggregate(
                [("amount", "sum")]
            )
            summed = summed.filter(summed["stands"])
            days = pa.array([partition.key for partition in batch.partitions])
            sums.append(
                pa.table(
                    [summed["meter_code"].cast(pa.string()), days.take(summed["part"]), summed["amount_sum"]],
                    ["meter_code", "key", "amount"],
                )
            )
        return pa.concat_tables(sums)

    return work


def settle_row_number(house: Settings) -> Callable[[], object]:
    connection = connect()
    return lambda: connection.sql(f"""
        with numbered as (
            select
                meter_code, metered_on, amount,
                row_number() over (
                    partition by meter_code, read_at order by coalesce(revision, 0) desc
                ) as place
            from {raw(house)}
        )
        select meter_code, metered_on, sum(amount) from numbered where place = 1 group by all
    """).to_arrow_table()


def settle_arg_max(house: Settings) -> Callable[[], object]:
    connection = connect()
    return lambda: connection.sql(f"""
        with settled as (
            select meter_code, metered_on, read_at, arg_max(amount, coalesce(revision, 0)) as amount
            from {raw(house)}
            group by all
        )
        select meter_code, metered_on, sum(amount) from settled group by all
    """).to_arrow_table()


# build_partitions: raw rows to one settled, sorted, content-named file per day


def build_ours(house: Settings) -> Callable[[], object]:
    from lingtan import gate
    from lingtan.lake.partitions import write_rows

    inputs, names = inputs_of(house)
    inputs.contract = replace(inputs.contract, derived=(), lookups={})
    out = _empty(house.out / "ours")
    connect()

    def work() -> list[str]:
        return [
            write_rows(outcome.accepted, out / outcome.partition.key)[1]
            for outcome in gate.outcomes(names, inputs, [], settings=house)
        ]

    return work


def build_row_number(house: Settings) -> Callable[[], object]:
    import pyarrow as pa

    from lingtan import contracts
    from lingtan.lake.partitions import write_rows

    inputs, _ = inputs_of(house)
    schema = contracts.load("meter_readings").arrow_schema()
    columns = ", ".join(f'"{name}"' for name in contracts.load("meter_readings").columns)
    records = {record.id: record for found in inputs.records.values() for record in found}
    ranked = sorted(records.values(), key=lambda record: (record.stated_at, record.sha256))
    out = _empty(house.out / "row_number")
    connection = connect()
    connection.register(
        "files",
        pa.table({"source_file": [record.id for record in ranked], "rank": list(range(len(ranked)))}),
    )

    def work() -> list[str]:
        rows = connection.sql(f"""
            select partition_key, {columns}, source_file, source_row, cast(null as varchar) as marks
            from {raw(house)} join files using (source_file)
            qualify row_number() over (
                partition by installation_code, meter_code, read_at
                order by revision desc nulls last, rank desc, source_row desc
            ) = 1
            order by partition_key, installation_code, meter_code, read_at
        """)
        hashes, day, kept = [], None, []

        def close() -> None:
            if kept:
                table = pa.Table.from_batches(kept).select(schema.names).cast(schema)
                hashes.append(write_rows(table, out / str(day))[1])
                kept.clear()

        for batch in rows.to_arrow_reader(100_000):
            keys = batch["partition_key"].dictionary_encode() if batch.num_rows else None
            for place, key in enumerate(keys.dictionary.to_pylist() if keys else ()):
                if key != day:
                    close()
                    day = key
                one = pa.compute.equal(keys.indices, place)
                kept.append(batch.filter(one) if len(keys.dictionary) > 1 else batch)
        close()
        return hashes

    return work


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


SIDES: dict[tuple[str, str], Side] = {
    **pairs_files.SIDES,
    **pairs_gate.SIDES,
    ("settle_day_sums", "ours"): settle_ours,
    ("settle_day_sums", "row_number"): settle_row_number,
    ("settle_day_sums", "arg_max"): settle_arg_max,
    ("build_partitions", "ours"): build_ours,
    ("build_partitions", "row_number"): build_row_number,
}


def answer_of(found: Any) -> str | None:
    if found is None:
        return None
    if hasattr(found, "to_pylist"):
        return digest([tuple(row.values()) for row in found.to_pylist()])
    return hashlib.sha256(json.dumps(found, default=str).encode()).hexdigest()[:16]


def main(pair: str, side: str, folder: str) -> None:
    for module in ("duckdb", "numpy", "pandas", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet"):
        importlib.import_module(module)  # an import is no part of the work
    connect()
    work = SIDES[pair, side](plant.house(Path(folder)))
    began = time.process_time()
    found = work()
    cpu = time.process_time() - began
    print(json.dumps({"cpu": cpu, "answer": answer_of(found)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
