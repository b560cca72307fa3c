"""Every real meter file, as it came: what was read, accepted, rejected, superseded, and the sum of what was
accepted. The table says it in numbers; `by_hand` finds the same numbers in the files' own lines.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import real_meters
import yaml
from real_meters import HEAT, STEEL, RealFile

from lingtan import catalog, ingest, lake, sources
from lingtan import settings as lingtan_settings
from lingtan.errors import RefusedFileError
from lingtan.settings import Settings
from lingtan.try_source import render, try_source


class Books(NamedTuple):
    """Rows of one file, and the sum of the accepted ones in kWh."""

    read: int
    accepted: int
    rejected: int
    superseded: int
    kwh: str


# A day of 30 minutes has 48 intervals, one of 15 has 96. Rejected are streams nobody declares (kVArh, V).
TABLE = {
    # a header and 17,376 quarter hours: 181 days of 96
    STEEL: Books(17_376, 17_376, 0, 0, "521199.76"),
    # a header and 8,713 hourly readings of one register; more than nine decimals are rounded to nine
    HEAT: Books(8_713, 8_713, 0, 0, "130787053.883313101"),
    # a day in kWh (48 x 1.111) and one in kVArh
    "Example_NEM12_actual_interval.csv": Books(96, 48, 48, 0, "53.328"),
    "Example_NEM12_upper_case_units.csv": Books(96, 48, 48, 0, "53.328"),
    # 48 + 48 intervals in kWh, 144 of ten minutes without a unit
    "Example_NEM12_different_interval_length.csv": Books(240, 96, 144, 0, "374"),
    # line 3 stops after seven cells: one row; 48 of the day after; 2 days in kVArh
    "Example_NEM12_incomplete_interval.csv": Books(145, 48, 97, 0, "53.328"),
    # begins with record 200 in line 2: refused as a whole
    "Example_NEM12_missing_header.csv": Books(0, 0, 0, 0, "0"),
    "Example_NEM12_multiple_quality.csv": Books(48, 48, 0, 0, "896.99"),
    # 48 x 2.312 final substituted, and a day in kVArh
    "Example_NEM12_substituted_interval.csv": Books(96, 48, 48, 0, "110.976"),
    # 4 days of two streams
    "NEM12_000000000000001_CNRGYMDP_NEMMCO.csv": Books(384, 384, 0, 0, "109075.5"),
    # 7 days, the last 3 and a half estimated
    "NEM12_000000000000009_CNRGYMDP_NEMMCO.csv": Books(336, 336, 0, 0, "103342.95"),
    # 4 days of two streams in VARH
    "NEM12_05050200005000000_GLOBALM_NEMMCO": Books(768, 0, 768, 0, "0"),
    "NEM12_08150_05031502_WBAYM_NEMMCO.V01": Books(96, 96, 0, 0, "13050.265"),
    "NEM12_SCENARIO105032701_ENERGEXM_NEMMCO.V01": Books(768, 768, 0, 0, "13685.51"),
    "NEM12_SCENARIO6_UNITEDDP_NEMMCO.csv": Books(384, 384, 0, 0, "265.984"),
    "NEM12_Scenario01_POWERMDP_NEMMCO.csv": Books(384, 384, 0, 0, "11411"),
    # 4 days of two streams in KVARH
    "NEM12_Scenario07_POWERMDP_NEMMCO.csv": Books(384, 0, 384, 0, "0"),
    "NEM12_mdffl0000000004_ACTEWM_NEMMCO.txt": Books(288, 288, 0, 0, "949.001"),
    # 4 days x 96 x 1.5 in KWH, the same in KVARH
    "nem12_S07_INTEGM_NEMMCO": Books(768, 384, 384, 0, "576"),
    "nem12_SCENARIO03_TCAUSTM_NEMMCO.csv": Books(384, 192, 192, 0, "133.007"),
    # 5 days of two streams in kVarh
    "nem12_SCENARIO07NEM1206103_ELECTDSM_NEMMCO": Books(960, 0, 960, 0, "0"),
    # a record tells of two readings
    "Example_NEM13_consumption_data.csv": Books(2, 2, 0, 0, "13997.7"),  # 6342.8 + 7654.9
    "NEM13_000000000000011_CNRGYMDP_NEMMCO.csv": Books(2, 2, 0, 0, "77854"),  # 38841 + 39013
    "NEM13_000000000000013_CNRGYMDP_NEMMCO.csv": Books(2, 2, 0, 0, "101924"),  # 99890 + 2034
    # 4 records, 2 of which begin with the reading the one before ended with
    "NEM13_000000000000015_CNRGYMDP_NEMMCO.csv": Books(6, 6, 0, 0, "137661"),
    "NEM13_000000000000017_CNRGYMDP_NEMMCO.csv": Books(2, 2, 0, 0, "77928"),
    "NEM13_SEN1311003_AGILITY_NEMMCO.csv": Books(2, 2, 0, 0, "40590"),
    "NEM13_SEN1313043_AGILITY_NEMMCO.csv": Books(2, 2, 0, 0, "101005"),  # 99990 + 1015
    # 3 records in a chain: 4 readings
    "NEM13_SEN1316103_AGILITY_NEMMCO.csv": Books(4, 4, 0, 0, "128700"),
    "NEM13_SEN1318143_AGILITY_NEMMCO.csv": Books(4, 4, 0, 0, "196534"),
    "NEM13_Scenario11_POWERMDP_NEMMCO.csv": Books(2, 2, 0, 0, "2812"),
    "NEM13_Scenario12_ETSAMDP_NEMMCO.csv": Books(2, 2, 0, 0, "2245"),
    "NEM13_Scenario12_UNITEDDP_NEMMCO.csv": Books(2, 2, 0, 0, "1970"),
    "NEM13_Scenario13_POWERMDP_NEMMCO.csv": Books(2, 2, 0, 0, "10000047"),  # 9999941 + 106
    "NEM13_Scenario14_ETSAMDP_NEMMCO.csv": Books(2, 2, 0, 0, "1158"),
    "NEM13_Scenario14_UNITEDDP_NEMMCO.csv": Books(2, 2, 0, 0, "2550"),
    "NEM13_Scenario15_POWERMDP_NEMMCO.csv": Books(4, 4, 0, 0, "5188457.08"),
    "NEM13_Scenario16_ETSAMDP_NEMMCO.csv": Books(4, 4, 0, 0, "4133"),
    "NEM13_Scenario16_UNITEDDP_NEMMCO.csv": Books(4, 4, 0, 0, "3600"),
    "NEM13_Scenario17_POWERMDP_NEMMCO.csv": Books(2, 2, 0, 0, "2812"),
    # two registers at 2005-05-01: an estimate of 81908, and 391708 by the next record
    "NEM13_Scenario18_ETSAMDP_NEMMCO.csv": Books(8, 6, 0, 2, "1730928"),
    "NEM13_Scenario18_UNITEDDP_NEMMCO.csv": Books(4, 4, 0, 0, "6300"),
    "NEM13_mdffl000000016A_ACTEWM_NEMMCO.csv": Books(2, 2, 0, 0, "193778"),  # 93827 + 99951
    "NEM13_mdffl000000016C_ACTEWM_NEMMCO.csv": Books(2, 2, 0, 0, "106906"),  # 99951 + 6955
    "NEM13_mdffl000000018S_ACTEWM_NEMMCO.csv": Books(2, 2, 0, 0, "106438"),
    # each record begins later than the one before ended, with the same register: 12 records, 24 readings
    "nem13_12_INTEGM_NEMMCO.csv": Books(24, 24, 0, 0, "5530"),
    "nem13_14_INTEGM_NEMMCO.csv": Books(2, 2, 0, 0, "270"),
    "nem13_16_INTEGM_NEMMCO.csv": Books(6, 6, 0, 0, "930"),
    "nem13_18_INTEGM_NEMMCO.csv": Books(12, 12, 0, 0, "1860"),
    "nem13_SCENARIO12_TCAUSTM_NEMMCO.csv": Books(2, 2, 0, 0, "215.9"),
    "nem13_SCENARIO14_TCAUSTM_NEMMCO.csv": Books(2, 2, 0, 0, "3165.9"),
    "nem13_SCENARIO16_TCAUSTM_NEMMCO.csv": Books(4, 4, 0, 0, "1357297"),
    "nem13_SCENARIO18_TCAUSTM_NEMMCO.csv": Books(4, 4, 0, 0, "235034"),
}
# Where the sender's own quantity does not follow from the registers beside it: file -> lines.
CONTRADICTIONS = {
    "NEM13_000000000000011_CNRGYMDP_NEMMCO.csv": {2},  # 38841 -> 39013 is 172, stated 31
    "nem13_12_INTEGM_NEMMCO.csv": {2},  # 290 -> 290 is 0, stated -10
}


@pytest.fixture(scope="module")
def real_files(reference_files: Path) -> list[RealFile]:
    return real_meters.files(reference_files)


@pytest.fixture(scope="module")
def landed(real_files: list[RealFile], tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict]:
    """A house with all the files, landed and judged once, and what the landing said."""
    folder = tmp_path_factory.mktemp("real")
    house = replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=None,
    )
    real_meters.connect(house, real_files)
    said = ingest.land(
        [*real_meters.MASTERS, "meter_readings"], datetime(2018, 6, 30, tzinfo=UTC), {}, settings=house
    )
    ingest.accept(said, settings=house)
    return house, said


@pytest.fixture(scope="module")
def books(real_files: list[RealFile], landed: tuple[Settings, dict]) -> dict[str, Books]:
    """File -> its books: the sums over the pointers of its installation."""
    house, _ = landed
    rows: dict[str, Counter] = {file.installation: Counter() for file in real_files}
    kwh: dict[str, Decimal] = dict.fromkeys(rows, Decimal(0))
    for name, pointer in lake.pointers("meter_readings", settings=house).items():
        installation = name.split("/")[1]
        rows[installation].update(pointer["counts"])
        kwh[installation] += Decimal(pointer["amounts"].get("kWh", {}).get("accepted", "0"))
    return {
        file.name: Books(
            *(rows[file.installation][kind] for kind in ("read", "accepted", "rejected", "superseded")),
            f"{kwh[file.installation].normalize():f}",
        )
        for file in real_files
    }


def rejects(house: Settings, file: RealFile) -> list[dict]:
    """Quarantined rows of a file."""
    pointers = lake.pointers("meter_readings", settings=house).items()
    paths = [p["quarantine"] for name, p in pointers if name.split("/")[1] == file.installation]
    return [row for path in paths if path for row in pq.read_table(house.var / path).to_pylist()]


def by_hand(file: RealFile) -> Books:
    """The books by the file's own lines, with nothing of the readers."""
    if file.name == STEEL:
        with file.path.open(encoding="utf-8-sig", newline="") as lines:
            amounts = [Decimal(line["Usage_kWh"]) for line in csv.DictReader(lines)]
        return Books(len(amounts), len(amounts), 0, 0, plain(sum(amounts)))
    if file.name == HEAT:
        with file.path.open(encoding="utf-8", newline="") as lines:
            shown = [Decimal(line["energy_heat_kwh"]) for line in csv.DictReader(lines)]
        nine = [number.quantize(Decimal("1e-9")) for number in shown]
        return Books(len(nine), len(nine), 0, 0, plain(sum(nine)))
    if file.lines()[0] == [""]:
        return Books(0, 0, 0, 0, "0")  # no header
    return registers_by_hand(file) if file.is_register else intervals_by_hand(file)


def test_streams_of_reactive_energy_can_be_left_out_and_are_counted(
    landed: tuple[Settings, dict], real_files: list[RealFile], tmp_path: Path
) -> None:
    house, _ = landed
    (file,) = (file for file in real_files if file.name == "nem12_S07_INTEGM_NEMMCO")
    entries = yaml.safe_load(house.sources_file.read_text(encoding="utf-8"))
    entries["sources"][file.source]["leave_out"] = {"unit": ["kVArh"]}
    beside = tmp_path / "sources.yml"
    beside.write_text(yaml.safe_dump(entries), encoding="utf-8")

    result = try_source(file.source, sources_file=beside, file=file.path, settings=house)

    assert [told["left_out"] for told in result["files"]] == [384]  # 4 days x 96 in KVARH
    assert result["rows"] == {"read": 384, "accepted": 384, "rejected": 0, "superseded": 0, "marked": 0}
    assert result["amounts"]["kWh"]["accepted"] == "576"
    assert "384 rows beside them left out" in render(result)


def intervals_by_hand(file: RealFile) -> Books:
    accepted, other, broken, kwh = 0, 0, 0, Decimal(0)
    unit, count = "", 0
    for cells in file.lines():
        if cells[0] == "200":
            unit, count = cells[7].lower(), 1440 // int(cells[8])
        elif cells[0] == "300" and len(cells) < count:
            broken += 1
        elif cells[0] == "300" and unit == "kwh":
            accepted += count
            kwh += sum(map(Decimal, cells[2 : 2 + count]))
        elif cells[0] == "300":
            other += count
    return Books(accepted + other + broken, accepted, other + broken, 0, plain(kwh))


def registers_by_hand(file: RealFile) -> Books:
    told: dict[tuple[str, ...], None] = {}  # in the file's order
    for cells in file.lines():
        if cells[0] == "250":
            for place in (8, 13):
                told[(cells[1], cells[4], cells[place + 1], cells[place], cells[place + 2])] = None
    last = {(nmi, suffix, at): Decimal(register) for nmi, suffix, at, register, _ in told}
    return Books(len(told), len(last), 0, len(told) - len(last), plain(sum(last.values())))


def plain(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}"


def test_the_table_holds_for_every_file(books: dict[str, Books]) -> None:
    assert books == TABLE


def test_the_table_is_what_the_files_own_lines_say(real_files: list[RealFile]) -> None:
    assert {file.name: by_hand(file) for file in real_files} == TABLE


def test_what_was_read_was_accepted_rejected_or_superseded(books: dict[str, Books]) -> None:
    for name, (read, accepted, rejected, superseded, _) in books.items():
        assert read == accepted + rejected + superseded, name


def test_the_file_without_a_header_is_refused_where_it_is_missing(
    landed: tuple[Settings, dict],
) -> None:
    _, said = landed

    assert [(f["file"], f["row"], f["column"], f["value"], f["rule"]) for f in said["refused"]] == [
        ("Example_NEM12_missing_header.csv", 2, "RecordIndicator", "200", "wrong_record_order")
    ]


def test_the_incomplete_record_is_one_fault_with_its_place(
    real_files: list[RealFile], landed: tuple[Settings, dict]
) -> None:
    file = next(file for file in real_files if file.name == "Example_NEM12_incomplete_interval.csv")

    found = [row for row in rejects(landed[0], file) if row["source_row"] == 3]

    assert [(row["file_name"], row["column"], row["value"], row["rule"]) for row in found] == [
        (file.name, "amount", "V", "unreadable_record")
    ]


def test_only_streams_nobody_declares_and_one_record_are_rejected(
    real_files: list[RealFile], landed: tuple[Settings, dict]
) -> None:
    meters = {file.name: {code for code, *_ in real_meters.meters(file)} for file in real_files}
    found = [(file, row) for file in real_files for row in rejects(landed[0], file)]

    undeclared = {row["value"] for _, row in found if row["rule"] == "declared_meter_not_null"}
    others = {row["rule"] for _, row in found} - {
        "declared_meter_not_null",
        "known_unit_not_null",
        "unit_not_null",
    }

    assert others == {"unreadable_record"}
    assert undeclared
    assert not undeclared & set().union(*meters.values())


def readings(file: RealFile, house: Settings) -> Iterator[tuple[dict, dict]]:
    """(earlier, later) reading of every record, as the reader tells them."""
    source = catalog.load(house)[file.source]
    rows: pa.Table = sources.read(file.path.read_bytes(), source, source.contract, file.name)
    before: dict[str, dict] = {}
    for row in rows.to_pylist():
        if row["stated_amount"] is not None:
            yield before[row["meter_code"]], row
        before[row["meter_code"]] = row


def test_every_stated_quantity_follows_from_the_registers_read(
    real_files: list[RealFile], landed: tuple[Settings, dict]
) -> None:
    house, _ = landed
    records, contradictions, rollovers = 0, {}, []
    for file in real_files:
        if not file.is_register or file.name == HEAT:
            continue
        for earlier, later in readings(file, house):
            records += 1
            used = later["amount"] - earlier["amount"]
            digits = max(row["register_digits"] or 0 for row in (earlier, later))
            if used < 0 < digits and later["stated_amount"] > 0:
                used += 10**digits
                rollovers.append((plain(earlier["amount"]), plain(later["amount"]), plain(used)))
            # what is fed into the grid is stated with a minus, whichever way its counter runs
            if abs(used) != abs(later["stated_amount"]):
                contradictions.setdefault(file.name, set()).add(later["source_row"])

    assert records == sum(
        cells[0] == "250" for file in real_files if file.is_register for cells in file.lines()
    )
    assert sorted(rollovers, key=lambda found: int(found[0])) == [
        ("99890", "2034", "2144"),
        ("99951", "6955", "7004"),
        ("99990", "1015", "1025"),
        ("9999941", "106", "165"),
    ]
    assert contradictions == CONTRADICTIONS


def test_a_reader_that_takes_one_version_for_the_other_says_so(
    real_files: list[RealFile], landed: tuple[Settings, dict]
) -> None:
    file = next(file for file in real_files if file.name == "Example_NEM13_consumption_data.csv")
    entries = catalog.load(landed[0])
    source = next(entries[other.source] for other in real_files if "NEM12" in other.name)

    with pytest.raises(RefusedFileError) as refused:
        sources.read(file.path.read_bytes(), source, source.contract, file.name)

    assert (refused.value.finding.rule, refused.value.finding.value) == ("wrong_version", "NEM13")
