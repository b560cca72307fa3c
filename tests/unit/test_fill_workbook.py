"""Values in cells of the Commission's blank workbook, and what does not fit it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lingtan import cli, fill_workbook, workbook_cells
from lingtan.errors import LingtanError
from lingtan.settings import Settings
from lingtan.sources import communication_workbook_cells as cells

TEMPLATE = "reference/cbam/template/CBAM_communication_template_v2.1.1_blank_en_20241213.xlsx"
AMOUNT, FIGURE = ("B_EmInst", "F17"), ("B_EmInst", "AU17")


@pytest.fixture(scope="module")
def blank(reference_files: Path) -> Path:
    return reference_files / TEMPLATE


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def row(block: str, position: int, field: str, value: Decimal | str | None) -> Mapping[str, Any]:
    return {
        "block": block,
        "block_position": position,
        "field": field,
        "second_position": None,
        "number_value": value if isinstance(value, Decimal) else None,
        "text_value": value if isinstance(value, str) else None,
    }


def test_a_value_changes_its_cell_and_nothing_else(blank: Path) -> None:
    before = blank.read_bytes()
    after = workbook_cells.filled(before, {AMOUNT: Decimal("2.500"), ("B_EmInst", "E17"): "A & B"}, set())

    old, new = parts(before), parts(after)
    assert list(old) == list(new)
    assert {name for name in old if old[name] != new[name]} == {
        "xl/workbook.xml",
        "xl/worksheets/sheet6.xml",
    }
    sheet = new["xl/worksheets/sheet6.xml"]
    assert b'<is><t xml:space="preserve">A &amp; B</t></is></c>' in sheet
    assert b"><v>2.5</v></c>" in sheet
    unchanged = sheet.replace(b"><v>2.5</v></c>", b"/>").replace(
        b' t="inlineStr"><is><t xml:space="preserve">A &amp; B</t></is></c>', b"/>"
    )
    assert unchanged == old["xl/worksheets/sheet6.xml"]
    assert new["xl/workbook.xml"] == old["xl/workbook.xml"].replace(
        b'<calcPr calcId="162913"/>', b'<calcPr calcId="162913" fullCalcOnLoad="1"/>'
    )


def test_the_same_values_give_the_same_file(blank: Path) -> None:
    values = {AMOUNT: Decimal(1), ("D_Processes", "K50"): True}

    assert workbook_cells.filled(blank.read_bytes(), values, {FIGURE}) == workbook_cells.filled(
        blank.read_bytes(), values, {FIGURE}
    )


def test_what_the_blank_form_computed_is_taken_out_and_its_formula_stays(blank: Path) -> None:
    [found] = [
        found
        for found in workbook_cells._CELL.finditer(
            parts(workbook_cells.filled(blank.read_bytes(), {}, {FIGURE}))["xl/worksheets/sheet6.xml"]
        )
        if found[1] == b"AU17"
    ]

    assert b"<f" in found[3] and b"<v" not in found[3]


@pytest.mark.parametrize("cell", ["AU17", "C17", "A1000"])
def test_a_locked_cell_a_formula_and_a_cell_that_is_not_there_are_refused(blank: Path, cell: str) -> None:
    with pytest.raises(LingtanError, match=f"B_EmInst!{cell}"):
        workbook_cells.filled(blank.read_bytes(), {("B_EmInst", cell): Decimal(1)}, set())


def test_every_cell_of_the_map_that_is_filled_in_is_open_in_the_blank_form(blank: Path) -> None:
    values = {
        (line.sheet, line.cell(position)): "x"
        for line in cells.fields()
        if line.role in {"input", "asked"}
        for position in range(1, line.count + 1)
    }

    workbook_cells.filled(blank.read_bytes(), values, set())


@pytest.mark.parametrize(
    ("block", "field", "position", "words"),
    [
        ("process", "name", 11, "room for 10 production processes"),
        ("precursor", "name", 21, "room for 20 bought precursors"),
        ("stream", "name", 76, "room for 75 source streams"),
        ("product", "name", 101, "room for 100 products"),
    ],
)
def test_more_than_the_form_has_lines_for_is_refused(
    block: str, field: str, position: int, words: str
) -> None:
    with pytest.raises(LingtanError, match=words):
        dict(fill_workbook._values([row(block, position, field, "x")], {}, 2026))


def test_what_goes_to_other_processes_skips_the_process_itself() -> None:
    # of the nine lines of process 2 the first is for process 1, the second for process 3
    stated = {**row("process", 2, "passed_on_t", Decimal(7)), "second_position": 3}

    assert dict(fill_workbook._values([stated], {}, 2026))["D_Processes", "L98"] == 7


def test_what_is_asked_for_and_not_known_stays_empty_and_is_named() -> None:
    rows = [row("process", 1, "name", "P Rolling"), row("process", 1, "dir_em_tco2e", None)]

    assert ("D_Processes", "L54") not in dict(fill_workbook._values(rows, {}, 2026))
    assert list(fill_workbook._unknown(rows)) == ["not known: dir_em_tco2e of P Rolling"]


def test_a_copy_from_before_the_form_says_what_to_do(
    published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("LINGTAN_OUT", str(published.out))

    assert cli.main(["fill-workbook", "blank.xlsx", "T", "2026", str(tmp_path / "out.xlsx")]) == 2
    assert "build and publish again" in capsys.readouterr().err
    assert not (tmp_path / "out.xlsx").exists()


def test_a_file_that_is_not_the_template_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(b"no workbook")

    with pytest.raises(LingtanError, match="not the Commission's blank template"):
        fill_workbook.placed(other, [row("stream", 1, "name", "Gas")], 2026)


def test_a_blank_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(LingtanError, match=r"nothing\.xlsx cannot be opened: there is no such file"):
        fill_workbook.placed(tmp_path / "nothing.xlsx", [], 2026)
