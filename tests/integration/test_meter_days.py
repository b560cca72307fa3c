"""Registers, gaps and dead meters from the lake to days, on DuckDB and PostgreSQL alike; what a late reading
moves.

One works, T, in Shanghai, January 2026. Every meter but R and W counts in intervals of twelve hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hand_made_lake import FROM, HERE, MASTER, Row, house, put

from lingtan import warehouse
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

MIDNIGHT = datetime(2025, 12, 31, 16, tzinfo=UTC)  # that begins 1 January in Shanghai
METERS = {
    # code: (kind, process, parent)
    "MAIN": ("interval", None, None),
    "SUB": ("interval", "P", "MAIN"),
    "GAPS": ("interval", None, None),
    "R": ("register", None, None),
    "W": ("register", None, None),
}
SHOWN = {1: 100, 5: 140, 9: 1003, 13: 1011}  # of R, at noon of the day; exchanged on the 7th
# of W, as the day begins: a slip on the 3rd, on the 6th an estimate above the reading after it
SLIPS = {
    2: (1000, "actual"),
    3: (91200, "actual"),
    4: (1020, "actual"),
    6: (1250, "estimated"),
    8: (1100, "actual"),
}
SELECT = ("run", "--select", "+int_meter_findings", "+int_meter_day_partitions", "+int_consumption")


def meters() -> list[Row]:
    return [
        {
            "meter_code": code,
            "stream_code": "EL" if code in ("MAIN", "SUB") else code,
            "process_code": process,
            "role": "sub" if process else "billing",
            "medium": "electricity",
            "kind": kind,
            "unit": "kWh",
            "interval_minutes": 720 if kind == "interval" else None,
            "direction": "import",
            "parent_meter_code": parent,
            "valid_from": FROM,
        }
        | HERE
        for code, (kind, process, parent) in METERS.items()
    ]


def reading(code: str, at: datetime, amount: str | int, quality: str = "actual") -> Row:
    local = (at + timedelta(hours=8)).date()
    return {
        "meter_code": code,
        "read_at": at,
        "metered_on": local,
        "amount": Decimal(amount),
        "unit": "kWh",
        "quality": quality,
    } | HERE


def half_days(code: str, amounts: dict[int, str | int | None], usual: int) -> Iterator[Row]:
    """Two readings a day from the 1st to the 29th; `amounts` by half day counted from 0, None = not sent."""
    for place in range(2 * 29):
        amount = amounts.get(place, usual)
        if amount is not None:
            yield reading(code, MIDNIGHT + timedelta(hours=12 * place), amount)


def sent(late: bool) -> list[Row]:
    # MAIN shows zeros on the 15th while SUB counts; SUB shows zeros on the 20th, a day P made something
    rows = [
        *half_days("MAIN", {28: 0, 29: 0}, 10),
        *half_days("SUB", {38: 0, 39: 0}, 4),
        # the first half of the 15th never came: the 1st, 8th, 22nd and 29th know it, and say 6, 8, 8 and 6
        *half_days("GAPS", {0: 6, 14: 8, 28: "7.5" if late else None, 42: 8, 56: 6}, 9),
    ]
    for day, shown in SHOWN.items():
        rows.append(reading("R", MIDNIGHT + timedelta(days=day - 1, hours=12), shown))
    for day, (shown, quality) in SLIPS.items():
        rows.append(reading("W", MIDNIGHT + timedelta(days=day - 1), shown, quality))
    if late:
        rows.append(reading("R", MIDNIGHT + timedelta(days=3, hours=12), 112))
    return rows


def fill(settings: Settings) -> None:
    for table, rows in MASTER.items():
        put(settings, table, "all", rows)
    put(settings, "meters", "all", meters())
    device = {"meter_code": "R", "digits": None, "decimals": None, "multiplier": None} | HERE
    exchanged = MIDNIGHT + timedelta(days=6)
    put(
        settings,
        "meter_devices",
        "all",
        [
            device
            | {"device_serial": "1", "fitted_at": datetime(2025, 1, 1, tzinfo=UTC)}
            | {"first_register": Decimal(0), "last_register": Decimal(150)},
            device
            | {"device_serial": "2", "fitted_at": exchanged}
            | {"first_register": Decimal(1000), "last_register": None},
        ],
    )
    output = {"process_code": "P", "product_code": "BOLT", "kind": "saleable", "unit": "kg"} | HERE
    day = date(2026, 1, 20)
    put(
        settings,
        "production_output",
        "2026-01",
        [output | {"period_from": day, "period_until": date(2026, 1, 21), "amount": Decimal(5)}],
    )
    send(settings, late=False)


def send(settings: Settings, *, late: bool) -> None:
    by_day: dict[date, list[Row]] = {}
    for row in sent(late):
        by_day.setdefault(row["metered_on"], []).append(row)
    for day, rows in by_day.items():
        put(settings, "meter_readings", day.isoformat(), rows)


def build(settings: Settings) -> None:
    warehouse.load(settings)
    warehouse.dbt("seed", "--select", "units", "estimation_rules", "check_limits", settings=settings)
    warehouse.dbt(*SELECT, settings=settings)


def rows(settings: Settings, statement: str) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(statement).to_pylist()


def days(settings: Settings) -> dict[tuple[str, int], tuple]:
    found = rows(settings, "select * from intermediate.int_meter_days")
    return {
        (row["meter_code"], row["metered_on"].day): (
            row["measured_amount"],
            row["estimated_amount"],
            row["conservative_addition"],
            row["minutes_read"],
            row["minutes_estimated"],
        )
        for row in found
    }


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict, dict]:
    """The house, its days, and its days after two readings came late."""
    settings = house(tmp_path_factory.mktemp("meters"))
    fill(settings)
    build(settings)
    before = days(settings)
    send(settings, late=True)
    build(settings)
    return settings, before, days(settings)


def test_a_register_gives_days_by_duration_over_an_exchange(before_and_after: tuple) -> None:
    _, before, _ = before_and_after

    measured = {day: before["R", day][0] for day in range(1, 30)}
    # 40 kWh from noon of the 1st to noon of the 5th; 150 - 140 + 1003 - 1000 = 13 to the 9th; 8 to the 13th
    assert [measured[day] for day in (1, 2, 3, 4)] == [Decimal(5), Decimal(10), Decimal(10), Decimal(10)]
    assert measured[5] == Decimal(5) + Decimal("1.625")  # half a day of each span
    assert [measured[day] for day in (6, 7, 8)] == [Decimal("3.25")] * 3
    assert measured[13] == Decimal(1)
    assert [measured[day] for day in range(14, 30)] == [None] * 16  # not read again, which is not zero
    assert [before["R", day][3] for day in (1, 2, 13, 14)] == [720, 1440, 720, 0]


def test_a_wrong_reading_and_an_estimate_that_is_overtaken_give_no_amount(before_and_after: tuple) -> None:
    settings, before, _ = before_and_after

    # 1020 - 1000 over two days, 1100 - 1020 over four
    assert [before["W", day][:2] for day in range(2, 8)] == [(10, 0)] * 2 + [(20, 0)] * 4
    found = rows(settings, "select * from intermediate.int_meter_findings where finding like 'register%'")
    assert [(row["meter_code"], row["period_from"].day, row["finding"]) for row in found] == [
        ("W", 3, "register_contradicted")
    ]


def test_a_late_reading_moves_exactly_the_days_between_its_neighbours(before_and_after: tuple) -> None:
    _, before, after = before_and_after

    moved = {key for key in before if before[key] != after[key]}
    # 12 kWh from noon of the 1st to noon of the 4th, 28 to noon of the 5th; and the gap of the 15th
    assert moved == {("R", 1), ("R", 2), ("R", 3), ("R", 4), ("R", 5), ("GAPS", 15)}
    assert [after["R", day][0] for day in (1, 2, 3, 4)] == [2, 4, 4, 2 + 14]
    assert after["R", 5][0] == 14 + Decimal("1.625")


def test_a_gap_is_filled_until_its_reading_comes(before_and_after: tuple) -> None:
    _, before, after = before_and_after

    # the mean of 6, 8, 8, 6 is 7; their deviation (4 / 3) ** 0.5 = 1.1547005... up to 1.154701, twice that
    assert before["GAPS", 15] == (Decimal(9), Decimal(7), Decimal("2.309402"), 720, 720)
    assert after["GAPS", 15] == (Decimal("16.5"), Decimal(0), Decimal(0), 1440, 0)


def test_zeros_of_a_dead_meter_are_missing_and_filled(before_and_after: tuple) -> None:
    settings, _, after = before_and_after

    assert after["MAIN", 15] == (Decimal(0), Decimal(20), Decimal(0), 0, 1440)
    assert after["SUB", 20] == (Decimal(0), Decimal(8), Decimal(0), 0, 1440)
    found = rows(
        settings,
        "select * from intermediate.int_meter_findings where finding in ('dead_meter', 'frozen_register')",
    )
    assert {(row["meter_code"], row["period_from"].day, row["sentence"]) for row in found} == {
        (
            "MAIN",
            15,
            "meter MAIN showed 0 although meter SUB below it counted:"
            " its zeros count as missing; look at the meter",
        ),
        (
            "SUB",
            20,
            "meter SUB showed 0 although process P made something that day:"
            " its zeros count as missing; look at the meter",
        ),
    }


def test_postgresql_gives_the_same_rows_to_the_last_digit(
    before_and_after: tuple, postgres_url: str, tmp_path: Path
) -> None:
    settings, before, after = before_and_after
    on_server = house(tmp_path, postgres_url)
    fill(on_server)
    build(on_server)
    assert days(on_server) == before

    send(on_server, late=True)
    build(on_server)

    assert days(on_server) == after
    for model in (
        "int_register_readings",
        "int_register_consumption",
        "int_consumption",
        "int_missing_slots",
        "int_gap_evidence",
        "int_estimated_slots",
        "int_meter_findings",
        "int_meter_day_partitions",
    ):
        statement = f"select * from intermediate.{model}"
        found, expected = (sorted(map(repr, rows(engine, statement))) for engine in (on_server, settings))
        assert [normal(row) for row in found] == [normal(row) for row in expected], model


def normal(text: str) -> str:
    return text.replace("Decimal('0E-9')", "Decimal('0.000000000')")
