"""A row per meter and day with a column per time of day: long rows, and nothing invented."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest
import yaml

from lingtan import catalog, sources
from lingtan.errors import ConfigurationError, RefusedFileError
from lingtan.settings import Settings

METERS = {
    "table": "meter_readings",
    "format": "csv",
    "location": "inbox",
    "files": "*.csv",
    "time_zone": "Asia/Shanghai",
    "wide": {"date": "Date", "time": r"^(?P<time>\d{1,2}:\d{2})"},
    "timestamp": {"column": "read_at", "format": "%Y-%m-%d %H:%M"},
    "interval_minutes": 480,
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "meter_code": "Meter",
        "amount": "value",
        "unit": {"value": "kWh"},
        "quality": {"value": "actual"},
    },
}
BY_NUMBER = {"date": "Date", "from": "H1", "step_minutes": 480}

Read = Callable[..., pa.Table]


@pytest.fixture
def read(house: Settings) -> Read:
    """Reads a file by the entry METERS, some of its keys changed (None = left out)."""

    def read_(data: str | bytes, **changes: object) -> pa.Table:
        entry = {key: value for key, value in (METERS | changes).items() if value is not None}
        house.sources_file.write_text(yaml.safe_dump({"sources": {"meters": entry}}), encoding="utf-8")
        source = catalog.load(house)["meters"]
        return sources.read(
            data if isinstance(data, bytes) else data.encode(), source, source.contract, "days.csv"
        )

    return read_


def told(rows: pa.Table) -> list[tuple]:
    return [(row["meter_code"], row["read_at"], row["amount"], row["source_row"]) for row in rows.to_pylist()]


def test_a_day_becomes_a_row_per_time(read: Read) -> None:
    rows = read("Meter,Date,0:00,8:00,16:00\nEL-1,2026-10-30,1,2.5,0\nEL-2,2026-10-30,4,5,6\n")

    first, second, third = (
        datetime(2026, 10, day, hour, tzinfo=UTC) for day, hour in ((29, 16), (30, 0), (30, 8))
    )
    assert told(rows) == [
        ("EL-1", first, 1, 2),  # midnight in Shanghai, eight hours ahead of UTC
        ("EL-1", second, Decimal("2.5"), 2),
        ("EL-1", third, 0, 2),
        ("EL-2", first, 4, 3),
        ("EL-2", second, 5, 3),
        ("EL-2", third, 6, 3),
    ]
    assert set(rows["metered_on"].to_pylist()) == {date(2026, 10, 30)}


@pytest.mark.parametrize(
    ("header", "wide", "stated", "minutes"),
    [
        pytest.param("0:00,8:00,16:00", METERS["wide"], None, 480, id="three columns of the day"),
        pytest.param("0:00-8:00,8:00-16:00,16:00-24:00", METERS["wide"], None, 480, id="their ends too"),
        pytest.param("H1,H2,H3", BY_NUMBER, None, 480, id="as the entry counts them"),
        pytest.param("0:00,8:00,16:00", METERS["wide"], 15, 15, id="the entry goes first"),
        pytest.param("0:00,8:00,12:00", METERS["wide"], None, None, id="uneven columns say nothing"),
        pytest.param("0:00,1:00,2:00", METERS["wide"], None, None, id="nor do those of a part of the day"),
    ],
)
def test_rows_are_as_long_as_their_columns_are_apart(
    read: Read, header: str, wide: dict, stated: int | None, minutes: int | None
) -> None:
    rows = read(f"Meter,Date,{header}\nEL-1,2026-10-30,1,2,3\n", wide=wide, interval_minutes=stated)

    assert rows["interval_minutes"].to_pylist() == [minutes] * 3


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("00:00-08:00,08:00-16:00,16:00-24:00", id="from and until"),
        pytest.param("H1,H2,H3", id="counted from midnight"),
    ],
)
def test_times_are_found_in_headers_or_counted_from_midnight(read: Read, header: str) -> None:
    wide = BY_NUMBER if "H1" in header else METERS["wide"]
    rows = read(f"Meter,Date,{header}\nEL-1,2026-10-30,1,2,3\n", wide=wide)

    assert [(row[1].hour, row[2]) for row in told(rows)] == [(16, 1), (0, 2), (8, 3)]


def test_headers_that_name_the_end_of_their_interval_are_read_as_ends(read: Read) -> None:
    timestamp = METERS["timestamp"] | {"stamp": "end"}
    rows = read("Meter,Date,08:00,16:00,24:00\nEL-1,2026-10-30,1,2,3\n", timestamp=timestamp)

    assert [(row[1], row[2]) for row in told(rows)] == [
        (datetime(2026, 10, 29, 16, tzinfo=UTC), 1),
        (datetime(2026, 10, 30, 0, tzinfo=UTC), 2),
        (datetime(2026, 10, 30, 8, tzinfo=UTC), 3),
    ]


def test_an_empty_cell_and_a_word_for_nothing_are_times_without_a_reading(read: Read) -> None:
    rows = read("Meter,Date,0:00,8:00,16:00\nEL-1,2026-10-30,,-,0\nEL-2,2026-10-30,,,\n", empty=["-"])

    assert [(row[0], row[2]) for row in told(rows)] == [("EL-1", 0)]


def test_a_cell_that_is_no_number_costs_its_time_alone(read: Read) -> None:
    rows = read("Meter,Date,0:00,8:00,16:00\nEL-1,2026-10-30,1,broken,3\n").to_pylist()

    assert [(row["amount"], row["fault_rule"], row["fault_value"]) for row in rows] == [
        (1, None, None),
        (None, "wrong_type", "broken"),
        (3, None, None),
    ]


def test_a_row_of_too_few_cells_stays_one_fault(read: Read) -> None:
    rows = read(
        "Meter,Date,0:00,8:00,16:00\nEL-1,2026-10-30,1,2,3\nEL-1,2026-10-31,1\nEL-1,2026-11-01,4,5,6\n"
    )

    found = [(row["source_row"], row["fault_rule"]) for row in rows.to_pylist()]
    assert found == [(2, None)] * 3 + [(3, "wrong_number_of_cells")] + [(4, None)] * 3


def test_a_broken_cell_of_a_workbook_is_a_fault_at_its_time(read: Read) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Days"
    for row in (["Meter", "Date", "0:00", "8:00", "16:00"], ["EL-1", "2026-10-30", 1, "#REF!", 3]):
        book.active.append(row)
    book.active["D2"].data_type = "e"
    out = io.BytesIO()
    book.save(out)

    rows = read(out.getvalue(), format="excel", sheet="Days", files="*.xlsx").to_pylist()

    assert [(row["amount"], row["fault_column"], row["fault_value"]) for row in rows] == [
        (1, None, None),
        (None, "amount", "#REF!"),
        (3, None, None),
    ]


def test_a_repeated_hour_cannot_be_told_in_a_row_of_the_day(read: Read) -> None:
    hours = ",".join(f"{hour}:00" for hour in range(24))
    # Berlin put its clocks back at 03:00 on 25 October 2026
    rows = read(
        f"Meter,Date,{hours}\nEL-1,2026-10-25,{','.join(['1'] * 24)}\n",
        time_zone="Europe/Berlin",
        interval_minutes=60,
    ).to_pylist()

    assert [row["fault_value"] for row in rows if row["fault_rule"]] == ["2026-10-25 2:00"]
    assert {row["fault_rule"] for row in rows if row["fault_rule"]} == {"ambiguous_time"}


@pytest.mark.parametrize(
    ("header", "wide", "rule", "column"),
    [
        pytest.param("Meter,Day,0:00", METERS["wide"], "missing_column", "Date", id="no day"),
        pytest.param(
            "Meter,Date,morning", METERS["wide"], "missing_column", METERS["wide"]["time"], id="no times"
        ),
        pytest.param("Meter,Date,H2,H3,H4", BY_NUMBER, "missing_column", "H1", id="no first time"),
        pytest.param("Meter,Date,H1,H2", BY_NUMBER, "missing_column", "H1", id="too few times"),
        pytest.param("Meter,Date,H1,H2,H3,Sum", BY_NUMBER, "unknown_column", "Sum", id="more than times"),
        pytest.param(
            "Meter,Date,0:00,Remark", METERS["wide"], "unknown_column", "Remark", id="another column"
        ),
    ],
)
def test_a_day_of_another_form_is_refused(
    read: Read, header: str, wide: dict, rule: str, column: str
) -> None:
    cells = ",".join(["EL-1", "2026-10-30", *["1"] * (header.count(",") - 1)])

    with pytest.raises(RefusedFileError) as refused:
        read(f"{header}\n{cells}\n", wide=wide)

    assert (refused.value.finding.rule, refused.value.finding.column) == (rule, column)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"wide": {"date": "Date"}}, "give time", id="no times"),
        pytest.param({"format": "json"}, "files with a row of headers", id="a format without headers"),
        pytest.param({"wide": {"time": "x"}}, "wide.date", id="no day"),
        pytest.param({"wide": {"date": "Date", "time": "(?P<hour>.)"}}, "named group", id="no group"),
        pytest.param(
            {"wide": {"date": "Date", "time": "(?P<time>"}}, "no regular expression", id="no pattern"
        ),
        pytest.param({"wide": BY_NUMBER | {"step_minutes": 7}}, "divide the day", id="a crooked step"),
        pytest.param(
            {"timestamp": {"column": "Time", "format": "%Y-%m-%d %H:%M"}},
            "must be read_at",
            id="another stamp",
        ),
        pytest.param(
            {"wide": BY_NUMBER, "timestamp": METERS["timestamp"] | {"stamp": "end"}},
            "must be start",
            id="ends",
        ),
    ],
)
def test_a_mistake_in_the_entry_is_named(read: Read, changes: dict, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        read("Meter,Date,0:00\n", **changes)
