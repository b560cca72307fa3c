"""Bills across months, accruals and stocks on the lake worked by hand, and the energy balance over them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hand_made_lake import FROM, HERE, MASTER, fill, house, put

from lingtan import warehouse
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

WANTED = ("energy_balance", "document_findings", "leaf_partitions", "stream_activity_by_month")
BUILD = (
    *("build", "--select", *(f"+int_{name}" for name in WANTED)),
    *("--exclude-resource-type", "unit_test", "test"),
)
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))
MIDDLE = date(2026, 2, 15)


def line(
    stream: str, kind: str, amount: str, document: str, since: date, until: date, **more: object
) -> dict:
    return HERE | {
        "stream_code": stream,
        "kind": kind,
        "amount": Decimal(amount),
        "unit": "kWh" if stream == "EL" else "t",
        "document_ref": document,
        "period_from": since,
        "period_until": until,
    } | more  # fmt: skip


IN_JANUARY = [
    line("EL", "consumption", "59000", "E-1", JANUARY, FEBRUARY),
    line("EL", "consumption", "1000", "E-2", date(2026, 1, 20), FEBRUARY),
    line("SODA", "consumption", "30", "S-1", date(2026, 1, 16), MIDDLE),
    line("ASH", "opening_stock", "40", "COUNT-1", JANUARY, FEBRUARY),
    line("ASH", "delivery", "100", "N-1", date(2026, 1, 9), date(2026, 1, 10)),
    line("ASH", "correction", "-10000", "N-2", date(2026, 1, 9), date(2026, 1, 10), unit="kg"),
    line("ASH", "consumption", "104", "USE-1", JANUARY, FEBRUARY),
    line("ASH", "closing_stock", "25.5", "COUNT-1", JANUARY, FEBRUARY),
]
ACCRUED = [
    line("SODA", "accrual", "14", "ACC-1", MIDDLE, MARCH),
    line("ASH", "delivery", "10", "N-3", date(2026, 2, 9), date(2026, 2, 10)),
]
BILLED = line("SODA", "consumption", "56", "S-2", MIDDLE, date(2026, 3, 15), clears_document_ref="ACC-1")


def rows(settings: Settings, statement: str) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(statement).to_pylist()


def build(settings: Settings, *february: dict) -> Settings:
    fill(settings)
    common = HERE | {"valid_from": FROM, "direction": "input"}
    ash = common | {"stream_code": "ASH", "name": "Ash", "method": "process_input", "material_code": "Na2CO3"}
    put(
        settings,
        "source_streams",
        "all",
        [*MASTER["source_streams"], ash | {"activity_basis": "stock_balance"}],
    )
    share = HERE | {"valid_from": FROM, "stream_code": "ASH", "process_code": "P", "key": "share"}
    put(settings, "stream_shares", "all", [*MASTER["stream_shares"], share | {"share": Decimal(1)}])
    put(settings, "activity_data", "2026-01", IN_JANUARY)
    put(settings, "activity_data", "2026-02", [*ACCRUED, *february])
    warehouse.load(settings)
    warehouse.dbt(*BUILD, settings=settings)
    return settings


@pytest.fixture(scope="module")
def accrued(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(house(tmp_path_factory.mktemp("accrued")))


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The bill that clears the accrual came late."""
    return build(house(tmp_path_factory.mktemp("billed")), BILLED)


def by_month(settings: Settings, stream: str) -> dict[date, tuple]:
    found = rows(
        settings, f"select * from intermediate.int_stream_activity_by_month where stream_code = '{stream}'"
    )
    return {row["month_from"]: (row["measured_amount"], row["estimated_amount"]) for row in found}


def test_a_bill_across_months_is_shared_by_days_and_an_accrual_is_an_estimate(accrued: Settings) -> None:
    # 30 t over 16 days of January and 14 of February; 14 t are accrued for the rest of February
    assert by_month(accrued, "SODA") == {JANUARY: (16, 0), FEBRUARY: (14, 14)}


def test_the_bill_that_names_the_accrual_takes_its_place(accrued: Settings, billed: Settings) -> None:
    # 56 t over 14 days of February and 14 of March; nothing is counted twice, and January stays what it was
    assert by_month(billed, "SODA") == {JANUARY: (16, 0), FEBRUARY: (14 + 28, 0), MARCH: (28, 0)}
    assert by_month(billed, "SODA")[JANUARY] == by_month(accrued, "SODA")[JANUARY]


def test_a_stock_nobody_counted_leaves_the_month_unknown_and_not_zero(accrued: Settings) -> None:
    # 40 + 100 - 10 - 25.5; in February 10 t came and nobody counted what was left
    assert by_month(accrued, "ASH") == {JANUARY: (Decimal("104.5"), 0), FEBRUARY: (None, None)}


def test_the_energy_balance_shows_what_neither_side_explains(accrued: Settings) -> None:
    found = {
        (row["check_name"], row["subject_code"], row["month_from"]): row
        for row in rows(accrued, "select * from intermediate.int_energy_balance")
    }

    # 60,000 kWh by meter and by bill; the sub-meters counted 50,000 of them: RecF = 1.2
    bill = found["bill_and_meter", "EL", JANUARY]
    assert (bill["left_amount"], bill["right_amount"], bill["unexplained_amount"]) == (60000, 60000, 0)
    factor = found["reconciliation", "EL", JANUARY]
    assert (factor["unexplained_amount"], factor["ratio"]) == (10000, Decimal("1.2"))
    burn = found["stock_and_burn", "ASH", JANUARY]
    assert (burn["left_amount"], burn["right_amount"]) == (Decimal("104.5"), 104)
    assert burn["unexplained_amount"] == Decimal("0.5")


def test_only_what_does_not_fit_is_found(accrued: Settings, billed: Settings) -> None:
    for settings in (accrued, billed):
        found = rows(settings, "select * from intermediate.int_document_findings")

        assert [(row["finding"], row["document_refs"], row["period_from"]) for row in found] == [
            ("overlap", "E-1, E-2", date(2026, 1, 20))
        ]


def test_a_leaf_names_the_month_its_bill_lies_in(billed: Settings) -> None:
    found = rows(billed, "select * from intermediate.int_leaf_partitions where leaf_id = 'stream/T/SODA'")

    # 16 + 14 t stand in a bill that begins in January, 28 + 28 t in one that begins in February
    assert {row["partition_name"]: row["amount"] for row in found} == {
        "activity_data/T/2026-01": 30,
        "activity_data/T/2026-02": 56,
    }


MODELS = (
    "int_document_lines",
    "int_document_parts",
    "int_stocks_used",
    "int_stock_balance",
    "int_documented_activity",
    "int_document_findings",
    "int_document_partitions",
    "int_energy_balance",
)


def test_postgresql_says_the_same_to_the_last_digit(
    billed: Settings, postgres_url: str, tmp_path: Path
) -> None:
    on_server = build(house(tmp_path, postgres_url), BILLED)

    for model in MODELS:
        assert content(on_server, model) == content(billed, model), model


def content(settings: Settings, model: str) -> list[tuple]:
    found = rows(settings, f"select * from intermediate.{model}")
    return sorted((tuple(map(_plain, row.items())) for row in found), key=repr)


def _plain(field: tuple[str, object]) -> tuple[str, object]:
    name, value = field
    return name, value.normalize() if isinstance(value, Decimal) else value
