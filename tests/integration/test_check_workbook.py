"""Communication workbooks, read, recomputed by the models of the warehouse and compared cell by cell: the
Commission's filled examples, and copies of which one input cell was changed without calculating anew.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import workbooks
import yaml

from lingtan import check_workbook, cli, contracts, gate, lake, landing, settings, warehouse
from lingtan.errors import Finding

CEMENT, EAF, NPK = "ec_v21_cement", "ec_v21_steel2_eaf_alloys", "ec_v21_fertiliser_npk"
NAME = "A_InstData!I20"

# case -> (example, cells changed); every case is a workbook of an installation named like the case
CASES: dict[str, tuple[str, dict[str, workbooks.Value]]] = {
    CEMENT: (CEMENT, {}),
    EAF: (EAF, {}),
    NPK: (NPK, {}),
    "stream amount": (EAF, {"B_EmInst!F17": 100_000}),
    "dir em": (EAF, {"D_Processes!L54": 223_400}),
    "electricity factor": (EAF, {"D_Processes!L66": 0.5}),
    "precursor used": (EAF, {"E_PurchPrec!L160": 70_000}),
    "production": (EAF, {"D_Processes!L17": 2_000_000}),
    "heat given away": (EAF, {"D_Processes!M57": 10_000, "D_Processes!M58": 60}),
    "waste gas": (CEMENT, {"D_Processes!L61": 100, "D_Processes!M61": 1000}),
    "exported electricity": (CEMENT, {"D_Processes!L71": 10_000, "D_Processes!L72": 0.4}),
    "loop": (EAF, {"D_Processes!L97": 100_000}),
    "price": (EAF, {"F_Tools!H101": 1, "F_Tools!J101": 10, "F_Tools!K101": 1}),
    "gas of all": (NPK, {"B_EmInst!F17": 10_000}),
    "output of all": (NPK, {"D_Processes!L16": 1_000_000}),
    "output of the kiln": (CEMENT, {"D_Processes!L16": 1_500_000}),
    "coal": (CEMENT, {"B_EmInst!F18": 90_000}),
    "no factor of electricity": (CEMENT, {"D_Processes!L66": None}),
    "no factor of exports": (CEMENT, {"D_Processes!L71": 5}),
    "no heating value": (CEMENT, {"B_EmInst!H18": None}),
    "no name of a stream": (CEMENT, {"B_EmInst!E18": None}),
    "units": (CEMENT, {"B_EmInst!G17": "1000Nm3"}),
    "no output": (CEMENT, {"D_Processes!L16": None}),
    "no category": (CEMENT, {"A_InstData!E83": None}),
    "slope": (
        EAF,
        {
            "B_EmInst!D98": "Slope method",
            "B_EmInst!F98": 500_000,
            "B_EmInst!AG98": 2.17,
            "B_EmInst!AH98": 1.23,
            "B_EmInst!AI98": 0.146,
            "B_EmInst!AM98": 0.122,
            "B_EmInst!AT98": 0.98,
        },
    ),
    "overvoltage": (
        EAF,
        {
            "B_EmInst!D98": "Overvoltage method",
            "B_EmInst!F98": 100_000,
            "B_EmInst!AJ98": 10,
            "B_EmInst!AK98": 95,
            "B_EmInst!AL98": 1.9,
            "B_EmInst!AM98": 0.1,
        },
    ),
    "measured": (
        EAF,
        {"B_EmInst!E113": "N2O", "B_EmInst!V113": 64.2925, "B_EmInst!X113": 4, "B_EmInst!Z113": 265},
    ),
    "text": (EAF, {"B_EmInst!F17": "viel"}),
    "text in a use": (EAF, {"D_Processes!L32": "all of it"}),
    "text in a percentage": (EAF, {"B_EmInst!N17": "full"}),
    "broken input": (EAF, {"D_Processes!L54": workbooks.Error("#REF!")}),
    "broken figure": (EAF, {"B_EmInst!AU17": workbooks.Error("#VALUE!")}),
    "fraction": (EAF, {"B_EmInst!N17": 0.98}),
    "zero": (EAF, {"E_PurchPrec!L49": 0}),
    "overwritten": (EAF, {"Summary_Products!I10": 0.9}),
    "half a year": (EAF, {"A_InstData!L9": date(2023, 6, 30)}),
    "no period": (EAF, {"A_InstData!I9": None, "A_InstData!L9": None}),
    "twice": (EAF, {"A_InstData!L103": "Carbon steel ingots"}),
    "scrap": (EAF, {"Summary_Products!F10": "72041000"}),
    "aluminium scrap": (EAF, {"Summary_Products!F10": "76020090"}),
    "pans": (EAF, {"Summary_Products!F10": "76151010"}),
    "burns nothing": (EAF, {"D_Processes!L54": 0}),
    "no unit": (EAF, {"Summary_Products!L10": None}),
    "nitrogen as percentage": (NPK, {"Summary_Products!AG10": 46}),
    "routes": (EAF, {"D_Processes!L16": 1}),
    "no clinker factor": (CEMENT, {"Summary_Products!AB10": None}),
    "no nitrogen": (
        NPK,
        {f"Summary_Products!{column}10": None for column in ("AD", "AG", "AH", "AI", "AJ", "AK")},
    ),
    "version": (EAF, {"0_Versions!E37": "3.0"}),
    "language": (EAF, {"Translations!A3": 4, "Translations!B659": "Vorgabe", "E_PurchPrec!M181": "Vorgabe"}),
    "empty": (EAF, {"D_Processes!L54": None}),
    "negative": (EAF, {"E_PurchPrec!L160": -1}),
    "unnamed process": (EAF, {"Summary_Products!D10": "Furnace"}),
    "percentage": (EAF, {"Summary_Products!AM10": 100}),
}
# not among the cases: its loop would leave none of them an answer
DEVOURING_LOOP = {"D_Processes!L97": 3_000_000}


@dataclass(frozen=True)
class Checked:
    """What the reports say, by case."""

    rows: dict[str, list[dict]]
    findings: dict[str, list[dict]]
    rejected: dict[str, list[dict]]

    def figures(self, case: str, name: str) -> dict[str, float | None]:
        """Recomputed by subject; a figure printed in several cells is one."""
        return {
            row["subject_name"]: None if row["recomputed"] is None else float(row["recomputed"])
            for row in self.rows[case]
            if row["figure_name"] == name and row["block"] != "product"
        }

    def moved(self, case: str) -> set[tuple[str, str]]:
        """(figure, subject) that differ from what the file prints."""
        return {(row["figure_name"], row["subject_name"]) for row in self.rows[case] if not row["agrees"]}

    def rules(self, case: str) -> dict[str, dict]:
        return {row["rule"]: row for row in (*self.findings[case], *self.rejected[case])}


@pytest.fixture(scope="module")
def checked(reference_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    """All cases in one house, built once."""
    folder = tmp_path_factory.mktemp("workbooks")
    house = replace(
        settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=None,
    )
    entry = {
        "table": check_workbook.TABLE,
        "format": "communication_workbook",
        "location": "inbox",
        "files": "*.xlsx",
        "numbers": "rounded",
        "settle_seconds": 0,
        "columns": {name: name for name in contracts.load(check_workbook.TABLE).columns},
    }
    house.sources_file.write_text(yaml.safe_dump({"sources": {"workbooks": entry}}), encoding="utf-8")
    inbox = house.var / "inbox"
    inbox.mkdir(parents=True)
    for case, (example, cells) in CASES.items():
        data = workbooks.changed(workbooks.example(reference_files, example), {NAME: case, **cells})
        (inbox / f"{case}.xlsx").write_bytes(data)
    landed = landing.land([check_workbook.TABLE], settings=house)
    assert not landed.refused
    gate.accept(
        lake.stale([check_workbook.TABLE], settings=house), settings=house, progress=lambda line: None
    )
    assert check_workbook.build(house) is None
    with warehouse.connect(house, read_only=True) as built:
        rows = built.query("select * from reports.rpt_workbook_figures").to_pylist()
        findings = built.query("select * from reports.rpt_workbook_findings").to_pylist()
    rejected = {
        pointer["installation"]: [finding.as_dict() for finding in check_workbook.rejected(pointer, house)]
        for pointer in lake.pointers(check_workbook.TABLE, settings=house).values()
    }
    yield Checked(
        {case: [row for row in rows if row["installation_name"] == case] for case in CASES},
        {case: [row for row in findings if row["installation_name"] == case] for case in CASES},
        {case: rejected.get(case, []) for case in CASES},
    )


# ---- the examples


@pytest.mark.parametrize("case", [CEMENT, EAF, NPK])
def test_an_example_of_the_commission_agrees_in_every_figure(checked: Checked, case: str) -> None:
    assert len(checked.rows[case]) > 60
    assert [row for row in checked.rows[case] if not row["agrees"]] == []
    assert checked.rejected[case] == []


@pytest.mark.parametrize("case", [CEMENT, EAF, NPK])
def test_an_example_comes_to_its_published_values(checked: Checked, reference_files: Path, case: str) -> None:
    document = (reference_files / workbooks.EXPECTED / f"{case}.json").read_text(encoding="utf-8")
    expected = json.loads(document)["expected"]
    found = {
        (row["block"], row["block_position"], row["figure_name"]): float(row["recomputed"])
        for row in checked.rows[case]
    }
    wanted: dict[tuple[str, int, str], float] = {}
    names = {
        "co2e_fossil_t": "source_stream_co2e_t",
        "co2e_biogenic_t": "source_stream_biogenic_co2_t",
        "energy_fossil_tj": "source_stream_energy_tj",
        "energy_biogenic_tj": "source_stream_biogenic_energy_tj",
    }
    for position, stream in enumerate(expected["source_streams"], start=1):
        wanted |= {("stream", position, ours): stream[theirs] for theirs, ours in names.items()}
    installation = expected["installation"]
    names = {
        "total_co2_tco2e": "total_co2_tco2e",
        "biogenic_tco2": "total_biogenic_co2_t",
        "n2o_tco2e": "total_n2o_tco2e",
        "pfc_tco2e": "total_pfc_tco2e",
        "total_direct_tco2e": "total_direct_tco2e",
        "total_indirect_tco2e": "total_indirect_tco2e",
        "total_tco2e": "total_tco2e",
        "total_fuel_input_tj": "fuel_energy_tj",
    }
    wanted |= {("installation", 1, ours): installation[theirs] for theirs, ours in names.items()}
    names = {
        "activity_level_t": "activity_level_t",
        "heat_adjustment_tco2e": "heat_adjustment_tco2e",
        "waste_gas_adjustment_tco2e": "waste_gas_adjustment_tco2e",
        "attributed_direct_tco2e": "attributed_direct_tco2e",
        "attributed_indirect_tco2e": "attributed_indirect_tco2e",
        "own_specific_direct": "own_specific_direct",
        "own_specific_indirect": "own_specific_indirect",
        "see_direct": "see_direct",
        "see_indirect": "see_indirect",
        "embedded_electricity_mwh_per_t": "embedded_electricity_mwh_per_t",
    }
    for position, process in enumerate(expected["processes"], start=1):
        wanted |= {("process", position, ours): process[theirs] for theirs, ours in names.items()}
    names = (
        "see_direct",
        "see_indirect",
        "see_total",
        "share_from_default_values",
        "embedded_electricity_mwh_per_t",
    )
    for position, product in enumerate(expected["products"], start=1):
        wanted |= {("product", position, name): product[name] for name in names}
        if "carbon_price" in product:
            price = product["carbon_price"]
            wanted["product", position, "emissions_under_carbon_price_per_t"] = price[
                "embedded_emissions_covered"
            ]
            wanted["product", position, "effective_carbon_price_per_t"] = price["effective_price_due_per_t"]
    for position, price in enumerate(expected.get("carbon_price_tool", {}).values(), start=1):
        wanted["process", position, "carbon_price_due_per_t"] = price["price_due_per_t"]
        wanted["process", position, "carbon_price_rebate_per_t"] = price["rebate_per_t"]

    assert {key: found[key] for key in wanted} == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_what_does_not_close_is_named_with_its_gap(checked: Checked) -> None:
    assert checked.rules(EAF)["balance_does_not_close"]["cell"] == "Summary_Processes!K85"
    assert checked.rules(EAF)["balance_does_not_close"]["sentence"].startswith("0.209959 t CO2e ")
    assert checked.rules(NPK)["balance_does_not_close"]["sentence"].startswith("39.600000 t CO2e ")
    assert checked.rules(CEMENT)["balance_does_not_close"]["sentence"].startswith("0.006579 t CO2e ")


# ---- one input cell changed, nothing calculated anew
#
# 2 234 000 t leave the furnace, of which 1 227 000 t go into 1 133 000 t from the rolling mill. As published:
# SEE direct 1.001490412107485 and 1.4396064877810097, indirect 1.3784244289950602 and 1.7314815131305727
# t CO2e/t; own direct of the furnace 0.07654669152057679

FURNACE, MILL = "EAF incl. continuous casting", "Rolling mill and finishing"
PASSED_ON = 1_227_000 / 1_133_000


def test_a_stream_moves_the_installation_and_no_product(checked: Checked) -> None:
    # 100 000 t x 48 GJ/t = 4 800 TJ, x 56.1 = 269 280 t CO2; it was 441 096.7968 of 573 250.5138976
    assert checked.figures("stream amount", "source_stream_co2e_t")["Natural gas"] == 269_280
    assert checked.figures("stream amount", "source_stream_energy_tj")["Natural gas"] == 4_800
    [total] = checked.figures("stream amount", "total_direct_tco2e").values()
    assert total == pytest.approx(401_433.7170976, rel=1e-12)
    moved = {subject for _, subject in checked.moved("stream amount")}
    assert moved == {"Natural gas", "stream amount"}


def test_direct_emissions_of_a_process_move_its_users_too(checked: Checked) -> None:
    # 223 400 / 2 234 000 = 0.1 t/t, 0.02345330847942321 more than before
    more = 0.1 - 0.07654669152057679
    assert checked.figures("dir em", "own_specific_direct")[FURNACE] == pytest.approx(0.1, rel=1e-12)
    assert checked.figures("dir em", "see_direct") == pytest.approx(
        {FURNACE: 1.001490412107485 + more, MILL: 1.4396064877810097 + PASSED_ON * more}, rel=1e-9
    )
    assert checked.figures("dir em", "see_indirect") == checked.figures(EAF, "see_indirect")
    # 573 250.5138976 - 223 400 - 402 245.415
    [left] = checked.figures("dir em", "unattributed_direct_tco2e").values()
    assert left == pytest.approx(-52_394.9011024, rel=1e-9)


def test_an_electricity_factor_moves_indirect_emissions_alone(checked: Checked) -> None:
    # 0.7 MWh/t x (0.833 - 0.5) = 0.2331 t/t less
    found = checked.figures("electricity factor", "see_indirect")
    assert found[FURNACE] == pytest.approx(1.3784244289950602 - 0.2331, rel=1e-9)
    assert found[MILL] == pytest.approx(1.7314815131305727 - PASSED_ON * 0.2331, rel=1e-9)
    assert checked.figures("electricity factor", "attributed_indirect_tco2e")[FURNACE] == pytest.approx(
        781_900
    )
    assert checked.figures("electricity factor", "see_direct") == checked.figures(EAF, "see_direct")
    assert checked.figures("electricity factor", "embedded_electricity_mwh_per_t") == checked.figures(
        EAF, "embedded_electricity_mwh_per_t"
    )


def test_a_precursor_moves_the_chain_and_the_share_of_defaults(checked: Checked) -> None:
    # 9 405 t more of FeMn with 1.3 t direct and 1.900073 t indirect per t, on 2 234 000 t
    direct, indirect = 9_405 * 1.3 / 2_234_000, 9_405 * 1.900073 / 2_234_000
    assert checked.figures("precursor used", "see_direct") == pytest.approx(
        {FURNACE: 1.001490412107485 + direct, MILL: 1.4396064877810097 + PASSED_ON * direct}, rel=1e-9
    )
    assert checked.figures("precursor used", "see_indirect")[MILL] == pytest.approx(
        1.7314815131305727 + PASSED_ON * indirect, rel=1e-9
    )
    # of the furnace's direct part 70 000 x 1.3 / 2 234 000 are default
    assert checked.figures("precursor used", "share_from_default_values")[FURNACE] == pytest.approx(
        70_000 * 1.3 / 2_234_000 / (1.001490412107485 + direct), rel=1e-9
    )
    assert checked.figures("precursor used", "unaccounted_precursor_t")["FeMn (31% Mn)"] == -9_405


def test_production_divides_everything(checked: Checked) -> None:
    # 2 237 329.580648122 t direct embedded in what the furnace makes
    furnace = 2_237_329.580648122 / 2_000_000
    assert checked.figures("production", "see_direct") == pytest.approx(
        {FURNACE: furnace, MILL: 1.4396064877810097 + PASSED_ON * (furnace - 1.001490412107485)}, rel=1e-9
    )
    assert checked.figures("production", "unaccounted_production_t")[FURNACE] == -234_000


def test_heat_given_away_may_leave_less_than_nothing(checked: Checked) -> None:
    # 171 005.30885696854 - 10 000 TJ x 60 t/TJ, without a floor at zero
    own = (171_005.30885696854 - 600_000) / 2_234_000
    assert checked.figures("heat given away", "heat_adjustment_tco2e")[FURNACE] == -600_000
    assert checked.figures("heat given away", "own_specific_direct")[FURNACE] == pytest.approx(own, rel=1e-9)
    assert checked.figures("heat given away", "see_direct")[MILL] == pytest.approx(
        1.4396064877810097 + PASSED_ON * (own - 0.07654669152057679), rel=1e-9
    )


def test_waste_gas_and_exported_electricity_are_priced(checked: Checked) -> None:
    # 100 x 56.1 - 1000 x 56.1 x 0.667 = 5 610 - 37 418.7; 10 000 MWh x 0.4 = 4 000 t
    [gas] = checked.figures("waste gas", "waste_gas_adjustment_tco2e").values()
    [without] = checked.figures("exported electricity", "attributed_direct_tco2e").values()
    assert gas == pytest.approx(-31_808.7, rel=1e-12)
    assert without == pytest.approx(1_033_310, rel=1e-12)


def test_processes_that_use_each_other_are_solved(checked: Checked) -> None:
    # x1 = b1 + a12 x2, x2 = b2 + a21 x1 with b1 = 1.001490412107485, b2 = 0.3550268446601942
    back = 100_000 / 2_234_000
    furnace = (1.001490412107485 + back * 0.3550268446601942) / (1 - back * PASSED_ON)
    assert checked.figures("loop", "see_direct") == pytest.approx(
        {FURNACE: furnace, MILL: 0.3550268446601942 + PASSED_ON * furnace}, rel=1e-9
    )


def test_a_carbon_price_follows_the_chain(checked: Checked) -> None:
    # own emissions of the furnace, 0.6596466915205768 t/t, at 10 less 1, beside 14.38090967062668 for FeCr
    own = 0.6596466915205768
    assert checked.figures("price", "carbon_price_due_per_t") == pytest.approx(
        {FURNACE: 14.38090967062668 + 10 * own, MILL: 15.574030155215299 + PASSED_ON * 10 * own}, rel=1e-9
    )
    assert checked.figures("price", "carbon_price_rebate_per_t")[MILL] == pytest.approx(
        PASSED_ON * own, rel=1e-9
    )


def test_what_an_input_cell_calculates_from_others_moves_with_them(checked: Checked) -> None:
    # 10 000 x 36.21 / 1000 x 56.1 = 20 313.81 t, which is all the process emits, beside 0.29174 t/t bought
    [emitted] = checked.figures("gas of all", "attributed_direct_tco2e").values()
    [direct] = checked.figures("gas of all", "see_direct").values()
    assert emitted == pytest.approx(20_313.81, rel=1e-12)
    assert direct == pytest.approx(0.29174 + 20_313.81 / 750_000, rel=1e-9)
    [left] = checked.figures("gas of all", "unattributed_direct_tco2e").values()
    assert left == 0

    # 16 % urea with 0.719 and 9.3 % ammonia with 1.9 t/t; the emissions stay
    [direct] = checked.figures("output of all", "see_direct").values()
    assert direct == pytest.approx(0.16 * 0.719 + 0.093 * 1.9 + 13_421.334267 / 1_000_000, rel=1e-9)

    # the kiln takes 0.085 MWh/t and 81 575 MWh, and sells what it makes
    [power] = checked.figures("output of the kiln", "embedded_electricity_mwh_per_t").values()
    [unsold] = checked.figures("output of the kiln", "unaccounted_production_t").values()
    assert (power, unsold) == (pytest.approx(209_075 / 1_500_000, rel=1e-9), 0)

    # 50 TJ more of coal, and all fuel is for goods
    [fuel] = checked.figures("coal", "fuel_energy_tj").values()
    [rest] = checked.figures("coal", "rest_of_fuel_energy_tj").values()
    assert (fuel, rest) == (4_470, 0)


def test_an_installation_without_a_process_attributes_nothing(checked: Checked) -> None:
    [left] = checked.figures("no category", "unattributed_direct_tco2e").values()
    assert left == pytest.approx(1_037_310, rel=1e-12)


def test_perfluorocarbons_are_those_the_template_prints(checked: Checked) -> None:
    # ec_template_rows_combustion_process_pfc: the row the template itself shows
    assert list(checked.figures("slope", "pfc_cf4_t").values()) == pytest.approx([194.8443], rel=1e-9)
    assert list(checked.figures("slope", "pfc_c2f6_t").values()) == pytest.approx([23.7710046], rel=1e-9)
    assert list(checked.figures("slope", "pfc_co2e_t").values()) == pytest.approx(
        [1_587_424.3469999998], rel=1e-9
    )
    # 100 000 x 10 / 95 x 1.9 / 1000 = 20 t CF4, 2 t C2F6: 132 600 + 22 200 t CO2e
    assert list(checked.figures("overvoltage", "pfc_co2e_t").values()) == pytest.approx([154_800], rel=1e-9)


def test_measured_gases_are_those_the_template_prints(checked: Checked) -> None:
    # 64.2925 g/Nm3 x 4 h x 265 000 Nm3/h = 68.15005 t N2O, x 265
    assert list(checked.figures("measured", "measured_gas_t").values()) == pytest.approx(
        [68.15005], rel=1e-12
    )
    assert list(checked.figures("measured", "total_n2o_tco2e").values()) == pytest.approx(
        [18_059.76325], rel=1e-12
    )


# ---- what is not as it should be


def test_text_in_a_number_cell_costs_the_figures_that_need_it(checked: Checked) -> None:
    told = checked.rules("text")["text_in_number_cell"]
    assert (told["column"], told["value"]) == ("B_EmInst!F17", "viel")
    assert checked.figures("text", "source_stream_co2e_t")["Natural gas"] is None
    assert list(checked.figures("text", "total_direct_tco2e").values()) == [None]
    assert checked.figures("text", "see_direct") == checked.figures(EAF, "see_direct")


def test_an_unreadable_cell_is_not_an_empty_one(checked: Checked) -> None:
    assert checked.figures("text in a percentage", "source_stream_co2e_t")["Natural gas"] is None
    # the furnace's output to the mill is unknown, and so is what the mill took
    found = checked.figures("text in a use", "see_direct")
    assert found[FURNACE] == pytest.approx(1.001490412107485, rel=1e-9)
    assert found[MILL] is None


def test_an_empty_cell_is_not_zero(checked: Checked) -> None:
    assert checked.rules("empty")["missing_input"]["cell"] == "D_Processes!L54"
    assert checked.figures("empty", "see_direct") == {FURNACE: None, MILL: None}


def test_a_broken_formula_is_named(checked: Checked) -> None:
    told = checked.rules("broken input")["broken_formula"]
    assert (told["column"], told["value"]) == ("D_Processes!L54", "#REF!")
    assert checked.figures("broken input", "see_direct") == {FURNACE: None, MILL: None}
    told = checked.rules("broken figure")["broken_formula"]
    assert (told["cell"], told["cell_value"]) == ("B_EmInst!AU17", "#VALUE!")
    assert checked.figures("broken figure", "source_stream_co2e_t")["Natural gas"] == pytest.approx(
        441_096.7968
    )


def test_a_fraction_is_read_as_the_template_reads_it_and_named(checked: Checked) -> None:
    assert checked.rules("fraction")["percentage_as_fraction"]["cell"] == "B_EmInst!N17"
    assert checked.figures("fraction", "source_stream_co2e_t")["Natural gas"] == pytest.approx(
        441_096.7968 * 0.0098
    )


@pytest.mark.parametrize(
    ("case", "rule", "cell"),
    [
        ("zero", "zero_for_unknown", "E_PurchPrec!L49"),
        ("burns nothing", "zero_for_unknown", "D_Processes!L54"),
        ("overwritten", "overwritten_formula", "Summary_Products!I10"),
        ("half a year", "no_calendar_year", "A_InstData!I9"),
        ("no period", "no_period", "A_InstData!I9"),
        ("twice", "listed_twice", "A_InstData!L103"),
        ("scrap", "cn_code_out_of_scope", "Summary_Products!F10"),
        ("aluminium scrap", "cn_code_out_of_scope", "Summary_Products!F10"),
        ("pans", "cn_code_out_of_scope", "Summary_Products!F10"),
        ("routes", "blended_routes", "D_Processes!L16"),
        ("percentage", "share_as_percentage", "Summary_Products!AM10"),
        ("nitrogen as percentage", "share_as_percentage", "Summary_Products!AG10"),
        ("no unit", "missing_functional_unit", "Summary_Products!L10"),
        ("no clinker factor", "missing_parameter", "Summary_Products!AB10"),
        ("no nitrogen", "missing_parameter", "Summary_Products!AG10"),
        ("version", "unknown_version", "0_Versions!E9"),
        ("language", "other_language", "Translations!A3"),
        ("unnamed process", "unknown_process", "Summary_Products!D10"),
        ("no factor of electricity", "missing_input", "D_Processes!L66"),
        ("no factor of exports", "missing_input", "D_Processes!L72"),
        ("no heating value", "missing_input", "B_EmInst!H18"),
        ("no name of a stream", "missing_input", "B_EmInst!E18"),
        ("no output", "missing_input", "D_Processes!L16"),
        ("no category", "missing_input", "A_InstData!E83"),
        ("units", "units_do_not_fit", "B_EmInst!K17"),
    ],
)
def test_what_a_reader_should_know_is_named_where_it_stands(
    checked: Checked, case: str, rule: str, cell: str
) -> None:
    assert [told["cell"] for told in checked.findings[case] if told["rule"] == rule] == [cell]
    assert rule not in checked.rules(CASES[case][0])


@pytest.mark.parametrize(
    ("case", "rule", "what_was_done"),
    [
        ("scrap", "cn_code_out_of_scope", "Its figures were recomputed all the same"),
        ("no clinker factor", "missing_parameter", "The figure was told per tonne of product"),
        ("no nitrogen", "missing_parameter", "The figure was told per tonne of product"),
        ("half a year", "no_calendar_year", "figures were computed for it as it is"),
        (EAF, "formulas_in_input_cells", "were followed to the cells they name"),
        ("burns nothing", "zero_for_unknown", "It was counted as 0: ask the operator"),
    ],
)
def test_a_finding_says_what_was_done_about_it(
    checked: Checked, case: str, rule: str, what_was_done: str
) -> None:
    assert what_was_done in checked.rules(case)[rule]["sentence"]


def test_an_example_is_blamed_for_nothing_it_does_not_do(checked: Checked) -> None:
    assert set(checked.rules(EAF)) == {"balance_does_not_close", "formulas_in_input_cells"}
    assert checked.rules(EAF)["formulas_in_input_cells"]["cell"] == "C_Emissions&Energy!I16"
    assert set(checked.rules(CEMENT)) == {"balance_does_not_close", "formulas_in_input_cells"}


def test_a_form_in_another_language_is_read_by_its_own_words(checked: Checked) -> None:
    assert checked.figures("language", "share_from_default_values")[FURNACE] == pytest.approx(
        0.03520871519393244, rel=1e-9
    )


def test_a_negative_amount_is_rejected(checked: Checked) -> None:
    assert checked.rules("negative")["is_an_amount_that_can_be_in_set"]["column"] == "E_PurchPrec!L160"
    assert checked.figures("negative", "see_direct") == {FURNACE: None, MILL: None}


def test_without_a_period_nothing_is_solved(checked: Checked) -> None:
    assert checked.figures("no period", "see_direct") == {FURNACE: None, MILL: None}
    assert checked.figures("no period", "own_specific_direct")[FURNACE] == pytest.approx(0.07654669152057679)


# ---- the command


@pytest.fixture
def file_of(tmp_path: Path, reference_files: Path) -> Callable[[str], Path]:
    def file_of(case: str) -> Path:
        example, cells = CASES[case]
        file = tmp_path / f"{case}.xlsx"
        file.write_bytes(workbooks.changed(workbooks.example(reference_files, example), cells))
        return file

    return file_of


def test_the_command_prints_the_figures_and_says_yes(file_of, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["check-workbook", str(file_of(EAF)), "--json"])

    result = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (result["version"], result["agree"]) == ("2.1", True)
    [figure] = [each for each in result["figures"] if each["cell"] == "Summary_Products!I11"]
    assert figure == {
        "cell": "Summary_Products!I11",
        "name": "see_direct",
        "process": MILL,
        "product": "Pipes Type A+B, V2A",
        "cn_code": "73041100",
        "printed": 1.4396064877810097,
        "recomputed": pytest.approx(1.4396064877810097, rel=1e-9),
        "relative_difference": pytest.approx(0, abs=1e-9),
        "subject": "Pipes Type A+B, V2A",
        "agrees": True,
    }
    assert [list(finding) for finding in result["findings"]] == [list(Finding("", "").as_dict())] * 2


def test_the_command_says_no_and_shows_where(file_of, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["check-workbook", str(file_of("text"))])

    said = capsys.readouterr().out
    assert code == 1
    assert "B_EmInst!F17 = viel [text_in_number_cell]" in said
    assert "not every figure agrees" in said


def test_a_loop_that_devours_itself_is_named_and_has_no_figures(
    tmp_path: Path, reference_files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sent.xlsx"
    file.write_bytes(workbooks.changed(workbooks.example(reference_files, EAF), DEVOURING_LOOP))

    code = cli.main(["check-workbook", str(file), "--json"])

    result = json.loads(capsys.readouterr().out)
    assert (code, result["agree"], result["figures"]) == (1, False, [])
    assert [finding["rule"] for finding in result["findings"]] == ["unproductive_loop"]


def test_a_number_nobody_can_calculate_with_is_named(
    tmp_path: Path, reference_files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sent.xlsx"
    # a billionth of a tonne made
    changes = {"D_Processes!L16": 1e-9}
    file.write_bytes(workbooks.changed(workbooks.example(reference_files, CEMENT), changes))

    code = cli.main(["check-workbook", str(file), "--json"])

    result = json.loads(capsys.readouterr().out)
    assert (code, result["agree"], result["figures"]) == (1, False, [])
    [finding] = result["findings"]
    assert (finding["rule"], finding["column"], finding["value"]) == (
        "out_of_range",
        "D_Processes!L16",
        "0.000000001",
    )


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("missing", "unreadable_file"),
        ("folder", "unreadable_file"),
        ("forbidden", "unreadable_file"),
        ("empty", "unreadable_file"),
        ("half", "unreadable_file"),
        ("no workbook", "unreadable_file"),
        ("another workbook", "not_the_template"),
        ("blank", "empty_file"),
    ],
)
def test_the_command_refuses_what_it_cannot_read(
    kind: str,
    rule: str,
    tmp_path: Path,
    reference_files: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "sent.xlsx"
    if kind == "folder":
        file.mkdir()
    elif kind == "forbidden":

        def read_bytes(_path: Path) -> bytes:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", read_bytes)
    elif kind == "empty":
        file.touch()
    elif kind == "half":
        data = workbooks.example(reference_files, CEMENT)
        file.write_bytes(data[: len(data) // 2])
    elif kind == "no workbook":
        file.write_text("a,b\n")
    elif kind == "another workbook":
        data = workbooks.example(reference_files, CEMENT)
        file.write_bytes(workbooks.renamed_sheet(data, "D_Processes", "Prozesse"))
    elif kind == "blank":
        folder = reference_files / "reference/cbam/template"
        file.write_bytes((folder / "CBAM_communication_template_v2.1.1_blank_en_20241213.xlsx").read_bytes())

    code = cli.main(["check-workbook", str(file)])

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    *_, error = said.err.splitlines()
    assert error.startswith("lingtan check-workbook: ")
    assert "sent.xlsx" in error

    assert cli.main(["check-workbook", str(file), "--json"]) == 2
    result = json.loads(capsys.readouterr().out)
    assert (result["file"], result["version"], result["agree"]) == ("sent.xlsx", None, False)
    assert result["figures"] == []
    assert [finding["rule"] for finding in result["findings"]] == [rule]


def test_a_file_is_read_whatever_it_is_called(tmp_path: Path, reference_files: Path) -> None:
    file = tmp_path / ".sent by a colleague [2]"
    file.write_bytes(workbooks.example(reference_files, CEMENT))

    with check_workbook._house(check_workbook._content(file), settings.load()) as house:
        assert check_workbook._landed(file, house) == []
        assert lake.pointers(check_workbook.TABLE, settings=house)
