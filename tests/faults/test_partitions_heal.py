"""A partition is a pure function of its inputs: whatever order files come in, whatever is deleted, wherever a
process dies, the lake ends with the same pointers and the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import small_house

from lingtan import gate, lake, landing
from lingtan.lake import partitions
from lingtan.settings import Settings

METERS = "meters/CN-FAST/all"
JANUARY_1, JANUARY_2, MARCH_5 = (
    f"meter_readings/CN-FAST/{day}" for day in ("2026-01-01", "2026-01-02", "2026-03-05")
)

Lake = dict[str, tuple[bytes, ...]]


def snapshot(house: Settings) -> Lake:
    """By partition: the bytes of its pointer and of the files it names."""
    found = {}
    for name, pointer in lake.pointers(settings=house).items():
        partition = partitions.Partition.parse(name)
        pointer_file = house.lake / "_current" / f"{partition.folder}.json"
        named = [house.var / pointer[key] for key in ("file", "quarantine") if pointer[key] is not None]
        found[name] = tuple(file.read_bytes() for file in (pointer_file, *named))
    return found


def invoice(amount: str, **changes: str) -> dict[str, str]:
    return {
        "installation_code": "CN-FAST",
        "stream_code": "SODA",
        "period_from": "2026-03-01",
        "period_until": "2026-04-01",
        "kind": "delivery",
        "amount": amount,
        "unit": "t",
        "document_ref": "INV-1",
    } | changes


def stream(**changes: str) -> dict[str, str]:
    return {
        "installation_code": "CN-FAST",
        "stream_code": "SODA",
        "name": "Soda ash",
        "method": "process_input",
        "material_code": "Na2CO3",
        "direction": "input",
        "activity_basis": "documents",
        "valid_from": "2025-01-01",
    } | changes


READING = small_house.reading
SENT: list[tuple[str, str, list[dict[str, str]]]] = [
    ("meters", "20260101T0000", [small_house.meter("E1"), small_house.meter("E2")]),
    ("meters", "20260110T0000", [small_house.meter("E2", max_per_hour="8")]),
    ("source_streams", "20260101T0000", [stream()]),
    (
        "meter_readings",
        "20260102T0000",
        [
            READING("2026-01-01 00:00", "10"),
            READING("2026-01-01 00:15", "n/a"),
            READING("2026-01-01 00:15", "3", code="E2"),
            READING("2026-01-01 00:30", "7", unit="m3"),
            READING("yesterday", "7"),
        ],
    ),
    (
        "meter_readings",
        "20260103T0000",
        [READING("2026-01-02 00:00", "20"), READING("2026-01-01 00:00", "11")],
    ),
    ("meter_readings", "20260104T0000", [READING("2026-01-01 00:00", "12", revision="1")]),
    ("meter_readings", "20260105T0000", [READING("2026-01-01 00:00", "10")]),
    (small_house.UNSTATED, "a", [READING("2026-01-02 00:00", "21"), READING("2026-01-02 00:15", "5")]),
    (small_house.UNSTATED, "b", [READING("2026-01-02 00:15", "6")]),
    ("activity_data", "20260401T0000", [invoice("40", document_ref="OTHER")]),
    (small_house.PERIOD_SOURCE, "20260401T0000", [invoice("40"), invoice("2", document_ref="INV-2")]),
    (small_house.PERIOD_SOURCE, "20260501T0000", [invoice("41")]),
]


def a_house(house: Settings, folder: Path) -> Settings:
    made = replace(house, var=folder / "var", out=folder / "out", sources_file=folder / "sources.yml")
    folder.mkdir()
    small_house.write_sources(made)
    return made


def test_files_landed_in_any_order_give_equal_pointers_and_equal_bytes(
    house: Settings, tmp_path: Path
) -> None:
    orders = [SENT[::-1], *(random.Random(seed).sample(SENT, len(SENT)) for seed in (1, 2, 3))]
    at_once = a_house(house, tmp_path / "at once")
    for sent in SENT:
        small_house.send(at_once, *sent)
    small_house.run(at_once)
    expected = snapshot(at_once)

    for number, order in enumerate(orders):
        one_by_one = a_house(house, tmp_path / f"order {number}")
        for sent in order:
            small_house.send(one_by_one, *sent)
            small_house.run(one_by_one)
        assert snapshot(one_by_one) == expected, f"order {number}"

    rows = lake.table("meter_readings", settings=at_once).to_pylist()
    stood = {(str(row["metered_on"]), row["meter_code"], row["amount"], row["marks"]) for row in rows}
    assert stood == {
        ("2026-01-01", "E1", Decimal(12), None),  # revision 1, whatever was stated later
        # 3 kWh in a quarter of an hour on a feeder of 8 kWh an hour
        ("2026-01-01", "E2", Decimal(3), "share_of_nameplate_between"),
        ("2026-01-02", "E1", Decimal(20), None),  # stated beats unstated
        ("2026-01-02", "E1", settled_by_hash(at_once), "conflict"),
    }
    documents = lake.table("activity_data", settings=at_once).to_pylist()
    assert {(row["document_ref"], row["amount"]) for row in documents} == {
        ("INV-1", Decimal(41)),
        ("OTHER", Decimal(40)),
    }


def settled_by_hash(house: Settings) -> Decimal:
    """Of the two unstated files the one with the higher sha256 wins: its value of 00:15."""
    amounts = {}
    for record in landing.records(["meter_readings"], settings=house):
        if record.source == small_house.UNSTATED:
            amounts[record.sha256] = landing.rows(record, settings=house)["amount"].to_pylist()[-1]
    return amounts[max(amounts)]


def test_a_correction_taken_back_ends_where_it_began(house: Settings) -> None:
    small_house.write_sources(house)
    small_house.send(house, "meters", "20260101T0000", [small_house.meter()])
    first, second = [READING("2026-01-01 00:00", "10")], [READING("2026-01-01 00:00", "99")]
    seen = []
    for stated, rows in (("20260102T0000", first), ("20260103T0000", second), ("20260104T0000", first)):
        small_house.send(house, "meter_readings", stated, rows)
        small_house.run(house)
        seen += lake.table("meter_readings", settings=house)["amount"].to_pylist()

    assert seen == [Decimal(10), Decimal(99), Decimal(10)]


def test_an_identical_file_under_an_earlier_name_changes_nothing(house: Settings) -> None:
    small_house.write_sources(house)
    rows = [READING("2026-01-01 00:00", "10")]
    small_house.send(house, "meters", "20260101T0000", [small_house.meter()])
    small_house.send(house, "meter_readings", "20260105T0000", rows)
    small_house.run(house)
    before = snapshot(house)
    small_house.send(house, "meter_readings", "20260104T0000", rows)

    assert small_house.run(house) == []
    assert snapshot(house) == before


@pytest.fixture
def filled(house: Settings) -> Settings:
    small_house.write_sources(house)
    for sent in SENT:
        small_house.send(house, *sent)
    small_house.run(house)
    return house


def test_a_file_for_march_that_lands_in_june_changes_march_alone(filled: Settings) -> None:
    before = snapshot(filled)
    small_house.send(filled, "meter_readings", "20260601T0000", [READING("2026-03-05 08:00", "1")])

    assert small_house.run(filled) == [MARCH_5]

    after = snapshot(filled)
    assert {name for name in after if after[name] != before.get(name)} == {MARCH_5}


def delete_data(house: Settings, pointer: dict) -> None:
    (house.var / pointer["file"]).unlink()


def delete_quarantine(house: Settings, pointer: dict) -> None:
    (house.var / pointer["quarantine"]).unlink()


def delete_pointer(house: Settings, pointer: dict) -> None:
    (house.lake / "_current" / pointer["table"] / pointer["installation"] / f"{pointer['key']}.json").unlink()


@pytest.mark.parametrize("delete", [delete_data, delete_quarantine, delete_pointer])
def test_what_is_deleted_of_a_partition_is_restored_byte_for_byte(
    filled: Settings, delete: Callable[[Settings, dict], None]
) -> None:
    before = snapshot(filled)
    pointer = lake.read_pointer(JANUARY_1, settings=filled)
    assert pointer is not None

    delete(filled, pointer)

    assert small_house.run(filled) == [JANUARY_1]
    assert snapshot(filled) == before


def test_a_master_file_that_is_deleted_comes_back_before_it_is_looked_up(filled: Settings) -> None:
    before = snapshot(filled)
    pointer = lake.read_pointer(METERS, settings=filled)
    assert pointer is not None

    delete_data(filled, pointer)
    small_house.run(filled)

    assert snapshot(filled) == before
    assert small_house.run(filled) == []


def test_a_corrected_meter_judges_anew_only_the_days_that_use_it(house: Settings) -> None:
    small_house.write_sources(house)
    small_house.send(house, "meters", "20260101T0000", [small_house.meter("E1"), small_house.meter("E2")])
    days = [READING("2026-01-01 00:00", "5"), READING("2026-01-02 00:00", "5", code="E2")]
    small_house.send(house, "meter_readings", "20260103T0000", days)
    small_house.run(house)
    before = snapshot(house)
    small_house.send(house, "meters", "20260201T0000", [small_house.meter("E2", max_per_hour="16")])
    said: list[str] = []

    landing.land(small_house.TABLES, settings=house)
    stale = lake.stale(small_house.TABLES, settings=house)
    gate.accept(stale, settings=house, progress=said.append)

    assert stale == [METERS]
    assert said[1].startswith("meter_readings: 1 partitions, 1 read")  # in the same call, unasked
    after = snapshot(house)
    assert {name for name in after if after[name] != before[name]} == {METERS, JANUARY_2}
    assert set(lake.table("meter_readings", settings=house)["marks"].to_pylist()) == {
        None,
        "share_of_nameplate_between",  # 5 kWh in a quarter of an hour against 16 kWh an hour
    }
    assert lake.stale(small_house.TABLES, settings=house) == []


def test_a_master_list_sent_again_unchanged_judges_no_reading_anew(filled: Settings) -> None:
    small_house.send(filled, "meters", "20260301T0000", [*SENT[0][2][:1], *SENT[1][2]])

    assert small_house.run(filled) == [METERS]
    assert lake.stale(small_house.TABLES, settings=filled) == []


@pytest.mark.parametrize("dies_at", range(1, 7))
def test_a_process_that_dies_while_it_writes_leaves_the_next_run_to_heal(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    """Every replace of the accept is a place to die: data file, quarantine, pointer, of each partition."""
    undisturbed, disturbed = (a_house(house, tmp_path / name) for name in ("undisturbed", "disturbed"))
    for made in (undisturbed, disturbed):
        for sent in SENT[:5]:
            small_house.send(made, *sent)
        landing.land(small_house.TABLES, settings=made)
    small_house.run(undisturbed)
    replaces = 0
    replacing = Path.replace

    def dying(self: Path, target: Path) -> Path:
        nonlocal replaces
        replaces += 1
        if replaces == dies_at:
            raise KeyboardInterrupt
        return replacing(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dying)
        with pytest.raises(KeyboardInterrupt):
            small_house.run(disturbed)
    for table in small_house.TABLES:  # what readers see at that moment is whole
        lake.table(table, settings=disturbed)

    small_house.run(disturbed)

    assert snapshot(disturbed) == snapshot(undisturbed)
    assert lake.stale(small_house.TABLES, settings=disturbed) == []


def test_a_day_that_turns_bad_is_held_and_shows_nothing_until_it_turns_good(house: Settings) -> None:
    small_house.write_sources(house)
    small_house.send(house, "meters", "20260101T0000", [small_house.meter("E1")])
    small_house.send(house, "meter_readings", "20260102T0000", [READING("2026-01-01 00:00", "5")])
    small_house.run(house)
    good = snapshot(house)[JANUARY_1]

    small_house.send(
        house, "meters", "20260201T0000", [small_house.meter("E1", medium="natural_gas", unit="m3_20c")]
    )
    small_house.run(house)
    held = lake.read_pointer(JANUARY_1, settings=house)

    assert held is not None
    assert (held["state"], held["file"], held["content_hash"]) == ("held", None, None)
    assert held["counts"] == {"read": 1, "accepted": 0, "rejected": 1, "superseded": 0, "marked": 0}
    assert lake.table("meter_readings", settings=house).num_rows == 0
    assert small_house.run(house) == []  # it stays held and wakes nobody until an input changes

    small_house.send(house, "meters", "20260301T0000", [small_house.meter("E1")])
    small_house.run(house)

    assert snapshot(house)[JANUARY_1] == good
