"""CSV files as they really come: quoting, encodings, blank and ragged rows, and what refuses a whole file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lingtan import catalog, sources
from lingtan.errors import RefusedFileError
from lingtan.settings import Settings
from lingtan.sources import grid

METERS = {
    "table": "meter_readings",
    "format": "csv",
    "location": "inbox",
    "files": "*.csv",
    "time_zone": "Asia/Shanghai",
    "timestamp": {"column": "Time", "format": "%Y-%m-%d %H:%M"},
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "meter_code": "Meter",
        "amount": "Reading",
        "unit": {"header": "Unit", "values": {"KWH": "kWh"}},
        "quality": {"header": "Quality", "values": {"A": "actual"}},
        "revision": "Revision",
    },
    "ignore": ["Remark"],
}
HEADER = "Meter,Time,Reading,Unit,Quality,Revision\n"

Read = Callable[..., pa.Table]


@pytest.fixture
def read(house: Settings) -> Read:
    """Reads a CSV by the entry METERS, some of its keys changed."""

    def read_(data: str | bytes, **changes: object) -> pa.Table:
        house.sources_file.write_text(
            yaml.safe_dump({"sources": {"meters": METERS | changes}}), encoding="utf-8"
        )
        source = catalog.load(house)["meters"]
        return sources.read(
            data if isinstance(data, bytes) else data.encode(), source, source.contract, "day.csv"
        )

    return read_


def test_a_row_is_as_long_as_it_says_else_as_its_source_says(read: Read) -> None:
    rows = read(
        HEADER.replace("\n", ",Length\n")
        + "EL-1,2026-10-30 00:15,12.5,KWH,A,2,5\nEL-1,2026-10-30 01:00,12.5,KWH,A,2,\n",
        columns=METERS["columns"] | {"interval_minutes": "Length"},
        interval_minutes=60,
    )

    assert rows["interval_minutes"].to_pylist() == [5, 60]


def test_a_row_arrives_with_every_column_typed(read: Read) -> None:
    rows = read(HEADER + "EL-1,2026-10-30 00:15,12.5,KWH,A,2\n")

    assert rows.to_pylist() == [
        {
            "installation_code": "CN-FAST",
            "meter_code": "EL-1",
            "read_at": datetime(2026, 10, 29, 16, 15, tzinfo=UTC),  # Shanghai is 8 hours ahead of UTC
            "metered_on": date(2026, 10, 30),
            "amount": Decimal("12.5"),
            "unit": "kWh",
            "quality": "actual",
            "interval_minutes": None,
            "register_digits": None,
            "stated_amount": None,
            "revision": 2,
            "source_row": 2,
            "fault_rule": None,
            "fault_column": None,
            "fault_value": None,
            "fault_sentence": None,
            "sender_stated_at": None,
        }
    ]
    assert rows.schema.field("amount").type == pa.decimal128(28, 9)


def test_cells_that_cannot_be_typed_are_empty_and_say_why(read: Read) -> None:
    rows = read(
        HEADER
        + "EL-1,2026-10-30 00:00,n/a,kWh,A,\n"
        + "EL-1,2026-10-30 00:15,7,kWh,X,\n"
        + "EL-1,2026-02-30 00:30,7,kWh,A,\n"
        + "EL-1,2026-10-30 00:45,7,kWh,A,one\n"
        + "EL-1,2026-10-30 01:00,7,kWh,A,\n"
    ).to_pylist()

    assert [
        (row["source_row"], row["fault_rule"], row["fault_column"], row["fault_value"]) for row in rows
    ] == [
        (2, "wrong_type", "amount", "n/a"),
        (3, "wrong_type", "quality", "X"),
        (4, "wrong_type", "read_at", "2026-02-30 00:30"),
        (5, "wrong_type", "revision", "one"),
        (6, None, None, None),
    ]
    assert [row["amount"] for row in rows] == [None, 7, 7, 7, 7]
    assert rows[2]["metered_on"] is None
    assert rows[0]["fault_sentence"].startswith("'n/a' in column 'Reading' is no number")
    assert "actual, substituted, estimated" in rows[1]["fault_sentence"]


def test_of_several_faults_the_first_in_the_contracts_order_is_named(read: Read) -> None:
    row = read(HEADER + "EL-1,yesterday,much,kWh,good,\n").to_pylist()[0]

    assert (row["fault_column"], row["fault_value"]) == ("read_at", "yesterday")
    assert (row["amount"], row["quality"]) == (None, None)


def test_empty_cells_are_null_and_no_fault(read: Read) -> None:
    row = read(HEADER + 'EL-1,2026-10-30 00:15,,"",A, \n').to_pylist()[0]

    assert (row["amount"], row["unit"], row["revision"], row["fault_rule"]) == (None, None, None, None)


def test_blank_lines_are_no_rows_and_still_counted(read: Read) -> None:
    rows = read(
        HEADER + "\nEL-1,2026-10-30 00:15,1,kWh,A,\n   \n,,,,,\r\nEL-1,2026-10-30 00:30,2,kWh,A,\n\n\n"
    ).to_pylist()

    assert [(row["source_row"], row["amount"]) for row in rows] == [(3, 1), (6, 2)]


def test_a_row_of_the_wrong_length_keeps_its_place_and_is_at_fault(read: Read) -> None:
    rows = read(
        HEADER
        + "EL-1,2026-10-30 00:15,1,kWh,A,\n"
        + "EL-1,2026-10-30 00:30,1,234,kWh,A,\n"
        + "EL-1,2026-10-30 00:45\n"
        + "EL-1,2026-10-30 01:00,4,kWh,A,\n"
    ).to_pylist()

    assert [row["source_row"] for row in rows] == [2, 3, 4, 5]
    assert [row["fault_rule"] for row in rows] == [
        None,
        "wrong_number_of_cells",
        "wrong_number_of_cells",
        None,
    ]
    assert rows[1]["fault_value"] == "EL-1,2026-10-30 00:30,1,234,kWh,A,"
    assert "7 cells where the header has 6" in rows[1]["fault_sentence"]
    assert (rows[1]["meter_code"], rows[1]["amount"]) == (None, None)


def test_quoted_cells_may_hold_the_delimiter_quotes_and_line_breaks(read: Read) -> None:
    rows = read(
        HEADER + '"EL,1",2026-10-30 00:15,1,kWh,A,\n"EL ""2""\nold",2026-10-30 00:30,2,kWh,A,\n', ignore=[]
    ).to_pylist()

    assert [row["meter_code"] for row in rows] == ["EL,1", 'EL "2"\nold']
    assert [row["source_row"] for row in rows] == [2, 3]


def test_blanks_around_cells_and_headers_are_no_part_of_them(read: Read) -> None:
    rows = read(
        " Meter ,Time, Reading,Unit,Quality,Revision\n EL-1 , 2026-10-30 00:15, 1.5 ,kWh , A,\n"
    ).to_pylist()

    assert (rows[0]["meter_code"], rows[0]["amount"], rows[0]["quality"]) == (
        "EL-1",
        Decimal("1.5"),
        "actual",
    )
    assert rows[0]["fault_rule"] is None


def test_known_headers_nobody_uses_are_left_out(read: Read) -> None:
    rows = read("Remark,Meter,Time,Reading,Unit,Quality,Revision\nhello,EL-1,2026-10-30 00:15,1,kWh,A,\n")

    assert rows.num_rows == 1
    assert "hello" not in rows.to_pylist()[0].values()


def test_a_trailing_delimiter_makes_no_column(read: Read) -> None:
    rows = read("Meter,Time,Reading,Unit,Quality,Revision,\nEL-1,2026-10-30 00:15,1,kWh,A,,\n")

    assert rows.to_pylist()[0]["amount"] == 1


@pytest.mark.parametrize(
    ("encoding", "changes"),
    [
        pytest.param("utf-8-sig", {}, id="UTF-8 with a byte order mark"),
        pytest.param("gb18030", {"encoding": "gb18030"}, id="the Chinese national standard"),
        pytest.param("gbk", {"encoding": "gbk"}, id="GBK, what Chinese Windows writes"),
        pytest.param("utf-16", {"encoding": "utf-16"}, id="UTF-16 as some programs save"),
    ],
)
def test_every_encoding_yields_the_same_text(read: Read, encoding: str, changes: dict) -> None:
    data = (HEADER + "总表-1,2026-10-30 00:15,1,万kWh,A,\n").encode(encoding)

    row = read(data, **changes).to_pylist()[0]

    assert (row["meter_code"], row["unit"], row["fault_rule"]) == ("总表-1", "万kWh", None)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        pytest.param("shift_jis", "エリア需要", id="Shift-JIS"),
        pytest.param("cp932", "①火力（ＬＮＧ）", id="what Japanese Windows writes"),
        pytest.param("cp1252", "Zähler Côte €", id="what western Windows writes"),
    ],
)
def test_texts_of_other_countries_arrive_whole(read: Read, encoding: str, text: str) -> None:
    data = f"{HEADER}{text},2026-10-30 00:15,1,kWh,A,\n".encode(encoding)

    row = read(data, encoding=encoding).to_pylist()[0]

    assert (row["meter_code"], row["fault_rule"]) == (text, None)


@pytest.mark.parametrize(
    ("written", "announced"),
    [("gbk", "utf-8"), ("cp932", "utf-8"), ("cp1252", "utf-8"), ("cp932", "ascii"), ("utf-8", "ascii")],
)
def test_another_encoding_is_one_error_at_its_first_byte(read: Read, written: str, announced: str) -> None:
    word = "Zähler" if written == "cp1252" else "電表"
    data = f"{HEADER}EL-1,2026-10-30 00:15,1,kWh,A,\n{word},2026-10-30 00:30,1,kWh,A,\n".encode(written)

    with pytest.raises(RefusedFileError) as raised:
        read(data, encoding=announced)

    finding = raised.value.finding
    assert (finding.rule, finding.row) == ("wrong_encoding", 3)
    assert announced in finding.sentence


def test_headers_in_another_encoding_that_happens_to_decode_are_not_taken(read: Read) -> None:
    header = HEADER.replace("Meter", "电表编号")
    data = (header + "EL-1,2026-10-30 00:15,1,kWh,A,\n").encode("gbk")

    with pytest.raises(RefusedFileError) as raised:
        read(data, encoding="cp1252", columns=METERS["columns"] | {"meter_code": "电表编号"})

    assert raised.value.finding.rule == "missing_column"
    assert "encoding" in raised.value.finding.sentence


def test_rows_above_the_header_may_hold_units_quotes_and_line_breaks(read: Read) -> None:
    rows = read(
        '"Meter export\nof ""works 1""",,\n"Unit [kWh]","",""\n'
        + HEADER
        + "EL-1,2026-10-30 00:15\nEL-1,2026-10-30 00:30,2,kWh,A,\n",
        header_row=3,
    )

    assert rows["source_row"].to_pylist() == [4, 5]
    assert rows["fault_rule"].to_pylist() == ["wrong_number_of_cells", None]


def test_a_header_of_two_lines_is_one_header(read: Read) -> None:
    rows = read(
        "Works export\n,,Energy,,,\n"
        + HEADER
        + "EL-1,2026-10-30 00:15,1.5,kWh,A,2\nEL-1,2026-10-30 00:30,1.5,kWh,A\n",
        header_row=2,
        header_rows=2,
        columns=METERS["columns"]
        | {
            "amount": "Energy / Reading",
            "unit": "Energy / Unit",
            "quality": {"header": "Energy / Quality", "values": {"A": "actual"}},
            "revision": "Energy / Revision",
        },
    ).to_pylist()

    assert [(row["amount"], row["revision"], row["source_row"]) for row in rows] == [
        (Decimal("1.5"), 2, 4),
        (None, None, 5),
    ]
    assert rows[1]["fault_rule"] == "wrong_number_of_cells"


def test_an_upper_line_shorter_than_the_lower_leaves_the_rest_as_it_is(read: Read) -> None:
    rows = read(
        "Place\n" + HEADER + "EL-1,2026-10-30 00:15,1.5,kWh,A,2\n",
        header_rows=2,
        columns=METERS["columns"] | {"meter_code": "Place / Meter"},
    )

    assert rows["meter_code"].to_pylist() == ["EL-1"]


@given(
    st.lists(st.none() | st.text("a9~\u00e9 \t\n\u00a0\u3000", max_size=4), max_size=6),
    st.integers(0, 3),
)
def test_a_cell_loses_the_blanks_around_it_and_nothing_else(cells: list[str | None], start: int) -> None:
    trimmed = grid.trimmed(pa.array(cells, pa.string()).slice(start))

    assert trimmed.to_pylist() == [cell.strip() or None if cell else None for cell in cells[start:]]


def test_a_line_break_inside_a_header_is_a_blank(read: Read) -> None:
    rows = read(
        'Meter,Time,"Reading\n (mean)",Unit,Quality,Revision\nEL-1,2026-10-30 00:15,1.5,kWh,A,\n',
        columns=METERS["columns"] | {"amount": "Reading (mean)"},
    )

    assert rows["amount"].to_pylist() == [Decimal("1.5")]


def test_a_word_for_no_value_counts_in_every_column_that_is_read(read: Read) -> None:
    row = read(HEADER + "EL-1,-,-,-,-,-\n", empty=["-"]).to_pylist()[0]

    read_from_file = ("read_at", "metered_on", "amount", "unit", "quality", "revision", "fault_rule")
    assert [row[name] for name in read_from_file] == [None] * 7


def test_the_unit_may_stand_in_the_header_alone(read: Read) -> None:
    rows = read(
        "表号,時間,工業用電(百萬度)\nEL-1,2026-10-30 00:15,263.799\n",
        columns={
            "installation_code": {"value": "TW"},
            "meter_code": "表号",
            "amount": "工業用電(百萬度)",
            "unit": {"value": "GWh"},  # 百萬度 = a million kWh
            "quality": {"value": "actual"},
        },
        timestamp={"column": "時間", "format": "%Y-%m-%d %H:%M"},
        ignore=[],
    ).to_pylist()

    assert (rows[0]["amount"], rows[0]["unit"]) == (Decimal("263.799"), "GWh")


def test_delimiter_decimal_comma_and_rows_above_the_header(read: Read) -> None:
    rows = read(
        "Zählerexport\n\nMeter;Time;Reading;Unit;Quality;Revision\nEL-1;2026-10-30 00:15;1,25;kWh;A;\n"
        "EL-1;2026-10-30 00:30;1.250,5;kWh;A;\n",
        delimiter=";",
        decimal=",",
        header_row=3,
    ).to_pylist()

    assert (rows[0]["amount"], rows[0]["source_row"]) == (Decimal("1.25"), 4)
    assert (rows[1]["amount"], rows[1]["fault_value"], rows[1]["source_row"]) == (None, "1.250,5", 5)


def test_a_row_of_the_wrong_length_below_a_late_header_is_counted_as_a_person_would(read: Read) -> None:
    rows = read(
        "export\n\n" + HEADER + "EL-1,2026-10-30 00:15\nEL-1,2026-10-30 00:30,2,kWh,A,\n", header_row=3
    )

    assert rows["source_row"].to_pylist() == [4, 5]
    assert rows["fault_rule"].to_pylist() == ["wrong_number_of_cells", None]


@pytest.mark.parametrize(
    ("data", "changes", "rule", "row", "column", "hint"),
    [
        pytest.param(b"", {}, "empty_file", None, None, "send it again", id="no bytes"),
        pytest.param(HEADER.encode(), {}, "empty_file", None, None, "no row", id="a header alone"),
        pytest.param(b"\xef\xbb\xbf\n\n", {}, "empty_file", None, None, "no row", id="blank lines alone"),
        pytest.param(
            HEADER.encode() + b"EL-1,2026-10-30 00:15,1,kWh,A,\nEL-\xff,",
            {},
            "wrong_encoding",
            3,
            None,
            "encoding",
            id="a byte that is no UTF-8",
        ),
        pytest.param(
            (HEADER + "EL-1,2026-10-30 00:15,1,kWh,A,\n").encode("utf-16-le"),
            {},
            "wrong_encoding",
            1,
            None,
            "UTF-16",
            id="UTF-16 nobody announced",
        ),
        pytest.param(
            b"Meter,Time,Reading,Unit,Quality,Revision,Cost\nEL-1,2026-10-30 00:15,1,kWh,A,,9\n",
            {},
            "unknown_column",
            1,
            "Cost",
            "ignore",
            id="a column nobody mapped",
        ),
        pytest.param(
            b"Meter,Time,Unit,Quality,Revision\nEL-1,2026-10-30 00:15,kWh,A,\n",
            {},
            "missing_column",
            1,
            "Reading",
            "'Meter', 'Time'",
            id="a column that is gone",
        ),
        pytest.param(
            (HEADER + "EL-1,2026-10-30 00:15,1,kWh,A,\n").replace(",", ";").encode(),
            {},
            "missing_column",
            1,
            "Meter",
            "delimiter",
            id="another delimiter",
        ),
        pytest.param(
            b"Meter,Time,Reading,Unit,Quality,Revision,Reading\nEL-1,2026-10-30 00:15,1,kWh,A,,2\n",
            {},
            "duplicate_column",
            1,
            "Reading",
            "once",
            id="two columns of one name",
        ),
        pytest.param(
            b"Meter,Time,Reading,Unit,Quality,Revision,\nEL-1,2026-10-30 00:15,1,kWh,A,,2\n",
            {},
            "unknown_column",
            1,
            "(no header, column 7)",
            "ignore",
            id="a filled column without a header",
        ),
        pytest.param(
            (
                HEADER + 'EL-1,2026-10-30 00:15,1,kWh,A,\nEL-1,2026-10-30 00:30,2,"kWh,A,\nEL-1,x,3,kWh,A,\n'
            ).encode(),
            {},
            "unreadable_file",
            3,
            None,
            "never closes",
            id="a quotation mark that never closes",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_place(
    read: Read, data: bytes, changes: dict, rule: str, row: int | None, column: str | None, hint: str
) -> None:
    with pytest.raises(RefusedFileError) as raised:
        read(data, **changes)

    finding = raised.value.finding
    assert (finding.source, finding.file, finding.rule) == ("meters", "day.csv", rule)
    assert (finding.row, finding.column) == (row, column)
    assert hint in finding.sentence


def test_the_moment_a_file_was_issued_may_stand_in_a_column(read: Read) -> None:
    rows = read(
        "Issued,"
        + HEADER
        + "2026-10-31 09:30,EL-1,2026-10-30 00:15,1,kWh,A,\nsoon,EL-1,2026-10-30 00:30,1,kWh,A,\n",
        stated_at={"column": "Issued", "format": "%Y-%m-%d %H:%M"},
    )

    assert rows["sender_stated_at"].to_pylist() == [datetime(2026, 10, 31, 1, 30, tzinfo=UTC), None]
