"""The demo from its files to its figures, on DuckDB and PostgreSQL, against totals worked by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import demo_books
import pyarrow as pa
import pytest
from demo_house import build, fill, house
from golden.demo_by_hand import (
    MILL_A,
    PRICE_QUARTER_1,
    ROD_OF_UNKNOWN_ORIGIN,
    WIRE_ROD_CHINA,
    activity_level,
    bolts,
    cement,
    profiles,
    total,
)

from lingtan import contracts, lake, samples, warehouse
from lingtan.samples.truth import Manifest
from lingtan.settings import Settings
from lingtan.warehouse import transform

pytestmark = pytest.mark.integration


def rows(settings: Settings, statement: str) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(statement).to_pylist()


def product(settings: Settings, code: str) -> dict:
    (found,) = rows(
        settings, f"select * from reports.rpt_cbam_figures_by_product where product_code = '{code}'"
    )
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Manifest]:
    """All fourteen months on DuckDB, and the truth about them."""
    settings = house(tmp_path_factory.mktemp("demo"))
    manifest = fill(settings, until=samples.LAST_DAY)
    build(settings)
    return settings, manifest


@pytest.mark.parametrize(
    ("code", "installation", "by_hand"),
    [
        pytest.param("BOLT-M20", "CN-FAST", bolts, id="bolts"),
        pytest.param("PROFILE-6063", "CN-ALU", profiles, id="profiles"),
    ],
)
def test_a_product_recomputed_from_the_manifests_totals(demo, code, installation, by_hand):
    settings, manifest = demo
    expected = by_hand(manifest.year(installation, 2026))

    found = product(settings, code)

    assert float(found["see_direct_t_co2e_per_fu"]) == pytest.approx(float(expected["direct"]), rel=1e-9)
    assert float(found["see_indirect_t_co2e_per_fu"]) == pytest.approx(float(expected["indirect"]), rel=1e-9)
    # steel and aluminium goods stand in Annex II: what is priced is direct alone
    assert found["see_counted_t_co2e_per_fu"] == found["see_direct_t_co2e_per_fu"]
    assert float(found["default_share"]) == pytest.approx(float(expected["default_share"]), rel=1e-9)
    assert found["measured_share"] + found["estimated_share"] + found["default_share"] == 1
    assert (found["status"], found["is_claimable"]) == ("provisional", False)


def test_cement_counts_its_power_per_tonne_of_clinker_and_each_kind_by_what_it_holds(demo):
    settings, manifest = demo
    expected = cement(manifest.year("CN-CEM", 2026))

    portland, composite = product(settings, "CEM-PO425"), product(settings, "CEM-PC425")

    for found in (portland, composite):
        assert found["functional_unit"] == "t_clinker"
        assert float(found["see_direct_t_co2e_per_fu"]) == pytest.approx(float(expected["direct"]), rel=1e-9)
        assert float(found["see_indirect_t_co2e_per_fu"]) == pytest.approx(
            float(expected["indirect"]), rel=1e-9
        )
        assert float(found["see_counted_t_co2e_per_fu"]) == pytest.approx(
            float(expected["counted"]), rel=1e-9
        )
        assert float(found["default_share"]) == pytest.approx(float(expected["default_share"]), rel=1e-9)
    assert float(portland["functional_units_per_t"]) == pytest.approx(float(expected["holds"]), rel=1e-9)
    assert float(portland["see_counted_t_co2e_per_t"]) == pytest.approx(float(expected["per_t"]), rel=1e-9)
    assert composite["functional_units_per_t"] == Decimal("0.68")
    assert float(composite["see_counted_t_co2e_per_t"]) == pytest.approx(
        float(expected["counted"]) * 0.68, rel=1e-9
    )


@pytest.mark.parametrize(
    ("shipment", "tonnes", "installation", "by_hand"),
    [
        pytest.param("S-2601", "48.6", "CN-FAST", bolts, id="bolts"),
        pytest.param("S-2602", "24", "CN-ALU", profiles, id="profiles, for which a carbon price was paid"),
        pytest.param("S-2607", "1200", "CN-CEM", cement, id="cement, by the clinker it holds"),
    ],
)
def test_a_shipment_of_the_first_quarter_by_actual_and_by_default_data(
    demo, shipment, tonnes, installation, by_hand
):
    settings, manifest = demo
    expected = by_hand(manifest.year(installation, 2026))

    (found,) = rows(settings, f"select * from marts.fct_cbam_obligations where shipment_code = '{shipment}'")

    def per_tonne(column: str) -> float:
        return float(found[column] / Decimal(tonnes))

    saved = expected["by_default"] - expected["certificates"]
    assert per_tonne("actual_free_allocation_t_co2e") == pytest.approx(float(expected["sefa"]), rel=1e-9)
    assert per_tonne("actual_certificates_t_co2e") == pytest.approx(float(expected["certificates"]), rel=1e-9)
    assert per_tonne("default_certificates_t_co2e") == pytest.approx(float(expected["by_default"]), rel=1e-12)
    assert per_tonne("saved_eur") == pytest.approx(float(saved * PRICE_QUARTER_1), rel=1e-9)


def test_a_shipment_in_a_quarter_without_a_price_and_one_to_britain_say_so(demo):
    settings, _ = demo

    found = {
        row["shipment_code"]: row
        for row in rows(settings, "select * from marts.fct_cbam_obligations where price_quarter = 3")
    }

    assert found["S-2605"]["actual_certificates_t_co2e"] > 0
    assert found["S-2605"]["actual_eur"] is None
    assert found["S-2605"]["price_absent_because"] == "the price of quarter 3 of 2026 is not known"
    assert found["S-2606"]["actual_absent_because"] == "GB is outside the Union: no CBAM is due there"


def test_an_importer_is_over_fifty_tonnes_by_our_goods_alone_or_nobody_knows(demo):
    settings, _ = demo

    found = rows(settings, "select * from reports.rpt_cbam_importers")

    # 48.6 + 18.2 + 12.5 t; 24 + 20.4 + 3.8 t; 1200 + 900 t; what went to Britain does not count
    assert {(row["importer_code"], row["mass_t"], row["is_over_threshold"]) for row in found} == {
        ("HANSE-FIX", Decimal("79.3"), "yes"),
        ("RHINE-ALU", Decimal("48.2"), "not known"),
        ("ADRIA-CEM", Decimal(2100), "yes"),
    }


def test_every_rung_of_mill_bs_unanswered_rod_is_what_it_costs_by_hand(demo):
    settings, manifest = demo
    year = manifest.year("CN-FAST", 2026)
    output = activity_level(year, "FASTENERS", ("BOLT-M12", "BOLT-M20", "NUT-M12"))
    rod = total(year.material_use, process="FASTENERS", component="WIRE-ROD", kind="item")
    # made before its answer begins
    silent = total(year.receipts, producer="CN-MILL-B", made=("2026-01", "2026-02"))
    needed = rod * silent / total(year.receipts, item="WIRE-ROD") / output
    now = bolts(year)
    # S-2601 brings 48.6 t of this bolt into the Union, in quarter 1
    costs = {
        "as_now": now["certificates"],
        "default": now["certificates"],
        # 2025/2621 Annex IV, 7213; its route C allots what China's does
        "annex_iv": now["certificates"] + needed * (ROD_OF_UNKNOWN_ORIGIN - WIRE_ROD_CHINA),
        "lowest_answer": now["certificates"] + needed * (MILL_A["direct"] - WIRE_ROD_CHINA),
        "tenth_lower": now["certificates"] - needed / 10,
    }

    found = {
        row["rung"]: row
        for row in rows(
            settings,
            "select * from marts.fct_precursor_rungs where product_code = 'BOLT-M20'"
            " and producer_installation_code = 'CN-MILL-B' and evidence = 'default'",
        )
    }

    assert found.keys() == costs.keys()
    for rung, per_t in costs.items():
        certificates = per_t * Fraction("48.6")
        assert float(found[rung]["certificates_t_co2e"]) == pytest.approx(float(certificates), rel=1e-9)
        assert float(found[rung]["certificates_eur"]) == pytest.approx(
            float(certificates * PRICE_QUARTER_1), rel=1e-9
        )


def test_the_clinker_works_that_declined_would_move_most_certificates(demo):
    settings, _ = demo

    asked = rows(
        settings,
        "select place, producer_installation_code, evidence, request_state, silent_days, unpriced_mass_t"
        " from reports.rpt_supplier_priorities where reporting_year = 2026 and place is not null"
        " order by place",
    )

    assert [tuple(row.values()) for row in asked] == [
        (1, "CN-CLINK-2", "default", "declined", None, 0),
        (2, "CN-MILL-B", "actual_provisional", "answered_in_part", None, 0),
        # asked on 14 January, data to 31 October; S-2605, quarter 3
        (3, "IN-SMELT-2", "default", "silent", 290, Decimal("3.8")),
        (4, "CN-MILL-B", "default", "answered_in_part", None, 0),
    ]


def test_a_request_is_closed_by_the_answer_that_landed_though_nobody_wrote_so(demo):
    settings, _ = demo

    effort = {
        row["request_code"]: (row["state"], row["reminder_count"], row["answered_on"], row["silent_days"])
        for row in rows(settings, "select * from reports.rpt_supplier_effort")
    }

    assert effort == {
        "R-2601": ("answered", 1, date(2026, 5, 18), None),
        "R-2602": ("answered", 1, None, None),
        "R-2603": ("answered_in_part", 1, date(2026, 6, 22), None),
        "R-2604": ("silent", 2, None, 290),
        "R-2605": ("declined", 0, None, None),
    }


def test_coverage_is_the_days_that_every_billing_meter_was_read(demo):
    settings, manifest = demo
    assert manifest.year("CN-FAST", 2026).days == 304

    # 304 / 365
    assert product(settings, "BOLT-M20")["coverage_share"] == Decimal("0.832876712329")


def test_a_year_without_rule_rows_gets_no_figure_but_keeps_its_energy_and_emissions(demo):
    settings, _ = demo

    figures = rows(settings, "select distinct reporting_year from reports.rpt_cbam_figures_by_product")
    energy = rows(
        settings, "select distinct extract(year from metered_on) as year from marts.fct_energy_use order by 1"
    )
    emissions = rows(
        settings,
        "select distinct rule_set, extract(year from month_from) as year from marts.fct_emissions"
        " order by 1, 2",
    )

    assert figures == [{"reporting_year": 2026}]
    assert [row["year"] for row in energy] == [2025, 2026]
    assert [(row["rule_set"], row["year"]) for row in emissions] == [
        ("cbam", 2026),
        ("inventory", 2025),
        ("inventory", 2026),
    ]


def test_the_billet_inside_its_bubble_has_no_figure_of_its_own(demo):
    settings, _ = demo

    goods = rows(
        settings, "select cn_code from marts.fct_cbam_embedded_emissions where installation_code = 'CN-ALU'"
    )

    assert sorted(row["cn_code"] for row in goods) == ["76042990", "76082089"]


def test_energy_use_is_what_the_billing_meters_count(demo):
    settings, manifest = demo

    found = rows(
        settings,
        "select stream_code, sum(amount) as amount from marts.fct_energy_use"
        " where installation_code = 'CN-FAST' and extract(year from metered_on) = 2026 group by stream_code",
    )

    year = manifest.year("CN-FAST", 2026)
    amounts = {row["stream_code"]: row["amount"] for row in found}
    assert amounts["EL"] == Decimal(year.streams["EL"].main)
    gas = Decimal(year.streams["NG"].main) * Decimal("0.931775541532")
    # each day is converted and rounded to nine places
    assert amounts["NG"] == pytest.approx(gas, rel=Decimal("1e-12"))


def test_every_partition_and_every_row_of_it_is_in_the_books(demo):
    settings, manifest = demo

    (found,) = rows(
        settings,
        "select sum(rows_read) as read, sum(rows_accepted + rows_rejected + rows_superseded) as kept"
        " from marts.fct_data_quality where table_name = 'meter_readings'",
    )

    sent = sum(
        manifest.sources[source].rows
        for source in ("fastener_meters", "aluminium_meters", "cement_meters", "fastener_counter")
    )
    assert int(found["read"]) == int(found["kept"]) == sent


def test_every_planted_fault_is_found_in_its_place_and_no_clean_row_is_accused(demo):
    settings, manifest = demo

    assert demo_books.found(manifest, settings) == demo_books.stated(manifest, settings)
    assert demo_books.accuses_the_planted_rows_alone(manifest, settings)
    assert {fault.outcome for fault in manifest.planted} == {
        "rejected",
        "superseded",
        "marked",
        "accepted",
        "nothing_new",
        "absent",
    }


# ---- January, and January with three things changed
# -------------------------------------------------------------


def rewrite(settings: Settings, partition: str, change: Callable[[dict], dict]) -> None:
    """Write a lake partition anew with every row changed."""
    pointer = lake.read_pointer(partition, settings=settings)
    schema = contracts.load(pointer["table"]).arrow_schema()
    before = lake.read_files([settings.var / pointer["file"]], schema)
    lake.write_partition(
        partition,
        state="accepted",
        input_hash="changed by a test",
        accepted=pa.Table.from_pylist([change(row) for row in before.to_pylist()], schema=schema),
        counts=pointer["counts"],
        settings=settings,
    )


@pytest.fixture(scope="module")
def january(demo_january) -> Settings:
    return demo_january[0]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """At CN-ALU twice the scrap is remelted and the metered stream's invoice says 1 % more; at CN-FAST the
    seller of steam states no factor.
    """
    settings = house(tmp_path_factory.mktemp("changed"))
    fill(settings, since=date(2026, 1, 1), until=date(2026, 1, 31), scenario="more_scrap")
    rewrite(
        settings,
        "activity_data/CN-ALU/2026-01",
        lambda row: row | {"amount": row["amount"] * (Decimal("1.01") if row["stream_code"] == "EL" else 1)},
    )
    rewrite(settings, "process_flows/CN-FAST/2026-01", lambda row: row | {"factor": None})
    build(settings)
    return settings


def test_the_amount_remelted_does_not_move_the_cbam_figure(january, changed):
    remelted = (
        "select sum(amount) as amount from lake.material_use"
        " where installation_code = 'CN-ALU' and component_kind = 'own_scrap'"
    )
    [before], [after] = rows(january, remelted), rows(changed, remelted)
    assert after["amount"] == 2 * before["amount"] > 0

    figures = (
        "select * from marts.fct_cbam_embedded_emissions where installation_code = 'CN-ALU' order by cn_code"
    )
    assert rows(changed, figures) == rows(january, figures)
    assert all(row["status"] == "provisional" for row in rows(january, figures))


def test_the_invoice_of_a_metered_stream_moves_nothing_but_the_balance_line(january, changed):
    everything_else = (
        "select * from marts.fct_footprint_contributions where installation_code = 'CN-ALU'"
        " order by figure_key, node_id, leaf_id, leaf_component, via"
    )
    assert rows(changed, everything_else) == rows(january, everything_else)

    balance = (
        "select * from reports.rpt_energy_balance where installation_code = 'CN-ALU' and subject_code = 'EL'"
        " and check_name = 'bill_and_meter'"
    )
    [before], [after] = rows(january, balance), rows(changed, balance)
    assert after["left_amount"] == before["left_amount"] * Decimal("1.01")
    assert after["right_amount"] == before["right_amount"]
    assert after["unexplained_amount"] == after["left_amount"] - after["right_amount"]


def test_without_the_sellers_heat_factor_the_figure_is_absent_and_says_why(january, changed):
    assert product(january, "BOLT-M20")["status"] == "provisional"

    found = product(changed, "BOLT-M20")

    assert found["status"] == "absent"
    assert "no evidenced factor from the seller of heat HEAT" in found["absent_because"]
    assert found["see_direct_t_co2e_per_fu"] is None
    assert found["per_declared_unit_kg_co2e"] is None
    # 0.11 t/GJ stays what it is, the inventory's: absent there is nothing
    inventory = rows(
        changed,
        "select emissions_t_co2e, activity_amount from marts.fct_emissions where rule_set = 'inventory'"
        " and installation_code = 'CN-FAST' and stream_code = 'HEAT' and process_code = 'FASTENERS'",
    )
    assert [row["emissions_t_co2e"] for row in inventory] == [
        row["activity_amount"] * Decimal("0.11") for row in inventory
    ]


# ---- PostgreSQL
# -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def on_postgres(demo, postgres_url) -> Settings:
    """The same lake, built on a throw-away PostgreSQL."""
    settings = replace(demo[0], warehouse_url=postgres_url)
    build(settings)
    return settings


@pytest.mark.parametrize(
    ("relation", "key"),
    [
        ("reports.rpt_cbam_figures_by_product", ("installation_code", "product_code", "reporting_year")),
        ("reports.rpt_cbam_importers", ("importer_code", "reporting_year")),
        ("reports.rpt_supplier_effort", ("request_code",)),
        ("reports.rpt_supplier_priorities", ("reporting_year", "part_id")),
        (
            "marts.fct_precursor_rungs",
            ("installation_code", "product_code", "reporting_year", "part_id", "rung"),
        ),
        ("marts.fct_cbam_embedded_emissions", ("figure_key",)),
        ("marts.fct_cbam_obligations", ("installation_code", "shipment_code", "product_code")),
        (
            "marts.fct_footprint_contributions",
            ("figure_key", "node_id", "leaf_id", "leaf_component", "via", "factor_id"),
        ),
        (
            "marts.fct_precursors",
            (
                "process_code",
                "item_code",
                "producer_installation_code",
                "answer_period_from",
                "evidence",
            ),
        ),
        ("marts.fct_figure_sources", ("figure_key", "source_kind", "role", "source_id")),
        ("marts.fct_energy_use", ("installation_code", "stream_code", "process_code", "metered_on")),
        (
            "marts.fct_emissions",
            (
                "installation_code",
                "stream_code",
                "process_code",
                "month_from",
                "rule_set",
                "gas",
                "factor_id",
            ),
        ),
        ("marts.fct_data_quality", ("table_name", "installation_code", "partition_key")),
        (
            "marts.fct_data_quality_rules",
            ("table_name", "installation_code", "partition_key", "rule", "column_name"),
        ),
        (
            "marts.fct_data_quality_findings",
            ("installation_code", "subject_kind", "subject_code", "period_from", "finding", "document_refs"),
        ),
        (
            "marts.fct_goods_made",
            ("installation_code", "process_code", "product_code", "cn_code", "route", "reporting_year"),
        ),
        (
            "marts.fct_process_balances",
            ("installation_code", "process_code", "reporting_year", "carrier"),
        ),
        ("marts.fct_attributed_direct", ("installation_code", "process_code", "reporting_year")),
        (
            "marts.fct_precursor_means",
            ("installation_code", "reporting_year", "cn_code", "mean_over", "producer_installation_code"),
        ),
        ("marts.fct_indirect_shares", ("installation_code", "process_code", "cn_code", "reporting_year")),
        (
            "reports.rpt_annex_iv_precursors",
            (
                *("installation_code", "process_code", "reporting_year", "item_code", "seller_code"),
                *("producer_installation_code", "origin_country_code", "factor_id"),
            ),
        ),
        (
            "reports.rpt_annex_iv_parameters",
            ("installation_code", "process_code", "reporting_year", "subject_code", "parameter"),
        ),
        ("reports.rpt_annex_iv_benchmarks", ("installation_code", "cn_code", "reporting_year", "route")),
        (
            "reports.rpt_annex_iv_factors",
            ("installation_code", "stream_code", "reporting_year", "gas", "factor_id"),
        ),
        (
            "reports.rpt_annex_iv_own_electricity",
            ("installation_code", "process_code", "reporting_year"),
        ),
        (
            "reports.rpt_energy_balance",
            ("installation_code", "month_from", "check_name", "subject_code"),
        ),
    ],
)
def test_both_engines_say_the_same_to_the_last_digit(demo, on_postgres, relation, key):
    ours, theirs = (
        {tuple(row[name] for name in key): row for row in rows(settings, f"select * from {relation}")}
        for settings in (demo[0], on_postgres)
    )

    assert ours
    assert ours.keys() == theirs.keys()
    for place, row in ours.items():
        assert theirs[place] == row


@pytest.mark.parametrize("engine", ["demo", "on_postgres"])
def test_unit_tests_of_the_models_hold(engine, request):
    settings = house_of(engine, request)

    outcome = warehouse.dbt("test", "--select", "tag:after_solve,test_type:unit", settings=settings)

    assert {str(result.status) for result in outcome.result.results} == {"pass"}


def house_of(engine: str, request: pytest.FixtureRequest) -> Settings:
    found = request.getfixturevalue(engine)
    return found if isinstance(found, Settings) else found[0]


# columns of what people read, with their comments as the engine keeps them
COMMENTS = {
    "demo": """
        select schema_name || '.' || table_name as relation, column_name, data_type as kind, comment
        from duckdb_columns() where schema_name in ('marts', 'reports')
    """,
    "on_postgres": """
        select
            pg_namespace.nspname || '.' || pg_class.relname as relation,
            cast(attname as text) as column_name,
            format_type(atttypid, atttypmod) as kind,
            col_description(attrelid, attnum) as comment
        from pg_attribute
        inner join pg_class on attrelid = pg_class.oid and relkind = 'r'
        inner join pg_namespace on relnamespace = pg_namespace.oid and nspname in ('marts', 'reports')
        where attnum > 0 and not attisdropped
    """,
}
SAYS_ITS_UNIT = re.compile(
    r"`(activity_)?unit`|t CO2e|\btonnes\b|\bkg\b|\b[kM]Wh\b|\bGJ\b|\bEUR\b|functional units|Degrees"
    r"|\b([Ss]hare|[Pp]art 0\.\.1|[Rr]atio|[Cc]ount)\b|over the days"
)


@pytest.mark.parametrize("engine", COMMENTS)
def test_every_column_people_read_says_in_the_warehouse_what_it_is_and_in_which_unit(engine, request):
    settings = house_of(engine, request)
    described = {
        (f"{node.schema}.{node.name}", name): column.description
        for node in transform.parsed(settings).nodes.values()
        if node.resource_type == "model" and node.schema in {"marts", "reports"}
        for name, column in node.columns.items()
    }

    found = {(row["relation"], row["column_name"]): row for row in rows(settings, COMMENTS[engine])}

    assert {place: row["comment"] for place, row in found.items()} == described
    assert all(described.values())
    measures = [row for row in found.values() if row["kind"].lower().startswith(("decimal", "numeric"))]
    assert measures
    assert [row for row in measures if not SAYS_ITS_UNIT.search(row["comment"])] == []


def test_both_engines_solve_alike(demo, on_postgres):
    statement = "select * from solve.intensities"
    ours, theirs = (
        {(row["reporting_year"], row["node_id"]): row for row in rows(settings, statement)}
        for settings in (demo[0], on_postgres)
    )

    assert ours.keys() == theirs.keys()
    for place, row in ours.items():
        for name in ("direct_t_co2e", "total_t_co2e"):
            # a node without output has no intensity on either
            expected = None if row[name] is None else pytest.approx(row[name], rel=1e-9)
            assert theirs[place][name] == expected
