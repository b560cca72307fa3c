"""Parquet with columns of every type: exact numbers, times as the source writes them, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from lingtan import catalog, sources
from lingtan.errors import RefusedFileError
from lingtan.settings import Settings

METERS = {
    "table": "meter_readings",
    "format": "parquet",
    "location": "inbox",
    "files": "*.parquet",
    "time_zone": "Asia/Shanghai",
    "timestamp": {"column": "time", "format": "%Y-%m-%d %H:%M:%S"},
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "meter_code": "meter",
        "amount": "reading",
        "unit": {"value": "kWh"},
        "quality": {"value": "actual"},
    },
    "ignore": ["remark"],
}
AWARE = {"column": "time", "format": "%Y-%m-%d %H:%M:%S%z"}
NOON = datetime(2026, 10, 30, 12, tzinfo=UTC).replace(tzinfo=None)  # on the wall in Shanghai

Read = Callable[..., pa.Table]


@pytest.fixture
def read(house: Settings) -> Read:
    """Reads columns, or bytes as they are, by the entry METERS, some of its keys changed."""

    def read_(columns: dict[str, object] | bytes, /, **changes: object) -> pa.Table:
        house.sources_file.write_text(
            yaml.safe_dump({"sources": {"meters": METERS | changes}}), encoding="utf-8"
        )
        source = catalog.load(house)["meters"]
        if isinstance(columns, bytes):
            return sources.read(columns, source, source.contract, "day.parquet")
        out = io.BytesIO()
        pq.write_table(pa.table({"meter": ["EL-1"], "time": [NOON], "reading": ["1"]} | columns), out)
        return sources.read(out.getvalue(), source, source.contract, "day.parquet")

    return read_


def test_a_row_arrives_with_every_column_typed(read: Read) -> None:
    rows = read({"meter": [7, 8], "time": [NOON, NOON], "reading": [Decimal("1.25"), None]}).to_pylist()

    assert [(row["meter_code"], row["amount"], row["source_row"]) for row in rows] == [
        ("7", Decimal("1.25"), 1),
        ("8", None, 2),
    ]
    assert rows[0]["read_at"] == datetime(2026, 10, 30, 4, tzinfo=UTC)
    assert rows[0]["metered_on"] == date(2026, 10, 30)
    assert [row["fault_rule"] for row in rows] == [None, None]


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        pytest.param(
            pa.array([Decimal("12345678901234567.123456789")]), "12345678901234567.123456789", id="decimal"
        ),
        pytest.param(pa.array([2**62]), "4611686018427387904", id="whole number"),
        pytest.param(pa.array([0.1]), "0.1", id="double"),
        pytest.param(pa.array([0.1 + 0.2]), "0.3", id="noise of a double"),
        pytest.param(pa.array([-0.14699999999999999]), "-0.147", id="its shortest text"),
        pytest.param(pa.array([1e15]), "1000000000000000", id="large double"),
        pytest.param(pa.array([0.1], pa.float32()), "0.1", id="single"),
        pytest.param(pa.array([" 3.5 "]), "3.5", id="text"),
        pytest.param(pa.array(["4"]).dictionary_encode(), "4", id="text of a dictionary"),
    ],
)
def test_numbers_of_every_type_are_exact(read: Read, value: pa.Array, amount: str) -> None:
    assert read({"reading": value})["amount"].to_pylist() == [Decimal(amount)]


def test_a_comma_in_texts_leaves_typed_numbers_as_they_are(read: Read) -> None:
    assert read({"reading": [2.5]}, decimal=",")["amount"].to_pylist() == [Decimal("2.5")]
    assert read({"reading": [Decimal("2.5")]}, decimal=",")["amount"].to_pylist() == [Decimal("2.5")]
    assert read({"reading": ["2,5"]}, decimal=",")["amount"].to_pylist() == [Decimal("2.5")]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_are_told_by_their_offset(read: Read, unit: str) -> None:
    noon = pa.array([datetime(2026, 10, 30, 4, tzinfo=UTC)], pa.timestamp(unit, tz="UTC"))
    same = noon.cast(pa.timestamp(unit, tz="Europe/Berlin"))

    for column in (noon, same):
        assert read({"time": column}, timestamp=AWARE)["read_at"].to_pylist() == [
            datetime(2026, 10, 30, 4, tzinfo=UTC)
        ]


@pytest.mark.parametrize(
    ("column", "timestamp", "says"),
    [
        pytest.param(pa.array([NOON]), AWARE, "asks for one", id="local times where instants are agreed"),
        pytest.param(
            pa.array([NOON], pa.timestamp("us", tz="UTC")),
            METERS["timestamp"],
            "no %z",
            id="instants for local times",
        ),
    ],
)
def test_local_times_and_instants_are_never_taken_for_each_other(
    read: Read, column: pa.Array, timestamp: dict, says: str
) -> None:
    with pytest.raises(RefusedFileError, match=says) as refused:
        read({"time": column}, timestamp=timestamp)

    assert (refused.value.finding.rule, refused.value.finding.column) == ("wrong_type", "time")


def test_a_time_finer_than_the_agreed_format_is_a_fault_of_its_row(read: Read) -> None:
    fine = NOON.replace(microsecond=5)
    rows = read({"meter": ["a", "b"], "time": [NOON, fine], "reading": ["1", "2"]}).to_pylist()

    assert [(row["fault_column"], row["fault_value"]) for row in rows] == [
        (None, None),
        ("read_at", "2026-10-30 12:00:00.000005"),
    ]


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(pa.array([[1, 2]]), id="a list"),
        pytest.param(pa.array([{"a": 1}]), id="an object"),
        pytest.param(pa.array([b"\xff"]), id="bytes"),
    ],
)
def test_a_column_that_is_no_cell_is_refused_when_it_is_read_and_not_when_it_is_ignored(
    read: Read, column: pa.Array
) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read({"reading": column})

    assert (refused.value.finding.rule, refused.value.finding.column) == ("wrong_type", "reading")
    assert read({"remark": column}).num_rows == 1


def test_a_date_and_a_time_of_day_may_make_the_stamp(read: Read) -> None:
    rows = read(
        {"day": [date(2026, 10, 30)], "time": pa.array([time(12, 15)])},
        timestamp={"column": ["day", "time"], "format": "%Y-%m-%d %H:%M"},
    )

    assert rows["read_at"].to_pylist() == [datetime(2026, 10, 30, 4, 15, tzinfo=UTC)]


def test_a_row_per_day_is_read_as_rows_of_its_times(read: Read) -> None:
    out = io.BytesIO()
    pq.write_table(
        pa.table(
            {"meter": ["EL-1"], "day": [date(2026, 10, 30)], "00:00": [1.5], "12:00": [None], "remark": [[1]]}
        ),
        out,
    )
    rows = read(
        out.getvalue(),
        wide={"date": "day", "time": r"^(?P<time>\d\d:\d\d)$"},
        timestamp={"column": "read_at", "format": "%Y-%m-%d %H:%M"},
        columns=METERS["columns"] | {"amount": "value"},
    )

    assert [(row["read_at"], row["amount"]) for row in rows.to_pylist()] == [
        (datetime(2026, 10, 29, 16, tzinfo=UTC), Decimal("1.5"))
    ]


def test_an_unknown_column_refuses_the_file(read: Read) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read({"phase": ["L1"]})

    assert (refused.value.finding.rule, refused.value.finding.column) == ("unknown_column", "phase")


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"", "empty_file"), (b"PAR1 and no more", "unreadable_file"), (b"Time,Reading\n", "unreadable_file")],
)
def test_bytes_that_are_no_parquet_are_refused(read: Read, data: bytes, rule: str) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read(data)

    assert refused.value.finding.rule == rule


def test_a_file_without_rows_is_empty(read: Read) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read(
            {
                "meter": pa.array([], pa.string()),
                "time": pa.array([], pa.timestamp("us")),
                "reading": pa.array([]),
            }
        )

    assert refused.value.finding.rule == "empty_file"
