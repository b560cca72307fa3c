"""JSON as systems send it: where the records lie, exact numbers, and what refuses a document or a record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lingtan import catalog, sources
from lingtan.errors import ConfigurationError, RefusedFileError
from lingtan.settings import Settings
from lingtan.sources import json_shape

METERS = {
    "table": "meter_readings",
    "format": "json",
    "location": "inbox",
    "files": "*.json",
    "records": "data.readings",
    "time_zone": "Asia/Shanghai",
    "timestamp": {"column": "at", "format": "%Y-%m-%dT%H:%M:%S%z"},
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "meter_code": "meter.code",
        "amount": "value.amount",
        "unit": "value.unit",
        "quality": {"header": "quality", "values": {"A": "actual"}},
        "revision": "revision",
    },
    "ignore": ["meter.site", "remarks"],
}
RECORD = {
    "at": "2026-10-30T00:15:00+08:00",
    "meter": {"code": "EL-1", "site": "hall 2"},
    "value": {"amount": 12.5, "unit": "kWh"},
    "quality": "A",
}

Read = Callable[..., pa.Table]


@pytest.fixture
def read(house: Settings) -> Read:
    """Reads records, or bytes as they are, by the entry METERS with some keys changed (None = left out)."""

    def read_(document: object, **changes: object) -> pa.Table:
        entry = {key: value for key, value in (METERS | changes).items() if value is not None}
        house.sources_file.write_text(yaml.safe_dump({"sources": {"meters": entry}}), encoding="utf-8")
        source = catalog.load(house)["meters"]
        if isinstance(document, list):
            document = {"data": {"readings": document}, "page": 1}
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        return sources.read(data, source, source.contract, "day.json")

    return read_


def written(amount: str) -> bytes:
    """A document with one record whose amount is written so."""
    return json.dumps({"data": {"readings": [RECORD]}}).replace("12.5", amount).encode()


def fault(row: dict) -> tuple:
    return row["source_row"], row["fault_rule"], row["fault_column"], row["fault_value"]


def refusal(read: Read, document: object, **changes: object) -> tuple:
    with pytest.raises(RefusedFileError) as refused:
        read(document, **changes)
    finding = refused.value.finding
    return finding.rule, finding.row, finding.column, finding.value


def test_a_record_becomes_a_row_with_every_column_typed(read: Read) -> None:
    row = read([RECORD]).to_pylist()[0]

    assert (row["meter_code"], row["amount"], row["unit"], row["quality"], row["revision"]) == (
        "EL-1",
        Decimal("12.5"),
        "kWh",
        "actual",
        None,
    )
    assert (row["read_at"], row["metered_on"]) == (
        datetime(2026, 10, 29, 16, 15, tzinfo=UTC),
        date(2026, 10, 30),
    )
    assert (row["source_row"], row["fault_rule"]) == (1, None)


@pytest.mark.parametrize(
    ("amount", "exact"),
    [
        pytest.param(
            "1234567890123456.789012345", "1234567890123456.789012345", id="more digits than a float has"
        ),
        pytest.param("0.1", "0.1", id="a tenth, which no float is"),
        pytest.param("123456789012345678", "123456789012345678", id="a long whole number"),
        pytest.param("4.5E-3", "0.0045", id="with an exponent"),
        pytest.param('"12.75"', "12.75", id="written as text"),
        pytest.param("-0.0", "0", id="minus nothing"),
        pytest.param("1" + "0" * 18, "1000000000000000000", id="nineteen digits"),
    ],
)
def test_a_number_keeps_the_digits_that_were_written(read: Read, amount: str, exact: str) -> None:
    assert read(written(amount))["amount"].to_pylist() == [Decimal(exact)]


@given(st.decimals(min_value=0, max_value=10**18, places=9, allow_nan=False, allow_infinity=False))
@hypothesis_settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_number_of_the_contract_comes_through_exactly(read: Read, number: Decimal) -> None:
    assert read(written(f"{number:f}"))["amount"].to_pylist() == [number]


def test_a_code_written_as_a_number_keeps_its_digits(read: Read) -> None:
    document = json.dumps({"data": {"readings": [RECORD]}}).replace('"EL-1"', "12.50")

    assert read(document.encode())["meter_code"].to_pylist() == ["12.50"]


def test_a_number_with_too_many_decimals_is_shown_as_it_was_written(read: Read) -> None:
    row = read(written("0.12345678901234567890")).to_pylist()[0]

    assert fault(row) == (1, "wrong_type", "amount", "0.12345678901234567890")


def test_a_number_longer_than_any_counter_is_a_fault_of_its_row(read: Read) -> None:
    row = read(written("9" * 400)).to_pylist()[0]

    assert fault(row)[:3] == (1, "wrong_type", "amount")


def test_numbers_and_texts_may_differ_in_their_decimal_mark(read: Read) -> None:
    text = {**RECORD, "value": {"amount": "7,25", "unit": "kWh"}}

    assert read([RECORD, text], decimal=",")["amount"].to_pylist() == [Decimal("12.5"), Decimal("7.25")]


def test_what_a_record_leaves_out_or_gives_as_null_is_empty(read: Read) -> None:
    without = {key: value for key, value in RECORD.items() if key != "value"}
    null = {**RECORD, "value": None, "revision": None}
    blank = {**RECORD, "value": {"amount": "  ", "unit": None}, "revision": 2}

    rows = read([without, null, blank]).to_pylist()

    assert [(row["amount"], row["unit"], row["revision"]) for row in rows] == [
        (None, None, None),
        (None, None, None),
        (None, None, 2),
    ]
    assert [row["fault_rule"] for row in rows] == [None] * 3


def test_the_list_may_be_the_document_itself(read: Read) -> None:
    assert read(json.dumps([RECORD, RECORD]).encode(), records=None).num_rows == 2


def test_a_byte_order_mark_is_no_part_of_the_document(read: Read) -> None:
    assert read(b"\xef\xbb\xbf" + written("1")).num_rows == 1


def test_true_and_false_are_words(read: Read) -> None:
    row = read([{**RECORD, "quality": True}]).to_pylist()[0]

    assert fault(row) == (1, "wrong_type", "quality", "true")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param("hello", (2, "wrong_type", None, "hello"), id="a text in place of a record"),
        pytest.param(None, (2, "wrong_type", None, "None"), id="nothing in place of a record"),
        pytest.param(
            {**RECORD, "meter": "EL-1"}, (2, "wrong_type", "meter_code", "EL-1"), id="a text for an object"
        ),
        pytest.param(
            {**RECORD, "quality": ["A"]}, (2, "wrong_type", "quality", "['A']"), id="a list for a value"
        ),
        pytest.param(
            {**RECORD, "at": {"h": 1}}, (2, "wrong_type", "read_at", "{'h': 1}"), id="an object for a time"
        ),
    ],
)
def test_a_record_of_another_form_is_one_fault_and_its_neighbours_stay(
    read: Read, record: object, expected: tuple
) -> None:
    rows = read([RECORD, record, RECORD]).to_pylist()

    assert [row["source_row"] for row in rows] == [1, 2, 3]
    assert [fault(row) for row in rows if row["fault_rule"]] == [expected]


def test_a_key_nobody_mapped_refuses_the_file_and_names_the_record(read: Read) -> None:
    more = {**RECORD, "value": {"amount": 1, "unit": "kWh", "phase": "L1"}}

    assert refusal(read, [RECORD, more]) == ("unknown_column", 2, "value.phase", "L1")


def test_what_lies_below_an_ignored_key_is_ignored_with_it(read: Read) -> None:
    assert read([{**RECORD, "remarks": [{"by": "shift 2"}]}]).num_rows == 1


def test_a_column_that_no_record_has_refuses_the_file(read: Read) -> None:
    without = {key: value for key, value in RECORD.items() if key != "quality"}

    assert refusal(read, [without])[::2] == ("missing_column", "quality")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            b'{"data": {\n "readings": [\n {"at": 1,,}]}}',
            ("unreadable_file", 3, None, None),
            id="a stray comma",
        ),
        pytest.param(b'{"data": {"readings": [', ("unreadable_file", None, None, None), id="cut short"),
        pytest.param(b'[{"at": NaN}]', ("unreadable_file", 1, None, None), id="NaN is no JSON"),
        pytest.param(b"", ("unreadable_file", None, None, None), id="nothing"),
        pytest.param('{"data": 1}'.encode("utf-16"), ("unreadable_file", 1, None, None), id="UTF-16"),
        pytest.param(
            b'{"data": {"readings": {}}}', ("missing_records", None, "data.readings", None), id="no list"
        ),
        pytest.param(b'{"data": []}', ("missing_records", None, "data.readings", None), id="another form"),
        pytest.param(b'{"data": {"readings": []}}', ("empty_file", None, None, None), id="an empty list"),
        pytest.param(b"[" * 100_000, ("unreadable_file", None, None, None), id="too deep"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_its_line(
    read: Read, document: bytes, expected: tuple
) -> None:
    assert refusal(read, document) == expected


def test_a_value_and_what_lies_inside_it_cannot_both_be_read(read: Read) -> None:
    with pytest.raises(ConfigurationError, match=r"'meter.site' lies below 'meter'"):
        read([RECORD], columns=METERS["columns"] | {"meter_code": "meter"})


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([RECORD, RECORD], id="whole records"),
        pytest.param([{**RECORD, "value": None}, {**RECORD, "meter": {}}], id="parts left out"),
        pytest.param([{**RECORD, "meter": {"code": 1234}}, RECORD], id="a code written as a number"),
        pytest.param(
            [{**RECORD, "revision": 3, "remarks": {"a": [1, 2.5]}}, {"at": None}], id="one key alone"
        ),
    ],
)
def test_a_document_of_the_agreed_form_gives_the_rows_of_a_closer_look(
    read: Read, monkeypatch: pytest.MonkeyPatch, records: list
) -> None:
    at_once = read(records)
    monkeypatch.setattr(json_shape.Shape, "columns", lambda self, data: None)

    assert at_once.num_rows == len(records)
    assert at_once.equals(read(records))
