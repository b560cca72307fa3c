"""The dbt project before the solve, on the lake worked by hand, on DuckDB and on PostgreSQL alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hand_made_lake import FROM, MASTER, fill, hold, house, put, put_day

from lingtan import warehouse
from lingtan.errors import LingtanError
from lingtan.samples.truth import Manifest
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

# canonical units in one unit of the demo's meters; 273.15 / 293.15 for gas
PER_UNIT = {"kWh": Decimal(1), "GJ": Decimal(1), "m3_20c": Decimal("0.931775541532")}


def rows(settings: Settings, statement: str) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(statement).to_pylist()


@pytest.fixture(scope="module")
def on_duckdb(worked_lake: Settings) -> Settings:
    return worked_lake


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Settings:
    settings = house(tmp_path_factory.mktemp("postgres"), postgres_url)
    fill(settings)
    warehouse.build_before_solve(settings)
    return settings


def test_leaves_are_what_was_worked_out_by_hand(on_duckdb: Settings) -> None:
    found = {
        (row["node_id"], row["leaf_id"], row["component"], row["factor_id"]): row["emissions_t_co2e"]
        for row in rows(on_duckdb, "select * from intermediate.int_graph_leaves")
    }

    gas = "cbam/natural_gas/m3_0c"
    answer, cn, india = "answer/MILL-1/72139149/2026-01-01", "cbam-default/CN/7213", "cbam-default/IN/7213"
    assert found == {
        # 4,000 m3 x 0.038931 GJ x 15.3 kg C x 3.664 = 8,729.7628608 kg, half to P, a quarter each to B and C
        ("T/P", "stream/T/NG", "own_direct", gas): Decimal("4.3648814304"),
        ("T/B", "stream/T/NG", "own_direct", gas): Decimal("2.1824407152"),
        # 46 GJ / 0.92 = 26.5 GJ / 0.53: heat and power take half of C's gas each
        ("T/C/heat", "stream/T/NG", "own_direct", gas): Decimal("1.0912203576"),
        ("T/C/electricity", "stream/T/NG", "own_direct", gas): Decimal("1.0912203576"),
        # 60 MWh less 10 exported, shared 40 : 10; 10 MWh on a day without sub-meters shared like the month
        ("T/P", "grid/T/EL", "own_indirect", "cbam/electricity/CN"): Decimal("29.04"),  # 48 MWh x 0.605
        ("T/Q", "grid/T/EL", "own_indirect", "cbam/electricity/CN"): Decimal("7.26"),  # 12 MWh x 0.605
        # the bill's 100 GJ by the flows' 30 : 10, at the seller's 0.09
        ("T/P", "heat/T/STEAM", "own_direct", "seller/T/STEAM"): Decimal("6.75"),
        ("T/Q", "heat/T/STEAM", "own_direct", "seller/T/STEAM"): Decimal("2.25"),
        ("T/P", "stream/T/SODA", "own_direct", "cbam/Na2CO3/t"): Decimal("4.15"),  # 10 t x 0.415
        # 110 t of rod as received: 40 answered, 20 of the same mill made before its answer's year at
        # 3.169 x 1.1, 30 Indian at 4.27 x 1.1, 20 German at zero
        ("T/P", "precursor/T/ROD/MILL-1", "precursor_direct", answer): Decimal(80),
        ("T/P", "precursor/T/ROD/MILL-1", "precursor_indirect_informational", answer): Decimal("9.68"),
        ("T/P", "precursor/T/ROD/MILL-1", "precursor_default_undivided", cn): Decimal("69.718"),
        ("T/P", "precursor/T/ROD/unknown", "precursor_default_undivided", india): Decimal("140.91"),
        ("T/P", "precursor/T/ROD/MILL-EU", "precursor_direct", "cbam-exempt/DE"): Decimal(0),
    }  # fmt: skip


def test_outputs_and_edges_are_what_was_worked_out_by_hand(on_duckdb: Settings) -> None:
    nodes = rows(on_duckdb, "select node_id, output_amount from intermediate.int_graph_nodes")
    edges = rows(on_duckdb, "select * from intermediate.int_graph_edges")

    power = Decimal("7.361111111")
    assert {row["node_id"]: row["output_amount"] for row in nodes} == {
        "T/P": Decimal(100),  # 90 t and 10 t off-spec sold; no scrap, nothing from inside the bubble
        "T/Q": Decimal(0),
        "T/B": Decimal(80),
        "T/C/heat": Decimal(46),
        "T/C/electricity": power,
    }
    assert {(row["supplier_node_id"], row["consumer_node_id"]): row["amount"] for row in edges} == {
        ("T/B", "T/P"): Decimal(60),
        ("T/B", "T/C/heat"): Decimal(10),
        ("T/B", "T/C/electricity"): Decimal(10),
        ("T/C/heat", "T/P"): Decimal(46),
        ("T/C/electricity", "T/B"): power,
    }


def test_the_invoice_of_a_metered_stream_moves_only_the_balance(on_duckdb: Settings) -> None:
    balance = rows(
        on_duckdb,
        "select * from intermediate.int_energy_balance"
        " where check_name = 'bill_and_meter' and subject_code = 'EL'",
    )

    assert [(row["left_amount"], row["right_amount"], row["unexplained_amount"]) for row in balance] == [
        (Decimal(60000), Decimal(60000), Decimal(0))
    ]


def test_a_day_nobody_read_is_visible(on_duckdb: Settings) -> None:
    days = rows(
        on_duckdb,
        "select metered_on, measured_amount, minutes_read, minutes_expected from intermediate.int_meter_days"
        " where meter_code = 'NG-MAIN' order by metered_on",
    )

    assert [tuple(row.values()) for row in days] == [
        (date(2026, 1, 1), Decimal(2000), 1440, 1440),
        (date(2026, 1, 2), None, 0, 1440),
        (date(2026, 1, 3), Decimal(1000), 1440, 1440),
    ]


@pytest.mark.parametrize("engine", ["on_duckdb", "on_postgres"])
def test_unit_tests_of_the_models_hold(engine: str, request: pytest.FixtureRequest) -> None:
    settings = request.getfixturevalue(engine)

    outcome = warehouse.dbt("test", "--select", "tag:before_solve,test_type:unit", settings=settings)

    assert {str(result.status) for result in outcome.result.results} == {"pass"}


MODELS = (
    "int_metered_use_by_day",
    "int_register_readings",
    "int_register_consumption",
    "int_register_use_by_day",
    "int_meter_days_read",
    "int_meter_days_doubted",
    "int_missing_slots",
    "int_estimated_slots",
    "int_consumption",
    "int_meter_days",
    "int_meter_months_compared",
    "int_meter_findings",
    "int_stream_activity_by_month",
    "int_missing_months",
    "int_parameters_checked",
    "int_documented_activity",
    "int_energy_balance",
    "int_stream_attribution",
    "int_emission_factors",
    "int_stream_factors",
    "int_electricity_supply",
    "int_stream_findings",
    "int_stream_emissions_by_gas",
    "int_chp_split",
    "int_answers_attested",
    "int_receipts_matched_to_answers",
    "int_supply_mix",
    "int_precursor_emissions",
    "int_output_counted",
    "int_own_goods_used",
    "int_product_compositions",
    "int_composition_findings",
    "int_graph_nodes",
    "int_graph_edges",
    "int_graph_leaves",
)


def content(settings: Settings, model: str) -> list[tuple]:
    """Rows in an order that depends on neither engine; decimals compare by value."""
    found = rows(settings, f"select * from intermediate.{model}")
    return sorted((tuple(map(_plain, row.items())) for row in found), key=repr)


def _plain(field: tuple[str, object]) -> tuple[str, object]:
    name, value = field
    return name, value.normalize() if isinstance(value, Decimal) else value


def test_postgresql_gives_the_same_rows_to_the_last_digit(on_duckdb: Settings, on_postgres: Settings) -> None:
    for model in MODELS:
        assert content(on_postgres, model) == content(on_duckdb, model), model


def test_what_changed_in_the_lake_reaches_postgresql_too(on_postgres: Settings) -> None:
    put_day(on_postgres, date(2026, 1, 3), {"NG-MAIN": ("m3_0c", "actual", (5, 6))})
    hold(on_postgres, "receipts/T/2026-01")
    warehouse.load(on_postgres)
    warehouse.dbt("run", "--select", "int_metered_use_by_day", settings=on_postgres)

    day = rows(on_postgres, "select * from lake.meter_readings where partition_key = '2026-01-03'")
    assert sorted((row["meter_code"], row["amount"]) for row in day) == [
        ("NG-MAIN", Decimal(5)),
        ("NG-MAIN", Decimal(6)),
    ]
    assert rows(on_postgres, "select * from lake.receipts") == []
    use = rows(
        on_postgres, "select * from intermediate.int_metered_use_by_day where metered_on = '2026-01-03'"
    )
    assert [(row["meter_code"], row["measured_amount"], row["intervals_read"]) for row in use] == [
        ("NG-MAIN", Decimal(11), 2)
    ]


def test_only_changed_days_are_read_again(tmp_path: Path) -> None:
    settings = house(tmp_path)
    fill(settings)
    select = ("build", "--select", "+int_metered_use_by_day", "--exclude-resource-type", "unit_test", "test")
    warehouse.load(settings)
    warehouse.dbt(*select, settings=settings)
    # a mark that a rebuilt day loses
    with warehouse.connect(settings) as opened:
        opened.execute("update intermediate.int_metered_use_by_day set intervals_read = intervals_read + 100")

    put_day(settings, date(2026, 1, 3), {"NG-MAIN": ("m3_0c", "actual", (7, 8))})
    put_day(settings, date(2026, 1, 4), {"NG-MAIN": ("m3_0c", "actual", (1,))})
    warehouse.load(settings)
    warehouse.dbt(*select, settings=settings)

    def days() -> dict[tuple[date, str], tuple]:
        return {
            (row["metered_on"], row["meter_code"]): (row["measured_amount"], row["intervals_read"])
            for row in rows(settings, "select * from intermediate.int_metered_use_by_day")
        }

    kept = days()
    assert kept[date(2026, 1, 1), "NG-MAIN"] == (Decimal(2000), 102)
    assert kept[date(2026, 1, 3), "NG-MAIN"] == (Decimal(15), 2)
    assert kept[date(2026, 1, 4), "NG-MAIN"] == (Decimal(1), 1)
    assert (date(2026, 1, 3), "EL-MAIN") not in kept

    hold(settings, "meter_readings/T/2026-01-01")
    warehouse.load(settings)
    warehouse.dbt(*select, settings=settings)

    assert {day for day, _ in days()} == {date(2026, 1, 3), date(2026, 1, 4)}


def test_a_failing_test_is_named_with_its_first_sentence_and_its_sql(tmp_path: Path) -> None:
    settings = house(tmp_path)
    fill(settings)
    twice = [dict(MASTER["products"][0], valid_from=day) for day in (FROM, date(2025, 6, 1))]
    put(settings, "products", "all", twice)
    warehouse.load(settings)

    with pytest.raises(LingtanError, match=r"test validities_do_not_overlap failed: Got 1 result.*\.sql"):
        warehouse.dbt(
            "build",
            "--select",
            "tag:before_solve,path:models/staging",
            "resource_type:seed",
            settings=settings,
        )


def test_one_code_of_two_processes_is_refused_with_what_to_do(tmp_path: Path) -> None:
    made = house(tmp_path)
    fill(made)
    goods = MASTER["process_goods"]
    put(made, "process_goods", "all", [*goods, goods[0] | {"process_code": "Q"}])
    warehouse.load(made)
    warehouse.dbt("run", "--select", "stg_process_goods", settings=made)

    with pytest.raises(LingtanError, match=r"pools all routes .*: declare the processes as one"):
        warehouse.dbt("test", "--select", "a_code_is_made_by_one_process", settings=made)


def test_the_demos_meters_agree_with_its_manifest(demo_january: tuple[Settings, Manifest]) -> None:
    settings, truth = demo_january
    found = {
        (row["installation_code"], row["meter_code"]): row
        for row in rows(
            settings,
            """
            select
                installation_code, meter_code,
                sum(measured_amount) as measured, sum(estimated_amount) as estimated,
                cast(sum(minutes_expected - minutes_read) as bigint) as minutes_missing
            from intermediate.int_meter_days_read group by installation_code, meter_code
            """,
        )
    }

    for installation in truth.installations:
        for code, meter in truth.year(installation, 2026).meters.items():
            row, per_unit = found[installation, code], PER_UNIT[meter.unit]
            estimated = (Decimal(meter.estimated) + Decimal(meter.substituted)) * per_unit
            # each day's sum is kept to the billionth
            assert abs(row["estimated"] - estimated) < Decimal("1e-7"), code
            total = Decimal(meter.amount) * per_unit
            assert abs(row["measured"] + row["estimated"] - total) < Decimal("1e-7"), code
            assert row["minutes_missing"] == 15 * meter.missing_slots, code


def test_the_demos_attribution_agrees_with_its_manifest(demo_january: tuple[Settings, Manifest]) -> None:
    settings, truth = demo_january
    found = {
        (row["installation_code"], row["stream_code"], row["process_code"]): row["amount"]
        for row in rows(
            settings,
            """
            select installation_code, stream_code, process_code, sum(amount) as amount
            from intermediate.int_stream_attribution group by installation_code, stream_code, process_code
            """,
        )
    }

    for installation in truth.installations:
        for code, stream in truth.year(installation, 2026).streams.items():
            for process, amount in stream.attributed.items():
                expected = Decimal(amount) * PER_UNIT[stream.unit]
                assert abs(found[installation, code, process] - expected) < Decimal("1e-6"), (code, process)


def test_the_demos_activity_level_agrees_with_its_manifest(demo_january: tuple[Settings, Manifest]) -> None:
    settings, truth = demo_january
    found = {
        row["installation_code"]: row["activity_level_t"]
        for row in rows(settings, "select * from intermediate.int_activity_level")
    }

    for installation in truth.installations:
        counted = [
            Decimal(line.amount) / (1000 if line.unit == "kg" else 1)
            for line in truth.year(installation, 2026).production
            if line.of["kind"] in ("saleable", "internal", "off_spec_sold")
        ]
        assert found[installation] == sum(counted)
