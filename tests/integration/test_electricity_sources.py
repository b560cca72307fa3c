"""Electricity by line, by agreement and from the grid, from readings of a quarter of an hour to the figure,
worked by hand; on PostgreSQL too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hand_made_lake import HERE, JANUARY, MASTER, MONTHLY, house, put, rows_of, valid_rows

from lingtan import solve, warehouse
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

DAY = date(2026, 1, 5)
MIDNIGHT = datetime(2026, 1, 4, 16, tzinfo=UTC)
GRID, WIND, LINE = "cbam/electricity/CN", "contract/T/WIND-PPA/2025-01-01", "contract/T/LINE/2025-01-01"
# The works takes 100 kWh every hour of the day, 2,400. Wind gives 60 in each of the first twelve hours and
# 160 in each of the others: 12 x 60 + 12 x 100 = 1,920 are matched, 480 are the grid's; P takes three
# quarters. t CO2e: 1,440 kWh x 0.02, 360 x 0.605, and for Q a third of it; 1 MWh x 4,050 t / 10,000 MWh.
EXPECTED = {
    ("P", "EL", WIND): Decimal("0.0288"),
    ("P", "EL", GRID): Decimal("0.2178"),
    ("Q", "EL", WIND): Decimal("0.0096"),
    ("Q", "EL", GRID): Decimal("0.0726"),
    ("P", "DL", LINE): Decimal("0.405"),
}
PROVEN = {
    "is_hourly_metered": True,
    "is_grid_connected": True,
    "is_direct_contract": True,
    "factor_source": "the generator",
    "evidence": "contract",
}


def quarters(meter: str, amounts: list[int]) -> list[dict[str, object]]:
    return rows_of(
        "read_at amount",
        *((MIDNIGHT + timedelta(minutes=15 * number), Decimal(kwh)) for number, kwh in enumerate(amounts)),
        meter_code=meter, metered_on=DAY, unit="kWh", quality="actual", **HERE,
    )  # fmt: skip


def fill(settings: Settings) -> None:
    for table in ("installations", "processes", "process_goods", "products"):
        kept = [row for row in MASTER[table] if row.get("process_code", "P") in ("P", "Q")]
        put(settings, table, "all", kept)
    put(settings, "source_streams", "all", valid_rows(
        "stream_code method material_code activity_basis",
        ("EL", "electricity", None, "meters"),
        ("DL", "electricity", None, "documents"),
        ("SODA", "process_input", "Na2CO3", "documents"),
        name="stream", direction="input", **HERE,
    ))  # fmt: skip
    put(settings, "stream_shares", "all", valid_rows(
        "stream_code process_code share",
        ("EL", "P", Decimal("0.75")),
        ("EL", "Q", Decimal("0.25")),
        ("DL", "P", Decimal(1)),
        ("SODA", "P", Decimal(1)),
        key="share", **HERE,
    ))  # fmt: skip
    put(settings, "meters", "all", valid_rows(
        "meter_code role", ("MAIN", "billing"), ("WIND", "check"),
        stream_code="EL", medium="electricity", kind="interval", unit="kWh", interval_minutes=15,
        direction="import", **HERE,
    ))  # fmt: skip
    put(settings, "electricity_contracts", "all", [
        *valid_rows(
            "contract_code kind stream_code generator_meter_code factor",
            ("WIND-PPA", "ppa", "EL", "WIND", Decimal("0.02")),
            ("GREEN", "certificate", "EL", None, Decimal(0)),
            generator_name="Wind farm", **PROVEN, **HERE,
        ),
        *valid_rows(
            "contract_code kind stream_code process_code fuel_t_co2e flue_gas_cleaning_t_co2e net_mwh",
            ("LINE", "direct_line", "DL", "P", Decimal(4000), Decimal(50), Decimal(10000)),
            generator_name="Neighbour's gas engine", **PROVEN, **HERE,
        ),
    ])  # fmt: skip
    put(settings, "meter_readings", DAY.isoformat(), [
        *quarters("MAIN", [25] * 96),
        *quarters("WIND", [15] * 48 + [40] * 48),
    ])  # fmt: skip
    put(settings, "activity_data", "2026-01", rows_of(
        "stream_code amount unit", ("DL", Decimal(1), "MWh"), ("SODA", Decimal(10), "t"),
        kind="consumption", document_ref="1", **HERE, **JANUARY,
    ))  # fmt: skip
    put(settings, "production_output", "2026-01", MONTHLY["production_output"])


def emissions(settings: Settings) -> dict[tuple[str, str, str], Decimal]:
    with warehouse.connect(settings, read_only=True) as opened:
        found = opened.query(
            "select process_code, stream_code, factor_id, emissions_t_co2e"
            " from intermediate.int_stream_emissions_by_gas where rule_set = 'cbam' and is_indirect"
        ).to_pylist()
    return {
        (row["process_code"], row["stream_code"], row["factor_id"]): row["emissions_t_co2e"] for row in found
    }


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


def test_each_source_takes_its_own_factor_for_what_was_taken_as_it_was_generated(on_duckdb: Settings) -> None:
    assert emissions(on_duckdb) == EXPECTED


def test_the_figure_holds_them_all_and_the_certificate_is_named(on_duckdb: Settings) -> None:
    with warehouse.connect(on_duckdb, read_only=True) as opened:
        (figure,) = opened.query(
            "select * from marts.fct_cbam_embedded_emissions where cn_code = '73181588'"
        ).to_pylist()
        leaves = opened.query(
            "select distinct leaf_kind, factor_id from marts.fct_footprint_contributions"
            " where leaf_component = 'own_indirect'"
        ).to_pylist()
        inventory = opened.query(
            "select sum(emissions_t_co2e) as t from marts.fct_emissions"
            " where is_indirect and rule_set = 'inventory'"
        ).to_pylist()
        named = opened.query(
            "select subject_code, sentence from marts.fct_data_quality_findings"
            " where finding = 'certificate_not_counted'"
        ).to_pylist()

    # 0.6516 t and 2.8 MWh over 100 t of bolts
    assert figure["absent_because"] is None
    assert figure["see_indirect_t_co2e_per_fu"] == Decimal("0.006516")
    assert figure["embedded_electricity_mwh_per_fu"] == Decimal("0.028")
    assert figure["default_share"] == 0
    assert {(row["leaf_kind"], row["factor_id"]) for row in leaves} == {
        ("grid_electricity", GRID),
        ("contracted_electricity", WIND),
        ("contracted_electricity", LINE),
    }
    assert inventory == [{"t": Decimal("1.80404")}]  # 3.4 MWh x 0.5306
    assert named == [
        {
            "subject_code": "EL",
            "sentence": "A certificate alone proves no emission factor (GREEN), so the country's factor"
            " counts for EL.",
        }
    ]


def test_postgresql_gives_the_same_to_the_last_digit(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> None:
    settings = house(tmp_path_factory.mktemp("postgres"), postgres_url)
    fill(settings)
    warehouse.load(settings)
    warehouse.dbt(
        "build", "--select", "+int_stream_emissions_by_gas", "--exclude-resource-type", "unit_test", "test",
        settings=settings,
    )  # fmt: skip

    assert emissions(settings) == EXPECTED
