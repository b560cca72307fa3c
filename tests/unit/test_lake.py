"""The lake: names and files of partitions, pointers, what is stale, what a partition's inputs are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import small_house

from lingtan import contracts, gate, lake, landing
from lingtan.errors import ConfigurationError
from lingtan.lake import partitions
from lingtan.lake.partitions import Partition
from lingtan.settings import Settings

JANUARY_1 = "meter_readings/CN-FAST/2026-01-01"
JANUARY_2 = "meter_readings/CN-FAST/2026-01-02"


@pytest.fixture
def small(house: Settings) -> Settings:
    """Two days of readings of meters E1 and E2."""
    small_house.write_sources(house)
    small_house.send(
        house, "meters", "20260101T0000", [small_house.meter("E1"), small_house.meter("E2", name="Press")]
    )
    small_house.send(
        house,
        "meter_readings",
        "20260103T0000",
        [
            small_house.reading("2026-01-01 00:00", "10"),
            small_house.reading("2026-01-02 00:00", "20", code="E2"),
        ],
    )
    return house


# Partitions


def test_a_partition_name_reads_back_whatever_the_code_of_the_installation_holds() -> None:
    partition = Partition.parse("meters/CN/FAST north/all")

    assert partition == Partition("meters", "CN/FAST north", "all")
    assert str(partition) == "meters/CN/FAST north/all"
    assert partition.folder == Path("meters", "CN%2FFAST%20north", "all")


def test_no_code_leads_out_of_its_table() -> None:
    assert Partition("meters", "..", "all").folder == Path("meters", "%2E%2E", "all")


@pytest.mark.parametrize("name", ["meters", "meters/CN-FAST", "meters//all"])
def test_what_names_no_partition_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="names no partition"):
        Partition.parse(name)


ROWS = pa.table(
    {
        "code": pa.array(["a", None, "c"]),
        "is_main": pa.array([True, None, False]),
        "amount": pa.array([Decimal("1.5"), None, Decimal(2)], pa.decimal128(28, 9)),
        "read_at": pa.array([datetime(2026, 1, 1, tzinfo=UTC), None, None], pa.timestamp("us", tz="UTC")),
        "day": pa.array([date(2026, 1, 1), None, None]),
        "revision": pa.array([1, None, 3]),
        "due": pa.array([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)]),
        "is_due": pa.array([True, False, True]),
        "text": pa.array(["a", "bc", ""]),
    }
)


@pytest.mark.parametrize(("start", "length"), [(0, 3), (3, 3), (300, 100), (7, 8), (1, 1)])
def test_equal_rows_have_one_hash_however_their_table_was_made(start: int, length: int) -> None:
    sliced = pa.concat_tables([ROWS] * 200).combine_chunks().slice(start, length)
    chunked = pa.concat_tables([sliced.slice(0, 1), sliced.slice(1)])
    fresh = pa.Table.from_pylist(sliced.to_pylist(), schema=ROWS.schema)

    assert partitions.content_hash(sliced) == partitions.content_hash(fresh)
    assert partitions.content_hash(chunked) == partitions.content_hash(fresh)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ROWS.take([0, 2, 1]), id="another order"),
        pytest.param(ROWS.rename_columns(["kode", *ROWS.column_names[1:]]), id="another name"),
        pytest.param(
            ROWS.set_column(0, "code", pa.array(["a", "", "c"])), id="an empty text instead of none"
        ),
        pytest.param(ROWS.set_column(5, "revision", pa.array([1, 0, 3])), id="a zero instead of none"),
        pytest.param(
            ROWS.set_column(0, "code", pa.array(["ac", None, ""])), id="other borders between texts"
        ),
    ],
)
def test_what_differs_has_another_hash(other: pa.Table) -> None:
    assert partitions.content_hash(other) != partitions.content_hash(ROWS)


def test_the_same_rows_are_the_same_file(tmp_path: Path) -> None:
    first, digest = partitions.write_rows(ROWS, tmp_path / "a")
    chunked = pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1)]).replace_schema_metadata({"made": "twice"})
    second, again = partitions.write_rows(chunked, tmp_path / "b")

    assert (first.name, digest) == (second.name, again)
    assert first.name == f"{digest[:16]}.parquet"
    assert first.read_bytes() == second.read_bytes()


# Pointers


def test_an_accepted_partition_has_one_file_and_one_pointer_that_says_all_about_it(small: Settings) -> None:
    small_house.run(small)

    pointer = lake.read_pointer(JANUARY_1, settings=small)

    assert pointer is not None
    digest = pointer["content_hash"]
    assert pointer | {"input_hash": "", "content_hash": ""} == {
        "table": "meter_readings",
        "installation": "CN-FAST",
        "key": "2026-01-01",
        "state": "accepted",
        "file": f"lake/meter_readings/CN-FAST/2026-01-01/{digest[:16]}.parquet",
        "quarantine": None,
        "input_hash": "",
        "content_hash": "",
        "counts": {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0, "marked": 0},
        "amounts": {"kWh": {"read": "10", "accepted": "10", "rejected": "0", "superseded": "0"}},
        "rules": [],
    }
    rows = pq.ParquetFile(small.var / pointer["file"]).read()
    assert rows.schema == contracts.load("meter_readings").arrow_schema()
    (record,) = landing.records(["meter_readings"], settings=small)
    assert rows.to_pylist() == [
        {
            "installation_code": "CN-FAST",
            "meter_code": "E1",
            "read_at": datetime(2025, 12, 31, 16, tzinfo=UTC),
            "metered_on": date(2026, 1, 1),
            "amount": Decimal(10),
            "unit": "kWh",
            "quality": "actual",
            "interval_minutes": None,
            "register_digits": None,
            "stated_amount": None,
            "revision": None,
            "source_file": f"meter_readings/{record.sha256}",
            "source_row": 2,
            "marks": None,
        }
    ]


def test_rows_lie_in_the_order_of_the_primary_key(small: Settings) -> None:
    times = ["00:45", "00:00", "00:30", "00:15"]
    rows = [
        small_house.reading(f"2026-01-05 {time}", "1", code=code) for time in times for code in ("E2", "E1")
    ]
    small_house.send(small, "meter_readings", "20260106T0000", rows)
    small_house.run(small)

    (file,) = [file for file in lake.files("meter_readings", settings=small) if "2026-01-05" in str(file)]

    table = pq.ParquetFile(file).read()
    keys = list(zip(table["meter_code"].to_pylist(), table["read_at"].to_pylist(), strict=True))
    assert keys == sorted(keys)
    assert len(keys) == 8


def test_readers_take_their_files_from_the_pointers_alone(small: Settings) -> None:
    small_house.run(small)
    stray = small.lake / "meter_readings" / "CN-FAST" / "2026-01-01" / "0123456789abcdef.parquet"
    pq.write_table(lake.table("meter_readings", settings=small), stray)

    assert stray not in lake.files("meter_readings", settings=small)
    assert lake.table("meter_readings", settings=small)["amount"].to_pylist() == [Decimal(10), Decimal(20)]


def test_a_column_younger_than_its_file_is_null(tmp_path: Path) -> None:
    file, _ = partitions.write_rows(ROWS.select(["code"]), tmp_path)
    schema = pa.schema([("code", pa.string()), ("colour", pa.string())])

    assert lake.read_files([file], schema).to_pydict() == {
        "code": ["a", None, "c"],
        "colour": [None, None, None],
    }


def test_a_table_nobody_sent_has_its_columns_and_no_rows(small: Settings) -> None:
    table = lake.table("source_streams", settings=small)

    assert table.num_rows == 0
    assert table.schema == contracts.load("source_streams").arrow_schema()


# Stale


def test_everything_is_stale_at_first_and_nothing_after(small: Settings) -> None:
    assert small_house.run(small) == ["meters/CN-FAST/all", JANUARY_1, JANUARY_2]
    assert small_house.run(small) == []


def test_the_day_of_the_run_is_always_judged_again(small: Settings) -> None:
    small_house.run(small)

    stale = lake.stale(small_house.TABLES, day=date(2026, 1, 2), settings=small)

    assert stale == [JANUARY_2]


def test_tables_that_are_looked_up_come_first_and_only_those_asked_for(small: Settings) -> None:
    landing.land(small_house.TABLES, settings=small)

    assert lake.stale(["meter_readings", "meters"], settings=small)[0] == "meters/CN-FAST/all"
    assert lake.stale(["meter_readings"], settings=small) == [JANUARY_1, JANUARY_2]


def test_a_late_file_makes_its_own_days_stale(small: Settings) -> None:
    small_house.run(small)
    small_house.send(
        small, "meter_readings", "20260601T0000", [small_house.reading("2026-01-02 00:15", "1", code="E2")]
    )

    assert small_house.run(small) == [JANUARY_2]


def test_a_changed_suite_makes_every_partition_of_its_table_stale(small: Settings, tmp_path: Path) -> None:
    from dataclasses import replace
    from shutil import copytree

    small_house.run(small)
    project = tmp_path / "project"
    copytree(small.expectations, project / "expectations")
    copytree(small.dbt_project / "seeds" / "reference", project / "dbt_project" / "seeds" / "reference")
    moved = replace(small, project=project)
    assert lake.stale(small_house.TABLES, settings=moved) == []
    suite = project / "expectations" / "meter_readings.py"

    suite.write_text(suite.read_text() + "\n# another day\n")

    assert lake.stale(small_house.TABLES, settings=moved) == [JANUARY_1, JANUARY_2]


def test_a_changed_unit_table_makes_everything_stale(small: Settings, tmp_path: Path) -> None:
    from dataclasses import replace
    from shutil import copytree

    small_house.run(small)
    project = tmp_path / "project"
    copytree(small.expectations, project / "expectations")
    copytree(small.dbt_project / "seeds" / "reference", project / "dbt_project" / "seeds" / "reference")
    moved = replace(small, project=project)
    with moved.units_seed.open("a", encoding="utf-8") as seed:
        seed.write("kcal,energy,kwh,0.001163,test\n")

    assert lake.stale(small_house.TABLES, settings=moved) == ["meters/CN-FAST/all", JANUARY_1, JANUARY_2]


def test_a_corrected_mapping_empties_the_partition_no_row_falls_in_any_more(small: Settings) -> None:
    small_house.run(small)
    text = small.sources_file.read_text()
    small.sources_file.write_text(text.replace('"%Y-%m-%d %H:%M"', '"%Y-%d-%m %H:%M"'))

    judged = small_house.run(small)

    assert judged == [JANUARY_1, JANUARY_2, "meter_readings/CN-FAST/2026-02-01"]
    pointer = lake.read_pointer(JANUARY_2, settings=small)
    assert pointer is not None
    assert (pointer["state"], pointer["file"], pointer["counts"]["read"]) == ("empty", None, 0)
    assert lake.table("meter_readings", settings=small)["metered_on"].to_pylist() == [
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
    assert small_house.run(small) == []


# State


def test_the_state_of_the_lake_changes_with_what_readers_see_and_not_with_input_hashes(
    small: Settings,
) -> None:
    small_house.run(small)
    before = lake.state_hash(settings=small)
    # a meter's name changes no reading
    small_house.send(small, "meters", "20260201T0000", [small_house.meter("E1", name="Main")])
    small_house.run(small)
    named = lake.state_hash(settings=small)
    small_house.send(
        small, "meter_readings", "20260202T0000", [small_house.reading("2026-01-01 00:00", "11")]
    )
    gate.accept([JANUARY_1], settings=small, progress=lambda line: None)
    unchanged = lake.state_hash(settings=small)
    small_house.run(small)

    assert before != named  # the meters themselves are seen
    assert named == unchanged
    assert unchanged != lake.state_hash(settings=small)
