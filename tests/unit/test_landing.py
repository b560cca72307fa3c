"""Landing: bytes kept for ever, read once, under every name they came by; nothing lost whatever happens."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from lingtan import catalog_transport, landing
from lingtan.errors import LingtanError
from lingtan.landing import hashes, inbox, raw_records, read_rows
from lingtan.settings import Settings

METERS = {
    "table": "meter_readings",
    "format": "csv",
    "location": "inbox/meters",
    "files": "meters_*.csv",
    "time_zone": "Asia/Shanghai",
    "stated_at": {
        "name": r"meters_\d{8}_issued_(?P<stated_at>\d{8}T\d{4})\.csv",
        "format": "%Y%m%dT%H%M",
    },
    "due": {"every": "day", "from": date(2026, 10, 1), "until": date(2026, 11, 1)},
    "timestamp": {"column": "Time", "format": "%Y-%m-%d %H:%M"},
    "columns": {
        "installation_code": "Works",
        "meter_code": "Meter",
        "amount": "Reading",
        "unit": {"value": "kWh"},
        "quality": {"value": "actual"},
    },
}
OUTPUT = {
    "table": "production_output",
    "format": "csv",
    "location": "inbox/output",
    "files": "*.csv",
    "due": {"every": "day", "from": date(2026, 10, 1), "until": date(2026, 11, 1)},
    "columns": {
        "installation_code": {"value": "CN-FAST"},
        "process_code": "Process",
        "product_code": "Product",
        "period_from": "From",
        "period_until": "Until",
        "kind": {"value": "saleable"},
        "amount": "Amount",
        "unit": {"value": "t"},
    },
}
TABLES = ["meter_readings"]
DAY = "Works,Meter,Time,Reading\nCN-FAST,EL-1,2026-10-30 00:00,1.5\nCN-FAST,EL-2,2026-10-30 00:15,2\n"

Drop = Callable[..., Path]


def configure(house: Settings, **sources: dict) -> None:
    house.sources_file.write_text(yaml.safe_dump({"sources": sources}, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def drop(house: Settings) -> Drop:
    """Puts a file into the inbox of the one source `meters`."""
    configure(house, meters=METERS)

    def drop_(name: str, text: str | bytes = DAY, folder: str = "inbox/meters") -> Path:
        file = house.var / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return drop_


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but locks, its bytes without the moment of receipt."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != ".lock":
            data = file.read_bytes()
            if file.suffix == ".json":
                record = json.loads(data)
                for name in record["names"]:
                    del name["received_at"]
                data = json.dumps(record).encode()
            found[str(file.relative_to(folder))] = data
    return found


def test_a_file_is_kept_as_it_came_with_a_record_beside_it(house: Settings, drop: Drop) -> None:
    drop("meters_20261030_issued_20261031T0600.csv")

    landed = landing.land(TABLES, settings=house)

    sha256 = hashlib.sha256(DAY.encode()).hexdigest()
    assert landed.new == [f"meters/{sha256}"]
    assert (landed.refused, landed.growing, landed.known) == ([], [], 0)
    assert (house.raw / "meters" / sha256).read_bytes() == DAY.encode()
    record = json.loads((house.raw / "meters" / f"{sha256}.json").read_text(encoding="utf-8"))
    assert list(record) == [
        *(
            "source",
            "sha256",
            "size",
            "names",
            "read_hash",
            "state",
            "finding",
            "table",
            "rows",
            "left_out",
            "partitions",
        ),
        "days",
    ]
    assert record["names"][0]["name"] == "meters_20261030_issued_20261031T0600.csv"
    assert record["names"][0]["stated_at"] == "2026-10-30T22:00:00Z"  # six in the morning in Shanghai
    assert (record["state"], record["rows"], record["finding"]) == ("read", 2, None)
    assert record["partitions"] == {
        "CN-FAST/2026-10-30": {
            "rows": 2,
            "lookups": {"installations": ["CN-FAST"], "meters": ["EL-1", "EL-2"]},
        }
    }


def test_rows_come_back_typed_with_their_origin_and_their_place(house: Settings, drop: Drop) -> None:
    drop("meters_1.csv")
    landing.land(TABLES, settings=house)
    record = landing.records(TABLES, settings=house)[0]

    row = landing.rows(record, settings=house).to_pylist()[0]

    assert (row["meter_code"], row["amount"], row["source_row"]) == ("EL-1", Decimal("1.5"), 2)
    assert row["source_file"] == record.id == f"meters/{record.sha256}"
    assert (row["partition_installation"], row["partition_key"]) == ("CN-FAST", "2026-10-30")
    assert row["fault_rule"] is None


def test_the_same_bytes_under_a_known_name_are_no_work(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("meters_1.csv")
    landing.land(TABLES, settings=house)
    before = {file: file.stat().st_mtime_ns for file in house.raw.rglob("*") if file.name != ".lock"}
    monkeypatch.setattr(landing, "read", lambda *_: pytest.fail("read again"))

    landed = landing.land(TABLES, settings=house)

    assert (landed.new, landed.known) == ([], 1)
    assert before.items() <= {file: file.stat().st_mtime_ns for file in house.raw.rglob("*")}.items()


@pytest.fixture
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files dropped in a test count as left alone."""
    monkeypatch.setattr(hashes, "time_ns", lambda: time.time_ns() + 3_600_000_000_000)


def read_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files whose bytes are read from now on."""
    names = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        names.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    return names


@pytest.mark.usefixtures("an_hour_later")
def test_a_file_nobody_has_touched_is_not_even_read(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("meters_1.csv")
    drop("meters_2.csv", "Works,Meter\n")
    first = landing.land(TABLES, settings=house)
    names = read_names(monkeypatch)

    landed = landing.land(TABLES, settings=house)

    assert (names, landed.known, landed.new) == ([], 2, [])
    assert landed.refused == first.refused != []


@pytest.mark.usefixtures("an_hour_later")
def test_a_file_mended_with_its_old_size_and_date_is_read(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop("meters_1.csv")
    at = file.stat().st_mtime_ns
    landing.land(TABLES, settings=house)
    drop("meters_1.csv", DAY.replace("1.5", "2.5"))
    os.utime(file, ns=(at, at))
    names = read_names(monkeypatch)

    landed = landing.land(TABLES, settings=house)

    assert (names[:1], len(landed.new)) == (["meters_1.csv"], 1)


def test_a_file_touched_a_moment_ago_is_read_again(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(house, meters=METERS | {"settle_seconds": 0})
    drop("meters_1.csv")
    landing.land(TABLES, settings=house)
    names = read_names(monkeypatch)

    landed = landing.land(TABLES, settings=house)

    assert (names, landed.known) == (["meters_1.csv"], 1)


@pytest.mark.usefixtures("an_hour_later")
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda house, _: (house.read / "meters/hashes.json").unlink(), id="no hashes"),
        pytest.param(lambda house, _: (house.read / "meters/hashes.json").write_text("{"), id="half of them"),
        pytest.param(lambda house, sha256: (house.raw / "meters" / sha256).unlink(), id="no bytes kept"),
        pytest.param(
            lambda house, sha256: (house.raw / f"meters/{sha256}.json").unlink(), id="no record kept"
        ),
    ],
)
def test_whatever_is_lost_an_untouched_file_is_read_and_restores_it(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch, damage: Callable
) -> None:
    drop("meters_1.csv")
    landing.land(TABLES, settings=house)
    before = snapshot(house.raw)
    damage(house, hashlib.sha256(DAY.encode()).hexdigest())
    names = read_names(monkeypatch)

    landing.land(TABLES, settings=house)

    assert names[:1] == ["meters_1.csv"]
    assert snapshot(house.raw) == before


def test_a_file_sent_again_under_a_new_name_adds_a_line_and_the_latest_counts(
    house: Settings, drop: Drop
) -> None:
    drop("meters_20261030_issued_20261031T0600.csv")
    landing.land(TABLES, settings=house)
    drop("meters_20261030_issued_20261102T0900.csv")

    landed = landing.land(TABLES, settings=house)

    assert (landed.new, landed.known) == ([], 2)
    (remark,) = landed.duplicates
    assert (remark.rule, remark.source, remark.file) == (
        *("duplicate_file", "meters"),
        "meters_20261030_issued_20261102T0900.csv",
    )
    assert "same bytes as meters_20261030_issued_20261031T0600.csv" in remark.sentence
    assert "under the later stated_at, 2026-11-02T01:00:00Z" in remark.sentence
    assert landing.land(TABLES, settings=house).duplicates == []  # said once
    record, *others = landing.records(TABLES, settings=house)
    assert others == []
    assert len(record.names) == 2
    assert record.stated_at == "2026-11-02T01:00:00Z"
    assert record.file_name == "meters_20261030_issued_20261102T0900.csv"


def test_a_name_that_does_not_say_when_counts_as_oldest(house: Settings, drop: Drop) -> None:
    drop("meters_by_hand.csv")
    landing.land(TABLES, settings=house)
    assert landing.records(TABLES, settings=house)[0].stated_at is None
    drop("meters_20261030_issued_20261031T0600.csv")
    landing.land(TABLES, settings=house)

    record = landing.records(TABLES, settings=house)[0]

    assert record.stated_at == "2026-10-30T22:00:00Z"
    assert record.file_name == "meters_20261030_issued_20261031T0600.csv"


def test_a_name_that_does_not_say_when_is_found_and_located_until_the_name_is_right(
    house: Settings, drop: Drop
) -> None:
    drop("meters_by_hand.csv")
    landing.land(TABLES, settings=house)

    (finding,) = landing.undated(TABLES, settings=house)

    assert (finding.rule, finding.source, finding.file) == ("undated_file", "meters", "meters_by_hand.csv")
    assert "counts as oldest" in finding.sentence
    drop("meters_20261030_issued_20261031T0600.csv")
    landing.land(TABLES, settings=house)
    assert landing.undated(TABLES, settings=house) == []


def test_a_source_that_agreed_on_no_date_is_warned_of_none(house: Settings, drop: Drop) -> None:
    configure(house, meters=METERS | {"stated_at": None})
    drop("meters_by_hand.csv")
    landing.land(TABLES, settings=house)

    assert landing.undated(TABLES, settings=house) == []


def test_a_source_that_changes_from_name_to_object_time_takes_the_files_own_time(
    house: Settings, drop: Drop
) -> None:
    file = drop("meters_20261030_issued_20261031T0600.csv")
    at = datetime(2026, 10, 29, 3, tzinfo=UTC).timestamp()
    os.utime(file, (at, at))
    landing.land(TABLES, settings=house)
    file.unlink()
    configure(house, meters=METERS | {"stated_at": {"object_time": True}})
    landing.land(TABLES, settings=house)
    by_object = landing.records(TABLES, settings=house)[0].stated_at
    configure(house, meters=METERS)
    landing.land(TABLES, settings=house)
    by_name = landing.records(TABLES, settings=house)[0].stated_at

    assert (by_object, by_name) == ("2026-10-29T03:00:00Z", "2026-10-30T22:00:00Z")


def test_a_record_from_before_the_files_time_was_kept_still_reads(house: Settings, drop: Drop) -> None:
    drop("meters_20261030_issued_20261031T0600.csv")
    landing.land(TABLES, settings=house)
    record = landing.records(TABLES, settings=house)[0]
    raw = json.loads(record.as_json())
    del raw["names"][0]["changed_at"]

    former = raw_records.RawRecord.from_json(json.dumps(raw))

    assert former.names[0].changed_at is None
    assert former.stated_at == record.stated_at


def test_by_object_time_a_file_overwritten_and_taken_back_under_one_name_ends_at_its_last_word(
    house: Settings, drop: Drop
) -> None:
    configure(house, meters=METERS | {"stated_at": {"object_time": True}})
    other = DAY.replace("1.5", "7")
    for hour, text in enumerate((DAY, other, DAY)):
        file = drop("meters_today.csv", text)
        at = datetime(2026, 10, 31, hour, tzinfo=UTC).timestamp()
        os.utime(file, (at, at))
        landing.land(TABLES, settings=house)

    stated = {record.sha256: record.stated_at for record in landing.records(TABLES, settings=house)}

    assert stated == {
        hashlib.sha256(DAY.encode()).hexdigest(): "2026-10-31T02:00:00Z",
        hashlib.sha256(other.encode()).hexdigest(): "2026-10-31T01:00:00Z",
    }


def test_the_order_in_which_names_arrive_leaves_no_trace(house: Settings, drop: Drop) -> None:
    names = [f"meters_20261030_issued_2026110{day}T0000.csv" for day in (3, 1, 2)]
    for name in names:
        drop(name)
        landing.land(TABLES, settings=house)

    record = landing.records(TABLES, settings=house)[0]

    assert [name.name for name in record.names] == sorted(names)


def test_the_same_bytes_from_two_sources_are_two_records(house: Settings, drop: Drop) -> None:
    configure(house, meters=METERS, others=METERS | {"location": "inbox/others"})
    drop("meters_1.csv")
    drop("meters_1.csv", folder="inbox/others")

    landed = landing.land(TABLES, settings=house)

    assert sorted(id_.partition("/")[0] for id_ in landed.new) == ["meters", "others"]
    assert len(landing.records(TABLES, settings=house)) == 2


def test_a_refused_file_is_kept_and_stops_no_other(house: Settings, drop: Drop) -> None:
    bad = "Works,Meter,Time,Reading,Cost\nCN-FAST,EL-1,2026-10-30 00:00,1.5,9\n"
    drop("meters_bad.csv", bad)
    drop("meters_empty.csv", b"")
    drop("meters_good.csv")

    landed = landing.land(TABLES, settings=house)

    assert [(finding.file, finding.rule, finding.column) for finding in landed.refused] == [
        ("meters_bad.csv", "unknown_column", "Cost"),
        ("meters_empty.csv", "empty_file", None),
    ]
    states = {record.file_name: record.state for record in landing.records(TABLES, settings=house)}
    assert states == {"meters_bad.csv": "refused", "meters_empty.csv": "refused", "meters_good.csv": "read"}
    refused = next(r for r in landing.records(TABLES, settings=house) if r.file_name == "meters_bad.csv")
    assert (house.raw / refused.id).read_text(encoding="utf-8") == bad
    with pytest.raises(LingtanError, match="unknown_column"):
        landing.rows(refused, settings=house)


def test_a_refused_file_is_named_as_long_as_it_lies_there(house: Settings, drop: Drop) -> None:
    file = drop("meters_bad.csv", "Works,Meter\nCN-FAST,EL-1\n")

    first, second = (landing.land(TABLES, settings=house) for _ in range(2))
    file.unlink()
    third = landing.land(TABLES, settings=house)

    assert first.refused == second.refused != []
    assert (second.new, third.refused) == ([], [])


def test_a_file_that_cannot_be_opened_is_named_and_stops_no_other(house: Settings, drop: Drop) -> None:
    drop("meters_good.csv")
    (house.var / "inbox/meters/meters_gone.csv").symlink_to("nowhere")

    landed = landing.land(TABLES, settings=house)

    assert [(finding.file, finding.rule) for finding in landed.refused] == [
        ("meters_gone.csv", "unreadable_file")
    ]
    assert len(landed.new) == 1


def test_what_programs_leave_beside_open_files_is_nobodys_data(house: Settings, drop: Drop) -> None:
    configure(house, meters=METERS | {"files": "*"})
    for name in (".meters_1.csv.part", "~$meters.xlsx", "meters_1.csv"):
        drop(name)

    landed = landing.land(TABLES, settings=house)

    assert (len(landed.new), landed.known, landed.refused) == (1, 0, [])
    assert landing.records(TABLES, settings=house)[0].file_name == "meters_1.csv"


def test_a_record_says_which_meters_of_which_day_and_works_its_rows_name(house: Settings, drop: Drop) -> None:
    drop(
        "meters_1.csv",
        DAY
        + "CN-FAST-2,EL-1,2026-10-30 00:00,1\nCN-FAST,EL-2,2026-10-31 00:00,1\nCN-FAST,,2026-10-31 00:15,1\n",
    )
    landing.land(TABLES, settings=house)

    assert landing.records(TABLES, settings=house)[0].partitions == {
        "CN-FAST-2/2026-10-30": {
            "rows": 1,
            "lookups": {"installations": ["CN-FAST-2"], "meters": ["EL-1"]},
        },
        "CN-FAST/2026-10-30": {
            "rows": 2,
            "lookups": {"installations": ["CN-FAST"], "meters": ["EL-1", "EL-2"]},
        },
        "CN-FAST/2026-10-31": {
            "rows": 2,
            "lookups": {"installations": ["CN-FAST"], "meters": ["EL-2"]},
        },
    }


def test_rows_without_a_readable_day_are_unplaced_not_lost(house: Settings, drop: Drop) -> None:
    drop(
        "meters_1.csv",
        DAY + "CN-FAST,EL-3,some day,1\n,EL-4,2026-10-30 01:00,1\nCN-FAST,EL-5,2026-10-31 00:00,1\n",
    )
    landing.land(TABLES, settings=house)

    record = landing.records(TABLES, settings=house)[0]

    assert {key: partition["rows"] for key, partition in record.partitions.items()} == {
        "CN-FAST/2026-10-30": 2,
        "CN-FAST/2026-10-31": 1,
        "CN-FAST/unplaced": 1,
        "_all/unplaced": 1,
    }
    assert record.partitions["CN-FAST/unplaced"]["lookups"]["meters"] == ["EL-3"]
    assert record.rows == 5


def test_a_refused_file_is_said_as_long_as_it_lies_there_as_it_was(house: Settings, drop: Drop) -> None:
    bad = "Works,Meter\nCN-FAST,EL-1\n"
    drop("meters_bad.csv", bad)
    drop("meters_worse.csv", bad)
    landing.land(TABLES, settings=house)
    assert [finding.file for finding in landing.refused(TABLES, settings=house)] == [
        *("meters_bad.csv", "meters_worse.csv")
    ]

    drop("meters_bad.csv", DAY)

    assert [finding.file for finding in landing.refused(TABLES, settings=house)] == ["meters_worse.csv"]
    (house.var / "inbox/meters/meters_worse.csv").unlink()
    assert landing.refused(TABLES, settings=house) == []


# files somebody is still writing


HALF = DAY[:-13]  # cut in the middle of its last reading


def test_a_half_written_file_is_left_and_the_next_run_takes_the_whole(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop("meters_1.csv", HALF)
    old = time.time() - 7200
    os.utime(file, (old, old))  # a copying program may keep the old date
    waits = []

    def grow(seconds: float) -> None:
        waits.append(seconds)
        file.write_text(DAY)
        os.utime(file, (old, old))

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "sleep", grow)
        early = landing.land(TABLES, settings=house)
    late = landing.land(TABLES, settings=house)

    assert len(waits) == 1
    assert 0 < waits[0] <= catalog_transport.SETTLE_SECONDS
    assert [(finding.file, finding.rule) for finding in early.growing] == [
        ("meters_1.csv", "file_still_growing")
    ]
    assert (early.new, early.refused, late.growing) == ([], [], [])
    assert late.new == [f"meters/{hashlib.sha256(DAY.encode()).hexdigest()}"]
    (record,) = landing.records(TABLES, settings=house)
    assert landing.rows(record, settings=house)["amount"].to_pylist() == [Decimal("1.5"), 2]


def test_a_half_workbook_or_file_that_was_refused_does_not_stand_in_the_way_of_the_whole(
    house: Settings, drop: Drop
) -> None:
    drop("meters_1.csv", DAY[:20])
    assert landing.land(TABLES, settings=house).refused
    drop("meters_1.csv")

    whole = landing.land(TABLES, settings=house)

    assert (len(whole.new), whole.refused) == (1, [])
    assert landing.refused(TABLES, settings=house) == []


def test_a_file_just_dropped_is_taken_in_the_same_run_after_one_wait_for_all_sources(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(house, meters=METERS, others=METERS | {"location": "inbox/others", "settle_seconds": 5})
    for number in range(3):
        drop(f"meters_{number}.csv", DAY + f"CN-FAST,EL-3,2026-10-30 00:30,{number}\n")
    drop("meters_1.csv", folder="inbox/others")
    waits: list[float] = []
    monkeypatch.setattr(inbox, "sleep", waits.append)

    landed = landing.land(TABLES, settings=house)

    assert (len(landed.new), landed.growing) == (4, [])
    assert len(waits) == 1
    assert 2 < waits[0] <= 5


def test_nobody_waits_for_files_that_have_lain_there(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        drop(f"meters_{number}.csv", DAY + f"CN-FAST,EL-3,2026-10-30 00:30,{number}\n")
    an_hour_later = time.time_ns() + 3_600_000_000_000
    monkeypatch.setattr(inbox, "time_ns", lambda: an_hour_later)
    monkeypatch.setattr(inbox, "sleep", lambda _: pytest.fail("waited"))

    assert len(landing.land(TABLES, settings=house).new) == 3
    assert landing.growing(TABLES, settings=house) == []


def test_a_file_dated_by_a_clock_ahead_of_ours_waits_no_longer_than_any(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("meters_1.csv")
    an_hour_ago = time.time_ns() - 3_600_000_000_000
    waits: list[float] = []
    monkeypatch.setattr(inbox, "time_ns", lambda: an_hour_ago)
    monkeypatch.setattr(inbox, "sleep", waits.append)

    assert len(landing.land(TABLES, settings=house).new) == 1
    assert waits == [catalog_transport.SETTLE_SECONDS]


def test_a_source_may_say_that_its_files_come_whole(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(house, meters=METERS | {"settle_seconds": 0})
    drop("meters_1.csv")
    monkeypatch.setattr(inbox, "sleep", lambda _: pytest.fail("waited"))

    assert len(landing.land(TABLES, settings=house).new) == 1


def test_a_file_that_grows_while_it_is_read_is_left(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop("meters_1.csv")
    read_bytes = Path.read_bytes

    def read_and_grow(path: Path) -> bytes:
        data = read_bytes(path)
        if path == file:
            with file.open("a") as out:
                out.write("CN-FAST,EL-3,2026-10-30 00:30,3\n")
        return data

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", read_and_grow)
        landed = landing.land(TABLES, settings=house)

    assert (landed.new, [finding.file for finding in landed.growing]) == ([], ["meters_1.csv"])
    assert len(landing.land(TABLES, settings=house).new) == 1


# a process that dies


@pytest.mark.parametrize("survivor", ["keep_bytes", "keep", "keep_record"])
def test_whatever_moment_a_process_dies_at_the_next_run_ends_like_an_undisturbed_one(
    house: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, survivor: str
) -> None:
    drop("meters_20261030_issued_20261031T0600.csv")
    landing.land(TABLES, settings=house)
    undisturbed = snapshot(house.raw) | snapshot(house.read)
    for folder in (house.raw, house.read):
        folder.rename(tmp_path / f"old_{folder.name}")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(read_rows if survivor == "keep" else raw_records, survivor, die)
        with pytest.raises(KeyboardInterrupt):
            landing.land(TABLES, settings=house)
    assert landing.records(TABLES, settings=house) == []

    landed = landing.land(TABLES, settings=house)

    assert len(landed.new) == 1
    assert snapshot(house.raw) | snapshot(house.read) == undisturbed


def test_half_written_files_are_ignored_and_cleared(house: Settings, drop: Drop) -> None:
    drop("meters_1.csv")
    sha256 = hashlib.sha256(DAY.encode()).hexdigest()
    for folder, name in (
        (house.raw, f".{sha256}.77.tmp"),
        (house.raw, f".{sha256}.json.77.tmp"),
        (house.read, ".x.77.tmp"),
    ):
        (folder / "meters").mkdir(parents=True, exist_ok=True)
        (folder / "meters" / name).write_bytes(b"half")

    landing.land(TABLES, settings=house)

    assert [file.name for file in house.var.rglob("*.tmp")] == []
    assert len(landing.records(TABLES, settings=house)) == 1


def test_bytes_cut_short_by_a_failing_machine_are_put_right(house: Settings, drop: Drop) -> None:
    drop("meters_1.csv")
    sha256 = hashlib.sha256(DAY.encode()).hexdigest()
    kept = house.raw / "meters" / sha256
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"")

    landing.land(TABLES, settings=house)

    assert kept.read_bytes() == DAY.encode()


@pytest.mark.parametrize("damage", ["lost", "broken"])
def test_a_damaged_cache_of_rows_is_made_again_from_the_bytes(
    house: Settings, drop: Drop, damage: str
) -> None:
    file = drop("meters_1.csv")
    landing.land(TABLES, settings=house)
    file.unlink()
    record = landing.records(TABLES, settings=house)[0]
    whole = landing.rows(record, settings=house)
    cache = raw_records.read_file(record, house)
    if damage == "lost":
        cache.unlink()
    else:
        cache.write_bytes(cache.read_bytes()[:50])

    assert landing.rows(record, settings=house).equals(whole)
    assert cache.is_file()


def test_runs_at_the_same_time_leave_what_one_run_leaves(house: Settings, drop: Drop) -> None:
    for number in range(8):
        drop(f"meters_{number}.csv", DAY + f"CN-FAST,EL-3,2026-10-30 00:30,{number}\n")
        drop(f"meters_again_{number}.csv", DAY + f"CN-FAST,EL-3,2026-10-30 00:30,{number}\n")

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: landing.land(TABLES, settings=house), range(4)))

    assert sum(len(landed.new) for landed in runs) == 8
    records = landing.records(TABLES, settings=house)
    assert [len(record.names) for record in records] == [2] * 8
    assert list(house.var.rglob("*.tmp")) == []


# a corrected mapping


def test_a_corrected_mapping_reads_what_is_kept_again(house: Settings, drop: Drop) -> None:
    file = drop("meters_20261030_issued_20261031T0600.csv", DAY.replace("Reading", "Value"))
    refused = landing.land(TABLES, settings=house)
    file.unlink()  # the raw store alone must do
    columns = METERS["columns"] | {"amount": "Value"}
    configure(house, meters=METERS | {"columns": columns})

    landed = landing.land(TABLES, settings=house)

    assert [finding.rule for finding in refused.refused] == ["missing_column"]
    assert landed.new == refused.new
    record = landing.records(TABLES, settings=house)[0]
    assert (record.state, record.finding, record.rows) == ("read", None, 2)
    assert record.stated_at == "2026-10-30T22:00:00Z"
    assert landing.rows(record, settings=house)["amount"].to_pylist() == [Decimal("1.5"), 2]


def test_a_new_time_zone_moves_rows_to_other_days_and_the_former_reading_is_gone_for_good(
    house: Settings, drop: Drop
) -> None:
    drop("meters_1.csv")
    landing.land(TABLES, settings=house)
    before = landing.records(TABLES, settings=house)[0]
    configure(
        house, meters=METERS | {"timestamp": METERS["timestamp"] | {"stamp": "end"}, "interval_minutes": 15}
    )

    landing.land(TABLES, settings=house)

    record = landing.records(TABLES, settings=house)[0]
    assert record.read_hash != before.read_hash
    assert {key: partition["rows"] for key, partition in record.partitions.items()} == {
        "CN-FAST/2026-10-29": 1,
        "CN-FAST/2026-10-30": 1,
    }
    landing.raw_records.read_file(before, house).unlink()
    assert landing.rows(record, settings=house).num_rows == 2
    with pytest.raises(LingtanError, match="land meter_readings again"):
        landing.rows(before, settings=house)


def test_another_folder_or_due_date_reads_nothing_again(house: Settings, drop: Drop) -> None:
    drop("meters_1.csv")
    landing.land(TABLES, settings=house)
    configure(house, meters=METERS | {"location": "inbox/elsewhere", "due": None} | {"settle_seconds": 1})

    assert landing.land(TABLES, settings=house).new == []


# what is due


def test_a_due_source_without_a_row_for_its_day_is_missing(house: Settings, drop: Drop) -> None:
    drop("meters_1.csv")
    landing.land(TABLES, settings=house)

    assert landing.missing(TABLES, date(2026, 10, 30), settings=house) == []
    finding, *others = landing.missing(TABLES, date(2026, 10, 29), settings=house)
    assert others == []
    assert (finding.rule, finding.source) == ("missing_source", "meters")
    assert "2026-10-29" in finding.sentence
    assert "meters_*.csv" in finding.sentence


def test_a_range_of_days_is_asked_at_once(house: Settings, drop: Drop) -> None:
    drop("meters_1.csv", DAY.replace("-30 ", "-02 "))
    drop("meters_2.csv", DAY.replace("-30 ", "-04 "))
    landing.land(TABLES, settings=house)

    findings = landing.missing_between(TABLES, date(2026, 9, 28), date(2026, 10, 5), settings=house)

    days = ("2026-10-01", "2026-10-03", "2026-10-05")
    assert [day in finding.sentence for day, finding in zip(days, findings, strict=True)] == [True] * 3


def test_outside_its_dates_nothing_is_due(house: Settings, drop: Drop) -> None:
    for day, is_due in ((date(2026, 9, 30), False), (date(2026, 10, 1), True), (date(2026, 11, 1), False)):
        assert landing.is_any_due(TABLES, day, settings=house) is is_due
        assert bool(landing.missing(TABLES, day, settings=house)) is is_due


def test_a_refused_file_does_not_count_as_having_come(house: Settings, drop: Drop) -> None:
    drop("meters_1.csv", DAY.replace("Works", "Plant"))
    landing.land(TABLES, settings=house)

    assert landing.missing(TABLES, date(2026, 10, 30), settings=house) != []


def test_a_daily_source_of_a_table_cut_by_month_is_asked_for_each_day(house: Settings, drop: Drop) -> None:
    configure(house, output=OUTPUT)
    drop(
        "1.csv",
        "Process,Product,From,Until,Amount\nFASTENERS,BOLT-M12,2026-10-29,2026-10-30,1\n"
        "FASTENERS,BOLT-M12,2026-10-30,2026-10-31,1\n",
        folder="inbox/output",
    )
    landing.land(["production_output"], settings=house)

    record = landing.records(["production_output"], settings=house)[0]
    assert record.days == ("2026-10-29", "2026-10-30")
    assert list(record.partitions) == ["CN-FAST/2026-10"]
    missing = [
        day
        for day in (28, 29, 30, 31)
        if landing.missing(["production_output"], date(2026, 10, day), settings=house)
    ]
    assert missing == [28, 31]


def test_a_monthly_source_is_asked_for_on_the_months_last_day(house: Settings, drop: Drop) -> None:
    monthly = OUTPUT | {"due": {"every": "month", "from": date(2026, 9, 1), "until": date(2026, 11, 1)}}
    configure(house, output=monthly)
    drop(
        "1.csv",
        "Process,Product,From,Until,Amount\nFASTENERS,BOLT-M12,2026-10-05,2026-10-06,1\n",
        folder="inbox/output",
    )
    landing.land(["production_output"], settings=house)

    assert not landing.is_any_due(["production_output"], date(2026, 10, 30), settings=house)
    assert landing.is_any_due(["production_output"], date(2026, 10, 31), settings=house)
    assert landing.missing(["production_output"], date(2026, 10, 31), settings=house) == []
    assert [f.source for f in landing.missing(["production_output"], date(2026, 9, 30), settings=house)] == [
        "output"
    ]
