"""Goods whose functional unit is no tonne, from landed files to the figures: the Commission's cement works as
2025/2547 counts it, ammonia and urea by their nitrogen, and what a content that is missing or wrong leads to.

The works of the example is of 2023, a year without definitive rules, and is told as 2026; its electricity is
left out, because no factor of its country is shipped.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import small_house
from hand_made_lake import house

from lingtan import solve, warehouse
from lingtan.settings import Settings

TABLES = (
    "installations", "processes", "process_goods", "products", "source_streams", "stream_shares",
    "parameters", "activity_data", "production_output", "material_use",
)  # fmt: skip
VALID = {"valid_from": "2025-01-01"}
YEAR = {"period_from": "2026-01-01", "period_until": "2026-02-01", "unit": "t"}

# Pre-filled example "Cement" of template 2.1, sheet B_EmInst: t, parameters
CEMENT_STREAMS = {
    "MEAL": ("process_input", "raw_meal", "1255000", {"ef_by_mass": ("0.525", "t CO2/t")}),
    "COAL": ("combustion", "other_bituminous_coal", "88000",
             {"ncv_by_mass": ("25", "GJ/t"), "ef_by_energy": ("95", "t CO2/TJ")}),
    "WASTE": ("combustion", "municipal_waste", "25000",
              {"ncv_by_mass": ("20", "GJ/t"), "ef_by_energy": ("83", "t CO2/TJ"),
               "biomass_fraction": ("0.15", "1")}),
    "OIL": ("combustion", "heavy_fuel_oil", "43000",
            {"ncv_by_mass": ("40", "GJ/t"), "ef_by_energy": ("78", "t CO2/TJ")}),
}  # fmt: skip
CEMENT_T = "1321052.631578947"  # 1,255,000 t of clinker over 0.95
# per tonne of clinker 1,037,310 / 1,255,000, per tonne of cement 0.95 of that
PER_T_CLINKER, PER_T_CEMENT = 0.8265418326693227, 0.7852147410358565

# installation, process, product, CN code, unit, content and its unit; t sold, t used on site
GOODS = (
    ("EC", "CEMENT", "ART-1", "25232900", "t_clinker", ("clinker_content", "0.95", "t/t")),
    # ammonia 2814 10 of 82.2 % N, urea 3102 10 19 of 46 %
    ("NITRO", "AMMONIA", "NH3", "28141000", "kg_n", ("nitrogen_content", "822", "kg N/t")),
    ("NITRO", "UREA", "UREA-46", "31021019", "kg_n", ("nitrogen_content", "460", "kg N/t")),
    # nobody states the acid's nitrogen, and ammonia water of 830 kg N/t cannot be
    ("GAPS", "ACID", "HNO3", "28080000", "kg_n", None),
    ("GAPS", "WATER", "NH3-AQ", "28142000", "kg_n", ("nitrogen_content", "830", "kg N/t")),
)
OTHER_STREAMS = {
    # 1,000 t x 2.055 = 2,055 t CO2; 100 t x 1.47 = 147 t
    ("NITRO", "AMMONIA", "FEED"): ("1000", "2.055"),
    ("NITRO", "UREA", "FUEL"): ("100", "1.47"),
    ("GAPS", "WATER", "FEED"): ("10", "1"),
}
OUTPUT = (
    ("EC", "CEMENT", "ART-1", "saleable", CEMENT_T),
    ("NITRO", "AMMONIA", "NH3", "saleable", "400"),
    ("NITRO", "AMMONIA", "NH3", "internal", "600"),
    ("NITRO", "UREA", "UREA-46", "saleable", "1000"),
    ("GAPS", "ACID", "HNO3", "saleable", "10"),
    ("GAPS", "WATER", "NH3-AQ", "saleable", "10"),
)


def rows() -> dict[str, list[dict[str, str]]]:
    streams = [
        ("EC", "CEMENT", code, method, material, amount, parameters)
        for code, (method, material, amount, parameters) in CEMENT_STREAMS.items()
    ]
    streams += [
        (*place, "process_input", "feed", amount, {"ef_by_mass": (factor, "t CO2/t")})
        for place, (amount, factor) in OTHER_STREAMS.items()
    ]
    codes = sorted({good[0] for good in GOODS})
    found_by = {"biomass_fraction": "red_29_10"}
    return {
        "installations": [
            VALID
            | {"installation_code": code, "name": code, "operator_name": code, "country_code": "TR"}
            | {"time_zone": "Asia/Shanghai"}
            for code in codes
        ],
        "processes": [
            VALID
            | {"installation_code": works, "process_code": process, "name": process, "kind": "good"}
            | {"attribution": "derived", "route": "all routes"}
            for works, process, *_ in GOODS
        ],
        "process_goods": [
            VALID
            | {"installation_code": works, "process_code": process, "cn_code": cn, "functional_unit": unit}
            | {"aggregated_good": "as the law has it", "is_main": "true", "is_inside_bubble": "false"}
            for works, process, _, cn, unit, _ in GOODS
        ],
        "products": [
            VALID
            | {"installation_code": works, "process_code": process, "product_code": product, "name": product}
            | {"cn_code": cn, "declared_unit": "kg", "mass_kg_per_unit": "1"}
            for works, process, product, cn, *_ in GOODS
        ],
        "source_streams": [
            VALID
            | {"installation_code": works, "stream_code": code, "name": code, "method": method}
            | {"material_code": material, "direction": "input", "activity_basis": "documents"}
            for works, _, code, method, material, *_ in streams
        ],
        "stream_shares": [
            VALID
            | {"installation_code": works, "stream_code": code, "process_code": process}
            | {"key": "share", "share": "1"}
            for works, process, code, *_ in streams
        ],
        "parameters": [
            VALID
            | {"installation_code": works, "subject_kind": "stream", "subject_code": code, "parameter": name}
            | {"amount": value, "unit": unit, "basis": found_by.get(name, "analysis"), "evidence": "by hand"}
            for works, _, code, _, _, _, parameters in streams
            for name, (value, unit) in parameters.items()
        ]
        + [
            VALID
            | {"installation_code": works, "subject_kind": "product", "subject_code": product}
            | dict(zip(("parameter", "amount", "unit"), content, strict=True))
            for works, _, product, _, _, content in GOODS
            if content
        ],
        "activity_data": [
            YEAR
            | {"installation_code": works, "stream_code": code, "kind": "consumption", "amount": amount}
            | {"document_ref": f"D-{code}"}
            for works, _, code, _, _, amount, _ in streams
        ],
        "production_output": [
            YEAR
            | {"installation_code": works, "process_code": process, "product_code": product, "kind": kind}
            | {"amount": amount}
            for works, process, product, kind, amount in OUTPUT
        ],
        "material_use": [
            YEAR
            | {"installation_code": "NITRO", "process_code": "UREA", "component_code": "NH3"}
            | {"component_kind": "product", "supplier_code": "own", "amount": "600"}
        ],
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = house(tmp_path_factory.mktemp("units"))
    small_house.write_sources(settings, TABLES)
    for table, sent in rows().items():
        small_house.send(settings, table, "20260201T0800", sent)
    small_house.run(settings, TABLES)
    warehouse.build_before_solve(settings)
    solve.solve(settings)
    warehouse.build_after_solve(settings)
    return settings


def figure(settings: Settings, product: str) -> dict:
    with warehouse.connect(settings, read_only=True) as opened:
        (found,) = opened.query(
            f"select * from reports.rpt_cbam_figures_by_product where product_code = '{product}'"
        ).to_pylist()
    return found


def good(settings: Settings, cn_code: str) -> dict:
    with warehouse.connect(settings, read_only=True) as opened:
        (found,) = opened.query(
            f"select * from marts.fct_cbam_embedded_emissions where cn_code = '{cn_code}'"
        ).to_pylist()
    return found


def test_the_cement_of_the_example_per_tonne_of_clinker_and_of_cement(built):
    found, of_code = figure(built, "ART-1"), good(built, "25232900")

    assert found["functional_unit"] == "t_clinker"
    assert float(of_code["activity_level"]) == pytest.approx(1255000, rel=1e-9)
    assert float(found["see_direct_t_co2e_per_fu"]) == pytest.approx(PER_T_CLINKER, rel=1e-9)
    for told in (found, of_code):
        assert float(told["see_direct_t_co2e_per_t"]) == pytest.approx(PER_T_CEMENT, rel=1e-9)
    assert float(found["per_declared_unit_kg_co2e"]) == pytest.approx(PER_T_CEMENT, rel=1e-9)


def test_ammonia_by_its_nitrogen_and_back(built):
    found = figure(built, "NH3")

    # 2,055 t over 1,000 t x 822 kg N/t, and x 822
    assert good(built, "28141000")["activity_level"] == Decimal(822000)
    assert found["see_direct_t_co2e_per_fu"] == Decimal("0.0025")
    assert found["see_direct_t_co2e_per_t"] == Decimal("2.055")


def test_urea_takes_its_ammonia_in_kilograms_of_nitrogen(built):
    found = figure(built, "UREA-46")

    # (147 + 600 t x 822 kg N/t x 0.0025) over 1,000 t x 460 kg N/t = 1,380 / 460,000, and x 460
    assert float(found["see_direct_t_co2e_per_fu"]) == pytest.approx(0.003, rel=1e-9)
    assert float(found["see_direct_t_co2e_per_t"]) == pytest.approx(1.38, rel=1e-9)
    # per tonne, whatever the unit: 0.975 x (0.053 + 0.6 t/t x 1.522)
    assert float(good(built, "31021019")["sefa_t_co2e_per_t"]) == pytest.approx(0.942045, rel=1e-9)


@pytest.mark.parametrize(
    ("product", "because"),
    [
        pytest.param(
            "HNO3", "Content of HNO3: no nitrogen_content of HNO3 for 2026-01", id="nobody states it"
        ),
        pytest.param(
            "NH3-AQ",
            "Content of NH3-AQ: parameter nitrogen_content of NH3-AQ lies outside its plausible range"
            " for 2026-01",
            id="more than ammonia holds",
        ),
    ],
)
def test_without_a_content_there_is_no_figure_and_one_finding(built, product, because):
    found = figure(built, product)
    with warehouse.connect(built, read_only=True) as opened:
        findings = opened.query(
            "select finding, state, period_from from marts.fct_data_quality_findings"
            f" where subject_kind = 'product' and subject_code = '{product}'"
        ).to_pylist()

    assert found["see_counted_t_co2e_per_fu"] is found["see_counted_t_co2e_per_t"] is None
    assert because in found["absent_because"].split("; ")
    assert [(row["finding"], row["state"], str(row["period_from"])) for row in findings] == [
        ("content_missing", "missing", "2026-01-01")
    ]


def test_the_example_is_the_published_one(reference_files: Path):
    folder = reference_files / "reference" / "cbam" / "worked_examples"
    example = json.loads((folder / "ec_v21_cement.json").read_text(encoding="utf-8"))
    printed = {
        (str(row["activity_data"]), str(row["emission_factor"]))
        for row in example["inputs"]["source_streams"]
    }
    derived = example["definitive_period_derived"]

    factors = {"process_input": "ef_by_mass", "combustion": "ef_by_energy"}
    assert printed == {
        (amount, parameters[factors[method]][0]) for method, _, amount, parameters in CEMENT_STREAMS.values()
    }
    assert derived["see_direct_per_t_clinker"] == PER_T_CLINKER
    assert derived["see_direct_per_t_cement_at_clinker_share_0_95"] == PER_T_CEMENT
