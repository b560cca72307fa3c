"""Excel workbooks: cells as the program that wrote them typed them, and what hides behind an empty-looking
cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import yaml

from lingtan import catalog, sources
from lingtan.errors import RefusedFileError
from lingtan.settings import Settings

INVOICES = {
    "table": "activity_data",
    "format": "excel",
    "location": "inbox",
    "files": "*.xlsx",
    "sheet": "Invoices",
    "dates": "%d.%m.%Y",
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "stream_code": "Stream",
        "period_from": "From",
        "period_until": "Until",
        "kind": {"value": "delivery"},
        "amount": "Amount",
        "unit": "Unit",
        "document_ref": "Invoice",
    },
}
HEADER = ["Stream", "From", "Until", "Amount", "Unit", "Invoice"]
OCTOBER = [date(2026, 10, 1), date(2026, 11, 1)]

Read = Callable[..., pa.Table]


def workbook(rows: list[list[Any]], sheet: str = "Invoices") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def read(house: Settings) -> Read:
    """Reads a workbook by the entry INVOICES, some of its keys changed."""

    def read_(data: bytes, **changes: object) -> pa.Table:
        house.sources_file.write_text(
            yaml.safe_dump({"sources": {"bills": INVOICES | changes}}), encoding="utf-8"
        )
        source = catalog.load(house)["bills"]
        return sources.read(data, source, source.contract, "october.xlsx")

    return read_


def test_numbers_and_dates_come_as_the_workbook_holds_them(read: Read) -> None:
    row = read(workbook([HEADER, ["EL", *OCTOBER, 1234.56, "MWh", 4711]])).to_pylist()[0]

    assert (row["period_from"], row["period_until"]) == (date(2026, 10, 1), date(2026, 11, 1))
    assert (row["amount"], row["document_ref"], row["source_row"]) == (Decimal("1234.56"), "4711", 2)
    assert row["fault_rule"] is None


def test_a_float_becomes_the_decimal_the_program_shows(read: Read) -> None:
    amounts = [0.1, 1e-7, 123456.789, 2.0, 1e15, 12.3 * 1.1]  # the last is 13.530000000000001 in binary

    rows = read(workbook([HEADER, *(["EL", *OCTOBER, amount, "MWh", "A"] for amount in amounts)]))

    assert rows["amount"].to_pylist() == [
        Decimal("0.1"),
        Decimal("0.0000001"),
        Decimal("123456.789"),
        Decimal(2),
        Decimal(1_000_000_000_000_000),
        Decimal("13.53"),
    ]


def test_a_number_with_more_decimals_than_the_contract_holds_is_a_fault_not_rounded(read: Read) -> None:
    row = read(workbook([HEADER, ["EL", *OCTOBER, 1 / 3, "MWh", "A"]])).to_pylist()[0]

    assert (row["amount"], row["fault_rule"], row["fault_column"]) == (None, "wrong_type", "amount")
    assert "more than the 9 decimals" in row["fault_sentence"]


def test_dates_written_as_text_follow_the_sources_format(read: Read) -> None:
    rows = read(
        workbook(
            [
                HEADER,
                ["EL", "01.10.2026", "01.11.2026", "12.5", "MWh", "A"],
                ["EL", "2026-10-01", OCTOBER[1], 1, "MWh", "B"],
            ]
        )
    ).to_pylist()

    assert (rows[0]["period_from"], rows[0]["amount"]) == (date(2026, 10, 1), Decimal("12.5"))
    assert (rows[1]["fault_column"], rows[1]["fault_value"]) == ("period_from", "2026-10-01")


def test_a_date_with_a_time_is_no_date(read: Read) -> None:
    rows = read(
        workbook(
            [
                HEADER,
                ["EL", datetime.combine(OCTOBER[0], time(0, 0)), OCTOBER[1], 1, "MWh", "A"],
                ["EL", datetime.combine(OCTOBER[0], time(6, 30)), OCTOBER[1], 1, "MWh", "B"],
            ]
        )
    ).to_pylist()

    assert rows[0]["period_from"] == date(2026, 10, 1)
    assert (rows[1]["fault_column"], rows[1]["fault_value"]) == ("period_from", "2026-10-01 06:30:00")


def test_a_date_in_a_number_column_is_a_fault(read: Read) -> None:
    row = read(workbook([HEADER, ["EL", *OCTOBER, date(2026, 5, 1), "MWh", "A"]])).to_pylist()[0]

    assert (row["fault_column"], row["fault_value"]) == ("amount", "2026-05-01")


def test_error_cells_and_formulas_never_calculated_are_faults_not_empty(read: Read) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([HEADER])))
    book.active.append(["EL", *OCTOBER, "#REF!", "MWh", "A"])
    book.active["D2"].data_type = "e"
    book.active.append(["EL", *OCTOBER, "=B2*2", "MWh", "B"])
    book.active.append(["EL", *OCTOBER, 7, "MWh", "C"])
    out = io.BytesIO()
    book.save(out)

    rows = read(out.getvalue()).to_pylist()

    assert [(row["source_row"], row["fault_column"], row["fault_value"]) for row in rows] == [
        (2, "amount", "#REF!"),
        (3, "amount", "=B2*2"),
        (4, None, None),
    ]
    assert "error of the workbook" in rows[0]["fault_sentence"]
    assert "never calculated" in rows[1]["fault_sentence"]


def test_rows_are_counted_as_the_spreadsheet_shows_them(read: Read) -> None:
    rows = read(
        workbook(
            [
                ["Energy invoices"],
                [],
                HEADER,
                ["EL", *OCTOBER, 1, "MWh", "A"],
                [None] * 6,
                ["EL", *OCTOBER, 2, "MWh", "B"],
            ]
        ),
        header_row=3,
    )

    assert rows["source_row"].to_pylist() == [4, 6]


def test_truth_values_and_instants_keep_their_type(house: Settings) -> None:
    entry = {
        "table": "process_goods",
        "format": "excel",
        "location": "inbox",
        "files": "*.xlsx",
        "sheet": "Goods",
        "columns": {
            "installation_code": {"value": "CN-ALU"},
            "process_code": {"value": "EXTRUSION"},
            "cn_code": "CN",
            "aggregated_good": {"value": "Aluminium products"},
            "functional_unit": {"value": "t_product"},
            "is_main": "Main",
            "is_inside_bubble": {"header": "Bubble", "values": {"是": True, "否": False}},
            "valid_from": {"value": date(2025, 1, 1)},
        },
    }
    house.sources_file.write_text(
        yaml.safe_dump({"sources": {"goods": entry}}, allow_unicode=True), encoding="utf-8"
    )
    source = catalog.load(house)["goods"]

    data = workbook([["CN", "Main", "Bubble"], [76042990, True, "否"], ["76012080", False, "是"]], "Goods")
    rows = sources.read(data, source, source.contract, "goods.xlsx").to_pylist()

    assert [(row["cn_code"], row["is_main"], row["is_inside_bubble"]) for row in rows] == [
        ("76042990", True, False),
        ("76012080", False, True),
    ]
    assert rows[0]["valid_from"] == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("data", "rule", "hint"),
    [
        pytest.param(b"", "empty_file", "send it again", id="no bytes"),
        pytest.param(b"Stream;From\n", "unreadable_file", "save it as .xlsx", id="a CSV called .xlsx"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "unreadable_file",
            "password",
            id="an old or locked one",
        ),
        pytest.param(workbook([HEADER]), "empty_file", "no row", id="a header alone"),
        pytest.param(workbook([]), "empty_file", "no row", id="an empty sheet"),
        pytest.param(workbook([HEADER, ["EL"]])[:900], "unreadable_file", "save it", id="half a workbook"),
        pytest.param(
            workbook([HEADER, ["EL"]], "Rechnungen"), "missing_sheet", "'Rechnungen'", id="another sheet"
        ),
    ],
)
def test_a_workbook_that_cannot_be_taken_is_refused(read: Read, data: bytes, rule: str, hint: str) -> None:
    with pytest.raises(RefusedFileError) as raised:
        read(data)

    finding = raised.value.finding
    assert (finding.source, finding.file, finding.rule) == ("bills", "october.xlsx", rule)
    assert hint in finding.sentence


def test_an_unknown_column_of_a_workbook_is_named(read: Read) -> None:
    with pytest.raises(RefusedFileError) as raised:
        read(workbook([[*HEADER, "Cost"], ["EL", *OCTOBER, 1, "MWh", "A", 99]]))

    assert (raised.value.finding.rule, raised.value.finding.column) == ("unknown_column", "Cost")


def test_a_workbook_whose_inner_links_are_broken_is_refused_not_half_read(read: Read) -> None:
    whole = io.BytesIO(workbook([HEADER, ["EL", *OCTOBER, 1, "MWh", "A"]]))
    broken = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(part, re.sub(rb"<sheetData>", b"<sheetData", text) if "sheet1.xml" in part else text)

    with pytest.raises(RefusedFileError) as raised:
        read(broken.getvalue())

    assert raised.value.finding.rule == "unreadable_file"
