"""Every method of direct emissions at one works, from lake to figure, worked by hand; on PostgreSQL too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hand_made_lake import HERE, JANUARY, MASTER, MONTHLY, house, put, rows_of, valid_rows

from lingtan import solve, warehouse
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

STREAMS = (
    ("COKE", "mass_balance", "coke_oven_coke", "input", "documents"),
    ("IRON", "mass_balance", "pig_iron", "output", "documents"),
    ("CEMENT", "process_output", "cement_clinker", "output", "output_balance"),
    ("POTS", "pfc_slope", "cwpb", "output", "documents"),
    ("STACK", "measured", "N2O", "output", "measurements"),
    ("FLUE", "measured", "CO2", "output", "measurements"),
    ("BURNT", "combustion", "coke_oven_coke", "input", "documents"),
    ("CCS", "co2_transfer", "CO2", "output", "documents"),
    ("WOOD", "combustion", "wood", "input", "documents"),
)
PARAMETERS = (
    ("CEMENT", "material_content", "0.8", "1", None, None),
    ("POTS", "anode_effect_frequency", "0.2", "1/cell-day", None, None),
    ("POTS", "anode_effect_duration", "2.5", "min", None, None),
    ("POTS", "pfc_collection_efficiency", "0.5", "1", None, None),
    ("CCS", "co2_stored_share", "0.9", "1", "geological_storage", "chain of custody 7"),
    ("WOOD", "biomass_fraction", "1", "1", "red_29_2_to_7_and_10", "proof of sustainability 3"),
)
PAPERS = (
    ("COKE", "delivery", 100),
    ("IRON", "dispatch", 200),
    ("CEMENT", "dispatch", 100),
    ("CEMENT", "opening_stock", 10),
    ("CEMENT", "closing_stock", 15),
    ("POTS", "consumption", 1000),
    ("CCS", "dispatch", 50),
    ("WOOD", "delivery", 10),
    ("BURNT", "delivery", 30),
)
# t CO2e, by hand
EXPECTED = {
    ("COKE", "CO2"): "301.74",  # 100 t x 28.2 GJ x 107 kg
    ("IRON", "CO2"): "-29.97152",  # 200 t x 0.0409 x 3.664, and it leaves
    ("CEMENT", "CO2"): "44.1",  # 100 - 10 + 15 = 105 t x 0.8 x 0.525
    ("POTS", "CF4"): "948.09",  # 0.2 x 2.5 x 0.143 / 0.5 = 0.143 kg/t x 1000 t x 6630
    ("POTS", "C2F6"): "192.0633",  # x 0.121 = 0.017303 kg/t x 1000 t x 11100
    ("STACK", "N2O"): "2.65",  # 1 + 2 + 3 kg measured, 4 kg substituted; x 265
    ("FLUE", "CO2"): "100",  # 100 g x 1,000,000 m3 of one hour
    ("BURNT", "CO2"): "90.522",  # 30 t x 28.2 GJ x 107 kg corroborate them, and count in nothing
    ("CCS", "CO2"): "-45",  # 50 t x 0.9 are stored
    ("WOOD", "CO2"): "0",  # 10 t x 15.6 GJ x 112 kg = 17.472 t are rated zero
}


def fill(settings: Settings) -> None:
    midnight = datetime(2026, 1, 4, 16, tzinfo=UTC)
    only_p = [row for row in MASTER["processes"] if row["process_code"] == "P"]
    put(settings, "installations", "all", MASTER["installations"])
    put(settings, "processes", "all", only_p)
    put(settings, "process_goods", "all", MASTER["process_goods"])
    put(settings, "products", "all", MASTER["products"])
    put(settings, "source_streams", "all", valid_rows(
        "stream_code method material_code direction activity_basis", *STREAMS, name="stream", **HERE
    ))  # fmt: skip
    put(settings, "stream_shares", "all", valid_rows(
        "stream_code share", *((row[0], Decimal(row[0] != "BURNT")) for row in STREAMS),
        process_code="P", key="share", **HERE,
    ))  # fmt: skip
    put(settings, "parameters", "all", valid_rows(
        "subject_code parameter amount unit basis evidence",
        *((code, name, Decimal(value), *rest) for code, name, value, *rest in PARAMETERS),
        subject_kind="stream", **HERE,
    ))  # fmt: skip
    put(settings, "activity_data", "2026-01", rows_of(
        "stream_code kind amount document_ref",
        *((code, kind, Decimal(amount), f"{code}-{kind}") for code, kind, amount in PAPERS),
        unit="t", **HERE, **JANUARY,
    ))  # fmt: skip
    put(settings, "emission_measurements", "2026-01-05", rows_of(
        "stream_code gas hour_at concentration_g_per_nm3 valid_share flow_nm3_per_h",
        *(
            ("STACK", "N2O", midnight + timedelta(hours=hour), grams, Decimal(share), Decimal(1000))
            for hour, (grams, share) in enumerate(
                ((Decimal(1), 1), (Decimal(2), "0.8"), (Decimal(3), 1), (None, "0.5"))
            )
        ),
        ("FLUE", "CO2", midnight, Decimal(100), Decimal(1), Decimal(1000000)),
        measured_on=date(2026, 1, 5), **HERE,
    ))  # fmt: skip
    put(settings, "production_output", "2026-01", MONTHLY["production_output"])


def emissions(settings: Settings) -> dict[tuple[str, str], Decimal]:
    with warehouse.connect(settings, read_only=True) as opened:
        found = opened.query(
            "select stream_code, gas, emissions_t_co2e from intermediate.int_stream_emissions_by_gas"
            " where rule_set = 'cbam'"
        ).to_pylist()
    return {(row["stream_code"], row["gas"]): row["emissions_t_co2e"] for row in found}


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = house(tmp_path_factory.mktemp("duckdb"))
    fill(settings)
    warehouse.build_before_solve(settings)
    solve.solve(settings)
    warehouse.dbt(
        "build", "--select", "tag:after_solve", "--exclude-resource-type", "unit_test", settings=settings
    )
    return settings


def test_every_method_emits_what_was_worked_out_by_hand(on_duckdb: Settings) -> None:
    assert emissions(on_duckdb) == {key: Decimal(value) for key, value in EXPECTED.items()}


def test_postgresql_gives_the_same_to_the_last_digit(
    on_duckdb: Settings, tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> None:
    settings = house(tmp_path_factory.mktemp("postgres"), postgres_url)
    fill(settings)
    warehouse.load(settings)
    warehouse.dbt(
        "build", "--select", "+int_stream_emissions_by_gas", "--exclude-resource-type", "unit_test", "test",
        settings=settings,
    )  # fmt: skip

    assert emissions(settings) == emissions(on_duckdb)


def test_the_figure_is_the_sum_of_what_is_added_and_taken_off(on_duckdb: Settings) -> None:
    with warehouse.connect(on_duckdb, read_only=True) as opened:
        (figure,) = opened.query(
            "select * from marts.fct_cbam_embedded_emissions where cn_code = '73181588'"
        ).to_pylist()
        memo = opened.query("select sum(biogenic_t_co2) as t from marts.fct_emissions").to_pylist()
        sources = opened.query(
            "select source_id from marts.fct_figure_sources where source_kind = 'factor' and share > 0"
        ).to_pylist()

    # 1513.67178 t over 100 t of bolts
    assert figure["absent_because"] is None
    assert figure["see_counted_t_co2e_per_fu"] == Decimal("15.1367178")
    # of 16.6361482 t, what leaves counted as what comes, 4 kg of N2O x 265 / 100 t were substituted
    assert figure["estimated_share"] == Decimal("0.000637166721")
    assert memo == [{"t": Decimal("17.472")}]
    assert {row["source_id"] for row in sources} == {
        "cbam/coke_oven_coke/t",
        "cbam-carbon/pig_iron/t",
        "cbam/cement_clinker/t",
        "cbam/pfc_slope/cwpb",
        "measured/T/STACK",
        "measured/T/FLUE",
        "co2_transfer/T/CCS",
    }


def test_what_rests_on_an_estimate_or_a_proof_can_be_found(on_duckdb: Settings) -> None:
    with warehouse.connect(on_duckdb, read_only=True) as opened:
        found = opened.query(
            "select subject_code, finding, minutes from marts.fct_data_quality_findings"
        ).to_pylist()

    assert [tuple(row.values()) for row in found] == [("STACK", "hours_substituted", 60)]


def test_what_corroborates_a_stack_is_only_set_beside_it(on_duckdb: Settings) -> None:
    with warehouse.connect(on_duckdb, read_only=True) as opened:
        beside = opened.query(
            "select left_amount, right_amount from reports.rpt_energy_balance"
            " where check_name = 'measured_and_calculated'"
        ).to_pylist()
        told = opened.query(
            "select stream_code, process_code from marts.fct_emissions"
            " where is_corroborating and rule_set = 'cbam'"
        ).to_pylist()

    assert beside == [{"left_amount": Decimal(100), "right_amount": Decimal("90.522")}]
    assert told == [{"stream_code": "BURNT", "process_code": None}]
