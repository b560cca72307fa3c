"""Ammonia that two works answer for in different units, from landed files to the figure: worked by hand.

A urea works receives 800 t of ammonia, 800 kg N/t, in 2026 and uses 600 t. A's lots, 400 t of spring and
200 t of autumn, are answered per tonne as delivered, B's 200 t per kilogram of nitrogen. B's lot says nowhere
when it was made, and its answer holds the year (2025/2547 Art 13). All state 0.4 t CO2e/MWh. Of the use:

| lots | amount answered | direct | electricity | statement |
|---|---|---|---|---|
| A, spring | 300 t | x 2 = 600 t | x 0.5 = 150 MWh, 60 t | V-A |
| A, autumn | 150 t | x 3.2 = 480 t | x 0.5 = 75 MWh, 30 t | none |
| B | 150 t x 800 = 120,000 kg N | x 0.0024 = 288 t | x 0.0001 = 12 MWh, 4.8 t | V-B |

Mean over A's periods (Art 14): 1,080 t and 90 t over 450 t x 800 = 360,000 kg N. Over both works: 1,368 t and
94.8 t over 480,000 kg N. With 180 t of its own the works makes 1,000 t of urea of 460 kg N/t: 1,548 t direct
and 94.8 t indirect over 460,000 kg N.

Another urea works, of which nobody states what its ammonia holds, uses 10 t of A's spring and 10 t of its
autumn: 20 + 32 t, and a mean per kilogram of nitrogen that nobody can tell.
"""

from __future__ import annotations

from decimal import Decimal

import demo_house
import pytest
import small_house
from hand_made_lake import house

from lingtan import warehouse
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

TABLES = (
    "installations", "processes", "process_goods", "products", "items", "parties", "source_streams",
    "stream_shares", "parameters", "activity_data", "production_output", "material_use", "receipts",
    "supplier_embedded_emissions", "attestations",
)  # fmt: skip
VALID = {"valid_from": "2025-01-01"}
HERE, BARE = {"installation_code": "NITRO"}, {"installation_code": "BARE"}
JANUARY = {"period_from": "2026-01-01", "period_until": "2026-02-01", "unit": "t"}
SPRING, AUTUMN = ("2026-01-01", "2026-07-01"), ("2026-07-01", "2027-01-01")
YEAR = ("2026-01-01", "2027-01-01")
AMMONIA = "28141000"


def row(names: str, *values: str, **same: str) -> dict[str, str]:
    return dict(zip(names.split(), values, strict=True)) | same


def lot(
    code: str, maker: str, received: str, tonnes: str, *made: str, place: dict[str, str] = HERE
) -> dict[str, str]:
    dates = dict(zip(("produced_from", "produced_until"), made, strict=False))
    return place | dates | row(
        "receipt_code supplier_code item_code producer_installation_code received_on amount unit"
        " origin_country_code",
        code, "TRADER", "NH3", maker, received, tonnes, "t", "CN",
    )  # fmt: skip


def answer(maker: str, unit: str, period: tuple[str, str], direct: str, electricity: str) -> dict[str, str]:
    return row(
        "supplier_code producer_installation_code cn_code country_code functional_unit period_from"
        " period_until see_direct_t_co2e_per_fu electricity_mwh_per_fu electricity_factor_t_co2e_per_mwh"
        " default_share",
        "MAKER", maker, AMMONIA, "CN", unit, *period, direct, electricity, "0.4", "0",
    )  # fmt: skip


def statement(code: str, maker: str, period: tuple[str, str], issued: str) -> dict[str, str]:
    return row(
        "attestation_code verifier_name accreditation_number producer_installation_code cn_code period_from"
        " period_until scope issued_on is_satisfactory document_ref",
        code, "Verifier", "A-1", maker, AMMONIA, *period, "see", issued, "true", f"archive/{code}",
    )  # fmt: skip


FILES: dict[str, list[dict[str, str]]] = {
    "installations": [
        VALID | place | row("name operator_name country_code time_zone", "N", "N", "CN", "Asia/Shanghai")
        for place in (HERE, BARE)
    ],
    "processes": [
        VALID | place | row(
            "process_code name kind attribution route", "UREA", "Urea", "good", "derived", "all",
        )
        for place in (HERE, BARE)
    ],
    "process_goods": [
        VALID | place | row(
            "process_code cn_code functional_unit aggregated_good is_main is_inside_bubble",
            "UREA", "31021019", "kg_n", "urea", "true", "false",
        )
        for place in (HERE, BARE)
    ],
    "products": [
        VALID | place | row(
            "process_code product_code name cn_code declared_unit mass_kg_per_unit",
            "UREA", "UREA-46", "Urea", "31021019", "kg", "1",
        )
        for place in (HERE, BARE)
    ],
    "items": [
        VALID | row(
            "item_code name cn_code declared_unit mass_kg_per_unit", "NH3", "Ammonia", AMMONIA, "t", "1000",
        )
    ],
    "parties": [
        VALID | row("party_code name country_code role", "TRADER", "Trader", "CN", "trader"),
        VALID | row("party_code name country_code role", "MAKER", "Maker", "CN", "producer"),
    ],
    "source_streams": [
        VALID | HERE | row(
            "stream_code name method material_code direction activity_basis",
            "FUEL", "Fuel", "process_input", "feed", "input", "documents",
        )
    ],
    "stream_shares": [
        VALID | HERE | row("stream_code process_code key share", "FUEL", "UREA", "share", "1")
    ],
    "parameters": [
        VALID | HERE | row(
            "subject_kind subject_code parameter amount unit", *values, basis="analysis", evidence="by hand",
        )
        for values in (
            ("stream", "FUEL", "ef_by_mass", "1.8", "t CO2/t"),
            ("item", "NH3", "nitrogen_content", "800", "kg N/t"),
            ("product", "UREA-46", "nitrogen_content", "460", "kg N/t"),
        )
    ],
    "activity_data": [
        JANUARY | HERE | row("stream_code kind amount document_ref", "FUEL", "consumption", "100", "D-1")
    ],
    "production_output": [
        JANUARY | HERE | row("process_code product_code kind amount", "UREA", "UREA-46", "saleable", "1000")
    ],
    "material_use": [
        JANUARY | place | row(
            "process_code component_code component_kind supplier_code amount",
            "UREA", "NH3", "item", "mixed", tonnes,
        )
        for place, tonnes in ((HERE, "600"), (BARE, "20"))
    ],
    "receipts": [
        lot("R1", "A-WORKS", "2026-03-20", "400", "2026-03-01", "2026-03-10"),
        lot("R2", "A-WORKS", "2026-09-20", "200", "2026-09-01", "2026-09-10"),
        lot("R3", "B-WORKS", "2026-05-20", "200"),
        lot("R4", "A-WORKS", "2026-03-20", "10", "2026-03-01", "2026-03-10", place=BARE),
        lot("R5", "A-WORKS", "2026-09-20", "10", "2026-09-01", "2026-09-10", place=BARE),
    ],
    "supplier_embedded_emissions": [
        answer("A-WORKS", "t_product", SPRING, "2", "0.5"),
        answer("A-WORKS", "t_product", AUTUMN, "3.2", "0.5"),
        answer("B-WORKS", "kg_n", YEAR, "0.0024", "0.0001"),
    ],
    "attestations": [
        statement("V-A", "A-WORKS", SPRING, "2026-08-01"),
        statement("V-B", "B-WORKS", YEAR, "2027-02-01"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = house(tmp_path_factory.mktemp("per_tonne"))
    small_house.write_sources(settings, TABLES)
    for table, sent in FILES.items():
        small_house.send(settings, table, "20270301T0800", sent)
    small_house.run(settings, TABLES)
    return demo_house.build(settings)


def told(
    settings: Settings, columns: str, relation: str, order: str, installation: str = "NITRO"
) -> list[tuple]:
    with warehouse.connect(settings, read_only=True) as opened:
        found = opened.query(
            f"select {columns} from {relation} where installation_code = '{installation}' order by {order}"
        ).to_pylist()
    return [tuple(each.values()) for each in found]


def test_each_answer_speaks_for_its_own_unit(built):
    assert told(
        built,
        "producer_installation_code, answer_period_from::varchar, mass_t, amount_fu, direct_t_co2e,"
        " indirect_t_co2e",
        "marts.fct_precursors",
        "1, 2",
    ) == [
        ("A-WORKS", "2026-01-01", Decimal(300), Decimal(240_000), Decimal(600), Decimal(60)),
        ("A-WORKS", "2026-07-01", Decimal(150), Decimal(120_000), Decimal(480), Decimal(30)),
        ("B-WORKS", "2026-01-01", Decimal(150), Decimal(120_000), Decimal(288), Decimal("4.8")),
    ]  # fmt: skip


def test_lots_that_nobody_dates_are_of_the_year(built):
    assert told(
        built,
        "producer_installation_code, evidence, attestation_code",
        "marts.fct_precursors",
        "producer_installation_code, answer_period_from",
    ) == [
        ("A-WORKS", "actual_verified", "V-A"),
        ("A-WORKS", "actual_unverified", None),
        ("B-WORKS", "actual_verified", "V-B"),
    ]


def test_the_means_are_in_the_laws_unit(built):
    assert told(
        built,
        "mean_over, producer_installation_code, parts, functional_unit, mass_t, amount_fu,"
        " see_direct_t_co2e_per_fu, see_indirect_t_co2e_per_fu",
        "marts.fct_precursor_means",
        "mean_over desc",
    ) == [
        (
            "periods", "A-WORKS", 2, "kg_n", Decimal(450), Decimal(360_000),
            Decimal("0.003"), Decimal("0.00025"),
        ),
        (
            "installations", "all", 2, "kg_n", Decimal(600), Decimal(480_000),
            Decimal("0.00285"), Decimal("0.0001975"),
        ),
    ]  # fmt: skip


def test_tonnes_suffice_for_the_answer_and_not_for_the_mean(built):
    assert told(
        built, "mass_t, amount_fu, direct_t_co2e", "marts.fct_precursors", "direct_t_co2e", "BARE"
    ) == [
        (Decimal(10), None, Decimal(20)),
        (Decimal(10), None, Decimal(32)),
    ]
    assert told(
        built,
        "mean_over, mass_t, amount_fu, see_direct_t_co2e_per_fu",
        "marts.fct_precursor_means",
        "1",
        "BARE",
    ) == [("periods", Decimal(20), None, None)]


def test_the_report_tells_what_each_answer_is_per(built):
    assert told(
        built,
        "distinct producer_installation_code, answer_functional_unit",
        "reports.rpt_annex_iv_precursors",
        "1",
    ) == [("A-WORKS", "t_product"), ("B-WORKS", "kg_n")]


def test_the_urea_carries_all_of_it(built):
    ((status, activity, direct, indirect, counted),) = told(
        built,
        "status, activity_level, see_direct_t_co2e_per_t, see_indirect_t_co2e_per_t,"
        " see_counted_t_co2e_per_fu",
        "marts.fct_cbam_embedded_emissions",
        "1",
    )

    assert (status, activity) == ("provisional", Decimal(460_000))
    # twelve places per kilogram of nitrogen leave nine per tonne
    assert float(direct) == pytest.approx(1.548, abs=1e-9)
    assert float(indirect) == pytest.approx(0.0948, abs=1e-9)
    assert float(counted) == pytest.approx(1642.8 / 460_000, abs=1e-11)
