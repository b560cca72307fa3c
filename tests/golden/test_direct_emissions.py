"""Direct emissions of the Commission's printed examples, from parameters and documents through the models.

The numbers are copied here with their citation; a second test compares them with the files they were copied
from. The examples are of years without definitive rules; the formulas are the same, so they are told as 2026.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hand_made_lake import HERE, JANUARY, MASTER, house, put, rows_of, valid_rows

from lingtan import warehouse
from lingtan.settings import Settings

# code, method, direction, material, amount t, {parameter: (value, unit)}, printed t CO2 (fossil)
STREAMS = (
    # Communication template 2.1.1, sheet B_EmInst, printed rows 14 and 15
    ("FUEL-OIL", "combustion", "input", "heavy_fuel_oil", "252000",
     {"ncv_by_mass": ("45", "GJ/t"), "ef_by_energy": ("73", "t CO2/TJ")}, "827820"),
    ("RAW-MEAL", "process_input", "input", "raw_meal", "121000",
     {"ef_by_mass": ("0.08794", "t CO2/t")}, "10640.74"),
    # Pre-filled example "Steel 2 EAF alloys" of template 2.1, sheet B_EmInst
    ("GAS", "combustion", "input", "natural_gas", "163806",
     {"ncv_by_mass": ("48", "GJ/t"), "ef_by_energy": ("56.1", "t CO2/TJ")}, "441096.7968"),
    ("SCRAP", "mass_balance", "input", "steel_scrap", "1345000",
     {"carbon_by_mass": ("0.0008", "t C/t")}, "3942.464"),
    ("ELECTRODES", "mass_balance", "input", "graphite", "4468",
     {"carbon_by_mass": ("0.819", "t C/t")}, "13407.645888"),
    ("ADDITIVES", "process_input", "input", "additives", "89360",
     {"ef_by_mass": ("0.45", "t CO2/t")}, "40212"),
    ("INGOTS", "mass_balance", "input", "steel_ingots", "80540",
     {"carbon_by_mass": ("0.0015", "t C/t")}, "442.64784"),
    ("FENI", "mass_balance", "input", "ferro_nickel", "346773",
     {"carbon_by_mass": ("0.015", "t C/t")}, "19058.64408"),
    ("FECR", "mass_balance", "input", "ferro_chromium", "331213",
     {"carbon_by_mass": ("0.052", "t C/t")}, "63105.350464"),
    ("FEMN", "mass_balance", "input", "ferro_manganese", "60595",
     {"carbon_by_mass": ("0.028", "t C/t")}, "6216.56224"),
    ("STEEL", "mass_balance", "output", "stainless_steel", "2140000",
     {"carbon_by_mass": ("0.0018", "t C/t")}, "-14113.728"),
    ("SLAG", "mass_balance", "output", "eaf_slag", "107232",
     {"carbon_by_mass": ("0.0003", "t C/t")}, "-117.8694144"),
)  # fmt: skip
# Communication template 2.1.1, sheet B_EmInst, printed row 97: slope method, centre-worked prebake
POTS = {
    "anode_effect_frequency": ("2.17", "1/cell-day"),
    "anode_effect_duration": ("1.23", "min"),
    "slope_emission_factor": ("0.146", "(kg CF4/t Al)/(min/cell-day)"),
    "c2f6_fraction": ("0.122", "t C2F6/t CF4"),
    "pfc_collection_efficiency": ("0.98", "1"),
}
ALUMINIUM_T, PFC_T_CO2E = "500000", "1587424.347"
PLACES = {
    "FUEL-OIL": "Heavy fuel oil",
    "RAW-MEAL": "Raw meal for clinker",
    "GAS": "Natural gas",
    "SCRAP": "Steel scrap",
    "ELECTRODES": "Graphite electrodes",
    "ADDITIVES": "Various additives (Limestone, etc.)",
    "INGOTS": "Crude steel (purchased)",
    "FENI": "FeNi  (28% Ni)",
    "FECR": "FeCr  (52% Cr)",
    "FEMN": "FeMn (31% Mn)",
    "STEEL": "Steel",
    "SLAG": "Slags",
}
FOUND_BY = {"ncv_by_mass", "ef_by_energy", "ef_by_mass", "carbon_by_mass"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse up to the emissions of the examples' streams."""
    settings = house(tmp_path_factory.mktemp("direct"))
    pots = ("POTS", "pfc_slope", "output", "cwpb", ALUMINIUM_T, POTS, PFC_T_CO2E)
    streams = (*STREAMS, pots)
    put(settings, "installations", "all", MASTER["installations"])
    put(settings, "processes", "all", MASTER["processes"])
    put(settings, "source_streams", "all", valid_rows(
        "stream_code method direction material_code", *(row[:4] for row in streams),
        name="stream", activity_basis="documents", **HERE,
    ))  # fmt: skip
    put(settings, "stream_shares", "all", valid_rows(
        "stream_code", *((row[0],) for row in streams),
        process_code="P", key="share", share=Decimal(1), **HERE,
    ))  # fmt: skip
    put(settings, "parameters", "all", valid_rows(
        "subject_code parameter amount unit basis",
        *(
            (row[0], name, Decimal(value), unit, "analysis" if name in FOUND_BY else None)
            for row in streams
            for name, (value, unit) in row[5].items()
        ),
        subject_kind="stream", **HERE,
    ))  # fmt: skip
    put(settings, "activity_data", "2026-01", rows_of(
        "stream_code amount kind document_ref",
        *((row[0], Decimal(row[4]), "consumption", f"D-{row[0]}") for row in streams),
        unit="t", **HERE, **JANUARY,
    ))  # fmt: skip
    warehouse.load(settings)
    warehouse.dbt(
        "build", "--select", "+int_stream_emissions_by_gas", "--exclude-resource-type", "unit_test", "test",
        settings=settings,
    )  # fmt: skip
    return settings


def emissions(settings: Settings, stream: str) -> dict[str, dict]:
    """By gas: what the stream emits under CBAM."""
    with warehouse.connect(settings, read_only=True) as opened:
        found = opened.query(
            "select * from intermediate.int_stream_emissions_by_gas"
            f" where rule_set = 'cbam' and stream_code = '{stream}'"
        ).to_pylist()
    return {row["gas"]: row for row in found}


@pytest.mark.parametrize("row", STREAMS, ids=lambda row: row[0])
def test_a_stream_emits_what_the_template_prints(built: Settings, row: tuple) -> None:
    found = emissions(built, row[0])["CO2"]

    assert found["emissions_t_co2e"] == Decimal(row[6])
    assert found["biogenic_t_co2"] == 0


def test_the_eaf_works_emits_in_all_what_the_template_prints(built: Settings) -> None:
    # cell of the total: 573250.5138976; the printed rows sum to it to the last digit
    codes = [row[0] for row in STREAMS if row[0] not in ("FUEL-OIL", "RAW-MEAL")]

    total = sum(emissions(built, code)["CO2"]["emissions_t_co2e"] for code in codes)

    assert total == Decimal("573250.5138976")


def test_fuel_has_the_energy_the_template_prints(built: Settings) -> None:
    assert emissions(built, "FUEL-OIL")["CO2"]["energy_gj"] == Decimal(11340) * 1000
    assert emissions(built, "GAS")["CO2"]["energy_gj"] == Decimal("7862.688") * 1000


def test_perfluorocarbons_are_what_the_template_prints(built: Settings) -> None:
    gases = emissions(built, "POTS")

    # 500000 x 2.17 x 1.23 x 0.146 / 1000 = 194.8443 t CF4 up the duct, x 0.122 = 23.7710046 t C2F6; / 0.98
    assert float(gases["CF4"]["emissions_t"]) == pytest.approx(194.8443 / 0.98, rel=1e-9)
    assert float(gases["C2F6"]["emissions_t"]) == pytest.approx(23.7710046 / 0.98, rel=1e-9)
    total = sum(row["emissions_t_co2e"] for row in gases.values())
    assert float(total) == pytest.approx(float(PFC_T_CO2E), rel=1e-9)
    assert gases["CF4"]["factor_id"] == "parameter/T/POTS/slope_emission_factor/2025-01-01"


def test_the_examples_are_the_published_ones(reference_files: Path) -> None:
    folder = reference_files / "reference" / "cbam" / "worked_examples"
    rows, works = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("ec_template_rows_combustion_process_pfc", "ec_v21_steel2_eaf_alloys")
    )
    given, printed = (
        {row["name"]: row for row in (*rows[side]["source_streams"], *works[side]["source_streams"])}
        for side in ("inputs", "expected")
    )
    keys = {"ncv_by_mass": "ncv", "carbon_by_mass": "carbon_content"}
    for code, _, direction, _, amount, parameters, expected in STREAMS:
        row = given[PLACES[code]]
        assert abs(row["activity_data"]) == float(amount), code
        assert (row["activity_data"] < 0) == (direction == "output"), code
        for name, (value, _) in parameters.items():
            assert row[keys.get(name, "emission_factor")] == float(value), code
        assert printed[PLACES[code]]["co2e_fossil_t"] == pytest.approx(float(expected), rel=1e-9), code
    pots = rows["inputs"]["pfc_sources"][0]
    places = ("aem_per_cell_day", "aed_min", "sef_cf4", "f_c2f6", "collection_efficiency")
    assert [pots[place] for place in places] == [float(value) for value, _ in POTS.values()]
    assert rows["expected"]["pfc_sources"][0]["total_tco2e"] == pytest.approx(float(PFC_T_CO2E), rel=1e-9)
