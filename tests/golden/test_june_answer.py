"""A supplier answers in June for a spring that is over, and has it verified: worked by hand.

Of 110 t of rod 30 t were made before the answer's period (March to May 2026), 50 t in it, 20 t after it, and
of 10 t nobody says when. By default a tonne is 3.169 x 1.10 = 3.4859 t CO2e (2025/2621 Annex I, China 7213,
with the mark-up of 2026). The answer: 2 t/t direct, a tenth of it by default, and 0.4 MWh/t at the country's
0.605 t/MWh.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import demo_house
import pytest
from hand_made_lake import HERE, fill, house, put, rows_of

from lingtan import warehouse
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

SPRING = (date(2026, 3, 1), date(2026, 6, 1))
OUTPUT_T = Decimal(100)

LOTS = {
    "2026-01": ("R1", date(2026, 1, 5), date(2026, 1, 9), date(2026, 1, 20), Decimal(30)),
    "2026-04": ("R2", date(2026, 4, 5), date(2026, 4, 9), date(2026, 4, 20), Decimal(50)),
    "2026-07": ("R3", date(2026, 7, 5), date(2026, 7, 9), date(2026, 7, 20), Decimal(20)),
    "2026-08": ("R4", None, None, date(2026, 8, 20), Decimal(10)),
}
ANSWER = rows_of(
    "period_from period_until see_direct_t_co2e_per_fu electricity_mwh_per_fu default_share",
    (*SPRING, Decimal(2), Decimal("0.4"), Decimal("0.1")),
    supplier_code="MILL",
    producer_installation_code="MILL-1",
    cn_code="72139149",
    country_code="CN",
    functional_unit="t_product",
)
STATEMENT = rows_of(
    "attestation_code verifier_name accreditation_number scope issued_on is_satisfactory document_ref",
    ("V-1", "Verifier", "A-1", "see", date(2026, 6, 20), True, "archive/V-1"),
    producer_installation_code="MILL-1",
    cn_code="72139149",
    period_from=SPRING[0],
    period_until=SPRING[1],
)


def rows(settings: Settings, statement: str) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(statement).to_pylist()


def state(settings: Settings) -> tuple[list[dict], list[dict], dict]:
    """Parts of the rod, leaves of the figure, and the figure."""
    (figure,) = rows(settings, "select * from marts.fct_cbam_embedded_emissions where cn_code = '73181588'")
    return (
        rows(settings, "select * from marts.fct_precursors order by evidence"),
        rows(
            settings,
            "select node_id, leaf_id, via, component, factor_id, evidence, attestation_code,"
            " emissions_t_co2e_per_fu from marts.fct_footprint_contributions order by all",
        ),
        figure,
    )


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory):
    settings = house(tmp_path_factory.mktemp("june"))
    fill(settings)
    put(settings, "supplier_embedded_emissions", "all", [])
    for month, lot in LOTS.items():
        put(
            settings,
            "receipts",
            month,
            rows_of(
                "receipt_code produced_from produced_until received_on amount",
                lot,
                supplier_code="TRADER",
                item_code="ROD",
                producer_installation_code="MILL-1",
                origin_country_code="CN",
                unit="t",
                **HERE,
            ),
        )
    silent = state(demo_house.build(settings))
    put(settings, "supplier_embedded_emissions", "all", ANSWER)
    put(settings, "attestations", "all", STATEMENT)
    return silent, state(demo_house.build(settings))


def test_until_june_all_rod_stands_on_the_default(before_and_after):
    (part,), _, _ = before_and_after[0]

    assert (part["evidence"], part["mass_t"]) == ("default", Decimal(110))
    assert part["default_undivided_t_co2e"] == Decimal("383.449")  # 110 x 3.4859


def test_from_june_each_lot_stands_on_its_own_rung(before_and_after):
    parts, _, _ = before_and_after[1]

    told = (
        "evidence", "mass_t", "direct_t_co2e", "indirect_t_co2e", "default_undivided_t_co2e",
        "attestation_code", "unclaimable_because",
    )  # fmt: skip
    assert [tuple(part[name] for name in told) for part in parts] == [
        # 20 t made later and 10 t of which nobody knows
        (
            "actual_provisional", Decimal(30), Decimal(60), Decimal("7.26"), None, None,
            "answer MILL-1/72139149/2026-03-01 does not cover the production of the lots it stands in for",
        ),
        ("actual_verified", Decimal(50), Decimal(100), Decimal("12.1"), None, "V-1", None),
        ("default", Decimal(30), None, None, Decimal("104.577"), None, None),
    ]  # fmt: skip


def test_the_late_answer_moves_the_leaves_of_the_rod_and_nothing_else(before_and_after):
    (_, old, _), (_, new, _) = before_and_after

    def others(leaves: list[dict]) -> list[dict]:
        return [leaf for leaf in leaves if not leaf["leaf_id"].startswith("precursor/")]

    assert others(old) == others(new) != []
    rod = [leaf for leaf in new if leaf not in others(new)]
    assert {
        (leaf["component"], leaf["evidence"], leaf["attestation_code"]): leaf["emissions_t_co2e_per_fu"]
        for leaf in rod
    } == {
        ("precursor_default_undivided", "default", None): Decimal("104.577") / OUTPUT_T,
        ("precursor_direct", "actual_verified", "V-1"): Decimal(100) / OUTPUT_T,
        ("precursor_direct", "actual_provisional", None): Decimal(60) / OUTPUT_T,
        ("precursor_indirect_informational", "actual_verified", "V-1"): Decimal("12.1") / OUTPUT_T,
        ("precursor_indirect_informational", "actual_provisional", None): Decimal("7.26") / OUTPUT_T,
    }


def test_the_figure_moves_by_what_the_rod_does(before_and_after):
    (_, _, old), (_, _, new) = before_and_after

    # 104.577 + 100 + 60 t instead of 383.449
    moved = new["see_direct_t_co2e_per_fu"] - old["see_direct_t_co2e_per_fu"]
    assert moved == Decimal("-118.872") / OUTPUT_T


def test_the_figure_cannot_be_claimed_and_names_what_it_lacks(before_and_after):
    (_, _, old), (_, _, new) = before_and_after
    own = "no satisfactory attestation of T for 73181588 holds all of 2026"

    assert (old["is_claimable"], old["unclaimable_because"], old["attestation_codes"]) == (False, own, None)
    assert (new["is_claimable"], new["attestation_codes"], new["evidence_rung"]) == (
        False, "V-1", "partly_default",
    )  # fmt: skip
    assert new["unclaimable_because"] == (
        "Rod from MILL-1: answer MILL-1/72139149/2026-03-01 does not cover the production of the lots it"
        f" stands in for; {own}"
    )
