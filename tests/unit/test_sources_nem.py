"""NEM12 and NEM13: what records mean, and that a mistake in one is told once, with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import yaml

from lingtan import catalog, sources
from lingtan.errors import ConfigurationError, RefusedFileError
from lingtan.settings import Settings

NEM12 = {
    "table": "meter_readings",
    "format": "nem12",
    "location": "inbox",
    "files": "*",
    "time_zone": "Australia/Brisbane",
    "utc_offset": "+10:00",
    "timestamp": {"column": "read_at", "format": "%Y%m%d%H%M%S%z"},
    "columns": {
        "installation_code": {"value": "SITE"},
        "meter_code": "meter",
        "amount": "value",
        "unit": "unit",
        "quality": {
            "header": "quality",
            "values": {"A": "actual", "S": "substituted", "F": "substituted", "E": "estimated"},
        },
        "interval_minutes": "interval_minutes",
    },
}
NEM13 = NEM12 | {
    "format": "nem13",
    "columns": {name: header for name, header in NEM12["columns"].items() if name != "interval_minutes"}
    | {"register_digits": "digits", "stated_amount": "stated"},
}
HEADER = "100,NEM12,200405011135,MDP1,Ret1\n"
STREAM = "200,NMI1,E1E2,1,E1,N1,M123,kWh,480,\n"  # three intervals of eight hours
END = "900\n"

Read = Callable[..., pa.Table]


@pytest.fixture
def read(house: Settings) -> Read:
    """Reads a text by the entry of its version, some of its keys changed."""

    def read_(text: str, **changes: object) -> pa.Table:
        entry = NEM13 if ",NEM13," in text else NEM12
        house.sources_file.write_text(
            yaml.safe_dump({"sources": {"grid": entry | changes}}), encoding="utf-8"
        )
        source = catalog.load(house)["grid"]
        return sources.read(text.encode(), source, source.contract, "nem.csv")

    return read_


def day(*values: str, quality: str = "A", on: str = "20040201") -> str:
    return f"300,{on},{','.join(values)},{quality},,,20040202120025,\n"


def faults(rows: pa.Table) -> list[tuple]:
    return [
        (row["source_row"], row["fault_rule"], row["fault_column"], row["fault_value"])
        for row in rows.to_pylist()
        if row["fault_rule"]
    ]


def test_a_day_becomes_a_row_per_interval_stamped_with_its_start(read: Read) -> None:
    rows = read(HEADER + STREAM + day("1.5", "0", "2.25") + END).to_pylist()

    assert [(row["read_at"], row["amount"]) for row in rows] == [
        (datetime(2004, 1, 31, 14, tzinfo=UTC), Decimal("1.5")),  # midnight, ten hours ahead of UTC
        (datetime(2004, 1, 31, 22, tzinfo=UTC), 0),
        (datetime(2004, 2, 1, 6, tzinfo=UTC), Decimal("2.25")),
    ]
    assert {(row["meter_code"], row["unit"], row["quality"], row["interval_minutes"]) for row in rows} == {
        ("NMI1-E1", "kWh", "actual", 480)
    }
    assert {row["metered_on"] for row in rows} == {date(2004, 2, 1)}
    assert {row["source_row"] for row in rows} == {3}


def test_an_interval_length_may_change_inside_a_file(read: Read) -> None:
    rows = read(
        HEADER
        + STREAM
        + day("1", "2", "3")
        + STREAM.replace("480", "720")
        + day("4", "5", on="20040202")
        + END
    ).to_pylist()

    assert [(row["interval_minutes"], row["amount"]) for row in rows] == [
        (480, 1),
        (480, 2),
        (480, 3),
        (720, 4),
        (720, 5),
    ]


def test_market_time_stays_while_the_clocks_of_the_place_change(read: Read) -> None:
    # Sydney put its clocks forward at 02:00 on 31 October 2004; its day began at 23:00 market time
    rows = read(
        HEADER + STREAM + day("1", "2", "3", on="20041101") + END, time_zone="Australia/Sydney"
    ).to_pylist()

    assert rows[0]["read_at"] == datetime(2004, 10, 31, 14, tzinfo=UTC)
    assert [row["metered_on"] for row in rows] == [date(2004, 11, 1)] * 3
    late = read(
        HEADER + STREAM.replace("480", "60") + day(*["1"] * 24, on="20041101") + END,
        time_zone="Australia/Sydney",
    ).to_pylist()
    assert [row["metered_on"] for row in late][-2:] == [date(2004, 11, 1), date(2004, 11, 2)]


@pytest.mark.parametrize(
    ("written", "unit"), [("KWH", "KWH"), ("MWH", "MWH"), ("mwh", "Mwh"), ("kvarh", "kvarh")]
)
def test_a_small_m_is_mega_and_every_other_unit_stays_as_written(read: Read, written: str, unit: str) -> None:
    rows = read(HEADER + STREAM.replace("kWh", written) + day("1", "2", "3") + END)

    assert set(rows["unit"].to_pylist()) == {unit}


@pytest.mark.parametrize(
    "leave_out",
    [
        pytest.param({"unit": ["kVArh"]}, id="by unit, in any case"),
        pytest.param({"suffix": ["Q1"]}, id="by suffix"),
        pytest.param({"unit": ["kVAr"], "suffix": ["Q1", "K1"]}, id="by either"),
    ],
)
def test_a_stream_that_is_left_out_is_counted_and_no_row(read: Read, leave_out: dict) -> None:
    reactive = STREAM.replace("1,E1,", "1,Q1,").replace("kWh", "KVARH")
    broken = day("1", "2")  # a day cut short, of the stream that is left out
    rows = read(
        HEADER + STREAM + day("1", "2", "3") + reactive + day("4", "5", "6") + broken + END,
        leave_out=leave_out,
    )

    assert rows["amount"].to_pylist() == [1, 2, 3]
    assert rows["fault_rule"].null_count == 3
    assert rows.schema.metadata == {sources.LEFT_OUT: b"4"}


def test_a_fault_stays_at_its_row_when_the_rows_before_it_are_left_out(read: Read) -> None:
    reactive = STREAM.replace("1,E1,", "1,Q1,")
    rows = read(
        HEADER + reactive + day("4", "5", "6") + STREAM + day("1", "2", "3", quality="N") + END,
        leave_out={"suffix": ["Q1"]},
    )

    assert faults(rows) == [(5, "no_reading", "amount", value) for value in "123"]


def test_a_column_that_leaves_out_must_be_one_of_the_format(read: Read) -> None:
    with pytest.raises(ConfigurationError, match="nem12 has no 'stream'"):
        read(HEADER + END, leave_out={"stream": ["Q1"]})


def test_a_varying_quality_is_taken_from_its_ranges(read: Read) -> None:
    rows = read(
        HEADER + STREAM + day("1", "2", "3", quality="V") + "400,1,1,F14,76,\n400,2,3,E52,,\n500,N,,,\n" + END
    ).to_pylist()

    assert [row["quality"] for row in rows] == ["substituted", "estimated", "estimated"]


def test_an_interval_without_a_reading_is_missing_whatever_number_stands_there(read: Read) -> None:
    rows = read(
        HEADER + STREAM + day("1", "0", "3", quality="V") + "400,1,1,A,,\n400,2,2,N,,\n400,3,3,A,,\n900\n"
    )

    assert rows["amount"].to_pylist() == [1, None, 3]
    assert faults(rows) == [(3, "no_reading", "amount", "0")]


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        pytest.param("300,20040201,V,,\n", (3, "amount", "V"), id="values are missing"),
        pytest.param(
            day(*"12345678"), (3, "amount", "300,20040201,1,2,3,4,5,6,7,8,A,,,20040202120025,"), id="too many"
        ),
        pytest.param(day("1", "2", "3", on="20040230"), (3, "read_at", "20040230"), id="30 February"),
        pytest.param(day("1", "2", "3", on="1 Feb"), (3, "read_at", "1 Feb"), id="a date in words"),
        pytest.param(day("1", "2", "3", quality=""), (3, "quality", ""), id="no quality"),
        pytest.param(day("1", "2", "3", quality="X"), (3, "quality", "X"), id="an unknown quality"),
        pytest.param(day("1", "2", "3", quality="V"), (3, "quality", "V"), id="V without ranges"),
        pytest.param(
            day("1", "2", "3", quality="V") + "400,1,2,A,,\n", (4, "quality", "V"), id="a range is missing"
        ),
        pytest.param(
            day("1", "2", "3", quality="V") + "400,1,96,A,,\n", (4, "quality", "1-96"), id="past the day"
        ),
        pytest.param(
            day("1", "2", "3", quality="V") + "400,1,2,A,,\n400,2,3,A,,\n",
            (5, "quality", "2-3"),
            id="ranges overlap",
        ),
        pytest.param(
            day("1", "2", "3") + "400,1,3,E52,,\n", (4, "quality", "A"), id="ranges beside another quality"
        ),
    ],
)
def test_a_record_that_cannot_be_taken_apart_is_one_fault_and_its_neighbours_stay(
    read: Read, record: str, fault: tuple
) -> None:
    rows = read(HEADER + STREAM + record + day("7", "8", "9", on="20040203") + END)

    assert faults(rows) == [(fault[0], "unreadable_record", fault[1], fault[2])]
    assert rows["amount"].to_pylist() == [None, 7, 8, 9]


def test_a_value_that_is_no_number_costs_its_interval_alone(read: Read) -> None:
    rows = read(HEADER + STREAM + day("1", "1.2.3", "") + END)

    assert rows["amount"].to_pylist() == [1, None, None]
    assert faults(rows) == [(3, "wrong_type", "amount", "1.2.3")]


@pytest.mark.parametrize(
    ("text", "rule", "row", "value"),
    [
        pytest.param(STREAM + day("1", "2", "3") + END, "wrong_record_order", 1, "200", id="no header"),
        pytest.param(
            HEADER + day("1", "2", "3") + END, "wrong_record_order", 2, "300", id="a day of no stream"
        ),
        pytest.param(
            HEADER + STREAM + "400,1,3,A,,\n" + END, "wrong_record_order", 3, "400", id="a range of no day"
        ),
        pytest.param(
            HEADER + STREAM + "250,1\n" + END, "wrong_record_order", 3, "250", id="a record of NEM13"
        ),
        pytest.param(
            HEADER + STREAM + day("1", "2", "3") + END + STREAM,
            "wrong_record_order",
            5,
            "200",
            id="goes on after its end",
        ),
        pytest.param(HEADER + STREAM + day("1", "2", "3"), "cut_short", 3, "300", id="no end"),
        pytest.param(
            HEADER.replace("NEM12", "NEM09") + END, "wrong_version", 1, "NEM09", id="another version"
        ),
        pytest.param(
            HEADER + STREAM.replace("480", "7") + day("1", "2", "3") + END,
            "unreadable_record",
            2,
            "7",
            id="minutes",
        ),
        pytest.param("\n \n", "empty_file", None, None, id="nothing"),
        pytest.param(HEADER + END, "empty_file", None, None, id="nothing between header and end"),
    ],
)
def test_a_file_out_of_order_is_refused_where_it_breaks(
    read: Read, text: str, rule: str, row: int | None, value: str | None
) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read(text)

    finding = refused.value.finding
    assert (finding.rule, finding.row, finding.value) == (rule, row, value)


def test_files_joined_to_one_are_read_as_both(read: Read) -> None:
    one = HEADER + STREAM + day("1", "2", "3") + END

    assert read(one + one.replace("20040201", "20040202")).num_rows == 6


def test_a_file_that_is_no_text_is_refused_where_it_stops_being_one(read: Read, house: Settings) -> None:
    read(HEADER + STREAM + day("1", "2", "3") + END)
    source = catalog.load(house)["grid"]

    with pytest.raises(RefusedFileError) as refused:
        sources.read(HEADER.encode() + b"200,\xff\n900\n", source, source.contract, "nem.csv")

    assert (refused.value.finding.rule, refused.value.finding.row) == ("wrong_encoding", 2)


def register(earlier: str, later: str, stated: str = "", **changes: str) -> str:
    """A record 250; `earlier` and `later` are 'register at quality'."""
    before, after = (reading.split(" ") for reading in (earlier, later))
    cells = {"suffix": "11", "direction": "E", "unit": "KWH"} | changes
    return (
        f"250,NMI1,11,1,{cells['suffix']},11,M1,{cells['direction']},{','.join(before)},,,{','.join(after)},,,"
        f"{stated},{cells['unit']},20050519,20050218104410,\n"
    )


START = "100,NEM13,200505161145,MDP1,Ret1\n"


def test_a_record_becomes_its_two_readings_and_the_later_one_carries_the_quantity(read: Read) -> None:
    rows = read(
        START + register("99990 20041222225300 A", "01015 20050329113400 S61", "1025") + "550,N,,A,\n" + END
    ).to_pylist()

    assert [
        (row["read_at"], row["amount"], row["register_digits"], row["stated_amount"], row["quality"])
        for row in rows
    ] == [
        (datetime(2004, 12, 22, 12, 53, tzinfo=UTC), 99990, None, None, "actual"),
        (datetime(2005, 3, 29, 1, 34, tzinfo=UTC), 1015, 5, 1025, "substituted"),
    ]
    assert {(row["meter_code"], row["unit"], row["source_row"]) for row in rows} == {("NMI1-11", "KWH", 2)}


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0000106.00", 7),
        ("01015", 5),
        ("00000", 5),
        ("1015", None),
        ("0", None),
        ("0.5", None),
        ("290.00", None),
    ],
)
def test_the_width_of_a_register_is_known_from_padding_zeros_alone(
    read: Read, written: str, digits: int | None
) -> None:
    rows = read(START + register("1 20050101000000 A", f"{written} 20050201000000 A") + END)

    assert rows["register_digits"].to_pylist()[1] == digits


def test_a_reading_told_again_by_the_next_record_is_one_row(read: Read) -> None:
    rows = read(
        START
        + register("100 20050101000000 A", "110 20050201000000 A", "10")
        + register("5 20050101000000 A", "6 20050201000000 A", "1", suffix="41")
        + register("110 20050201000000 A", "125 20050301000000 E62", "15")
        + END
    ).to_pylist()

    assert [(row["meter_code"], row["amount"], row["stated_amount"]) for row in rows] == [
        ("NMI1-11", 100, None),
        ("NMI1-11", 110, 10),
        ("NMI1-41", 5, None),
        ("NMI1-41", 6, 1),
        ("NMI1-11", 125, 15),
    ]


def test_a_reading_told_again_with_another_value_stays_a_row_of_its_own(read: Read) -> None:
    rows = read(
        START
        + register("100 20050101000000 A", "110 20050201000000 E62", "10")
        + register("112 20050201000000 A", "125 20050301000000 A", "13")
        + END
    )

    assert rows["amount"].to_pylist() == [100, 110, 112, 125]


def test_the_first_reading_of_a_new_meter_has_none_before_it(read: Read) -> None:
    rows = read(START + register("  ", "00012 20050201000000 A") + END)

    assert rows["amount"].to_pylist() == [12]


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        pytest.param(
            "250,NMI1,11,1,11\n", ("unreadable_record", "amount", "250,NMI1,11,1,11"), id="cut short"
        ),
        pytest.param(
            register("1 20050101000000 A", "2 20050201000000 V"),
            ("unreadable_record", "quality", "V"),
            id="V",
        ),
        pytest.param(
            register("1 20050101000000 A", "0 20050201000000 N"),
            ("no_reading", "amount", "0"),
            id="no reading",
        ),
        pytest.param(
            register("1 20050101000000 A", "2 20051301000000 A"),
            ("wrong_type", "read_at", "20051301000000+1000"),
            id="month 13",
        ),
        pytest.param(
            register("1 20050101000000 A", "2a 20050201000000 A"),
            ("wrong_type", "amount", "2a"),
            id="no number",
        ),
    ],
)
def test_a_reading_that_cannot_be_read_is_one_fault(read: Read, record: str, fault: tuple) -> None:
    assert faults(read(START + record + END)) == [(2, *fault)]


def test_an_entry_that_asks_for_a_column_the_format_has_not_is_told_which_it_has(read: Read) -> None:
    with pytest.raises(ConfigurationError, match="nem12 has no 'Reading'; it has meter, nmi"):
        read(HEADER, columns=NEM12["columns"] | {"amount": "Reading"})


@pytest.mark.parametrize("offset", [None, "10", "+10", "+15:00", 10])
def test_market_time_needs_its_offset_from_utc(read: Read, offset: object) -> None:
    with pytest.raises(ConfigurationError, match="utc_offset"):
        read(HEADER, utc_offset=offset)


def test_the_sender_may_state_its_time_in_each_record(read: Read) -> None:
    rows = read(
        HEADER + STREAM + day("1", "2", "3") + END,
        stated_at={"column": "updated_at", "format": "%Y%m%d%H%M%S%z"},
    )

    assert set(rows["sender_stated_at"].to_pylist()) == {datetime(2004, 2, 2, 2, 0, 25, tzinfo=UTC)}


def test_or_for_the_file_as_a_whole(read: Read) -> None:
    rows = read(
        HEADER + STREAM + day("1", "2", "3") + END,
        stated_at={"column": "created_at", "format": "%Y%m%d%H%M%S%z"},
    )

    assert set(rows["sender_stated_at"].to_pylist()) == {datetime(2004, 5, 1, 1, 35, tzinfo=UTC)}
