"""Lines of real files that come late, in another order, or twice: the lake holds the same in the end, and
only the partitions a delivery speaks of move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
import real_meters
import yaml
from real_meters import STEEL, RealFile

from lingtan import ingest, lake
from lingtan import settings as lingtan_settings
from lingtan.settings import Settings

DAYS, QUARTERS = 9, 96
CHAINED = "NEM13_Scenario18_ETSAMDP_NEMMCO.csv"
DAY = datetime(2018, 6, 30, tzinfo=UTC)


def house_of(folder: Path, file: RealFile) -> Settings:
    """A house whose source takes any file of its folder, with the masters in place and no reading yet."""
    house = replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=None,
    )
    real_meters.connect(house, [file])
    entries = yaml.safe_load(house.sources_file.read_text(encoding="utf-8"))
    entries["sources"][file.source]["files"] = "*.csv"
    house.sources_file.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    (house.var / "inbox" / file.source / file.name).unlink()
    return house


def deliver(house: Settings, file: RealFile, name: str, lines: Iterable[str]) -> set[str]:
    """Land one delivery and judge what it touches; the partitions of readings that changed."""
    before = hashes(house)
    (house.var / "inbox" / file.source / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = ingest.land([*real_meters.MASTERS, "meter_readings"], DAY, {}, settings=house)
    assert said["refused"] == []
    ingest.accept(said, settings=house)
    after = hashes(house)
    return {name for name in after if after[name] != before.get(name)}


def hashes(house: Settings) -> dict[str, str]:
    pointers = lake.pointers("meter_readings", settings=house)
    return {name: pointer["content_hash"] for name, pointer in pointers.items()}


def in_order(
    folder: Path, file: RealFile, deliveries: dict[str, Sequence[str]], order: Sequence[str]
) -> tuple[dict[str, str], Settings]:
    house = house_of(folder, file)
    for name in order:
        deliver(house, file, name, deliveries[name])
    return hashes(house), house


@pytest.fixture
def steel(reference_files: Path) -> RealFile:
    (file,) = real_meters.files(reference_files, names=[STEEL])
    return file


def test_days_of_the_steel_works_that_come_late_twice_or_in_another_order_give_one_lake(
    steel: RealFile, tmp_path: Path
) -> None:
    header, *lines = steel.path.read_text(encoding="utf-8-sig").splitlines()
    third = DAYS // 3 * QUARTERS
    deliveries = {
        "first.csv": [header, *lines[:third]],
        "second.csv": [header, *lines[third : 2 * third]],
        "third.csv": [header, *lines[2 * third : 3 * third]],
        "all.csv": [header, *lines[: 3 * third]],  # the nine days again, as a sender does who was asked twice
    }
    orders = [
        ("first.csv", "second.csv", "third.csv", "all.csv"),
        ("third.csv", "all.csv", "second.csv", "first.csv"),
        ("all.csv", "second.csv", "first.csv", "third.csv"),
    ]

    lakes = [
        in_order(tmp_path / str(number), steel, deliveries, order) for number, order in enumerate(orders)
    ]

    assert lakes[0][0] == lakes[1][0] == lakes[2][0]
    pointers = lake.pointers("meter_readings", settings=lakes[1][1]).values()
    by_hand = sum(Decimal(line.split(",")[1]) for line in lines[: 3 * third])
    assert sum(Decimal(pointer["amounts"]["kWh"]["accepted"]) for pointer in pointers) == by_hand
    assert sum(pointer["counts"]["superseded"] for pointer in pointers) == 3 * third


def test_a_late_delivery_moves_the_days_it_speaks_of_and_no_other(steel: RealFile, tmp_path: Path) -> None:
    header, *lines = steel.path.read_text(encoding="utf-8-sig").splitlines()
    house = house_of(tmp_path, steel)
    late = slice(3 * QUARTERS, 4 * QUARTERS)  # 4 January
    rest = [*lines[: late.start], *lines[late.stop : 9 * QUARTERS]]
    deliver(house, steel, "rest.csv", [header, *rest])

    moved = deliver(house, steel, "late.csv", [header, *lines[late]])

    assert moved == {f"meter_readings/{steel.installation}/2018-01-04"}


def test_an_estimate_yields_to_the_reading_of_a_later_delivery_whichever_comes_first(
    reference_files: Path, tmp_path: Path
) -> None:
    """Line 2 ends on 1 May 2005 with an estimate of 81908; line 4, issued a month later, begins there with
    391708. Lines 6 and 8 say the same of a second register.
    """
    (file,) = real_meters.files(reference_files, names=[CHAINED])
    lines = file.path.read_text(encoding="utf-8").splitlines()
    deliveries = {
        "may.csv": [lines[0], *lines[1:3], *lines[5:7], lines[-1]],
        "june.csv": [lines[0], *lines[3:5], *lines[7:9], lines[-1]],
    }

    lakes = [
        in_order(tmp_path / "".join(order), file, deliveries, order) for order in permutations(deliveries)
    ]

    assert lakes[0][0] == lakes[1][0]
    read = [row for row in lake.table("meter_readings", settings=lakes[1][1]).to_pylist()]
    first_of_may = [row for row in read if row["metered_on"].isoformat() == "2005-05-01"]
    assert [(int(row["amount"]), row["quality"]) for row in first_of_may] == [(391708, "substituted")] * 2
