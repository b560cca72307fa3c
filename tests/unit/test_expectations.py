"""Every suite: a good frame passes, one broken row per expectation fails, and stock Great Expectations on
pandas gives the same verdicts on the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import small_house

from lingtan import contracts, gate
from lingtan.gate import judging
from lingtan.gate.stock_verdicts import StockExpectations

VALID = {"valid_from": date(2025, 1, 1), "valid_until": date(2027, 1, 1)}
OCTOBER = {"period_from": date(2026, 10, 1), "period_until": date(2026, 11, 1)}
WORKS = {"installation_code": "CN-FAST"}

GOOD: dict[str, dict[str, Any]] = {
    "installations": WORKS
    | VALID
    | {
        "name": "Jiaxing fastener works",
        "operator_name": "Demo Fasteners",
        "country_code": "CN",
        "subdivision_code": "CN-ZJ",
        "unlocode": "CNJIX",
        "latitude": Decimal("30.75"),
        "longitude": Decimal("120.75"),
        "time_zone": "Asia/Shanghai",
    },
    "processes": WORKS
    | VALID
    | {"process_code": "FASTENERS", "name": "Fasteners", "kind": "good", "attribution": "derived"},
    "process_goods": WORKS
    | VALID
    | {
        "process_code": "FASTENERS",
        "cn_code": "73181588",
        "aggregated_good": "Iron or steel products",
        "functional_unit": "t_product",
        "is_main": True,
        "is_inside_bubble": False,
    },
    "products": WORKS
    | VALID
    | {
        "product_code": "BOLT-M12",
        "name": "Bolt M12",
        "cn_code": "73181588",
        "taric_suffix": "10",
        "process_code": "FASTENERS",
        "declared_unit": "piece",
        "mass_kg_per_unit": Decimal("0.0915"),
    },
    "items": VALID
    | {
        "item_code": "WIRE-ROD",
        "name": "Wire rod",
        "cn_code": "72139149",
        "taric_suffix": "10",
        "declared_unit": "t",
        "mass_kg_per_unit": Decimal(1000),
    },
    "parties": VALID | {"party_code": "MILL-A", "name": "Mill A", "country_code": "CN", "role": "producer"},
    "meters": WORKS
    | VALID
    | {
        "meter_code": "E1",
        "stream_code": "EL",
        "process_code": "FASTENERS",
        "role": "sub",
        "medium": "electricity",
        "kind": "interval",
        "unit": "kWh",
        "interval_minutes": 15,
        "direction": "import",
        "max_per_hour": Decimal(400),
    },
    "source_streams": WORKS
    | VALID
    | {
        "stream_code": "NG",
        "name": "Natural gas",
        "method": "combustion",
        "material_code": "natural_gas",
        "direction": "input",
        "activity_basis": "meters",
    },
    "stream_shares": WORKS
    | VALID
    | {"stream_code": "NG", "process_code": "FASTENERS", "key": "share", "share": Decimal("0.85")},
    "process_flows": WORKS
    | OCTOBER
    | {
        "carrier": "heat",
        "from_process_code": "outside",
        "to_process_code": "FASTENERS",
        "stream_code": "HEAT",
        "amount": Decimal(120),
        "unit": "GJ",
        "factor": Decimal("0.0967"),
    },
    "parameters": WORKS
    | VALID
    | {
        "subject_kind": "process",
        "subject_code": "CHP",
        "parameter": "chp_built_year",
        "amount": Decimal(2019),
        "unit": "year",
    },
    "meter_readings": WORKS
    | {
        "meter_code": "E1",
        "read_at": datetime(2026, 10, 30, 16, 0, tzinfo=UTC),
        "metered_on": date(2026, 10, 31),
        "amount": Decimal("42.5"),
        "unit": "kWh",
        "quality": "actual",
    },
    "activity_data": WORKS
    | OCTOBER
    | {
        "stream_code": "NG",
        "kind": "delivery",
        "amount": Decimal(1000),
        "unit": "m3_20c",
        "document_ref": "INV-1",
    },
    "production_output": WORKS
    | OCTOBER
    | {
        "process_code": "FASTENERS",
        "product_code": "BOLT-M12",
        "kind": "saleable",
        "amount": Decimal(5000),
        "unit": "kg",
    },
    "material_use": WORKS
    | OCTOBER
    | {
        "process_code": "FASTENERS",
        "component_code": "WIRE-ROD",
        "component_kind": "item",
        "supplier_code": "TRADER-1",
        "amount": Decimal(40),
        "unit": "t",
    },
    "receipts": WORKS
    | {
        "receipt_code": "R-1",
        "supplier_code": "MILL-A",
        "item_code": "WIRE-ROD",
        "produced_from": date(2026, 8, 1),
        "produced_until": date(2026, 9, 1),
        "received_on": date(2026, 10, 5),
        "amount": Decimal(40),
        "unit": "t",
        "origin_country_code": "CN",
        "spend_eur": Decimal(20000),
    },
    "supplier_embedded_emissions": {
        "supplier_code": "MILL-A",
        "producer_installation_code": "CN-MILL-A",
        "cn_code": "72139149",
        "country_code": "CN",
        "functional_unit": "t_product",
        "period_from": date(2026, 1, 1),
        "period_until": date(2026, 7, 1),
        "see_direct_t_co2e_per_fu": Decimal("1.9"),
        "electricity_mwh_per_fu": Decimal("0.4"),
        "electricity_factor_t_co2e_per_mwh": Decimal("0.5"),
        "default_share": Decimal("0.1"),
        "sefa_t_co2e_per_fu": Decimal(0),
        "carbon_price_amount": Decimal(5),
        "carbon_price_currency": "CNY",
        "carbon_price_rebate_amount": Decimal(5),
        "document_sha256": "0" * 64,
    },
}

# What breaks an expectation, where emptying the column or writing a word nobody agreed does not.
BROKEN: dict[str, dict[str, dict[str, Any]]] = {
    "installations": {
        "latitude_between": {"latitude": Decimal("120.75")},
        "longitude_between": {"longitude": Decimal("-180.1")},
        "time_zone_match_regex": {"time_zone": "UTC+8"},
        "country_code_match_regex": {"country_code": "CHN"},
    },
    "process_goods": {"cn_code_match_regex": {"cn_code": "7318"}},
    "products": {
        "mass_kg_per_unit_between": {"mass_kg_per_unit": Decimal(0)},
        "cn_code_match_regex": {"cn_code": "7318158810"},
    },
    "items": {"mass_kg_per_unit_between": {"mass_kg_per_unit": Decimal(0)}},
    "meters": {
        "known_unit_not_null": {"unit": "kilowatt"},
        "unit_fits_medium_in_set": {"medium": "natural_gas", "unit": "m3"},
        "interval_minutes_between": {"interval_minutes": 1441},
        "names_its_process_in_set": {"process_code": None},
        "max_per_hour_between": {"max_per_hour": Decimal(0)},
    },
    "source_streams": {"names_its_material_in_set": {"material_code": None}},
    "stream_shares": {
        "states_its_share_in_set": {"share": None},
        "share_between": {"share": Decimal(85)},
    },
    "process_flows": {
        "declared_giver_not_null": {"from_process_code": "BOILER"},
        "declared_taker_not_null": {"to_process_code": "BOILER"},
        "names_its_stream_in_set": {"stream_code": None},
        "is_within_one_month_in_set": {"period_until": date(2026, 11, 2)},
        "amount_between": {"amount": Decimal("-0.000000001")},
        "known_unit_not_null": {"unit": "BTU"},
        "unit_is_energy_in_set": {"unit": "t"},
        "factor_between": {"factor": Decimal("-0.1")},
    },
    "meter_readings": {
        "declared_meter_not_null": {"meter_code": "E9"},
        "amount_between": {"amount": Decimal(-1)},
        "known_unit_not_null": {"unit": "度"},
        "unit_fits_medium_in_set": {"meter_code": "G1", "unit": "m3"},
        # 110.000000001 kWh in a quarter of an hour is just more than 1.1 times 400 kWh an hour
        "share_of_nameplate_between": {"amount": Decimal("110.000000001")},
    },
    "activity_data": {
        "declared_stream_not_null": {"stream_code": "COAL"},
        "is_within_one_month_in_set": {"period_until": date(2026, 10, 1)},
        "sign_fits_kind_in_set": {"amount": Decimal(-1)},
        "known_unit_not_null": {"unit": "Nm3"},
        "unit_fits_stream_in_set": {"unit": "m3"},
    },
    "production_output": {
        "declared_process_not_null": {"process_code": "FOUNDRY"},
        "is_within_one_month_in_set": {"period_until": date(2026, 12, 1)},
        "amount_between": {"amount": Decimal(-1)},
        "known_unit_not_null": {"unit": "pcs"},
        "unit_is_mass_in_set": {"unit": "kWh"},
    },
    "material_use": {
        "declared_process_not_null": {"process_code": "FOUNDRY"},
        "is_within_one_month_in_set": {"period_until": date(2026, 9, 1)},
        "amount_between": {"amount": Decimal(-1)},
        "known_unit_not_null": {"unit": "ton"},
        "unit_is_mass_in_set": {"unit": "m3"},
    },
    "receipts": {
        "declared_supplier_not_null": {"supplier_code": "NOBODY"},
        "declared_item_not_null": {"item_code": "NOTHING"},
        "produced_until_greater_than_produced_from": {"produced_until": date(2026, 8, 1)},
        "amount_between": {"amount": Decimal(-1)},
        "known_unit_not_null": {"unit": "ton"},
        "unit_is_mass_in_set": {"unit": "GJ"},
        "spend_eur_between": {"spend_eur": Decimal(-1)},
    },
    "supplier_embedded_emissions": {
        "declared_supplier_not_null": {"supplier_code": "NOBODY"},
        "period_until_greater_than_period_from": {"period_until": date(2026, 1, 1)},
        "see_direct_t_co2e_per_fu_between": {"see_direct_t_co2e_per_fu": Decimal(0)},
        "electricity_mwh_per_fu_between": {"electricity_mwh_per_fu": Decimal(-1)},
        "electricity_factor_t_co2e_per_mwh_between": {"electricity_factor_t_co2e_per_mwh": Decimal(-1)},
        "default_share_between": {"default_share": Decimal("1.000000000001")},
        "sefa_t_co2e_per_fu_between": {"sefa_t_co2e_per_fu": Decimal(-1)},
        "carbon_price_amount_between": {"carbon_price_amount": Decimal(-1)},
        "carbon_price_rebate_amount_between": {"carbon_price_rebate_amount": Decimal(-1)},
        "carbon_price_amount_greater_than_or_equal_to_carbon_price_rebate_amount": {
            "carbon_price_rebate_amount": Decimal("5.01")
        },
        "price_names_its_currency_in_set": {"carbon_price_currency": None},
    },
}

MASTERS = {
    "meters": [
        GOOD["meters"],
        GOOD["meters"] | {"meter_code": "G1", "medium": "natural_gas", "unit": "m3_20c"},
    ],
    "source_streams": [GOOD["source_streams"]],
    "processes": [GOOD["processes"]],
    "items": [GOOD["items"]],
    "parties": [GOOD["parties"]],
}


def breaks(table: str, rule: str) -> dict[str, Any]:
    """The change to the good row that breaks one row rule."""
    told = BROKEN.get(table, {}).get(rule)
    if told is not None:
        return told
    if rule == "valid_until_greater_than_valid_from":
        return {"valid_until": VALID["valid_from"]}
    for ending, value in (("_not_null", None), ("_in_set", "nobody agreed"), ("_match_regex", "?")):
        column = rule.removesuffix(ending)
        if column != rule and column in contracts.load(table).columns:
            return {column: value}
    raise AssertionError(f"{table}: say in BROKEN what breaks {rule}")


def batch(table: str, rows: list[Mapping[str, Any]], parts: int = 1) -> judging.Batch:
    contract = contracts.load(table)
    masters = {
        name: small_house.table_of(name, MASTERS[name]) for name in contract.lookups if name != "units"
    }
    keys = [f"key {part}" for part in range(parts)]
    return small_house.batch_of(table, rows, rules=gate.suite(table), keys=keys, masters=masters)


@pytest.fixture(scope="module")
def stock() -> StockExpectations:
    return StockExpectations()


@pytest.mark.parametrize("table", contracts.names())
def test_a_good_frame_passes_every_expectation(table: str) -> None:
    (outcome,) = judging.judge(batch(table, [GOOD[table]]))

    assert (outcome.state, outcome.rules) == ("accepted", [])
    assert outcome.counts == {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0, "marked": 0}


@pytest.mark.parametrize("table", contracts.names())
def test_every_expectation_fails_on_the_frame_made_to_break_it(table: str) -> None:
    rules = gate.suite(table)
    rows = [GOOD[table] | breaks(table, rule.name) for rule in rules if rule.is_row]
    numbered = [row | {"part": part} for part, row in enumerate(rows)]

    outcomes = judging.judge(batch(table, numbered, parts=len(rows)))

    for rule, outcome in zip([rule for rule in rules if rule.is_row], outcomes, strict=True):
        fired = {entry["rule"] for entry in outcome.rules}
        quarantined = set(outcome.quarantine["rule"].to_pylist())
        assert rule.name in (quarantined if rule.is_critical else fired), rule.name
        if rule.is_critical:  # nothing good is left of the partition
            assert outcome.state == "held"
            assert "row_count_between" in fired


@pytest.mark.parametrize("table", contracts.names())
def test_stock_great_expectations_finds_the_same_failing_rows(table: str, stock: StockExpectations) -> None:
    rules = [rule for rule in gate.suite(table) if rule.is_row]
    rows = [GOOD[table], *(GOOD[table] | breaks(table, rule.name) for rule in rules)]
    judged = batch(table, [row | {"part": part} for part, row in enumerate(rows)], parts=len(rows))

    outcomes = judging.judge(judged)
    by_stock = stock.judge([rule.expectation for rule in rules], judging.frame(judged))

    for rule, verdict in zip(rules, by_stock, strict=True):
        assert rule.is_translated, rule.name
        if rule.is_critical:
            found = {
                n for n, outcome in enumerate(outcomes) if rule.name in outcome.quarantine["rule"].to_pylist()
            }
            assert found == set(verdict.failing), rule.name
        else:
            marked = {
                n for n, outcome in enumerate(outcomes) if rule.name in outcome.accepted["marks"].to_pylist()
            }
            assert marked == {n for n in verdict.failing if outcomes[n].counts["accepted"]}, rule.name
        assert not verdict.success, rule.name


@pytest.mark.parametrize("table", contracts.names())
@pytest.mark.parametrize("rows", [0, 1])
def test_stock_great_expectations_gives_the_same_verdicts_on_a_batch(
    table: str, rows: int, stock: StockExpectations
) -> None:
    rules = [rule for rule in gate.suite(table) if not rule.is_row]
    judged = batch(table, [GOOD[table]] * rows)

    (outcome,) = judging.judge(judged)
    by_stock = stock.judge([rule.expectation for rule in rules], judging.frame(judged))

    fired = {entry["rule"] for entry in outcome.rules}
    assert {rule.name for rule in rules if rule.name in fired} == {
        rule.name for rule, verdict in zip(rules, by_stock, strict=True) if not verdict.success
    }
    assert bool(fired) == (rows == 0)


def test_a_bare_cubic_metre_of_gas_is_told_which_conditions_there_are() -> None:
    (outcome,) = judging.judge(
        batch("meter_readings", [GOOD["meter_readings"] | {"meter_code": "G1", "unit": "m3"}])
    )

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "unit_fits_medium_in_set")
    assert (row["column"], row["value"], row["source_row"]) == ("unit", "m3", 2)
    assert all(unit in row["sentence"] for unit in ("m3_0c", "m3_15c", "m3_20c"))


def test_an_unknown_unit_is_told_which_units_are_known() -> None:
    (outcome,) = judging.judge(batch("receipts", [GOOD["receipts"] | {"unit": "ton"}]))

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "known_unit_not_null")
    assert (row["column"], row["value"]) == ("unit", "ton")
    assert "Known: Wh, kWh, MWh" in row["sentence"]


def test_a_correction_may_be_less_than_zero_and_nothing_else() -> None:
    credit = GOOD["activity_data"] | {"kind": "correction", "amount": Decimal(-50)}

    (outcome,) = judging.judge(batch("activity_data", [credit]))

    assert outcome.counts["accepted"] == 1


def test_the_nameplate_is_not_held_against_another_unit() -> None:
    """42.5 MWh is far above 400 kWh an hour, but only the meter's own unit is compared; nothing converts."""
    (outcome,) = judging.judge(batch("meter_readings", [GOOD["meter_readings"] | {"unit": "MWh"}]))

    assert outcome.counts["marked"] == 0


@pytest.mark.parametrize("unknown", ["amount", "max_per_hour"])
def test_a_nameplate_nobody_knows_marks_nothing(unknown: str) -> None:
    reading, meter = GOOD["meter_readings"], GOOD["meters"]
    judged = batch("meter_readings", [reading | {unknown: None}] if unknown in reading else [reading])
    masters = {
        "meters": small_house.table_of("meters", [meter | {unknown: None} if unknown in meter else meter])
    }

    assert judging.frame(replace(judged, masters=masters))["share_of_nameplate"].to_pylist() == [None]
