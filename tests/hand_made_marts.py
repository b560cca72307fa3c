"""Marts written by hand, small enough to add up on paper: what publishing reads, without a build before it.

Two goods of 2026, in t CO2e per tonne. Bolts (7318 15 88): gas 0.061, heat 0.038, soda 0.0012, wire rod of
mill A 1.452 and of mill B 0.98 by default, so direct 2.5322; electricity 0.2105 and mill A's 0.162 are
informational, 0.3725. Of the direct 2.5322 the default 0.98 is 0.387015243662, the heat is estimated and is
0.015006713530, the rest, 0.597978042808, is measured. Profiles (7604 29 90): gas 0.21, ingot 1.79 measured
and 5.4 by default, so direct 7.4; electricity 0.6 informational. Of the minutes of CN-FAST's meters 1.25 %
are missing, of CN-ALU's none.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import hand_made_annex_iv

PLACES = Decimal("1e-12")
COMPONENTS = (
    "own_direct",
    "own_indirect",
    "precursor_direct",
    "precursor_indirect_counted",
    "precursor_indirect_informational",
    "precursor_default_undivided",
)
DIRECT = {"own_direct", "precursor_direct", "precursor_default_undivided"}

# installation, process, cn, year
BOLTS = ("CN-FAST", "FASTENERS", "73181588", 2026)
PROFILES = ("CN-ALU", "EXTRUSION", "76042990", 2026)
MILL_A = "precursor/CN-FAST/WIRE-ROD/CN-MILL-A"
MILL_B = "precursor/CN-FAST/WIRE-ROD/CN-MILL-B"
SMELTER_1 = "precursor/CN-ALU/INGOT/CN-SMELT-1"
SMELTER_2 = "precursor/CN-ALU/INGOT/IN-SMELT-2"
INFORMATIONAL = "precursor_indirect_informational"
UNDIVIDED = "precursor_default_undivided"
HEAT = "purchased_heat"
GRID = "grid_electricity"
# component, kind, leaf, name, emissions, quality, factor
LEAVES = {
    BOLTS: (
        (
            "own_direct",
            "source_stream",
            "stream/CN-FAST/NG",
            "天然气 Natural gas",
            "0.061",
            "measured",
            "cn-gas",
        ),
        ("own_direct", HEAT, "heat/CN-FAST/HEAT-BUY", "Purchased steam", "0.038", "estimated", None),
        ("own_direct", "source_stream", "stream/CN-FAST/SODA", "Soda ash", "0.0012", "measured", "na2co3"),
        ("own_indirect", GRID, "grid/CN-FAST/EL", "Grid electricity", "0.2105", "measured", "grid-east"),
        ("precursor_direct", "precursor", MILL_A, "Wire rod, mill A", "1.452", "measured", None),
        (INFORMATIONAL, "precursor", MILL_A, "Wire rod, mill A", "0.162", "measured", None),
        (UNDIVIDED, "precursor", MILL_B, "Wire rod, mill B", "0.98", "default", "default-7213-cn"),
    ),
    PROFILES: (
        (
            "own_direct",
            "source_stream",
            "stream/CN-ALU/NG",
            "天然气 Natural gas",
            "0.21",
            "measured",
            "cn-gas",
        ),
        ("own_indirect", GRID, "grid/CN-ALU/EL", "Grid electricity", "0.6", "measured", "grid-south"),
        ("precursor_direct", "precursor", SMELTER_1, "Ingot, smelter 1", "1.79", "measured", None),
        (UNDIVIDED, "precursor", SMELTER_2, "Ingot, smelter 2", "5.4", "default", "default-7601-in"),
    ),
}
# product, name, good, declared unit, kg per unit
PRODUCTS = (
    ("BOLT-M12", "六角头螺栓 Hexagon bolt M12 × 60", BOLTS, "piece", "0.0915"),
    ("BOLT-M20", "六角头螺栓 Hexagon bolt M20", BOLTS, "kg", "1"),
    ("PROFILE-6063", "铝型材 Profile 6063-T5", PROFILES, "kg", "1"),
    ("PROFILE-RAIL", "光伏导轨 Solar rail 4.86 kg", PROFILES, "piece", "4.86"),
)

SHIPPED = {
    "shipped_mass_t": "10",
    "actual_certificates_per_t": "1.2322",
    "default_certificates_per_t": "5.6825",
    "saved_eur": "3350.18584",
    "unpriced_mass_t": "0",
    "certificates_absent_because": None,
}

D38, SHARE = "decimal(38,12)", "decimal(38,12)"
GOODS_COLUMNS = {
    **dict.fromkeys(("installation_code", "process_code", "cn_code"), "varchar"),
    "reporting_year": "integer",
    **dict.fromkeys(("rule_set", "figure_key", "functional_unit"), "varchar"),
    "activity_level": "decimal(28,9)",
    "functional_units_per_t": "decimal(28,12)",
    **{f"{name}_t_co2e_per_fu": D38 for name in (*COMPONENTS, "see_direct", "see_indirect", "see_counted")},
    **{f"{name}_t_co2e_per_t": D38 for name in ("see_direct", "see_indirect", "see_counted")},
    "embedded_electricity_mwh_per_fu": D38,
    "is_indirect_counted": "boolean",
    **dict.fromkeys(("measured_share", "estimated_share", "default_share"), SHARE),
    "evidence_rung": "varchar",
    "is_claimable": "boolean",
    "unclaimable_because": "varchar",
    "attestation_codes": "varchar",
    "sefa_t_co2e_per_t": D38,
    "sefa_absent_because": "varchar",
    "carbon_price_paid_eur_per_fu": D38,
    "carbon_price_absent_because": "varchar",
    "coverage_share": SHARE,
    "missing_share": SHARE,
    "status": "varchar",
    "absent_because": "varchar",
    "indirect_absent_because": "varchar",
}
FIGURES_COLUMNS = {
    **dict.fromkeys(
        ("installation_code", "product_code", "product_name", "cn_code", "process_code"), "varchar"
    ),
    "reporting_year": "integer",
    **dict.fromkeys(("figure_key", "functional_unit"), "varchar"),
    "functional_units_per_t": "decimal(28,12)",
    **{f"{name}_t_co2e_per_fu": D38 for name in ("see_direct", "see_indirect", "see_counted")},
    **{f"{name}_t_co2e_per_t": D38 for name in ("see_direct", "see_indirect", "see_counted")},
    "is_indirect_counted": "boolean",
    **dict.fromkeys(("measured_share", "estimated_share", "default_share"), SHARE),
    "declared_unit": "varchar",
    "mass_kg_per_unit": "decimal(28,9)",
    "per_declared_unit_kg_co2e": D38,
    "shipped_mass_t": "decimal(38,9)",
    "actual_certificates_per_t": D38,
    "default_certificates_per_t": D38,
    "saved_eur": D38,
    "unpriced_mass_t": "decimal(38,9)",
    "certificates_absent_because": "varchar",
    "evidence_rung": "varchar",
    "is_claimable": "boolean",
    "unclaimable_because": "varchar",
    "attestation_codes": "varchar",
    "coverage_share": SHARE,
    "missing_share": SHARE,
    "status": "varchar",
    "absent_because": "varchar",
    "indirect_absent_because": "varchar",
}
LEAVES_COLUMNS = {
    **dict.fromkeys(("figure_key", "installation_code", "process_code", "cn_code"), "varchar"),
    "reporting_year": "integer",
    **dict.fromkeys(
        ("component", "leaf_kind", "leaf_id", "leaf_name", "node_id", "leaf_component", "via"), "varchar"
    ),
    **{f"{name}_t_co2e_per_fu": D38 for name in ("emissions", "measured", "estimated", "default")},
    "factor_id": "varchar",
    "is_counted": "boolean",
    "absent_because": "varchar",
}


def _emissions(
    process: str | None,
    stream: str,
    month: str,
    method: str,
    unit: str,
    amount: str,
    emissions: str | None,
    added: str = "0",
    *,
    energy: str | None = None,
    gas: str = "CO2",
    rule_set: str = "cbam",
    place: str = "CN-FAST",
    corroborates: bool = False,
) -> tuple:
    is_indirect = method == "electricity"
    factor = "grid-east" if is_indirect else f"factor-{stream}"
    told = ("0", factor, None) if emissions else (None, None, f"no factor for {stream}")
    added = added if emissions else None
    tonnes = amount if method == "measured" else None
    material = "natural_gas" if stream == "NG" else None
    return (
        *(place, process, stream, month, rule_set, method, material, is_indirect, corroborates),
        *(gas, unit, amount, energy),
        tonnes,
        *(emissions, added, *told),
    )


OTHERS = {
    # 10 t of BOLT-M12: 25.322 less 13 allotted is 12.322, by default 70.125 less 13.3 is 56.825; 44.503 saved
    "marts.fct_cbam_obligations": (
        "installation_code varchar, shipment_code varchar, product_code varchar, mass_t decimal(38,9),"
        " actual_certificates_t_co2e decimal(38,12), default_certificates_t_co2e decimal(38,12),"
        " price_eur_per_certificate decimal(28,12), saved_eur decimal(38,12), default_factor_id varchar,"
        " default_benchmark_id varchar",
        [("CN-FAST", "S-1", "BOLT-M12", "10", "12.322", "56.825", "75.28", "3350.18584", None, None)],
    ),
    "marts.dim_installations": (
        "installation_code varchar, installation_name varchar, operator_name varchar,"
        " operator_registration_number varchar, operator_address varchar, installation_address varchar,"
        " cbam_registry_id varchar, unlocode varchar, latitude decimal(28,6), longitude decimal(28,6),"
        " valid_from date, valid_until date",
        [
            (
                *("CN-FAST", "Old works", "Old Co.", "R-0", "Old road", "Old road", "C-0", "CNOLD", "1", "2"),
                *("2020-01-01", "2026-01-01"),
            ),
            (
                *("CN-FAST", "Works & <sons>", "Fasteners Co.", "R-1", "1 Bolt road", "2 Bolt road", "C-1"),
                *("CNJIA", "30.75", "120.75", "2026-01-01", None),
            ),
            ("CN-ALU", "Extrusion works", "Aluminium Co.", *(None,) * 7, "2025-01-01", None),
        ],
    ),
    # CN-FAST 2026 by CBAM: direct 60.5 + 0.25 + 121 + 0.83 of the process and 10.25 of none, so 192.83 t, and
    # 194.513 t with waste gas; indirect 181.5 + 60 + 0.5 = 242 t from 300,000.5 + 100,000 kWh, the latter
    # beside two gases; coal that corroborates a stack is in no total
    "marts.fct_emissions": (
        "installation_code varchar, process_code varchar, stream_code varchar, month_from date,"
        " rule_set varchar, method varchar, material_code varchar, is_indirect boolean,"
        " is_corroborating boolean, gas varchar, activity_unit varchar, activity_amount decimal(28,9),"
        " energy_gj decimal(28,9),"
        " emissions_t decimal(38,12), emissions_t_co2e decimal(38,12),"
        " conservative_addition_t_co2e decimal(38,12), biogenic_t_co2 decimal(38,12), factor_id varchar,"
        " absent_because varchar",
        [
            _emissions(
                "FASTENERS", "NG", "2026-01-01", "combustion", "m3_0c", "1000", "60.5", "0.25", energy="39"
            ),
            _emissions("FASTENERS", "NG", "2026-02-01", "combustion", "m3_0c", "2000", "121", energy="78"),
            _emissions(
                "FASTENERS", "NG", "2026-01-01", "combustion", "m3_0c", "1", "7", rule_set="inventory"
            ),
            _emissions("FASTENERS", "NG", "2025-12-01", "combustion", "m3_0c", "1", "7"),
            _emissions(None, "NG", "2026-01-01", "combustion", "m3_0c", "169.421487603", "10.25"),
            _emissions(
                None, "COAL", "2026-01-01", "combustion", "t", "4", "9.5", energy="100", corroborates=True
            ),
            _emissions(None, "LIME", "2026-01-01", "process_input", "t", "3", "1.3", corroborates=True),
            _emissions("FASTENERS", "SODA", "2026-01-01", "process_input", "t", "2", "0.83"),
            _emissions("FASTENERS", "HEAT", "2026-01-01", "heat", "gj", "400", "38", gas="CO2e"),
            _emissions("FASTENERS", "EL", "2026-01-01", "electricity", "kwh", "300000.5", "181.5"),
            _emissions("PLATING", "EL", "2026-01-01", "electricity", "kwh", "100000", "60"),
            _emissions("PLATING", "EL", "2026-01-01", "electricity", "kwh", "100000", "0.5", gas="N2O"),
            _emissions("EXTRUSION", "NG", "2026-01-01", "combustion", "m3_0c", "5", "1", place="CN-ALU"),
            _emissions(
                "EXTRUSION", "STACK", "2026-01-01", "measured", "t", "0.02", "5.3", gas="N2O", place="CN-ALU"
            ),
            _emissions("EXTRUSION", "OIL", "2026-01-01", "combustion", "t", "5", None, place="CN-ALU"),
        ],
    ),
    "marts.dim_legal_readings": (
        "setting varchar, reading varchar, is_default boolean, sentence varchar",
        [
            ("attributed_direct_floor", "law", True, "Below zero counts as zero."),
            ("certificates_rounding", "up", False, "Certificates are whole."),
        ],
    ),
    "marts.fct_data_quality_findings": (
        "installation_code varchar, subject_kind varchar, subject_code varchar, period_from date,"
        " period_until date, finding varchar, state varchar, minutes bigint, sentence varchar",
        [
            (
                *("CN-FAST", "meter", "NG-COUNTER", "2026-01-31", "2026-02-01"),
                *("minutes_missing", "missing", 480, "send the readings"),
            ),
            ("CN-FAST", "meter", "EL-1", "2025-12-31", "2026-01-01", "dead_meter", "doubtful", 1440, "look"),
        ],
    ),
    "marts.fct_figure_sources": (
        "figure_key varchar, source_kind varchar, role varchar, source_id varchar, share decimal(38,12)",
        [
            (
                "cbam/CN-FAST/73181588/2026/see_counted",
                "lake_partition",
                "emissions",
                "meter_readings/CN-FAST/2026-01-01",
                "1",
            ),
            (
                "cbam/CN-FAST/73181588/2026/see_counted",
                "lake_partition",
                "denominator",
                "production_output/CN-FAST/2026-01",
                None,
            ),
        ],
    ),
    "marts.fct_data_quality": (
        "table_name varchar, installation_code varchar, partition_key varchar, rows_read bigint,"
        " rows_accepted bigint, rows_rejected bigint, rows_superseded bigint, rows_marked bigint",
        [
            ("meter_readings", "CN-FAST", "2024-06-01", 0, 0, 0, 0, 0),
            ("meter_readings", "CN-FAST", "2025-12-31", 100, 96, 1, 3, 0),
            ("meter_readings", "CN-FAST", "2026-01-01", 96, 96, 0, 0, 2),
            ("products", None, "all", 4, 4, 0, 0, 0),
        ],
    ),
    "lake.partitions": (
        "table_name varchar, installation_code varchar, partition_key varchar, content_hash varchar",
        [
            ("products", "_all", "all", "b" * 64),
            ("meter_readings", "CN-FAST", "2026-01-01", "a" * 64),
        ],
    ),
    "reference.sources": (
        "source_key varchar, publisher varchar, title varchar, edition varchar, licence varchar, url varchar",
        [
            (
                "cn-fuels",
                "国家标准 Standard",
                "Fuel factors",
                "2023",
                "public domain",
                "https://example.org/cn",
            ),
            ("eu-defaults", "Commission", "Default values", "1", "CC BY 4.0", "https://example.org/eu"),
            ("not-used", "Nobody", "A book no factor comes from", "1", "secret", None),
        ],
    ),
    "reference.fuel_factors": (
        "factor_id varchar, source_key varchar",
        [("cn-gas", "cn-fuels"), ("default-7213-cn", "eu-defaults"), ("peat", "not-used")],
    ),
    "marts.dim_grid_factors": (
        "factor_id varchar, country_code varchar, amount_kg_per_unit decimal(28,12), publisher varchar,"
        " title varchar, source_locator varchar",
        [("grid-east", "CN", "0.605", "Commission", "Default values", "row China")],
    ),
    "reference.cbam_goods": (
        "cn_code varchar, description varchar, functional_unit varchar, is_indirect_counted boolean,"
        " valid_from date, valid_until date",
        [
            ("73181588", "screws and bolts", "t_product", False, "2026-01-01", None),
            ("76042990", "profiles", "t_product", False, "2026-01-01", None),
            ("76042990", "another edition", "t_product", False, "2027-01-01", None),
        ],
    ),
    "reference.cbam_default_values": (
        "factor_id varchar, cn_prefix varchar, country_code varchar, total_t_co2e_per_t decimal(28,12)",
        [("default-7213-cn", "7213", "CN", "3.18")],
    ),
    "reference.cbam_rule_years": ("reporting_year integer", [(2026,)]),
    "reports.rpt_supplier_effort": (
        "request_code varchar, supplier_code varchar, state varchar, silent_days integer",
        [("R-1", "MILL-B", "silent", 290), ("R-2", "SMELTER-2", "declined", None)],
    ),
    "marts.fct_precursor_rungs": (
        "installation_code varchar, product_code varchar, reporting_year integer, part_id varchar,"
        " rung varchar, certificates_t_co2e decimal(38,12)",
        [("CN-FAST", "BOLT-M12", 2026, f"{MILL_B}/72139149/CN/default", "as_now", "12.322")],
    ),
    "reports.rpt_supplier_priorities": (
        "reporting_year integer, part_id varchar, place integer, installation_code varchar,"
        " item_code varchar, item_name varchar, producer_installation_code varchar,"
        " seller_codes varchar, evidence varchar,"
        " mass_t decimal(38,9), shipped_mass_t decimal(38,9), lowest_answer_id varchar,"
        " tenth_lower_change_t_co2e decimal(38,12), tenth_lower_change_eur decimal(38,12),"
        " lowest_answer_change_t_co2e decimal(38,12), lowest_answer_change_eur decimal(38,12),"
        " default_change_t_co2e decimal(38,12), default_change_eur decimal(38,12),"
        " annex_iv_change_t_co2e decimal(38,12), annex_iv_change_eur decimal(38,12),"
        " request_state varchar, asked_on date, silent_days integer, absent_because varchar,"
        " price_absent_because varchar",
        [
            (
                *(
                    2026,
                    f"{MILL_B}/72139149/CN/default",
                    1,
                    "CN-FAST",
                    "WIRE-ROD",
                    "线材 Wire rod",
                    "CN-MILL-B",
                ),
                *("TRADER-1", "default", "4499.2", "10", "answer/CN-MILL-A/72139149/2026-01-01"),
                *("-0.4255", "-32.0316", "-6.378448", "-480.1695", "0", "0", "23.690345", "1783.42"),
                *("silent", "2026-01-14", 290, None, None),
            ),
            (
                *(2026, f"{SMELTER_2}/76011010/IN/default", 2, "CN-ALU", "INGOT", "Ingot", "IN-SMELT-2"),
                *("TRADER-1", "default", "3652.2", None, None, *[None] * 8),
                *("declined", "2026-01-14", None, "nothing shipped under CBAM", None),
            ),
            (
                *(2026, f"{MILL_A}/72139149/CN/actual", None, "CN-FAST", "WIRE-ROD", "线材 Wire rod"),
                *("CN-MILL-A", "TRADER-1", "actual", "6685.3", "10", "answer/CN-MILL-A/72139149/2026-01-01"),
                *("-0.6323", None, "0", None, "9.4777", None, "44.6789", None),
                *("answered", "2026-01-12", None, None, "the price of quarter 3 of 2026 is not known"),
            ),
        ],
    ),
}


def write(
    file: Path, emissions: dict[tuple[str, str], str | None] | None = None, products: Iterable = PRODUCTS
) -> None:
    """A warehouse file; `emissions` replaces single leaves: {(leaf_id, component): value or None}."""
    changed = emissions or {}
    file.parent.mkdir(parents=True, exist_ok=True)
    goods, leaves = [], []
    for good, listed in LEAVES.items():
        told = [(*leaf[:4], changed.get((leaf[2], leaf[0]), leaf[4]), *leaf[5:]) for leaf in listed]
        leaves += [_leaf(good, leaf) for leaf in told]
        goods.append(_good(good, told))
    by_good = {(row["installation_code"], row["cn_code"]): row for row in goods}
    figures = [_figure(product, by_good[product[2][0], product[2][2]]) for product in products]
    with duckdb.connect(str(file)) as connection:
        for schema in ("marts", "reports", "reference", "lake", "staging"):
            connection.execute(f"create schema if not exists {schema}")
        _table(connection, "marts.fct_cbam_embedded_emissions", GOODS_COLUMNS, goods)
        _table(connection, "marts.fct_footprint_contributions", LEAVES_COLUMNS, leaves)
        _table(connection, "marts.figures_behind_the_report", FIGURES_COLUMNS, figures)
        connection.execute(
            "create or replace view reports.rpt_cbam_figures_by_product as"
            f" select * from {file.stem}.marts.figures_behind_the_report"
        )
        connection.execute(
            "comment on view reports.rpt_cbam_figures_by_product"
            " is 'One row per product and year; it''s \"%\" 产品'"
        )
        connection.execute(
            "comment on column marts.fct_cbam_embedded_emissions.activity_level is 'Output of the year, 吨'"
        )
        for name, (columns, rows) in (OTHERS | hand_made_annex_iv.TABLES).items():
            connection.execute(f"create or replace table {name} ({columns})")
            for row in rows:
                connection.execute(f"insert into {name} values ({', '.join(map(_literal, row))})")


def _leaf(good: tuple[str, str, str, int], leaf: tuple) -> dict:
    installation, process, cn, year = good
    component, kind, leaf_id, name, emissions, quality, factor = leaf
    measure = "see_direct" if component in DIRECT else "see_indirect"
    parts = {
        f"{part}_t_co2e_per_fu": "0" if emissions else None for part in ("measured", "estimated", "default")
    }
    return {
        "figure_key": f"cbam/{installation}/{cn}/{year}/{measure}",
        "installation_code": installation,
        "process_code": process,
        "cn_code": cn,
        "reporting_year": year,
        "component": component,
        "leaf_kind": kind,
        "leaf_id": leaf_id,
        "leaf_name": name,
        "node_id": f"{installation}/{process}",
        "leaf_component": component,
        "via": "carried",
        "emissions_t_co2e_per_fu": emissions,
        **parts,
        f"{quality}_t_co2e_per_fu": emissions,
        "factor_id": factor,
        "is_counted": measure == "see_direct",
        "absent_because": None if emissions else f"no factor for {leaf_id}",
    }


def _good(good: tuple[str, str, str, int], leaves: list[tuple]) -> dict:
    installation, process, cn, year = good
    is_absent = any(leaf[4] is None for leaf in leaves)

    def total(wanted) -> Decimal | None:
        return None if is_absent else sum((Decimal(leaf[4]) for leaf in leaves if wanted(leaf)), Decimal(0))

    direct = total(lambda leaf: leaf[0] in DIRECT)

    def share(quality: str) -> Decimal | None:
        part = total(lambda leaf: leaf[0] in DIRECT and leaf[5] == quality)
        return None if direct is None else (part / direct).quantize(PLACES, ROUND_HALF_UP)

    estimated, default = share("estimated"), share("default")
    return {
        "installation_code": installation,
        "process_code": process,
        "cn_code": cn,
        "reporting_year": year,
        "rule_set": "definitive",
        "figure_key": f"cbam/{installation}/{cn}/{year}/see_counted",
        "functional_unit": "t_product",
        "activity_level": "1000",
        "functional_units_per_t": 1,
        **{f"{name}_t_co2e_per_fu": total(lambda leaf, name=name: leaf[0] == name) for name in COMPONENTS},
        "see_direct_t_co2e_per_fu": direct,
        "see_indirect_t_co2e_per_fu": total(lambda leaf: leaf[0] not in DIRECT),
        "see_counted_t_co2e_per_fu": direct,
        "see_direct_t_co2e_per_t": direct,
        "see_indirect_t_co2e_per_t": total(lambda leaf: leaf[0] not in DIRECT),
        "see_counted_t_co2e_per_t": direct,
        "is_indirect_counted": False,
        "measured_share": None if direct is None else 1 - estimated - default,
        "estimated_share": estimated,
        "default_share": default,
        "evidence_rung": "actual_unverified",
        "is_claimable": False,
        "unclaimable_because": f"no satisfactory attestation of {installation} for {cn} holds all of {year}",
        "coverage_share": "0.832876712329",
        "missing_share": "0.0125" if installation == "CN-FAST" else "0",
        "status": "absent" if is_absent else "provisional",
        "absent_because": next((f"no factor for {leaf[2]}" for leaf in leaves if leaf[4] is None), None),
    }


def _figure(product: tuple, good: dict) -> dict:
    code, name, _, unit, mass = product
    counted = good["see_counted_t_co2e_per_fu"]
    return {
        **{column: good.get(column) for column in FIGURES_COLUMNS},
        "product_code": code,
        "product_name": name,
        "declared_unit": unit,
        "mass_kg_per_unit": mass,
        "per_declared_unit_kg_co2e": None if counted is None else counted * Decimal(mass),
        **(SHIPPED if code == "BOLT-M12" else {}),
    }


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: list[dict]
) -> None:
    listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    connection.execute(f"create or replace table {name} ({listed})")
    for row in rows:
        said = ", ".join(_literal(row.get(column)) for column in columns)
        connection.execute(f"insert into {name} values ({said})")


def _literal(value: object) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"
