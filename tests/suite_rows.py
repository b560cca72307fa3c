"""For every landed table a good row, and for every expectation of its suite what breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import small_house

from lingtan import contracts, gate
from lingtan.gate import frames

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
    "meter_devices": WORKS
    | {
        "meter_code": "E2",
        "device_serial": "74-1182",
        "fitted_at": datetime(2026, 3, 2, 2, 30, tzinfo=UTC),
        "first_register": Decimal(0),
        "last_register": Decimal("99999.9"),
        "digits": 5,
        "decimals": 1,
        "multiplier": Decimal(40),
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
        "basis": "hot_water",
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
    "emission_measurements": WORKS
    | {
        "stream_code": "STACK",
        "gas": "N2O",
        "hour_at": datetime(2026, 10, 30, 16, 0, tzinfo=UTC),
        "measured_on": date(2026, 10, 31),
        "concentration_g_per_nm3": Decimal("0.4"),
        "flow_nm3_per_h": Decimal(52000),
        "air_nm3_per_h": Decimal(60000),
        "oxygen_share": Decimal("0.03"),
        "valid_share": Decimal(1),
    },
    "electricity_contracts": WORKS
    | VALID
    | {
        "contract_code": "PPA-1",
        "kind": "ppa",
        "stream_code": "EL",
        "generator_name": "Wind farm Tongyu",
        "generator_meter_code": "WIND",
        "fuel_t_co2e": Decimal(0),
        "flue_gas_cleaning_t_co2e": Decimal(0),
        "net_mwh": Decimal(52000),
        "factor_source": "operator of the farm, 2025",
        "is_hourly_metered": True,
        "is_grid_connected": True,
        "is_direct_contract": True,
        "evidence": "agreement 7",
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
    "attestations": {
        "attestation_code": "ATT-1",
        "verifier_name": "Demo Verifier",
        "accreditation_number": "CNAS V-000",
        "producer_installation_code": "CN-MILL-A",
        "cn_code": "72139149",
        "period_from": date(2026, 1, 1),
        "period_until": date(2026, 7, 1),
        "scope": "see",
        "issued_on": date(2026, 7, 1),
        "is_satisfactory": True,
        "document_ref": "archive/ATT-1",
    },
    "supplier_requests": {
        "request_code": "R-1",
        "event": "asked",
        "happened_on": date(2026, 1, 12),
        "supplier_code": "MILL-A",
        "producer_installation_code": "CN-MILL-A",
        "cn_code": "72139149",
        "period_from": date(2026, 1, 1),
        "period_until": date(2027, 1, 1),
        "due_on": date(2026, 1, 12),
        "channel": "email",
        "document_ref": "mail 1",
    },
    "communication_cells": {
        "workbook_id": "CN-MILL-A/2023-01-01",
        "installation_code": "CN-MILL-A",
        "period_from": date(2023, 1, 1),
        "period_until": date(2024, 1, 1),
        "template_version": "2.1.1",
        "sheet": "D_Processes",
        "cell": "L16",
        "block": "process",
        "position": 1,
        "second_position": 1,
        "field": "produced_t",
        "role": "input",
        "number_value": Decimal(2234000),
        "text_value": "2234000",
        "is_formula": False,
        "follows": None,
    },
    "shipments": WORKS
    | {
        "shipment_code": "S-1",
        "product_code": "BOLT-M12",
        "importer_code": "MILL-A",
        "released_on": date(2026, 10, 5),
        "amount": Decimal(20),
        "unit": "t",
        "cn_code": "73181588",
        "taric_suffix": "90",
        "destination_country_code": "DE",
    },
    "carbon_prices_paid": WORKS
    | {
        "process_code": "FASTENERS",
        "scheme": "pilot",
        "period_from": date(2026, 1, 1),
        "period_until": date(2026, 7, 1),
        "covered_t_co2e": Decimal(100),
        "free_allowances_t_co2e": Decimal(100),
        "amount": Decimal(5),
        "currency": "CNY",
        "rebate_amount": Decimal(5),
        "certified_by": "an auditor",
    },
    "exchange_rates": VALID | {"currency": "CNY", "per_eur": Decimal("7.9"), "source": "a bank"},
    "own_grid_factors": VALID
    | {
        "country_code": "VN",
        "rule_set": "cbam",
        "factor": Decimal("0.7"),
        "publisher": "a ministry",
        "edition": "Factors of grids, 2026",
        "page": "table 1",
        "licence": "free to cite",
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
        "states_its_interval_in_set": {"interval_minutes": None},
        "names_its_process_in_set": {"process_code": None},
        "max_per_hour_between": {"max_per_hour": Decimal(0)},
    },
    "meter_devices": {
        "first_register_between": {"first_register": Decimal("-0.1")},
        "last_register_between": {"last_register": Decimal("-0.1")},
        "ends_where_it_may_in_set": {"last_register": Decimal(100000)},  # five digits end at 99999
        "digits_between": {"digits": 16, "last_register": None},
        "decimals_between": {"decimals": 10},
        "multiplier_between": {"multiplier": Decimal(0)},
    },
    "source_streams": {
        "names_its_material_in_set": {"material_code": None},
        "basis_fits_method_in_set": {"method": "heat", "activity_basis": "stock_balance"},
        "direction_fits_method_in_set": {"direction": "output"},
        "material_fits_method_in_set": {"method": "measured", "activity_basis": "measurements"},
    },
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
        "unit_fits_method_in_set": {"unit": "t"},
        "method_in_set": {"method": "guessed"},
        "states_what_its_method_needs_in_set": {"method": "efficiency"},
        "enthalpy_flow_kj_per_kg_between": {"enthalpy_flow_kj_per_kg": Decimal(5001)},
        "enthalpy_return_kj_per_kg_between": {"enthalpy_return_kj_per_kg": Decimal(-1)},
        "gives_heat_in_set": {
            "enthalpy_flow_kj_per_kg": Decimal(377),
            "enthalpy_return_kj_per_kg": Decimal(2800),
        },
        "efficiency_share_between": {"efficiency_share": Decimal(85)},
        "ncv_gj_per_km3_0c_between": {"ncv_gj_per_km3_0c": Decimal(3200)},
        "recovered_from_in_set": {"recovered_from": "sun"},
        "factor_between": {"factor": Decimal("-0.1")},
    },
    "meter_readings": {
        "declared_meter_not_null": {"meter_code": "E9"},
        "amount_between": {"amount": Decimal(-1)},
        "known_unit_not_null": {"unit": "度"},
        "unit_fits_medium_in_set": {"meter_code": "G1", "unit": "m3"},
        "interval_minutes_between": {"interval_minutes": 0},
        "stands_on_its_grid_in_set": {"read_at": datetime(2026, 10, 30, 16, 7, tzinfo=UTC)},
        "had_begun_when_issued_in_set": {"read_at": datetime(2026, 11, 2, 0, 15, tzinfo=UTC)},
        "is_no_zero_ahead_in_set": {
            "read_at": datetime(2026, 11, 2, 0, 15, tzinfo=UTC),
            "amount": Decimal(0),
        },
        "register_digits_between": {"register_digits": 0},
        "is_no_power_in_set": {"unit": "kW"},
        "unit_is_the_meters_in_set": {"amount": Decimal("0.0425"), "unit": "MWh"},
        # 110.000000001 kWh in a quarter of an hour is just more than 1.1 times 400 kWh an hour
        "share_of_nameplate_between": {"amount": Decimal("110.000000001")},
        "share_of_nameplate_between_2": {"amount": Decimal("200.000000001")},
    },
    "activity_data": {
        "declared_stream_not_null": {"stream_code": "COAL"},
        "has_a_period_in_set": {"period_until": date(2026, 10, 1)},
        "days_covered_between": {"period_until": date(2027, 10, 3)},  # 367 days
        "clears_by_a_document_in_set": {"kind": "accrual", "clears_document_ref": "ACC-1"},
        "sign_fits_kind_in_set": {"amount": Decimal(-1)},
        "known_unit_not_null": {"unit": "scf"},
        "unit_fits_stream_in_set": {"unit": "m3"},
    },
    "emission_measurements": {
        "declared_stream_not_null": {"stream_code": "NG"},  # declared, but burnt and not measured
        "gas_is_the_streams_in_set": {"gas": "CO2"},
        "begins_an_hour_in_set": {"hour_at": datetime(2026, 10, 30, 16, 7, tzinfo=UTC)},
        "valid_share_between": {"valid_share": Decimal(95)},
        "has_a_concentration_where_valid_in_set": {"concentration_g_per_nm3": None},
        "other_gases_share_between": {"other_gases_share": Decimal(88)},
        "remainder_is_co2_alone_in_set": {"other_gases_share": Decimal("0.88")},
        "concentration_g_per_nm3_between": {"concentration_g_per_nm3": Decimal("2000.000000001")},
        "has_its_flow_in_set": {"flow_nm3_per_h": None, "oxygen_share": None},
        "flow_nm3_per_h_between": {"flow_nm3_per_h": Decimal(-1)},
        "air_nm3_per_h_between": {"air_nm3_per_h": Decimal(-1)},
        "oxygen_share_between": {"oxygen_share": Decimal(3)},
    },
    "electricity_contracts": {
        "declared_stream_not_null": {"stream_code": "NG"},  # declared, but burnt
        "line_alone_names_a_process_in_set": {"process_code": "FASTENERS"},
        "names_its_meter_in_set": {"generator_meter_code": "E1"},  # what the works takes
        "states_one_factor_in_set": {"factor": Decimal(0)},
        "factor_between": {"factor": Decimal(605)},
        "fuel_t_co2e_between": {"fuel_t_co2e": Decimal(-1)},
        "flue_gas_cleaning_t_co2e_between": {"flue_gas_cleaning_t_co2e": Decimal(-1)},
        "net_mwh_between": {"net_mwh": Decimal(0)},
        "names_its_source_in_set": {"factor_source": None},
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
    "communication_cells": {
        "position_between": {"position": 0},
        "is_an_amount_that_can_be_in_set": {"number_value": Decimal(-1)},
    },
    "supplier_embedded_emissions": {
        "declared_supplier_not_null": {"supplier_code": "NOBODY"},
        "period_until_greater_than_period_from": {"period_until": date(2026, 1, 1)},
        "see_direct_t_co2e_per_fu_between": {"see_direct_t_co2e_per_fu": Decimal(-1)},
        "see_direct_t_co2e_per_fu_between_2": {"see_direct_t_co2e_per_fu": Decimal(0)},
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
        "net_mass_t_between": {"net_mass_t": Decimal(0)},
        "is_in_harmony_in_set": {"doubts": "/content/good/0: 1 is not 2 [mass_does_not_add_up]"},
    },
    "attestations": {
        "period_until_greater_than_period_from": {"period_until": date(2026, 1, 1)},
        "issued_on_greater_than_or_equal_to_period_until": {"issued_on": date(2026, 6, 30)},
    },
    "supplier_requests": {
        "declared_supplier_not_null": {"supplier_code": "NOBODY"},
        "period_until_greater_than_period_from": {"period_until": date(2026, 1, 1)},
        "due_on_greater_than_or_equal_to_happened_on": {"due_on": date(2026, 1, 11)},
    },
    "shipments": {
        "declared_product_not_null": {"product_code": "NOTHING"},
        "declared_importer_not_null": {"importer_code": "NOBODY"},
        "amount_between": {"amount": Decimal(0)},
        "known_unit_not_null": {"unit": "ton"},
        "unit_is_mass_in_set": {"unit": "GJ"},
        "is_the_products_code_in_set": {"cn_code": "73181595"},
    },
    "carbon_prices_paid": {
        "declared_process_not_null": {"process_code": "NOTHING"},
        "period_until_greater_than_period_from": {"period_until": date(2026, 1, 1)},
        "covered_t_co2e_between": {"covered_t_co2e": Decimal(0), "free_allowances_t_co2e": Decimal(0)},
        "free_allowances_t_co2e_between": {"free_allowances_t_co2e": Decimal(-1)},
        "covered_t_co2e_greater_than_or_equal_to_free_allowances_t_co2e": {
            "free_allowances_t_co2e": Decimal("100.1")
        },
        "amount_between": {"amount": Decimal(-1)},
        "rebate_amount_between": {"rebate_amount": Decimal(-1)},
        "amount_greater_than_or_equal_to_rebate_amount": {"rebate_amount": Decimal("5.01")},
    },
    "exchange_rates": {"per_eur_between": {"per_eur": Decimal(0)}},
    "own_grid_factors": {
        "country_code_match_regex": {"country_code": "VNM"},
        "factor_between": {"factor": Decimal("3.1")},
    },
}

MASTERS = {
    "installations": [GOOD["installations"]],
    "meters": [
        GOOD["meters"],
        GOOD["meters"] | {"meter_code": "G1", "medium": "natural_gas", "unit": "m3_20c"},
        GOOD["meters"] | {"meter_code": "WIND", "role": "check", "process_code": None},
    ],
    "source_streams": [
        GOOD["source_streams"],
        GOOD["source_streams"] | {"stream_code": "EL", "method": "electricity", "material_code": None},
        GOOD["source_streams"]
        | {"stream_code": "STACK", "method": "measured", "material_code": "N2O"}
        | {"direction": "output", "activity_basis": "measurements"},
    ],
    "processes": [GOOD["processes"]],
    "items": [GOOD["items"]],
    "parties": [GOOD["parties"]],
    "products": [GOOD["products"]],
}


ISSUED = frames.RawFile("sender", "aa", "sent.csv", "2026-11-01T16:00:00Z")

rules_of = cache(gate.suite)
"""The rules of a table's suite."""


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


def batch(table: str, rows: list[Mapping[str, Any]], parts: int = 1) -> frames.Batch:
    contract = contracts.load(table)
    masters = {name: small_house.table_of(name, MASTERS[name]) for name in contract.masters}
    keys = [f"key {part}" for part in range(parts)]
    return small_house.batch_of(
        table, rows, rules=rules_of(table), keys=keys, files=(ISSUED,), masters=masters
    )
