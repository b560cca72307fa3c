"""What the operator's emissions report alone reads, written by hand beside the marts of hand_made_marts.

CN-FAST 2026: 900 and 100 t of bolts by two routes, from 700 t of mill A's wire rod and 300 t of mill B's;
400.0005 MWh bought and 50 MWh of an own engine, of which 40 go to the process and 10 outside.
"""

from __future__ import annotations


def _precursor(
    seller: str,
    maker: str,
    evidence: str,
    factor: str,
    mass: str,
    direct: str | None = None,
    indirect: str | None = None,
    default: str | None = None,
    *,
    year: int = 2026,
) -> tuple:
    is_verified, is_answered = evidence == "actual_verified", evidence.startswith("actual")
    return (
        *("CN-FAST", year, "FASTENERS", "WIRE-ROD", "Wire rod", "72139149", seller, maker),
        *("Mill A" if is_answered else None, "CN", evidence, "V-1" if is_verified else None),
        *("it does not cover them" if evidence == "actual_provisional" else None, year, factor, mass),
        *("t_product", mass, direct, indirect, default),
        *(("2026-01-01", "2027-01-01", "t_product", "2", "0.3", "0.75", "0") if is_answered else (None,) * 7),
    )


HERE = ("CN-FAST", 2026)
TABLES = {
    "marts.dim_processes": (
        "installation_code varchar, process_code varchar, process_name varchar, kind varchar, route varchar,"
        " valid_from date, valid_until date",
        [
            ("CN-FAST", "FASTENERS", "Old heading", "good", "old route", "2020-01-01", "2026-01-01"),
            ("CN-FAST", "FASTENERS", "Heading", "good", "all routes", "2026-01-01", None),
            ("CN-FAST", "ENGINE", "Gas engine", "power", None, "2026-01-01", None),
            ("CN-FAST", "PLATING", "Zinc plating", "other", None, "2026-01-01", None),
            ("CN-FAST", "CLOSED", "Forge", "other", None, "2020-01-01", "2026-01-01"),
        ],
    ),
    # 900 and 100 t of bolts by two routes, 20 t that stay inside and 7 t of zinc ash
    "marts.fct_goods_made": (
        "installation_code varchar, reporting_year integer, process_code varchar, product_code varchar,"
        " product_name varchar, cn_code varchar, route varchar, is_cbam_good boolean,"
        " is_inside_bubble boolean, functional_unit varchar, mass_t decimal(28,9), amount_fu decimal(28,9)",
        [
            (
                *(*HERE, "FASTENERS", product, product, cn, route, is_cbam, is_inside),
                *("t_product" if is_cbam else None, mass, mass if is_cbam else None),
            )
            for product, cn, route, is_cbam, is_inside, mass in (
                ("BOLT-M12", "73181588", "all routes", True, False, "300"),
                ("BOLT-M20", "73181588", "all routes", True, False, "600"),
                ("BOLT-M20", "73181588", "other", True, False, "100"),
                ("WIRE", "72171090", "all routes", True, True, "20"),
                ("ASH", None, None, False, False, "7"),
            )
        ],
    ),
    "marts.fct_process_balances": (
        "installation_code varchar, reporting_year integer, process_code varchar, carrier varchar,"
        " unit varchar, imported_amount decimal(28,9), received_amount decimal(28,9),"
        " produced_amount decimal(28,9), given_amount decimal(28,9), exported_amount decimal(28,9),"
        " consumed_amount decimal(28,9), imported_t_co2e decimal(38,12)",
        [
            (*HERE, "FASTENERS", "electricity", "mwh", "300.0005", "40", "0", "0", "0", "340.0005", None),
            (*HERE, "PLATING", "electricity", "mwh", "100", "0", "0", "0", "0", "100", None),
            (*HERE, "ENGINE", "electricity", "mwh", "0", "0", "50", "40", "10", "0", None),
            (*HERE, "PLATING", "waste_gas", "gj", "30", "0", "0", "0", "0", "30", "1.683"),
            (*HERE, "ENGINE", "heat", "gj", "0", "0", "90", "0", "90", "0", None),
        ],
    ),
    "marts.fct_attributed_direct": (
        "installation_code varchar, reporting_year integer, process_code varchar,"
        " streams_t_co2e decimal(38,12), heat_in_t_co2e decimal(38,12), heat_out_t_co2e decimal(38,12),"
        " waste_gas_in_t_co2e decimal(38,12), waste_gas_out_t_co2e decimal(38,12),"
        " electricity_out_t_co2e decimal(38,12), floor_t_co2e decimal(38,12),"
        " attributed_direct_t_co2e decimal(38,12)",
        [
            (*HERE, "FASTENERS", "182.58", "38", None, None, None, None, "0", "220.58"),
            (*HERE, "PLATING", None, "4", None, None, None, None, "0", "4"),
        ],
    ),
    "marts.fct_own_precursors": (
        "installation_code varchar, reporting_year integer, process_code varchar, from_process_code varchar,"
        " product_code varchar, product_name varchar, cn_code varchar, functional_unit varchar,"
        " mass_t decimal(28,9), amount_fu decimal(28,9)",
        [],
    ),
    # 2,450 and 157.5 t CO2e of 1,000 t
    "marts.fct_precursor_means": (
        "installation_code varchar, reporting_year integer, cn_code varchar, mean_over varchar,"
        " producer_installation_code varchar, parts bigint, functional_unit varchar, mass_t decimal(28,9),"
        " amount_fu decimal(28,9), see_direct_t_co2e_per_fu decimal(38,12),"
        " see_indirect_t_co2e_per_fu decimal(38,12)",
        [(*HERE, "72139149", "installations", "all", 2, "t_product", "1000", "1000", "2.45", "0.1575")],
    ),
    "marts.fct_indirect_shares": (
        "installation_code varchar, reporting_year integer, process_code varchar, cn_code varchar,"
        " see_indirect_t_co2e_per_fu decimal(38,12), actual_share decimal(38,12),"
        " default_share decimal(38,12)",
        [(*HERE, "FASTENERS", "73181588", "0.3725", "0.25", "0.75")],
    ),
    "reports.rpt_annex_iv_precursors": (
        "installation_code varchar, reporting_year integer, process_code varchar, item_code varchar,"
        " item_name varchar, cn_code varchar, seller_code varchar, producer_installation_code varchar,"
        " producer_name varchar, origin_country_code varchar, evidence varchar, attestation_code varchar,"
        " unclaimable_because varchar, markup_year integer, factor_id varchar, mass_t decimal(28,9),"
        " functional_unit varchar, amount_fu decimal(28,9), direct_t_co2e decimal(38,12),"
        " indirect_t_co2e decimal(38,12), default_undivided_t_co2e decimal(38,12), answer_period_from date,"
        " answer_period_until date, answer_functional_unit varchar, see_direct_t_co2e_per_fu decimal(28,12),"
        " electricity_mwh_per_fu decimal(28,12), electricity_factor_t_co2e_per_mwh decimal(28,12),"
        " default_share decimal(28,12)",
        [
            _precursor("TRADER", "CN-MILL-A", "actual_verified", "answer/CN-MILL-A", "600", "1200", "135"),
            _precursor(
                "TRADER", "CN-MILL-A", "actual_provisional", "provisional/CN-MILL-A", "100", "200", "22.5"
            ),
            _precursor("TRADER", "CN-MILL-B", "default", "default-7213-cn", "200", default="700"),
            _precursor("DIRECT", "CN-MILL-B", "default", "default-7213-cn", "100", default="350"),
            _precursor("TRADER", "CN-MILL-B", "default", "default-7213-cn", "9", year=2025),
        ],
    ),
    "reports.rpt_annex_iv_benchmarks": (
        "installation_code varchar, reporting_year integer, process_code varchar, cn_code varchar,"
        " route varchar, mass_t decimal(28,9), benchmark_id varchar,"
        " benchmark_column varchar, benchmark_route varchar,"
        " benchmark_t_co2e_per_t decimal(28,12), kept_share decimal(28,12),"
        " correction_share decimal(28,12), free_allocation_t_co2e_per_t decimal(28,12),"
        " absent_because varchar",
        [
            (
                *HERE,
                "FASTENERS",
                "73181588",
                "cold forming",
                "100",
                "b-7318",
                "A",
                None,
                "0.04",
                "0.975",
                "1",
                "0.039",
                None,
            )
        ],
    ),
    "reports.rpt_annex_iv_parameters": (
        "installation_code varchar, reporting_year integer, process_code varchar, subject_kind varchar,"
        " subject_code varchar, parameter varchar, parameter_meaning varchar, valid_from date,"
        " amount decimal(28,12), unit varchar, basis varchar, document_ref varchar, absent_because varchar",
        [
            (
                *(
                    *HERE,
                    "FASTENERS",
                    "process",
                    "FASTENERS",
                    "mn_content",
                    "Manganese",
                    None,
                    None,
                    "mass %",
                ),
                *(None, None, "nobody stated it"),
            )
        ],
    ),
    "reports.rpt_annex_iv_factors": (
        "installation_code varchar, reporting_year integer, stream_code varchar, gas varchar,"
        " factor_id varchar, unit varchar, ncv_gj_per_unit decimal(28,12), factor_kg_per_unit decimal(28,12),"
        " parameter_ids varchar",
        [(*HERE, "NG", "CO2", "factor-NG", "m3_0c", "0.039", "60.5", None)],
    ),
    "reports.rpt_annex_iv_own_electricity": (
        "installation_code varchar, reporting_year integer, process_code varchar, generation varchar,"
        " produced_mwh decimal(28,9), exported_mwh decimal(28,9), factor_t_co2e_per_mwh decimal(28,9)",
        [(*HERE, "ENGINE", "cogeneration", "50", "10", "0.4")],
    ),
    "marts.fct_electricity_supply": (
        "installation_code varchar, month_from date, source varchar, source_code varchar,"
        " amount_kwh decimal(28,9), factor_id varchar, factor_t_co2e_per_mwh decimal(28,12),"
        " contract_code varchar, generator_name varchar, factor_source varchar, evidence varchar",
        [
            ("CN-FAST", "2026-01-01", "grid", "EL", "300000.5", "grid-east", "0.605", *[None] * 4),
            ("CN-FAST", "2026-02-01", "grid", "EL", "40000", "grid-east", "0.605", *[None] * 4),
            (
                *("CN-FAST", "2026-02-01", "ppa", "EL", "60000", "contract/CN-FAST/WIND/2026-01-01", "0.02"),
                *("WIND", "Wind farm", "its owner", "agreement 7"),
            ),
            ("CN-FAST", "2026-02-01", "own_plant", "ENGINE", "40000", *[None] * 6),
            ("CN-FAST", "2025-12-01", "grid", "EL", "7", "grid-east", "0.605", *[None] * 4),
        ],
    ),
}
