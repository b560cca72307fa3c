"""Excel workbooks: cells as the program that wrote them typed them, and what hides behind an empty-looking
cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import xlwt
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


def workbook(rows: list[list[Any]], sheet: str = "Invoices", merged: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for place in merged or []:
        book.active.merge_cells(place)
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


def test_a_header_of_two_rows_is_joined_under_its_merged_cells(read: Read) -> None:
    data = workbook(
        [
            ["Energy invoices 2026"],
            ["Stream", "Period", None, "Energy", None, "Invoice\n(number)"],
            [None, "From", "Until", "Amount", "Unit", None],
            ["EL", *OCTOBER, 7, "MWh", "A"],
        ],
        merged=["A1:F1", "A2:A3", "B2:C2", "D2:E2"],
    )

    rows = read(
        data,
        header_row=2,
        header_rows=2,
        columns=INVOICES["columns"]
        | {
            "period_from": "Period / From",
            "period_until": "Period / Until",
            "amount": "Energy / Amount",
            "unit": "Energy / Unit",
            "document_ref": "Invoice (number)",
        },
    ).to_pylist()

    assert [(row["stream_code"], row["amount"], row["unit"], row["source_row"]) for row in rows] == [
        ("EL", 7, "MWh", 4)
    ]
    assert rows[0]["period_until"] == OCTOBER[1]


def test_a_table_among_others_on_its_sheet_ends_at_its_first_empty_row_and_column(read: Read) -> None:
    data = workbook(
        [
            ["Works 1, invoices", *[None] * 8, "Contracts"],
            [None, *HEADER, None, None, "Stream", "Price"],
            [None, "EL", *OCTOBER, 1, "MWh", "A", None, None, "EL", 80],
            [None, "EL", *OCTOBER, 2, "MWh", "B", None, None, "GAS", 30],
            [None, *[None] * 6, None, None, "OIL", 90],
            [None, "Total", None, None, 3, "MWh"],
            [None, *HEADER],
            [None, "GAS", *OCTOBER, 9, "MWh", "C"],
        ]
    )

    first, second = read(data, from_cell="B2"), read(data, from_cell="B7")

    assert [(row["document_ref"], row["amount"], row["source_row"]) for row in first.to_pylist()] == [
        ("A", 1, 3),
        ("B", 2, 4),
    ]
    assert [(row["document_ref"], row["amount"], row["source_row"]) for row in second.to_pylist()] == [
        ("C", 9, 8)
    ]


def test_rows_below_an_empty_row_that_look_like_the_tables_own_are_rejected_and_not_lost(read: Read) -> None:
    data = workbook(
        [
            [None, *HEADER],
            [None, "EL", *OCTOBER, 1, "MWh", "A"],
            [],
            [None, "EL", *OCTOBER, 2, "MWh", "B"],
            [None, "EL", *OCTOBER, 3, "MWh", "C"],
        ]
    )

    rows = read(data, from_cell="B1").to_pylist()

    assert [(row["source_row"], row["amount"], row["fault_rule"]) for row in rows] == [
        (2, 1, None),
        (4, 2, "below_an_empty_row"),
        (5, 3, "below_an_empty_row"),
    ]


def test_an_error_inside_a_table_does_not_end_it_and_one_beside_it_is_none_of_its_own(read: Read) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(workbook([[], [None, *HEADER], [None, "EL", *OCTOBER, 1, "MWh", "A"]]))
    )
    for place in ("E4", "H3", "A3"):
        book.active[place] = "#DIV/0!"
        book.active[place].data_type = "e"
    out = io.BytesIO()
    book.save(out)

    rows = read(out.getvalue(), from_cell="B2").to_pylist()

    assert [(row["source_row"], row["fault_column"], row["fault_value"]) for row in rows] == [
        (3, None, None),
        (4, "amount", "#DIV/0!"),
    ]


def test_a_last_row_of_formulas_never_calculated_is_a_row_and_a_note_beside_the_table_is_none(
    read: Read,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([HEADER, ["EL", *OCTOBER, 1, "MWh", "A"]])))
    book.active["D3"] = "=D2*2"
    book.active["J9"] = "=D2*3"
    out = io.BytesIO()
    book.save(out)

    for place in ({}, {"from_cell": "A1"}):
        rows = read(out.getvalue(), **place)

        assert rows["source_row"].to_pylist() == [2, 3]
        assert rows["fault_value"].to_pylist() == [None, "=D2*2"]


def test_a_table_that_is_not_where_it_should_begin_is_refused(read: Read) -> None:
    with pytest.raises(RefusedFileError) as raised:
        read(workbook([HEADER, ["EL", *OCTOBER, 1, "MWh", "A"]]), from_cell="H1")

    assert (raised.value.finding.rule, raised.value.finding.row) == ("missing_table", 1)
    assert "from_cell" in raised.value.finding.sentence


def test_hidden_rows_are_rows(read: Read) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(workbook([HEADER, ["EL", *OCTOBER, 1, "MWh", "A"], ["EL", *OCTOBER, 2, "MWh", "B"]]))
    )
    book.active.row_dimensions[2].hidden = True
    out = io.BytesIO()
    book.save(out)

    assert read(out.getvalue())["amount"].to_pylist() == [1, 2]


def test_grouped_texts_and_words_for_no_value_follow_the_source(read: Read) -> None:
    rows = read(
        workbook(
            [
                HEADER,
                ["EL", *OCTOBER, "1.234,5", "MWh", "A"],
                ["EL", *OCTOBER, 1234.5, "MWh", "B"],
                ["EL", *OCTOBER, "-", "MWh", "C"],
            ]
        ),
        decimal=",",
        thousands=".",
        empty=["-"],
    ).to_pylist()

    assert [row["amount"] for row in rows] == [Decimal("1234.5"), Decimal("1234.5"), None]
    assert {row["fault_rule"] for row in rows} == {None}


def test_true_and_one_in_one_column_stay_two_things(read: Read) -> None:
    rows = read(workbook([HEADER, ["EL", *OCTOBER, 1, "MWh", 1], ["EL", *OCTOBER, 1, "MWh", True]]))

    assert rows["document_ref"].to_pylist() == ["1", "true"]


def test_date_and_time_of_day_in_two_columns_may_be_typed_or_written(house: Settings) -> None:
    entry = {
        "table": "meter_readings",
        "format": "excel",
        "location": "inbox",
        "files": "*.xlsx",
        "sheet": "Loads",
        "time_zone": "Asia/Shanghai",
        "timestamp": {"column": ["日期", "时间"], "format": "%Y/%m/%d %H:%M", "stamp": "end"},
        "interval_minutes": 15,
        "columns": {
            "installation_code": {"value": "CN-FAST"},
            "meter_code": {"value": "EL"},
            "amount": "电量",
            "unit": {"value": "kWh"},
            "quality": {"value": "actual"},
        },
    }
    house.sources_file.write_text(
        yaml.safe_dump({"sources": {"loads": entry}}, allow_unicode=True), encoding="utf-8"
    )
    source = catalog.load(house)["loads"]
    day = date(2026, 10, 3)
    data = workbook(
        [
            ["日期", "时间", "电量"],
            [day, time(0, 15), 1],
            [day, "0:30", 2],
            ["2026/10/3", timedelta(minutes=45), 3],
            [day, timedelta(hours=24), 4],
            [day, timedelta(hours=24, minutes=15), 5],
            [day, time(1, 0, 30), 6],
        ],
        "Loads",
    )

    rows = sources.read(data, source, source.contract, "loads.xlsx").to_pylist()

    # each stamp closes its quarter hour; Shanghai is 8 hours ahead of UTC
    assert [row["read_at"] for row in rows[:4]] == [
        datetime(2026, 10, 2, 16, 0, tzinfo=UTC),
        datetime(2026, 10, 2, 16, 15, tzinfo=UTC),
        datetime(2026, 10, 2, 16, 30, tzinfo=UTC),
        datetime(2026, 10, 3, 15, 45, tzinfo=UTC),
    ]
    assert {row["metered_on"] for row in rows[:4]} == {day}
    assert [row["fault_value"] for row in rows[4:]] == [
        "2026/10/03 1 day, 0:15:00",  # more than a day is no time of day
        "2026/10/03 01:00:30",  # the agreed form would hide the seconds
    ]


def old_workbook(rows: list[list[Any]], errors: dict[tuple[int, int], str], is_merged: bool = False) -> bytes:
    """An .xls as programs before 2007 write it; `errors` by row and column from 0; B1 merged with C1."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Invoices")
    is_date = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if (r, c) in errors:
                sheet.row(r).set_cell_error(c, errors[r, c])
            elif (r, c) == (0, 1) and is_merged:
                sheet.write_merge(r, r, c, c + 1, cell)
            elif cell is not None:
                sheet.write(r, c, cell, is_date if isinstance(cell, date) else xlwt.Style.default_style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_old_workbook_is_read_as_a_new_one(read: Read) -> None:
    rows = read(
        old_workbook(
            [
                HEADER,
                ["EL", *OCTOBER, 1234.56, "MWh", 4711],
                ["总表", *OCTOBER, None, "MWh", "B"],
                [],
                ["EL", *OCTOBER, 2, "MWh", "C"],
            ],
            {(2, 3): "#REF!"},
        )
    ).to_pylist()

    assert [(row["stream_code"], row["amount"], row["source_row"]) for row in rows] == [
        ("EL", Decimal("1234.56"), 2),
        ("总表", None, 3),
        ("EL", 2, 5),
    ]
    assert (rows[0]["period_from"], rows[0]["document_ref"]) == (OCTOBER[0], "4711")
    assert [row["fault_value"] for row in rows] == [None, "#REF!", None]


def test_an_old_workbook_may_have_a_header_of_two_rows(read: Read) -> None:
    rows = read(
        old_workbook(
            [
                [None, "Period", None, None, None, None],
                HEADER,
                ["EL", *OCTOBER, 1, "MWh", "A"],
            ],
            {},
            is_merged=True,
        ),
        header_rows=2,
        columns=INVOICES["columns"] | {"period_from": "Period / From", "period_until": "Period / Until"},
    ).to_pylist()

    assert (rows[0]["period_until"], rows[0]["source_row"]) == (OCTOBER[1], 3)


@pytest.mark.parametrize(
    ("data", "rule", "hint"),
    [
        pytest.param(b"", "empty_file", "send it again", id="no bytes"),
        pytest.param(b"Stream;From\n", "unreadable_file", "save it as .xlsx", id="a CSV called .xlsx"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "unreadable_file",
            "password",
            id="a locked one",
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
