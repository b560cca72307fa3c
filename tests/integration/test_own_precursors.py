"""Sinter and pig iron of one works share a power plant, from lake to figure, worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hand_made_lake import HERE, JANUARY, MASTER, house, put, rows_of, valid_rows

from lingtan import solve, warehouse
from lingtan.settings import Settings

pytestmark = pytest.mark.integration


def fill(settings: Settings) -> None:
    """C burns 10 t of coke for 20 MWh; half sinter 50 t, half make 100 t of iron of the sinter."""
    put(settings, "installations", "all", MASTER["installations"])
    put(settings, "processes", "all", valid_rows(
        "process_code kind", ("SINTER", "good"), ("PIG", "good"), ("C", "power"),
        name="process", attribution="derived", **HERE,
    ))  # fmt: skip
    put(settings, "process_goods", "all", valid_rows(
        "process_code cn_code aggregated_good",
        ("SINTER", "26011200", "sintered ore"),
        ("PIG", "72011011", "pig iron"),
        is_main=True, is_inside_bubble=False, functional_unit="t_product", **HERE,
    ))  # fmt: skip
    put(settings, "products", "all", valid_rows(
        "process_code product_code name cn_code",
        ("SINTER", "ORE", "Sinter", "26011200"),
        ("PIG", "IRON", "Pig iron", "72011011"),
        declared_unit="t", mass_kg_per_unit=Decimal(1000), **HERE,
    ))  # fmt: skip
    put(settings, "source_streams", "all", valid_rows(
        "stream_code name method material_code direction activity_basis",
        ("COKE", "Coke", "combustion", "coke_oven_coke", "input", "documents"), **HERE,
    ))  # fmt: skip
    put(settings, "stream_shares", "all", valid_rows(
        "stream_code process_code key share", ("COKE", "C", "share", Decimal(1)), **HERE
    ))  # fmt: skip
    put(settings, "activity_data", "2026-01", rows_of(
        "stream_code kind amount unit document_ref",
        ("COKE", "delivery", Decimal(10), "t", "K-1"), **HERE, **JANUARY,
    ))  # fmt: skip
    put(settings, "process_flows", "2026-01", rows_of(
        "to_process_code amount", ("SINTER", Decimal(10)), ("PIG", Decimal(10)),
        carrier="electricity", from_process_code="C", unit="MWh", **HERE, **JANUARY,
    ))  # fmt: skip
    put(settings, "production_output", "2026-01", rows_of(
        "process_code product_code amount", ("SINTER", "ORE", Decimal(50)), ("PIG", "IRON", Decimal(100)),
        kind="saleable", unit="t", **HERE, **JANUARY,
    ))  # fmt: skip
    put(settings, "material_use", "2026-01", rows_of(
        "component_code amount", ("ORE", Decimal(50)),
        process_code="PIG", component_kind="product", supplier_code="own", unit="t", **HERE, **JANUARY,
    ))  # fmt: skip


def test_power_of_the_own_plant_counts_in_the_iron_as_far_as_the_sinter_took_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = house(tmp_path_factory.mktemp("house"))
    fill(settings)
    warehouse.build_before_solve(settings)
    solve.solve(settings)
    warehouse.dbt(
        "build", "--select", "tag:after_solve", "--exclude-resource-type", "unit_test", settings=settings
    )

    with warehouse.connect(settings, read_only=True) as opened:
        figures = {row["cn_code"]: row for row in opened.query(
            "select * from marts.fct_cbam_embedded_emissions"
        ).to_pylist()}  # fmt: skip
    iron, sinter = figures["72011011"], figures["26011200"]
    # 10 t x 28.2 GJ x 107 kg = 30.174 t, half of it over 50 t of sinter
    assert sinter["see_counted_t_co2e_per_fu"] == sinter["own_indirect_t_co2e_per_fu"] == Decimal("0.30174")
    # and half a tonne of sinter in every tonne of iron, whose own half does not count
    assert iron["precursor_indirect_counted_t_co2e_per_fu"] == Decimal("0.15087")
    assert iron["own_indirect_t_co2e_per_fu"] == Decimal("0.15087")
    assert iron["see_counted_t_co2e_per_fu"] == Decimal("0.15087")
    assert iron["see_direct_t_co2e_per_fu"] == 0
