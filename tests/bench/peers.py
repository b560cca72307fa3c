"""The sides of `gate` that need libraries lingtan does not, run in .venv-bench: `python peers.py gate SIDE
FOLDER`. Each judges the same rows by the same ten expectations, and says the same as `pairs.py` does.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

MOST = 400
SEEDED = 3  # expectations the plant breaks: amounts are missing or out of range, and keys come twice
COLUMNS = ["meter_code", "read_at", "amount", "unit", "quality", "revision"]


def polars_side(files: str) -> Callable[[], list[int] | None]:
    import polars as pl

    def work() -> list[int]:
        rows = pl.scan_parquet(files)
        amount = pl.col("amount")
        counted = rows.select(
            amount.is_null().sum().alias("nulls"),
            (~amount.is_between(0, MOST)).sum().alias("outside"),
            pl.col("meter_code").is_null().sum().alias("meters"),
            pl.col("read_at").is_null().sum().alias("instants"),
            (~pl.col("quality").is_in(["actual", "estimated"])).sum().alias("quality"),
            (~pl.col("unit").is_in(["kWh"])).sum().alias("unit"),
            (~pl.col("meter_code").str.contains("^M[0-9]{5}$")).sum().alias("regex"),
            (~pl.col("revision").is_between(0, 9)).sum().alias("revision"),
            pl.len().alias("rows"),
        ).collect()
        keys = rows.group_by("meter_code", "read_at").len().select(pl.len()).collect().item()
        return [counted["nulls"][0], counted["outside"][0], counted["rows"][0] - keys]

    return work


def pandera_side(files: str) -> Callable[[], list[int] | None]:
    import pandera.polars as pa
    import polars as pl

    schema = pa.DataFrameSchema(
        {
            "meter_code": pa.Column(str, pa.Check.str_matches("^M[0-9]{5}$")),
            "read_at": pa.Column(nullable=False),
            "amount": pa.Column(checks=pa.Check.in_range(0, MOST), nullable=False),
            "unit": pa.Column(str, pa.Check.isin(["kWh"])),
            "quality": pa.Column(str, pa.Check.isin(["actual", "estimated"])),
            "revision": pa.Column(nullable=True, checks=pa.Check.in_range(0, 9)),
        },
        unique=["meter_code", "read_at"],
        checks=pa.Check(lambda data: data.lazyframe.select(pl.len() >= 1)),
    )

    def work() -> None:
        rows = pl.read_parquet(files, columns=COLUMNS).with_columns(pl.col("amount").cast(pl.Float64))
        try:
            schema.validate(rows, lazy=True)
        except pa.errors.SchemaErrors as found:
            cases = found.failure_cases.select("check").unique().height
            if cases != SEEDED:
                raise RuntimeError(f"{cases} checks fail, not {SEEDED}") from found
            return
        raise RuntimeError("the seeded faults were not found")

    return work


def gx_sql_side(files: str) -> Callable[[], list[int] | None]:
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from sqlalchemy import Engine, create_engine, event
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    store = Path(files).parent / "gx.duckdb"
    store.unlink(missing_ok=True)
    engine = create_engine(f"duckdb:///{store}")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"create table readings as select {', '.join(COLUMNS)} from '{files}'")
    engine.dispose()
    source = context.data_sources.add_sql("bench", connection_string=f"duckdb:///{store}")

    def keep(_connection, cursor, _statement, _parameters, execution, _many) -> None:
        # GX fetches after it has left the connection, when DuckDB has dropped the pending result
        if execution is not None and cursor.description:
            execution.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                cursor, initial_buffer=cursor.fetchall()
            )

    event.listen(Engine, "after_cursor_execute", keep)
    batch = (
        source.add_table_asset("readings", table_name="readings")
        .add_batch_definition_whole_table("all")
        .get_batch()
    )
    shape = "regexp_matches(meter_code, '^M[0-9]{{5}}$')"
    ten = [
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in ("amount", "meter_code", "read_at")),
        gxe.ExpectColumnValuesToBeBetween(column="amount", min_value=0, max_value=MOST),
        gxe.ExpectColumnValuesToBeInSet(column="quality", value_set=["actual", "estimated"]),
        gxe.ExpectColumnValuesToBeInSet(column="unit", value_set=["kWh"]),
        gxe.UnexpectedRowsExpectation(unexpected_rows_query=f"select * from {{batch}} where not {shape}"),
        gxe.ExpectColumnValuesToBeBetween(column="revision", min_value=0, max_value=9),
        gxe.ExpectTableRowCountToBeBetween(min_value=1),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["meter_code", "read_at"]),
    ]

    def work() -> None:
        suite = gx.ExpectationSuite(name="ten", expectations=ten)
        found = batch.validate(suite, result_format="BOOLEAN_ONLY")
        for result in found.results:
            # one report, or one per metric
            reports = [result.exception_info, *result.exception_info.values()]
            if any(isinstance(report, dict) and report.get("raised_exception") for report in reports):
                raise RuntimeError(str(result.exception_info))
        failing = [result.success for result in found.results].count(False)
        if failing != SEEDED:
            raise RuntimeError(f"{failing} expectations fail, not {SEEDED}")

    return work


SIDES = {"polars": polars_side, "pandera": pandera_side, "gx_sql": gx_sql_side}


def main(_pair: str, side: str, folder: str) -> None:
    work = SIDES[side](str(Path(folder) / "var" / "read" / "plant" / "*.parquet"))
    began = time.process_time()
    found = work()
    cpu = time.process_time() - began
    answer = None if found is None else hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]
    print(json.dumps({"cpu": cpu, "answer": answer}))


if __name__ == "__main__":
    main(*sys.argv[1:])
