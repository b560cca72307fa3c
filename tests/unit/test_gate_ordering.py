"""The order of rows by key, and which rows share theirs."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingtan.gate import ordering


def test_rows_come_in_the_order_of_part_then_bytes_then_instant_and_null_is_first() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    rows = pa.table(
        {
            "part": pa.array([1, 0, 0, 0, 0], pa.int32()),
            "meter": ["A", "b", "B", None, "b"],
            "at": pa.array([noon, noon, noon, noon, None], pa.timestamp("us", tz="UTC")),
        }
    )

    order, number = ordering.by_key(rows, ["part", "meter", "at"])

    # part 0: no meter; then capital before small letter; of the two b the one without instant; then part 1
    assert order.tolist() == [3, 2, 4, 1, 0]
    assert number.tolist() == [-1, -1, -1, -1, -1]


def test_rows_of_one_key_share_a_number_and_lone_rows_have_none() -> None:
    rows = pa.table({"meter": ["E2", "E1", "E2", "E3", "E1", "E2", None, None]})

    _, number = ordering.by_key(rows, ["meter"])

    assert number[3] == -1
    assert number[0] == number[2] == number[5] >= 0
    assert number[1] == number[4] >= 0
    assert number[6] == number[7] >= 0  # two rows that leave the key empty are one key
    assert len({number[0], number[1], number[6]}) == 3


def test_equal_words_of_several_dictionaries_are_one_word() -> None:
    first = pa.array(["E1", "E2"]).dictionary_encode()
    second = pa.array(["E2", "E1"]).dictionary_encode()
    rows = pa.table({"meter": pa.chunked_array([first, second])})

    order, number = ordering.by_key(rows, ["meter"])

    assert order.tolist() == [0, 3, 1, 2]
    assert number[0] == number[3] != number[1] == number[2]


def test_keys_too_wide_for_one_number_are_ordered_all_the_same() -> None:
    far = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)]
    kind = pa.timestamp("us", tz="UTC")
    rows = pa.table(
        {
            "from": pa.array([far[1], far[0], far[1], far[0]], kind),
            "until": pa.array([far[0], far[1], far[0], far[0]], kind),
        }
    )

    order, number = ordering.by_key(rows, ["from", "until"])

    assert order.tolist() == [3, 1, 0, 2]
    assert number[0] == number[2] >= 0
    assert number[1] == number[3] == -1


FIRST = datetime(2026, 1, 1, tzinfo=UTC)
KIND = pa.timestamp("us", tz="UTC")
slots = st.integers(0, 7).map(lambda slot: FIRST + timedelta(minutes=15 * slot))
readings = st.tuples(st.integers(0, 2), st.sampled_from([None, "A", "B", "a"]), st.none() | slots)


def table_of(rows: list[tuple]) -> pa.Table:
    parts, meters, instants = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "part": pa.array(parts, pa.int32()),
            "meter": pa.array(meters, pa.string()),
            "at": pa.array(instants, KIND),
        }
    )


def plainly(rows: list[tuple]) -> list[int]:
    """The order a plain sort of Python's gives."""
    before = datetime.min.replace(tzinfo=UTC)
    key = [(part, (meter or "").encode(), at or before) for part, meter, at in rows]
    return sorted(range(len(rows)), key=key.__getitem__)


@pytest.mark.parametrize("runs", [0, 1_000], ids=["put in place", "sorted"])
@settings(max_examples=80, deadline=None)
@given(rows=st.lists(readings, max_size=40))
def test_rows_put_in_place_come_as_a_plain_sort_has_them(runs: int, rows: list[tuple]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "_RUNS", runs)
        patch.setattr(ordering, "_PLACES_PER_ROW", 1_000_000)
        order, number = ordering.by_key(table_of(rows), ["part", "meter", "at"])

    assert order.tolist() == plainly(rows)
    for row, found in enumerate(number):
        twins = [other for other, key in enumerate(rows) if key == rows[row]]
        assert (found >= 0) == (len(twins) > 1)
        assert {number[twin] for twin in twins} == {found}
    shared = {key: number[row] for row, key in enumerate(rows) if number[row] >= 0}
    assert len(set(shared.values())) == len(shared)


def test_readings_that_come_in_no_order_are_put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        (day, f"M{meter}", FIRST + timedelta(days=day, minutes=15 * slot))
        for day in range(3)
        for meter in range(10)
        for slot in range(96)
    ]
    random.Random(1).shuffle(rows)
    monkeypatch.setattr(ordering, "_numbers", None)  # what a sort would go on with

    order, _ = ordering.by_key(table_of(rows), ["part", "meter", "at"])

    assert [rows[row] for row in order] == sorted(rows)


def test_no_rows_have_no_order() -> None:
    order, number = ordering.by_key(pa.table({"meter": pa.array([], pa.string())}), ["meter"])

    assert order.tolist() == number.tolist() == []
