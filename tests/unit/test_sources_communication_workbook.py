"""The Commission's communication workbook: cells by address, empty ones rows, unreadable ones faults."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from time import process_time

import pytest
import workbooks

from lingtan import catalog, contracts, sources
from lingtan.errors import RefusedFileError
from lingtan.settings import PROJECT, load
from lingtan.sources import communication_workbook_file as workbook_file

EAF = "ec_v21_steel2_eaf_alloys"
BLANK = "reference/cbam/template/CBAM_communication_template_v2.1.1_blank_en_20241213.xlsx"


def read(data: bytes) -> list[dict]:
    settings = replace(load(), sources_file=PROJECT / "include" / "sources.yml")
    source = catalog.load(settings)["communication_workbooks"]
    return sources.read(data, source, contracts.load(source.table), "sent.xlsx").to_pylist()


def cell(rows: list[dict], place: str) -> dict:
    [row] = [row for row in rows if f"{row['sheet']}!{row['cell']}" == place]
    return row


@pytest.fixture(scope="module")
def filled(reference_files) -> bytes:
    return workbooks.example(reference_files, EAF)


def test_no_cell_is_two_things() -> None:
    places = Counter(
        (line.sheet, line.cell(position))
        for line in workbook_file._fields()
        for position in range(1, line.count + 1)
    )

    assert [place for place, times in places.items() if times > 1] == []


def test_a_filled_workbook_is_read_in_a_second_and_a_half(filled: bytes) -> None:
    started = process_time()
    rows = read(filled)

    assert process_time() - started < 1.5
    assert {row["fault_rule"] for row in rows} == {None}
    assert {row["workbook_id"] for row in rows} == {"Example EAF Steelworks/2023-01-01"}
    assert {str(row["period_until"]) for row in rows} == {"2024-01-01"}
    assert {row["template_version"] for row in rows} == {"2.1"}


def test_a_cell_keeps_every_digit_and_says_what_it_is(filled: bytes) -> None:
    row = cell(read(filled), "D_Processes!L54")

    assert (row["block"], row["position"], row["field"], row["role"]) == (
        "process",
        1,
        "dir_em_tco2e",
        "input",
    )
    assert row["text_value"] == "171005.30885696854"
    assert str(row["number_value"]) == "171005.308856968540"


def test_the_other_processes_are_counted_past_the_process_itself(filled: bytes) -> None:
    rows = read(filled)

    # the first line of the first process is the second process, the first line of the second one the first
    assert cell(rows, "D_Processes!L32")["second_position"] == 2
    assert cell(rows, "D_Processes!L97")["second_position"] == 1
    assert cell(rows, "D_Processes!L98")["second_position"] == 3


def test_an_empty_input_cell_is_a_row_and_an_unused_position_is_none(filled: bytes) -> None:
    rows = read(filled)

    assert cell(rows, "B_EmInst!N17")["text_value"] is None
    assert [row for row in rows if row["block"] == "stream" and row["position"] > 10] == []


def test_formulas_are_told_from_values(filled: bytes) -> None:
    rows = read(workbooks.changed(filled, {"Summary_Products!I10": 1}))

    assert cell(rows, "Summary_Products!I11")["is_formula"] is True
    assert cell(rows, "Summary_Products!I10")["is_formula"] is False


def test_what_is_no_number_is_a_fault_located_by_its_cell(filled: bytes) -> None:
    rows = read(
        workbooks.changed(filled, {"B_EmInst!F17": "viel", "D_Processes!L54": workbooks.Error("#REF!")})
    )

    text, error = cell(rows, "B_EmInst!F17"), cell(rows, "D_Processes!L54")
    assert (text["fault_rule"], text["fault_value"]) == ("text_in_number_cell", "viel")
    assert text["fault_sentence"].startswith("B_EmInst!F17 holds 'viel', where a number belongs;")
    assert (error["fault_rule"], error["fault_value"]) == ("broken_formula", "#REF!")
    assert text["number_value"] is None


def test_a_formula_in_an_input_cell_is_followed_to_the_cells_it_names(reference_files) -> None:
    # urea bought is =D_Processes!L16*0.16, used is =L17, and the process emits what the installation does
    example = workbooks.example(reference_files, "ec_v21_fertiliser_npk")
    rows = read(workbooks.changed(example, {"D_Processes!L16": 1_000_000}))

    bought, used = cell(rows, "E_PurchPrec!L17"), cell(rows, "E_PurchPrec!L28")
    assert (bought["number_value"], bought["text_value"], bought["follows"]) == (160_000, "160000", "inputs")
    assert (used["number_value"], used["follows"]) == (160_000, "inputs")
    assert cell(rows, "D_Processes!L54")["follows"] == "total_direct_tco2e"
    assert cell(rows, "D_Processes!L66")["follows"] is None


@pytest.mark.parametrize(
    ("formula", "number", "follows"),
    [
        pytest.param("L65*2-(1.5E3+$L$72)/4", 3_127_225, "inputs", id="arithmetic of cells and numbers"),
        pytest.param("-'E_PurchPrec'!L38+L67x", None, None, id="a name"),
        pytest.param("L65/L72", None, None, id="a division by an empty cell"),
        pytest.param("L65+L67", None, None, id="a word"),
        pytest.param("SUM(L16:L19)", None, None, id="a function"),
        pytest.param("L24/2", None, None, id="a figure the workbook prints"),
        pytest.param("L54", None, None, id="itself"),
        pytest.param("C_Emissions!L27", None, None, id="a sheet there is not"),
        pytest.param("_1+L65+L72", None, None, id="a name that looks like one of ours"),
        pytest.param(
            "'C_Emissions&Energy'!L27", None, "total_direct_tco2e", id="a total of the installation"
        ),
        pytest.param("'C_Emissions&Energy'!H32", None, None, id="a figure nobody calculates before it"),
    ],
)
def test_a_formula_is_followed_as_far_as_arithmetic_goes(
    filled: bytes, formula: str, number: float | None, follows: str | None
) -> None:
    rows = read(workbooks.changed(filled, {"D_Processes!L54": workbooks.Formula(formula, 7)}))

    row = cell(rows, "D_Processes!L54")
    # else the number it last came to
    assert (row["number_value"], row["follows"]) == (7 if number is None else number, follows)


def test_a_total_that_a_total_repeats_keeps_its_last_number(filled: bytes) -> None:
    formula = workbooks.Formula("H25", 7)
    rows = read(workbooks.changed(filled, {"C_Emissions&Energy!H26": formula}))

    row = cell(rows, "C_Emissions&Energy!H26")
    assert (row["number_value"], row["follows"]) == (7, None)


def test_every_total_that_may_be_repeated_is_calculated() -> None:
    model = PROJECT / "dbt_project/models/intermediate/int_workbook_cells.sql"

    named = re.findall(r"when '(\w+)' then totals\.", model.read_text(encoding="utf-8"))

    assert set(named) == workbook_file.TOTALS


def test_a_formula_nobody_calculated_is_a_fault_unless_it_can_be_followed(filled: bytes) -> None:
    changes = {
        "D_Processes!L54": workbooks.Formula("SUM(L55:L56)", None),
        "D_Processes!L92": workbooks.Formula("L81", None),
    }
    rows = read(workbooks.changed(filled, changes))

    told = cell(rows, "D_Processes!L54")
    assert told["fault_rule"] == "never_calculated"
    assert told["fault_sentence"].startswith("D_Processes!L54 holds a formula that was never calculated,")
    assert cell(rows, "D_Processes!L92")["number_value"] == 1_133_000


def test_the_last_day_there_is_has_none_after_it(filled: bytes) -> None:
    rows = read(workbooks.changed(filled, {"A_InstData!L9": date(9999, 12, 31)}))

    assert {row["period_until"] for row in rows} == {None}


def test_words_are_translated_by_the_forms_own_list(filled: bytes) -> None:
    changes = {"Translations!B659": "Vorgabe", "E_PurchPrec!M181": "Vorgabe", "Translations!A3": 4}
    rows = read(workbooks.changed(filled, changes))

    assert cell(rows, "E_PurchPrec!M181")["text_value"] == "Default"
    assert cell(rows, "Translations!A3")["number_value"] == 4


def test_an_installation_without_a_name_still_has_a_key(filled: bytes) -> None:
    rows = read(workbooks.changed(filled, {f"A_InstData!I{row}": None for row in (9, 19, 20, 27)}))

    assert {row["workbook_id"] for row in rows} == {"unnamed installation/no period"}
    assert {row["period_from"] for row in rows} == {None}


def test_version_2_1_1_has_its_cells_where_2_1_has_them(reference_files) -> None:
    rows = read(
        workbooks.changed(
            (reference_files / BLANK).read_bytes(),
            {"A_InstData!I20": "Works", "A_InstData!E83": "Cement", "Summary_Products!D10": "Kiln"},
        )
    )

    assert {row["template_version"] for row in rows} == {"2.1.1"}
    printed = [row for row in rows if row["role"] == "printed"]
    assert {row["block"] for row in printed} == {"installation", "process", "product"}
    assert [row["cell"] for row in printed if not row["is_formula"]] == []


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        pytest.param(b"", "unreadable_file", id="nothing"),
        pytest.param(b"a,b\n1,2\n", "unreadable_file", id="a CSV"),
        pytest.param(b"PK\x05\x06" + bytes(18), "unreadable_file", id="an empty archive"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(RefusedFileError, match=re.escape(f"[{rule}]")):
        read(data)


def test_another_workbook_and_an_empty_form_are_refused(filled: bytes, reference_files) -> None:
    with pytest.raises(RefusedFileError, match="no sheet 'D_Processes'"):
        read(workbooks.renamed_sheet(filled, "D_Processes", "Prozesse"))
    with pytest.raises(RefusedFileError, match=r"\[empty_file\]"):
        read((reference_files / BLANK).read_bytes())
