"""The demo's January in the Commission's blank workbook: read back and recomputed, it comes to our own
figures; calculated by a spreadsheet program, it prints them.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
import python_calamine as calamine

from lingtan import check_workbook, fill_workbook, warehouse
from lingtan.errors import LingtanError
from lingtan.publish import readers
from lingtan.settings import Settings

pytestmark = pytest.mark.integration
TEMPLATE = "reference/cbam/template/CBAM_communication_template_v2.1.1_blank_en_20241213.xlsx"
FIGURES = ("see_direct", "see_indirect", "embedded_electricity_mwh_per_t")
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


@pytest.fixture(scope="module")
def read(demo_january, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo's January, with a readers' copy of its own."""
    house = replace(demo_january[0], out=tmp_path_factory.mktemp("readers"))
    readers.swap(house)
    return house


def filled(read: Settings, reference_files: Path, installation: str, folder: Path) -> Path:
    content, _ = fill_workbook.fill_workbook(reference_files / TEMPLATE, installation, 2026, read)
    file = folder / f"{installation}.xlsx"
    file.write_bytes(content)
    return file


def our_figures(read: Settings, installation: str) -> dict[tuple[str, str], float]:
    with warehouse.connect(read, read_only=True) as built:
        rows = built.query(
            "select cn_code, see_direct_t_co2e_per_t as see_direct,"
            " see_indirect_t_co2e_per_t as see_indirect,"
            # the form counts in tonnes, the law in functional units
            " embedded_electricity_mwh_per_fu * cast(functional_units_per_t as double)"
            " as embedded_electricity_mwh_per_t"
            f" from marts.fct_cbam_embedded_emissions where installation_code = '{installation}'"
        ).to_pylist()
    return {(row["cn_code"], name): float(row[name]) for row in rows for name in FIGURES}


def figures(result: dict, side: str) -> dict[tuple[str, str], float]:
    return {
        (row["cn_code"], row["name"]): row[side]
        for row in result["figures"]
        if row["cell"].startswith("Summary_Products!") and row["name"] in FIGURES
    }


@pytest.mark.parametrize(
    ("installation", "goods"),
    [
        ("CN-FAST", 2),
        ("CN-ALU", 2),  # a combined heat and power plant gives its process heat and electricity
        ("CN-CEM", 1),  # the functional unit is a tonne of clinker
    ],
)
def test_a_filled_workbook_read_back_comes_to_our_figures(
    read: Settings, reference_files: Path, tmp_path: Path, installation: str, goods: int
) -> None:
    ours = our_figures(read, installation)

    result = check_workbook.check_workbook(filled(read, reference_files, installation, tmp_path))

    assert len(ours) == goods * len(FIGURES)
    assert figures(result, "recomputed") == pytest.approx(ours, rel=1e-9)
    assert {finding["rule"] for finding in result["findings"]} <= {
        "never_calculated",  # nobody has opened it
        "balance_does_not_close",  # bought heat is no emission of the installation
        "zero_for_unknown",  # grinding burns nothing
        "missing_parameter",  # parameters of products are not filled in
    }


def test_a_filled_workbook_says_that_it_is_the_form_of_the_transitional_period(
    read: Settings, reference_files: Path, tmp_path: Path
) -> None:
    sheet = calamine.CalamineWorkbook.from_path(filled(read, reference_files, "CN-CEM", tmp_path))
    rows = sheet.get_sheet_by_name("Summary_Processes").to_python(skip_empty_area=False)

    assert rows[15][12] == (
        "This is the form of the transitional period, filled in by Lingtan. It counts indirect emissions for "
        "every good and every good per tonne; the figures of the definitive period stand in the operator's "
        "emissions report (Annex IV of Implementing Regulation (EU) 2025/2547)."
    )


def test_a_spreadsheet_program_prints_our_figures(
    read: Settings, reference_files: Path, tmp_path: Path, soffice: str
) -> None:
    profile = tmp_path / "profile" / "user" / "registrymodifications.xcu"
    profile.parent.mkdir(parents=True)
    profile.write_text(RECALCULATE, encoding="utf-8")
    file = filled(read, reference_files, "CN-ALU", tmp_path)
    subprocess.run(
        [
            *(soffice, f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless"),
            *("--convert-to", "xlsx", "--outdir", str(tmp_path / "calculated"), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    calculated = tmp_path / "calculated" / file.name

    result = check_workbook.check_workbook(calculated)

    assert figures(result, "printed") == pytest.approx(our_figures(read, "CN-ALU"), rel=1e-9)
    # an error in any figure would be one that does not agree; the form's links alone are beyond LibreOffice
    assert [row for row in result["figures"] if not row["agrees"]] == []


def test_filling_takes_less_than_five_seconds(read: Settings, reference_files: Path) -> None:
    began = time.process_time()
    fill_workbook.fill_workbook(reference_files / TEMPLATE, "CN-FAST", 2026, read)

    assert time.process_time() - began < 5


def test_a_year_in_which_nothing_was_made_is_said(read: Settings, reference_files: Path) -> None:
    with pytest.raises(LingtanError, match="no process of CN-FAST made a CBAM good in 2019"):
        fill_workbook.fill_workbook(reference_files / TEMPLATE, "CN-FAST", 2019, read)
