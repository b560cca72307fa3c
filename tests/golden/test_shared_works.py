"""What processes share, pass on and keep inside, from files to figures.

Published examples: `tp_shared_boiler_two_processes` and `tp_shared_meter_by_mass`; the furnace and the caster
are worked by hand.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
import small_house

from lingtan import settings as lingtan_settings
from lingtan import solve, warehouse
from lingtan.settings import Settings

STATED = "20260205T0800"
VALID = {"valid_from": "2025-01-01"}
JANUARY = {"period_from": "2026-01-01", "period_until": "2026-02-01"}
GOODS = {  # product: works, process, CN code
    "P-A": ("S", "A", "73181588"),
    "P-B": ("S", "B", "73181692"),
    "P-X": ("T", "X", "73181588"),
    "P-Y": ("T", "Y", "73181692"),
    "P-Z": ("T", "Z", "72083900"),
    "P-FURNACE": ("W", "FURNACE", "72011011"),
    "P-MILL": ("W", "MILL", "72083900"),
    "ROD-8": ("C", "CASTER", "72139110"),
    "ROD-12": ("C", "CASTER", "72139149"),
    "BILLET": ("C", "CASTER", "72071114"),  # never leaves its process
}

Rows = list[dict[str, str]]


def rows_of(header: str, *lines: tuple[str, ...], **same: str) -> Rows:
    return [dict(zip(header.split(), line, strict=True)) | same for line in lines]


FILES: dict[str, Rows] = {
    "installations": rows_of(
        "installation_code name", ("S", "Shared"), ("T", "Thirds"), ("W", "Waste gas"), ("C", "Caster"),
        operator_name="Operator", country_code="CN", time_zone="Asia/Shanghai", **VALID,
    ),
    "processes": rows_of(
        "installation_code process_code kind",
        ("S", "A", "good"), ("S", "B", "good"), ("S", "BOILER", "heat"),
        ("W", "FURNACE", "good"), ("W", "MILL", "good"), ("C", "CASTER", "good"),
        ("T", "X", "good"), ("T", "Y", "good"), ("T", "Z", "good"),
        ("C", "KILN", "other"),
        name="process", attribution="derived", **VALID,
    ),
    "process_goods": [
        {"installation_code": works, "process_code": process, "cn_code": cn_code, "aggregated_good": "goods"}
        | {"functional_unit": "t_product", "is_main": "true"} | VALID
        | {"is_inside_bubble": "true" if product == "BILLET" else "false"}
        for product, (works, process, cn_code) in GOODS.items()
    ],
    "products": [
        {"installation_code": works, "product_code": product, "name": product, "cn_code": cn_code}
        | {"process_code": process, "declared_unit": "kg", "mass_kg_per_unit": "1"} | VALID
        for product, (works, process, cn_code) in [*GOODS.items(), ("LIME", ("C", "KILN", "25221000"))]
    ],
    "source_streams": rows_of(
        "installation_code stream_code method material_code",
        ("S", "GAS", "combustion", "natural_gas"),
        ("S", "OWN-A", "process_input", "additive"),
        ("S", "OWN-B", "process_input", "additive"),
        ("S", "EL", "electricity", ""),
        ("T", "EL", "electricity", ""),
        ("W", "COKE", "process_input", "additive"),
        ("C", "COKE", "process_input", "additive"),
        ("C", "LIMESTONE", "process_input", "additive"),
        name="stream", direction="input", activity_basis="documents", **VALID,
    ),
    "stream_shares": rows_of(
        "installation_code stream_code process_code key share",
        ("S", "GAS", "BOILER", "share", "1"),
        ("S", "OWN-A", "A", "share", "1"),
        ("S", "OWN-B", "B", "share", "1"),
        ("S", "EL", "A", "output", ""),
        ("S", "EL", "B", "output", ""),
        ("T", "EL", "X", "output", ""),
        ("T", "EL", "Y", "output", ""),
        ("T", "EL", "Z", "output", ""),
        ("W", "COKE", "FURNACE", "share", "1"),
        ("C", "COKE", "CASTER", "share", "1"),
        ("C", "LIMESTONE", "KILN", "share", "1"),
        **VALID,
    ),
    "parameters": rows_of(
        "installation_code subject_code parameter amount unit",
        ("S", "GAS", "ncv_by_volume", "37", "GJ/km3_0c"),
        ("S", "GAS", "ef_by_energy", "56.1", "t CO2/TJ"),
        ("S", "OWN-A", "ef_by_mass", "0.5", "t CO2/t"),
        ("S", "OWN-B", "ef_by_mass", "0.5", "t CO2/t"),
        ("W", "COKE", "ef_by_mass", "2", "t CO2/t"),
        ("C", "COKE", "ef_by_mass", "2", "t CO2/t"),
        ("C", "LIMESTONE", "ef_by_mass", "0.44", "t CO2/t"),
        subject_kind="stream", basis="analysis", **VALID,
    ),
    "electricity_contracts": rows_of(
        "installation_code stream_code contract_code kind factor factor_source",
        ("S", "EL", "LINE", "direct_line", "0.4747", "operator"),
        generator_name="Plant next door", is_hourly_metered="true", evidence="by hand", **VALID,
    ),
    "activity_data": rows_of(
        "installation_code stream_code amount unit",
        ("S", "GAS", "38500", "Nm3"),
        ("S", "OWN-A", "100", "t"),
        ("S", "OWN-B", "100", "t"),
        ("S", "EL", "5412", "MWh"),
        ("T", "EL", "100", "MWh"),
        ("W", "COKE", "10", "t"),
        ("C", "COKE", "60", "t"),
        ("C", "LIMESTONE", "50", "t"),
        kind="consumption", document_ref="1", **JANUARY,
    ),
    "process_flows": rows_of(
        "installation_code carrier from_process_code to_process_code amount unit evidence"
        " recovered_from ncv_gj_per_km3_0c",
        ("S", "heat", "BOILER", "A", "4", "TJ", "", "", ""),
        ("S", "heat", "BOILER", "B", "1", "TJ", "", "", ""),
        ("W", "waste_gas", "FURNACE", "MILL", "250000", "Nm3", "meter G7", "", "4"),
        ("W", "heat", "FURNACE", "MILL", "300", "GJ", "", "exothermic", ""),
        **JANUARY,
    ),
    "production_output": rows_of(
        "installation_code process_code product_code amount kind",
        ("S", "A", "P-A", "3240", "saleable"),
        ("S", "B", "P-B", "1860", "saleable"),
        ("T", "X", "P-X", "10", "saleable"),
        ("T", "Y", "P-Y", "10", "saleable"),
        ("T", "Z", "P-Z", "10", "saleable"),
        ("W", "FURNACE", "P-FURNACE", "50", "saleable"),
        ("W", "MILL", "P-MILL", "100", "saleable"),
        ("C", "CASTER", "ROD-8", "60", "saleable"),
        ("C", "CASTER", "ROD-12", "40", "saleable"),
        ("C", "CASTER", "BILLET", "110", "internal"),
        ("C", "KILN", "LIME", "28", "internal"),
        unit="t", **JANUARY,
    ),
    "material_use": rows_of(
        "installation_code process_code component_code component_kind supplier_code amount",
        ("C", "CASTER", "BILLET", "product", "own", "110"),
        ("C", "CASTER", "LIME", "product", "own", "28"),
        unit="t", **JANUARY,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Files dropped, landed, judged, modelled and solved."""
    folder = tmp_path_factory.mktemp("shared")
    settings = replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=None,
    )
    small_house.write_sources(settings, tuple(FILES))
    for table, rows in FILES.items():
        small_house.send(settings, table, STATED, rows)
    small_house.run(settings, tuple(FILES))
    assert not [*(settings.var / "quarantine").rglob("*.parquet")]
    warehouse.build_before_solve(settings)
    solve.solve(settings)
    warehouse.dbt(
        "build", "--select", "tag:after_solve", "--exclude-resource-type", "unit_test", settings=settings
    )
    return settings


def rows(settings: Settings, statement: str) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(statement).to_pylist()


def figure(settings: Settings, works: str, process: str) -> dict:
    (found,) = rows(
        settings,
        "select * from marts.fct_cbam_embedded_emissions"
        f" where installation_code = '{works}' and process_code = '{process}'",
    )
    return found


def shares(settings: Settings, works: str) -> list[dict]:
    """What each process of the works has of its electricity, kWh and t CO2e."""
    return rows(
        settings,
        "select process_code, activity_amount, emissions_t_co2e from marts.fct_emissions"
        f" where installation_code = '{works}' and stream_code = 'EL' and rule_set = 'cbam'"
        " order by process_code",
    )


def test_a_shared_boiler_follows_the_heat(built: Settings, reference_files) -> None:
    # 38,500 Nm3 x 0.037 GJ x 56.1 = 79.91445 t, 4/5 to A and 1/5 to B, beside 50 t of their own
    expected = json.loads(
        (reference_files / "reference/cbam/worked_examples/tp_shared_boiler_two_processes.json").read_text(
            "utf-8"
        )
    )["expected"]

    attributed = {
        row["process_code"]: row["attributed_direct_t_co2e"]
        for row in rows(built, "select * from marts.fct_attributed_direct where installation_code = 'S'")
    }
    (boiler,) = rows(
        built,
        "select sum(emissions_t_co2e) as t_co2e from marts.fct_emissions"
        " where installation_code = 'S' and process_code = 'BOILER' and rule_set = 'cbam'",
    )

    assert boiler["t_co2e"] == Decimal("79.91445")
    assert float(boiler["t_co2e"]) == expected["boiler_tco2e"]
    assert attributed == {"A": Decimal("113.93156"), "B": Decimal("65.98289")}
    assert {process: float(t) for process, t in attributed.items()} == expected["attributed_direct_tco2e"]
    see = figure(built, "S", "A")["see_direct_t_co2e_per_fu"]
    assert float(see) == pytest.approx(expected["see_direct_A"], rel=1e-9)


def test_a_shared_meter_goes_by_mass_and_sums_to_the_bill(built: Settings, reference_files) -> None:
    example = json.loads(
        (reference_files / "reference/cbam/worked_examples/tp_shared_meter_by_mass.json").read_text("utf-8")
    )

    found = shares(built, "S")

    mwh = {row["process_code"]: row["activity_amount"] / 1000 for row in found}
    assert sum(mwh.values()) == example["expected"]["sum_mwh"] == 5412
    for process, printed in example["expected"]["mwh"].items():  # printed to four places
        assert abs(float(mwh[process]) - printed) <= example["tolerance"]["absolute"]
    # 3,438.2118 MWh x 0.4747, which has the rounding of the MWh in it
    printed = example["expected"]["indirect_tco2e_A"]
    assert printed == 1632.11914146
    assert abs(float(found[0]["emissions_t_co2e"]) - printed) <= example["tolerance"]["absolute"] * 0.4747


def test_thirds_sum_to_the_whole(built: Settings, reference_files) -> None:
    example = json.loads(
        (reference_files / "reference/cbam/worked_examples/tp_shared_meter_by_mass.json").read_text("utf-8")
    )

    kwh = [row["activity_amount"] for row in shares(built, "T")]

    # parts between cumulative shares of twelve digits; the odd ten-millionth of a kWh is the second's
    assert kwh == [Decimal("33333.3333333"), Decimal("33333.3333334"), Decimal("33333.3333333")]
    assert sum(kwh) == 100_000
    # the example rounds MWh to four places and gives what is left, one in the fourth, to the first
    thirds = example["expected"]["thirds_of_100"]
    assert sum(thirds) == pytest.approx(100, abs=1e-9)
    for ours, printed in zip(kwh, thirds, strict=True):
        assert float(ours) / 1000 == pytest.approx(printed, abs=1e-4)


def test_a_process_below_zero_is_lifted_to_zero_in_a_line_of_its_own(built: Settings) -> None:
    # 10 t of coke x 2 = 20 t; 250,000 Nm3 x 4 GJ per 1,000 = 1 TJ of gas takes 56.1 x 0.667 = 37.4187 t off
    leaves = {
        row["leaf_id"]: row["emissions_t_co2e_per_fu"]
        for row in rows(
            built,
            "select * from marts.fct_footprint_contributions where process_code = 'FURNACE' and is_counted",
        )
    }

    assert leaves == {
        "stream/W/COKE": Decimal("0.4"),
        "passed_on/W/waste_gas/FURNACE/MILL": Decimal("-0.748374"),
        "floor/W/FURNACE": Decimal("0.348374"),
    }
    assert figure(built, "W", "FURNACE")["see_counted_t_co2e_per_fu"] == 0
    # the gas is natural gas to its taker, and heat of a reaction is nothing
    assert figure(built, "W", "MILL")["see_counted_t_co2e_per_fu"] == Decimal("0.561")


def test_goods_of_one_process_share_one_figure_and_its_bubble_has_none(built: Settings) -> None:
    # Art 4(8), 4(9): 60 t of coke x 2 over 100 t of rod of two sizes; billet made and used inside is nowhere
    found = rows(
        built,
        "select cn_code, see_counted_t_co2e_per_fu as see from marts.fct_cbam_embedded_emissions"
        " where installation_code = 'C' order by cn_code",
    )
    edges = rows(built, "select * from intermediate.int_graph_edges where consumer_node_id = 'C/CASTER'")

    assert found == [
        {"cn_code": "72139110", "see": Decimal("1.2")},
        {"cn_code": "72139149", "see": Decimal("1.2")},
    ]
    assert edges == []


def test_a_lime_kiln_keeps_its_emissions_out_of_the_steel(built: Settings) -> None:
    # lime is no good of Annex I: 50 t of limestone x 0.44 stay with the kiln, though the caster takes all
    emitted = rows(
        built,
        "select process_code, sum(emissions_t_co2e) as t from marts.fct_emissions"
        " where installation_code = 'C' and rule_set = 'cbam' group by process_code order by process_code",
    )
    carried = rows(
        built,
        "select distinct process_code, leaf_id from marts.fct_footprint_contributions"
        " where installation_code = 'C'",
    )

    assert emitted == [
        {"process_code": "CASTER", "t": Decimal(120)},
        {"process_code": "KILN", "t": Decimal(22)},
    ]
    assert carried == [{"process_code": "CASTER", "leaf_id": "stream/C/COKE"}]
