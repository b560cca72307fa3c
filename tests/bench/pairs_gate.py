"""Sides that judge the plant's rows by ten expectations, and sides that sum the settled lake."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sides import Side, connect, inputs_of, raw

from lingtan.settings import Settings

MOST = 400  # kWh in a quarter of an hour
TEN = ("installation_code", "meter_code", "read_at", "amount", "unit", "quality", "revision")


def suite() -> list[Any]:
    """Nine of the ten; the tenth, that no key comes twice, is what settling finds out."""
    import great_expectations.expectations as gxe

    said = {"severity": "warning", "notes": "agreed"}
    return [
        *(
            gxe.ExpectColumnValuesToNotBeNull(column=name, **said)
            for name in ("meter_code", "read_at", "amount")
        ),
        gxe.ExpectColumnValuesToBeBetween(column="amount", min_value=0, max_value=MOST, **said),
        gxe.ExpectColumnValuesToBeInSet(column="quality", value_set=["actual", "estimated"], **said),
        gxe.ExpectColumnValuesToBeInSet(column="unit", value_set=["kWh"], **said),
        gxe.ExpectColumnValuesToMatchRegex(column="meter_code", regex="^M[0-9]{5}$", **said),
        gxe.ExpectColumnValuesToBeBetween(column="revision", min_value=0, max_value=9, **said),
        gxe.ExpectTableRowCountToBeBetween(min_value=1, **said),
    ]


def gate_ours(house: Settings) -> Callable[[], object]:
    from lingtan.gate import judging, loading, verdicts
    from lingtan.gate.stock_verdicts import StockExpectations

    inputs, names = inputs_of(house, TEN)
    rules = verdicts.translate(suite(), inputs.contract)
    base = connect()

    def work() -> list[int]:
        nulls = outside = surplus = 0
        for batch in loading.batches(names, inputs, rules, settings=house):
            with base.cursor() as connection:
                judging.judge_rows(connection, batch, StockExpectations())
                found = connection.execute("""
                    select
                        count(*) filter (where fails_2),
                        count(*) filter (where fails_3),
                        count(*) filter (where key_no >= 0)
                            - count(distinct key_no) filter (where key_no >= 0)
                    from judged
                """).fetchone()
                nulls, outside, surplus = nulls + found[0], outside + found[1], surplus + found[2]
        return [nulls, outside, surplus]

    return work


def gate_streaming_scan(house: Settings) -> Callable[[], object]:
    """The nine alone that need no memory of other rows: the floor, which cannot answer the tenth."""
    connection = connect()

    def work() -> None:
        connection.execute(f"""
            select
                count(*) filter (where amount is null),
                count(*) filter (where not (amount between 0 and {MOST})),
                count(*) filter (where meter_code is null),
                count(*) filter (where read_at is null),
                count(*) filter (where quality not in ('actual', 'estimated')),
                count(*) filter (where unit not in ('kWh')),
                count(*) filter (where not regexp_matches(meter_code, '^M[0-9]{{5}}$')),
                count(*) filter (where not (revision between 0 and 9)),
                count(*)
            from {raw(house)}
        """).fetchall()

    return work


def _files(house: Settings) -> list[str]:
    from lingtan import lake

    return [str(file) for file in lake.files("meter_readings", settings=house)]


def sums_ours(house: Settings) -> Callable[[], object]:
    """The SQL of the model that sums readings by day, over the lake as it lies."""
    return day_sums(house, _files(house))


def day_sums(house: Settings, files: list[str]) -> Callable[[], object]:
    """The same over some files of the lake."""
    import jinja2

    from lingtan import contracts, lake
    from lingtan.warehouse import lake_relations

    connection = connect()
    connection.execute("create schema lake")
    connection.execute(lake_relations.view(contracts.load("meter_readings"), [Path(file) for file in files]))
    pointers = list(lake.pointers("meter_readings", settings=house).values())
    connection.register("lake_partitions", lake_relations.partitions(pointers, {}))
    connection.execute("create view lake.partitions as select * from lake_partitions")
    connection.execute("create table lake.build_state as select 'code' as metered_use_state")
    with house.units_seed.open(encoding="utf-8", newline="") as seed:
        columns = ", ".join(
            f"cast({name} as decimal(28, 12)) as {name}" if name == "canonical_per_unit" else name
            for name in next(csv.reader(seed))
        )
    connection.execute(
        f"create table units as select {columns} from read_csv('{house.units_seed}', all_varchar = true)"
    )

    def sql(model: str) -> str:
        (file,) = house.dbt_project.glob(f"models/**/{model}.sql")
        words = {
            "ref": lambda name: name,
            "source": lambda schema, name: f"{schema}.{name}",
            "config": lambda **_: "",
            "is_incremental": lambda: False,
            "this": "none",
        }
        return jinja2.Template(file.read_text(encoding="utf-8")).render(words)

    for model in ("stg_meter_readings", "stg_partitions"):
        connection.execute(f"create view {model} as {sql(model)}")
    wanted = sql("int_metered_use_by_day")
    return lambda: connection.sql(f"""
        select meter_code, metered_on, measured_amount + estimated_amount from ({wanted})
    """).to_arrow_table()


def sums_column_scan(house: Settings) -> Callable[[], object]:
    connection = connect()
    files = _files(house)
    return lambda: (
        connection.execute(
            f"select max(meter_code), max(metered_on), max(unit), max(amount) from read_parquet({files})"
        ).fetchall()
        and None
    )


SIDES: dict[tuple[str, str], Side] = {
    ("gate", "ours"): gate_ours,
    ("gate", "streaming_scan"): gate_streaming_scan,
    ("day_sums", "ours"): sums_ours,
    ("day_sums", "column_scan"): sums_column_scan,
}
