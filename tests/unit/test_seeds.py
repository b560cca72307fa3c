"""Reference data: every outside number leads to its publisher, edition, place and licence."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from lingtan import settings

SEEDS = settings.load().dbt_project / "seeds" / "reference"

# Tables of outside facts; units and spellings are definitions, and sources are what the others point to.
DEFINITIONS = {"units", "unit_spellings"}
CITED = sorted(file.stem for file in SEEDS.glob("*.csv") if file.stem not in {*DEFINITIONS, "sources"})
MAY_BE_EMPTY = {"url", "sha256"}  # of a source read in a transcription
# the ministry publishes a past year's mean; it serves that year and later ones
FOR_EARLIER_YEARS = {"inventory/electricity/CN"}
FACTORS = (
    "fuels",
    "process_materials",
    "carbon_contents",
    "pfc_factors",
    "grid_factors",
    "heat_factors",
    "cbam_default_values",
    "cbam_benchmarks",
)

# whose validity every model asks for
LISTS = ("cbam_goods", "cbam_multifunctional_groups", "cbam_zero_origins", "cbam_production_routes")
# whose validity no model asks for
EDITIONS = (
    "parameter_list",
    "cbam_precursors",
    "chp_reference_efficiencies",
    "analysis_frequencies",
)


def read(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", CITED)
def test_every_row_names_a_known_source_its_place_and_its_licence(name: str) -> None:
    sources = {row["source_key"] for row in read("sources")}

    for row in read(name):
        assert row["source_key"] in sources, row
        assert row["source_locator"], row
        assert row["licence"], row
        assert row["redistribution"] in {"yes", "single cited value"}, row


def test_every_source_names_publisher_title_edition_and_licence() -> None:
    for row in read("sources"):
        for column, value in row.items():
            assert value or column in MAY_BE_EMPTY, (row["source_key"], column)


def test_every_source_says_the_day_or_the_year_it_was_published() -> None:
    for row in read("sources"):
        assert re.fullmatch(r"\d{4}(-\d{2}-\d{2})?", row["published_on"]), row["source_key"]
        assert row["published_on"] <= row["retrieved_on"], row["source_key"]


def test_a_hash_is_that_of_the_publishers_file_that_was_read(reference_files: Path) -> None:
    folder = reference_files / "reference/cbam/default_values"
    copies = {hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in folder.glob("*.xlsx")}

    hashed = [row for row in read("sources") if row["sha256"]]

    assert hashed
    for row in hashed:
        assert copies[row["sha256"]] in row["read_in"], row["source_key"]


def test_every_source_is_used() -> None:
    used = {row["source_key"] for name in CITED for row in read(name)}

    assert {row["source_key"] for row in read("sources")} == used


def test_what_may_be_cited_only_singly_is_not_shipped_as_a_table() -> None:
    for name in CITED:
        single = [row for row in read(name) if row["redistribution"] == "single cited value"]
        assert len(single) <= 3, name


def test_factor_ids_are_unique_over_all_tables() -> None:
    ids = [row["factor_id"] for name in FACTORS for row in read(name)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", (*FACTORS, *LISTS))
def test_validity_is_half_open_and_not_empty(name: str) -> None:
    for row in read(name):
        assert row["valid_from"]
        assert not row["valid_until"] or row["valid_from"] < row["valid_until"], row


@pytest.mark.parametrize("name", EDITIONS)
def test_what_is_read_whatever_the_year_has_one_edition_without_end(name: str) -> None:
    # a second edition needs the reporting year in the joins of whoever reads it
    for row in read(name):
        assert row["valid_from"] and not row["valid_until"], row


@pytest.mark.parametrize("name", (*LISTS, *EDITIONS))
def test_every_row_of_a_list_says_how_sure_it_is(name: str) -> None:
    for row in read(name):
        assert row["confidence"] in {"A", "B"}, row


def test_natural_gas_by_volume_is_the_national_value_and_names_its_oxidation() -> None:
    gas = {row["factor_id"]: row for row in read("fuels")}

    by_volume = gas["cbam/natural_gas/m3_0c"]
    assert (by_volume["basis_unit"], by_volume["ncv_gj_per_unit"]) == (
        "m3_0c",
        "0.038931",
    )  # 38.931 GJ / 1,000 m3
    assert (by_volume["carbon_kg_per_gj"], by_volume["oxidation_share"]) == ("15.3", "1")
    assert gas["inventory/natural_gas/m3_0c"]["oxidation_share"] == "0.99"
    assert gas["cbam/natural_gas/t"]["basis_unit"] == "t"


def test_a_value_of_a_national_standard_serves_its_own_country_and_the_acts_every_one() -> None:
    national = {"gb_t_32151_22_2024", "cn_accounting_guidelines", "mee_2025_47"}

    for name in FACTORS:
        for row in read(name):
            if row["source_key"] in national:
                assert row["country_code"] == "CN", row
    assert {row["country_code"] for row in read("fuels") if row["source_key"] == "eu_2025_2547"} == {""}


def test_the_national_gas_factor_agrees_with_an_independently_published_one() -> None:
    row = next(row for row in read("fuels") if row["factor_id"] == "inventory/natural_gas/m3_0c")
    ratio = next(row for row in read("constants") if row["constant_key"] == "c_to_co2_guideline")

    kg = Decimal(row["ncv_gj_per_unit"]) * Decimal(row["carbon_kg_per_gj"]) * Decimal(row["oxidation_share"])
    kg = kg * Decimal(ratio["numerator"]) / Decimal(ratio["denominator"])

    assert abs(kg - Decimal("2.162189")) < Decimal("1e-6")  # kg CO2 per m3 at 0 °C, as circulated


def test_a_fuel_counts_its_carbon_by_a_named_constant_and_its_co2_by_none() -> None:
    constants = {row["constant_key"] for row in read("constants")}

    for row in read("fuels"):
        assert bool(row["carbon_kg_per_gj"]) != bool(row["co2_kg_per_gj"]), row
        if row["carbon_kg_per_gj"]:
            assert row["carbon_to_co2"] in constants, row
        else:
            assert not row["carbon_to_co2"], row


@pytest.mark.parametrize("name", ["fuels", "process_materials", "grid_factors", "heat_factors"])
def test_no_factor_holds_before_the_year_its_source_was_published(name: str) -> None:
    published = {row["source_key"]: row["published_on"][:4] for row in read("sources")}

    for row in read(name):
        if row["factor_id"] in FOR_EARLIER_YEARS:
            continue
        assert published[row["source_key"]] <= row["valid_from"], row


def test_carbonate_factors_agree_with_molar_masses() -> None:
    # g/mol; each formula unit holds one CO2, which the act counts as released in full
    molar_mass = {"CaCO3": "100.09", "Na2CO3": "105.99", "NaHCO3": "84.01", "MgCO3": "84.31"}
    published = {row["material_code"]: row["amount_kg_per_unit"] for row in read("process_materials")}

    for material, mass in molar_mass.items():
        assert abs(Decimal(published[material]) - 1000 * Decimal("44.01") / Decimal(mass)) < 1, material


def of_the_act(reference_files: Path, name: str) -> list[dict[str, str]]:
    with (reference_files / f"reference/cbam/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(row: dict[str, str]) -> str:
    """The row of the act that a seed row's locator names."""
    return row["source_locator"].partition(", row ")[2].partition(": ")[0]


def test_process_materials_are_those_of_the_act_they_cite(reference_files: Path) -> None:
    act = {row["material"]: row for row in of_the_act(reference_files, "process_materials")}

    for row in read("process_materials"):
        printed = act[named(row)]
        assert row["source_key"] == "eu_2025_2547", row
        assert Decimal(row["amount_kg_per_unit"]) == 1000 * Decimal(printed["ef_tco2_per_t"]), row
        assert f": {printed['ef_tco2_per_t']} tCO2/" in row["source_locator"], row
        assert row["method"] == {"A": "process_input", "B": "process_output"}[printed["method"]], row
    assert set(act) == {named(row) for row in read("process_materials")}


def test_fuels_of_the_act_are_all_there_and_stand_after_national_values(reference_files: Path) -> None:
    fuels = read("fuels")
    act = {row["fuel"]: row for row in of_the_act(reference_files, "fuels")}
    ours = {named(row): row for row in fuels if row["source_key"] == "eu_2025_2547"}

    assert set(act) == set(ours)
    for name, row in ours.items():
        printed = act[name]
        assert Decimal(row["co2_kg_per_gj"]) == Decimal(printed["ef_tco2_per_tj"]), row
        assert row["is_biomass"] == str(printed["type"] == "biomass").lower(), row
        # GJ per t, or the factor is per GJ where the act prints no calorific value
        per = (row["basis_unit"], row["ncv_gj_per_unit"])
        assert per == (("t", printed["ncv_tj_per_gg"]) if printed["ncv_tj_per_gg"] else ("gj", "1")), row
    keys = [row["source_key"] == "eu_2025_2547" for row in fuels]
    assert keys == sorted(keys)  # type II before type I (2025/2547 Annex II B.5.2)


def test_carbon_contents_agree_with_the_co2_printed_beside_them(reference_files: Path) -> None:
    act = {row["material"]: row for row in of_the_act(reference_files, "carbon_contents")}

    for row in read("carbon_contents"):
        assert row["carbon_t_per_unit"] == act[named(row)]["carbon_t_per_t"], row
        printed = Decimal(row["source_locator"].split(", ")[-1].split()[0])  # two decimals
        assert abs(Decimal(row["carbon_t_per_unit"]) * Decimal("3.664") - printed) <= Decimal("0.005"), row
    assert set(act) == {named(row) for row in read("carbon_contents")}


def test_pfc_factors_are_those_of_the_act(reference_files: Path) -> None:
    act = {
        (f"pfc_{row['method']}", row["technology"]): (row["cf4_factor"], row["c2f6_fraction"])
        for row in of_the_act(reference_files, "pfc_factors")
    }
    ours = {
        (row["method"], named(row)): (row["cf4_amount"], row["c2f6_per_cf4"]) for row in read("pfc_factors")
    }

    assert ours == act


def test_every_good_has_eight_digits_and_annex_ii_goods_count_no_indirect_emissions() -> None:
    for row in read("cbam_goods"):
        assert len(row["cn_code"]) == 8 and row["cn_code"].isdigit(), row
        assert not (row["is_annex_ii"] == "true" and row["is_indirect_counted"] == "true"), row


def test_scrap_and_7615_are_no_goods() -> None:
    codes = {row["cn_code"][:4] for row in read("cbam_goods")}

    assert not codes & {"7204", "7602", "7615"}


def test_every_year_with_rules_has_its_markups() -> None:
    markups = {(row["reporting_year"], row["markup_class"]) for row in read("cbam_markups")}

    for row in read("cbam_rule_years"):
        assert {(row["reporting_year"], "standard"), (row["reporting_year"], "fertiliser")} <= markups


def test_no_rules_before_2026() -> None:
    assert min(row["reporting_year"] for row in read("cbam_rule_years")) == "2026"


def test_default_values_are_those_of_the_act(reference_files: Path) -> None:
    act = {
        (row["country_iso2"], row["cn_code"]): row for row in of_the_act(reference_files, "default_values")
    }
    ours = {(row["country_code"], row["cn_prefix"]): row for row in read("cbam_default_values")}

    assert set(ours) == set(act)
    for key, row in ours.items():
        printed = act[key]
        assert (row["status"], row["route"]) == (printed["status"], printed["route"]), row
        for column in ("direct", "indirect", "total"):
            assert row[f"{column}_t_co2e_per_t"] == printed[f"{column}_tco2e_per_t"], row


def test_markups_are_those_of_the_act(reference_files: Path) -> None:
    columns = {"standard": "markup_pct_standard", "fertiliser": "markup_pct_fertilisers"}
    act = {
        (markup_class, row["year"]): Decimal(row[column])
        for row in of_the_act(reference_files, "phase_in")
        for markup_class, column in columns.items()
    }

    for row in read("cbam_markups"):
        printed = act[row["markup_class"], row["reporting_year"]]
        assert 100 * Decimal(row["markup_share"]) == printed, row


def test_taiwans_defaults_with_markup_are_those_of_the_commissions_workbook(reference_files: Path) -> None:
    example = json.loads(
        (reference_files / "reference/cbam/worked_examples/ec_default_values_markup_taiwan.json").read_text()
    )["expected"]
    totals = {
        row["factor_id"]: Decimal(row["total_t_co2e_per_t"] or 0) for row in read("cbam_default_values")
    }
    markups = {
        (row["markup_class"], row["reporting_year"]): Decimal(row["markup_share"])
        for row in read("cbam_markups")
    }

    for code, markup_class in (("722300", "standard"), ("28141000", "fertiliser")):
        for year, column in (("2026", "y2026"), ("2027", "y2027"), ("2028", "y2028_onwards")):
            marked_up = totals[f"cbam-default/TW/{code}"] * (1 + markups[markup_class, year])
            assert abs(marked_up - Decimal(str(example[code][column]))) < Decimal("1e-9"), (code, year)


def test_goods_are_those_of_annex_i(reference_files: Path) -> None:
    act = {
        row["cn_code"]: (row["aggregated_good"], row["annex_ii_direct_only"] == "yes")
        for row in of_the_act(reference_files, "goods")
    }
    ours = {
        row["cn_code"]: (row["aggregated_good"], row["is_annex_ii"] == "true") for row in read("cbam_goods")
    }

    assert ours == act


def test_benchmarks_are_those_of_the_act(reference_files: Path) -> None:
    def key(row: dict[str, str], column: str, first: str, last: str) -> tuple[str, ...]:
        return row["cn_code"], row[column], row["route"], row[first][:4], row[last][:4]

    act = {
        key(row, "column", "period_from", "period_to"): row["value"]
        for row in of_the_act(reference_files, "benchmarks")
    }
    ours = {}
    for row in read("cbam_benchmarks"):
        cn_code, column, route, first, until = key(row, "benchmark_column", "valid_from", "valid_until")
        ours[cn_code, column, route, first, str(int(until) - 1)] = row["benchmark_t_co2e_per_t"]

    assert ours == act


def test_what_is_kept_of_free_allocation_is_what_the_directive_says(reference_files: Path) -> None:
    columns = {"cbam_factor": "cbam_factor_free_allocation_kept", "cross_sectoral_correction": "cscf"}
    act = {
        (factor, row["year"]): Decimal(row[column])
        for row in of_the_act(reference_files, "phase_in")
        for factor, column in columns.items()
        if row[column]
    }

    assert {
        (r["factor"], r["reporting_year"]): Decimal(r["amount_share"]) for r in read("cbam_phase_in")
    } == act


def test_certificate_prices_are_those_of_the_notices(reference_files: Path) -> None:
    act = {
        row["quarter"]: (row["price_eur_per_certificate"], row["publication_date"])
        for row in of_the_act(reference_files, "certificate_prices")
    }

    assert {
        f"{row['price_year']}Q{row['price_quarter']}": (row["price_eur_per_certificate"], row["published_on"])
        for row in read("cbam_certificate_prices")
    } == act


def test_every_column_of_every_seed_is_described_and_typed() -> None:
    import yaml

    for file in SEEDS.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            header = next(csv.reader(opened))
        (seed,) = yaml.safe_load(file.with_suffix(".yml").read_text(encoding="utf-8"))["seeds"]
        assert list(seed["config"]["column_types"]) == header, file.name
        assert [column["name"] for column in seed["columns"]] == header, file.name
        assert all(column["description"] for column in seed["columns"]), file.name
