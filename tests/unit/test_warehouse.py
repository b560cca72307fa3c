"""The warehouse without dbt: opening, locking, loading the lake, and knowing whether it is current."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import small_house

from lingtan import contracts, lake, warehouse
from lingtan.errors import LingtanError
from lingtan.settings import Settings
from lingtan.warehouse import lake_relations, postgres, transform


def put_product(settings: Settings, mass: str) -> None:
    schema = contracts.load("products").arrow_schema()
    row = {name: None for name in schema.names} | {
        "installation_code": "T",
        "product_code": "BOLT",
        "name": "Bolt",
        "cn_code": "73181588",
        "process_code": "P",
        "declared_unit": "kg",
        "mass_kg_per_unit": Decimal(mass),
        "valid_from": date(2025, 1, 1),
        "source_file": "hand/0",
        "source_row": 2,
    }
    lake.write_partition(
        "products/T/all",
        state="accepted",
        input_hash="by hand",
        accepted=pa.Table.from_pylist([row], schema=schema),
        counts={"read": 2, "accepted": 1, "rejected": 1, "superseded": 0, "marked": 0},
        rules=[
            {
                "rule": "name_not_null",
                "column": "name",
                "severity": "critical",
                "rows": 1,
                "sentence": "No name.",
            }
        ],
        settings=settings,
    )


def select(settings: Settings, statement: str) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(statement).to_pylist()


def test_every_landed_table_is_a_relation_with_the_contracts_columns_even_without_rows(
    house: Settings,
) -> None:
    warehouse.load(house)

    for name in contracts.names():
        with warehouse.connect(house, read_only=True) as opened:
            found = opened.query(f"select * from lake.{name}")
        assert found.num_rows == 0
        assert found.schema.equals(lake_relations.schema(contracts.load(name))), name


def test_rows_keep_their_origin_and_gain_their_partition(house: Settings) -> None:
    put_product(house, "0.0915")

    warehouse.load(house)

    (row,) = select(house, "select * from lake.products")
    assert (row["mass_kg_per_unit"], row["source_file"], row["source_row"], row["partition_key"]) == (
        Decimal("0.0915"),
        "hand/0",
        2,
        "all",
    )


def test_the_books_of_the_lake_come_along(house: Settings) -> None:
    put_product(house, "1")

    warehouse.load(house)

    (books,) = select(house, "select * from lake.partitions")
    (rule,) = select(house, "select * from lake.partition_rules")
    counted = ("rows_read", "rows_accepted", "rows_rejected", "rows_superseded", "rows_marked")
    assert [books[name] for name in ("table_name", "installation_code", "partition_key", "state")] == [
        "products",
        "T",
        "all",
        "accepted",
    ]
    assert [books[name] for name in counted] == [2, 1, 1, 0, 0]
    assert rule == {
        "table_name": "products",
        "installation_code": "T",
        "partition_key": "all",
        "rule": "name_not_null",
        "column_name": "name",
        "severity": "critical",
        "rows": 1,
        "sentence": "No name.",
    }


def test_a_partition_was_issued_with_the_last_of_its_files(house: Settings) -> None:
    small_house.write_sources(house)
    small_house.send(house, "meters", "20260101T0000", [small_house.meter()])
    for stated, times in (
        ("20260103T0800", ["2026-01-01 00:15", "2026-01-02 00:15"]),
        ("20260102T0800", ["2026-01-01 00:30"]),
    ):
        small_house.send(house, "meter_readings", stated, [small_house.reading(time, "1") for time in times])
    small_house.send(house, small_house.UNSTATED, "late", [small_house.reading("2026-01-02 00:45", "1")])
    small_house.run(house)

    warehouse.load(house)

    found = select(
        house, "select partition_key, issued_at from lake.partitions where table_name = 'meter_readings'"
    )
    # 8 o'clock in Shanghai; of the second day nobody can tell, one of its files does not say
    assert {row["partition_key"]: row["issued_at"] for row in found} == {
        "2026-01-01": datetime(2026, 1, 3, tzinfo=UTC),
        "2026-01-02": None,
    }


def test_a_replaced_partition_shows_its_new_rows_only(house: Settings) -> None:
    put_product(house, "1")
    warehouse.load(house)

    put_product(house, "2")
    warehouse.load(house)

    assert select(house, "select mass_kg_per_unit from lake.products") == [{"mass_kg_per_unit": Decimal(2)}]


def test_a_warehouse_is_current_until_lake_or_project_change(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not warehouse.is_current(house)
    put_product(house, "1")
    warehouse.load(house)
    assert not warehouse.is_current(house), "loaded, but nothing built yet"
    warehouse.mark_built(house)
    assert warehouse.is_current(house)

    put_product(house, "2")
    assert not warehouse.is_current(house)
    warehouse.load(house)
    warehouse.mark_built(house)
    assert warehouse.is_current(house)

    monkeypatch.setattr(warehouse, "project_state", lambda settings: "another project")
    assert not warehouse.is_current(house)


def test_a_lake_that_changes_during_a_build_is_not_taken_for_built(house: Settings) -> None:
    put_product(house, "1")
    warehouse.load(house)
    put_product(house, "2")

    warehouse.mark_built(house)

    assert not warehouse.is_current(house)


def test_reading_before_the_first_build_says_what_to_do(house: Settings) -> None:
    with pytest.raises(LingtanError) as refused, warehouse.connect(house, read_only=True):
        pass

    assert str(refused.value) == (
        "there is no warehouse yet: `make run` builds it, or the DAG build_footprints where Airflow runs"
    )


def test_what_a_failed_block_wrote_is_undone(house: Settings) -> None:
    rows = pa.table({"n": [1]})
    with warehouse.connect(house) as opened:
        opened.replace("solve", "certificates", rows)

    with pytest.raises(RuntimeError), warehouse.connect(house) as opened:
        opened.replace("solve", "certificates", pa.table({"n": [2]}))
        raise RuntimeError

    assert select(house, "select n from solve.certificates") == [{"n": 1}]


def test_nothing_is_left_in_the_write_ahead_log(house: Settings) -> None:
    warehouse.load(house)

    assert [file.name for file in house.warehouse_file.parent.iterdir() if file.suffix == ".wal"] == []


def _try_to_lock(settings: Settings, answers) -> None:
    try:
        with warehouse.lock(settings, patience=0):
            answers.put("locked")
    except warehouse.WarehouseBusyError as error:
        answers.put(str(error))


def _from_another_process(settings: Settings) -> str:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_try_to_lock, args=(settings, answers))
    process.start()
    answer = answers.get(timeout=60)
    process.join()
    return answer


def test_one_process_writes_at_a_time_and_the_other_learns_which(house: Settings) -> None:
    import os

    with warehouse.lock(house), warehouse.lock(house):
        answer = _from_another_process(house)

    assert f"being written by process {os.getpid()}" in answer
    assert _from_another_process(house) == "locked"


def test_a_url_becomes_the_profiles_environment_and_the_password_a_secret_name() -> None:
    assert postgres.environment("postgresql://ana:p%40ss@db.example:6543/lingtan") == {
        "LINGTAN_PG_HOST": "db.example",
        "LINGTAN_PG_PORT": "6543",
        "LINGTAN_PG_USER": "ana",
        "LINGTAN_PG_DATABASE": "lingtan",
        "DBT_ENV_SECRET_LINGTAN_PG_PASSWORD": "p@ss",
    }
    assert (
        postgres.environment("postgresql://postgres:@/postgres?host=/tmp/sockets")["LINGTAN_PG_HOST"]
        == "/tmp/sockets"
    )


def test_arrow_types_have_their_postgresql_type() -> None:
    columns = lake_relations.schema(contracts.load("products"))
    wanted = ["name", "mass_kg_per_unit", "valid_from", "source_row"]
    some = pa.schema(
        [columns.field(name) for name in wanted] + [pa.field("read_at", pa.timestamp("us", tz="UTC"))]
    )

    assert postgres.create_table("lake", "some", some) == (
        'create table lake.some ("name" character varying, "mass_kg_per_unit" numeric(28,12), '
        '"valid_from" date, "source_row" bigint, "read_at" timestamp with time zone)'
    )


def test_numerics_that_arrive_as_text_become_decimals_of_the_stated_scale() -> None:
    typmod = str(((28 << 16) | 9) + 4).encode()
    stated = {b"POSTGRESQL:type": b"numeric", b"POSTGRESQL:typmod": typmod}
    summed = {b"POSTGRESQL:type": b"numeric", b"POSTGRESQL:typmod": b"-1"}
    rows = pa.table(
        [pa.array(["1.500000000", None]), pa.array(["2.25", "-3"])],
        schema=pa.schema(
            [pa.field("a", pa.string(), metadata=stated), pa.field("b", pa.string(), metadata=summed)]
        ),
    )

    found = postgres.with_decimals(rows)

    assert found.schema.field("a").type == pa.decimal128(38, 9)
    assert found.to_pylist() == [
        {"a": Decimal("1.5"), "b": Decimal("2.25")},
        {"a": None, "b": Decimal(-3)},
    ]


def test_dbts_headings_are_left_out_of_what_failed() -> None:
    message = "Runtime Error in model x (models/x.sql)\n  Binder Error: no such column\n  LINE 1"

    assert transform.first_line(message) == "Binder Error: no such column"


@pytest.mark.parametrize(
    ("table", "expression"),
    [
        ("meter_readings", "substr(cast(metered_on as varchar), 1, 10)"),
        ("receipts", "substr(cast(received_on as varchar), 1, 7)"),
        ("items", "'all'"),
    ],
)
def test_a_rows_date_tells_its_partition(table: str, expression: str) -> None:
    assert lake_relations.key_expression(contracts.load(table)) == expression
