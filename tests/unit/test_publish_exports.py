"""The three files with the figures of the latest release."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

import hand_made_marts
import pyarrow.parquet as pq
import pytest

from lingtan.publish import exports, release


@pytest.fixture
def released(house):
    hand_made_marts.write(house.warehouse_file)
    release.release(house)
    return house


def figures(house) -> dict[str, dict]:
    text = (house.out / "figures.json").read_text(encoding="utf-8")
    return {row["product_code"]: row for row in json.loads(text, parse_float=Decimal)}


def test_a_products_figure_has_the_agreed_keys_in_the_agreed_order(released):
    exports.export(released)

    assert list(figures(released)["BOLT-M12"])[:13] == [
        "figure_key",
        "product_code",
        "cn_code",
        "reporting_year",
        "see_direct",
        "see_indirect",
        "see_counted",
        "measured_share",
        "estimated_share",
        "default_share",
        "release",
        "functional_unit",
        "per_declared_unit_kg_co2e",
    ]


def test_values_are_exact_json_numbers(released):
    exports.export(released)

    bolt = figures(released)["BOLT-M12"]
    assert bolt["figure_key"] == "cbam/CN-FAST/73181588/2026/see_counted"
    assert bolt["see_direct"] == bolt["see_counted"] == Decimal("2.5322")
    assert bolt["see_indirect"] == Decimal("0.3725")
    assert bolt["default_share"] == Decimal("0.387015243662")  # 0.98 / 2.5322
    assert bolt["per_declared_unit_kg_co2e"] == Decimal("0.2316963")  # 2.5322 t/t x 0.0915 kg
    assert bolt["release"] == release.latest(released)["folder"]


def test_a_figure_that_does_not_exist_is_null_and_says_why(released):
    hand_made_marts.write(released.warehouse_file, {("heat/CN-FAST/HEAT-BUY", "own_direct"): None})
    release.release(released)
    exports.export(released)

    bolt = figures(released)["BOLT-M12"]
    assert bolt["see_counted"] is None and bolt["see_indirect"] is None and bolt["measured_share"] is None
    assert bolt["absent_because"] == "no factor for heat/CN-FAST/HEAT-BUY"
    assert bolt["status"] == "absent"


def test_csv_and_parquet_say_the_same_as_json(released):
    exports.export(released)

    told = [(row["product_code"], row["see_counted"]) for row in figures(released).values()]
    with (released.out / "figures.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["product_code"], Decimal(row["see_counted"])) for row in csv.DictReader(file)] == told
    table = pq.read_table(released.out / "figures.parquet")
    assert (
        list(zip(*(table[name].to_pylist() for name in ("product_code", "see_counted")), strict=True)) == told
    )


@pytest.fixture
def old(house):
    """The latest release is of the time before `missing_share`."""
    import duckdb

    hand_made_marts.write(house.warehouse_file)
    with duckdb.connect(str(house.warehouse_file)) as warehouse:
        for name in ("figures_behind_the_report", "fct_cbam_embedded_emissions"):
            warehouse.execute(f"alter table marts.{name} drop column missing_share")
    release.release(house)
    return house


def test_a_release_older_than_a_column_is_exported_with_the_column_empty(old):
    exports.export(old)

    bolt = figures(old)["BOLT-M12"]
    assert bolt["missing_share"] is None
    assert bolt["see_counted"] == Decimal("2.5322")
    kind = pq.read_schema(old.out / "figures.parquet").field("missing_share").type
    assert str(kind) == "decimal128(38, 12)"


def test_a_release_older_than_a_column_is_sound_and_compared_with_the_next(old):
    first = release.latest(old)
    assert release.verify(first["address"], settings=old) == []

    hand_made_marts.write(old.warehouse_file)
    second = release.release(old)

    assert second.is_new and second.previous == first["address"] and second.changed == ()


def test_without_a_release_nothing_is_exported(house):
    assert exports.export(house) == []
    assert not (house.out / "figures.json").exists()
