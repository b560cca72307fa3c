"""What every field of the operator's emissions report (2025/2547 Annex IV) is read from.

`annex_iv_fields.csv` lists the fields. Statements run on the readers' copy and compute nothing but sums over
months, processes and parts; a sum with an absent part is absent and says why.
"""

from __future__ import annotations

from dataclasses import dataclass

GOODS = """(
    select * from marts.fct_cbam_embedded_emissions
    where installation_code = $installation and reporting_year = $year and rule_set = 'definitive'
)"""
EMISSIONS = """(
    select * from marts.fct_emissions
    where installation_code = $installation and year(month_from) = $year and rule_set = 'cbam'
)"""
LISTED = """(
    select * from reference.cbam_goods
    where valid_from <= make_date($year, 1, 1)
    and (valid_until is null or valid_until > make_date($year, 1, 1))
)"""
OF_THE_YEAR = "installation_code = $installation and reporting_year = $year"
MADE = f"(select * from marts.fct_goods_made where {OF_THE_YEAR})"
BALANCES = f"(select * from marts.fct_process_balances where {OF_THE_YEAR})"
PRECURSORS = f"(select * from reports.rpt_annex_iv_precursors where {OF_THE_YEAR})"
OWN_PRECURSORS = f"(select * from marts.fct_own_precursors where {OF_THE_YEAR})"
MEANS = f"(select * from marts.fct_precursor_means where {OF_THE_YEAR})"
OWN_POWER = f"(select * from reports.rpt_annex_iv_own_electricity where {OF_THE_YEAR})"
HELD_IN_THE_YEAR = """
    installation_code = $installation and valid_from < make_date($year + 1, 1, 1)
    and (valid_until is null or valid_until > make_date($year, 1, 1))
"""
# the row that held last in the year
INSTALLATION = f"""(
    select * from marts.dim_installations where {HELD_IN_THE_YEAR} order by valid_from desc limit 1
)"""
PROCESSES = f"""(
    select * from marts.dim_processes where {HELD_IN_THE_YEAR}
    qualify row_number() over (partition by process_code order by valid_from desc) = 1
)"""
SUPPLY = """(
    select * from marts.fct_electricity_supply
    where installation_code = $installation and year(month_from) = $year
)"""
# what CBAM figures add to estimates of gaps is part of the total
TOTALS = """
    case when count(*) = count(emissions_t_co2e + conservative_addition_t_co2e)
        then sum(emissions_t_co2e + conservative_addition_t_co2e) end as total_t_co2e,
    string_agg(distinct absent_because, '; ' order by absent_because) as absent_because
"""
# what corroborates a measurement (Annex II B.6.4) is counted by its stack
COUNTED = f"""
    select process_code, emissions_t_co2e, conservative_addition_t_co2e, absent_because from {EMISSIONS}
    where not is_corroborating
"""
# bought by flows, waste gas is no source stream, and burns on the site
GAS_BOUGHT = f"""
    select process_code, imported_t_co2e, 0,
        case when imported_t_co2e is null then 'the energy of waste gas from outside is not known' end
    from {BALANCES} where carrier = 'waste_gas' and imported_amount <> 0
"""
AMOUNTS = """
    sum(mass_t) as mass_t, case when count(*) = count(amount_fu) then sum(amount_fu) end as amount_fu
"""
STREAMS = """
    stream_code, gas, activity_unit, sum(activity_amount) as activity_amount, factor_id,
    case when count(*) = count(emissions_t_co2e) then sum(emissions_t_co2e) end as emissions_t_co2e,
    string_agg(distinct absent_because, '; ' order by absent_because) as absent_because
"""


@dataclass(frozen=True)
class Ask:
    """What a field is read from. `sql` takes $installation and $year; a field that is no table reads the one
    column of the one row. `none_because` speaks where nothing is found; `note` limits what is.
    """

    comes_from: str
    sql: str
    none_because: str
    note: str | None = None


def _master(column: str, landed: str | None = None) -> Ask:
    return Ask(
        f"marts.dim_installations.{column}",
        f"select {column} from {INSTALLATION}",
        f"not known: fill column {landed or column} of installations",
    )


def _of_goods(columns: str, note: str | None = None) -> Ask:
    return Ask(
        "marts.fct_cbam_embedded_emissions",
        f"select process_code, cn_code, {columns} from {GOODS} order by process_code, cn_code",
        NO_GOOD,
        note,
    )


def _totals(comes_from: str, parts: str, none_because: str, note: str) -> Ask:
    """Sums over all parts and by process."""
    return Ask(
        comes_from,
        f"select 'all' as process_code, {TOTALS} from ({parts}) having count(*) > 0 union all"
        f" (select coalesce(process_code, 'none'), {TOTALS} from ({parts}) group by process_code"
        " order by process_code nulls last)",
        none_because,
        note,
    )


def _streams(which: str, none_because: str, note: str | None = None, more: str = "") -> Ask:
    return Ask(
        "marts.fct_emissions",
        f"select process_code, method, {STREAMS}{more} from {EMISSIONS} where {which}"
        " group by process_code, method, stream_code, gas, activity_unit, factor_id"
        " order by process_code nulls last, stream_code, gas, factor_id",
        none_because,
        note,
    )


def _made(columns: str, which: str, none_because: str, note: str | None = None) -> Ask:
    """Goods made, added up over products; `columns` are what they are told by."""
    return Ask(
        "marts.fct_goods_made",
        f"select {columns}, {AMOUNTS} from {MADE} where {which} group by {columns} order by {columns}",
        none_because,
        note,
    )


def _own_precursors(columns: str) -> Ask:
    return Ask(
        "marts.fct_own_precursors",
        f"select {columns}, cn_code, product_name, functional_unit, {AMOUNTS} from {OWN_PRECURSORS}"
        " group by all order by all",
        "not applicable: no process uses a good of another; what never leaves its process stands in item 31",
    )


def _bought_precursors(columns: str) -> Ask:
    return Ask(
        "reports.rpt_annex_iv_precursors",
        f"select {columns}, cn_code, item_name, origin_country_code, evidence, functional_unit, {AMOUNTS}"
        f" from {PRECURSORS} group by all order by all",
        NO_PRECURSOR,
        "losses included; parts by producer and evidence follow what was received in the year",
    )


def _mean(over: str, none_because: str) -> Ask:
    return Ask(
        "marts.fct_precursor_means",
        "select cn_code, producer_installation_code, parts, functional_unit, mass_t, amount_fu,"
        " see_direct_t_co2e_per_fu, see_indirect_t_co2e_per_fu"
        f" from {MEANS} where mean_over = '{over}' order by all",
        none_because,
        "the mean by amount of all that was used (Article 14); no subset is chosen",
    )


def _indirect_share(column: str) -> Ask:
    return Ask(
        f"marts.fct_indirect_shares.{column}",
        f"select process_code, cn_code, see_indirect_t_co2e_per_fu, {column} from marts.fct_indirect_shares"
        f" where {OF_THE_YEAR} order by process_code, cn_code",
        "not applicable: no indirect emissions reach a good",
        "default: electricity at the country's factor, its producers' included",
    )


NO_GOOD = "not known: no good has a row"
NO_ELECTRICITY = "not known: no electricity has landed for the year"
NO_CONTRACT = "not applicable: no line or agreement proves a factor; the country's is used"
NO_TRANSFER = "not applicable: no source stream of the year hands over CO2"
NO_MEASUREMENT = "not applicable: no source stream of the year is measured continuously"
NO_PRECURSOR = "not applicable: no process uses a bought good of Annex I"
NO_OUTPUT = "not known: no output has landed for the year"
NO_STREAM = "not known: no source stream has a row for the year"
IN_NO_TOTAL = "what corroborates a measurement is in no total"

ASKED: dict[str, Ask] = {
    "operator_name": _master("operator_name"),
    "operator_registration_number": _master("operator_registration_number"),
    "operator_address": _master("operator_address"),
    "installation_name": _master("installation_name", "name"),
    "installation_registry_id": _master("cbam_registry_id"),
    "unlocode": _master("unlocode"),
    "installation_address": _master("installation_address", "address"),
    "coordinates": Ask(
        "marts.dim_installations",
        f"select latitude, longitude from {INSTALLATION}"
        " where latitude is not null and longitude is not null",
        "not known: fill columns latitude and longitude of installations",
        "those of the installation; the main emission source has none of its own",
    ),
    "cbam_processes": Ask(
        "marts.fct_cbam_embedded_emissions, marts.dim_processes, reference.cbam_goods",
        "select process_code, process_name, route, cn_code, description as good, goods.functional_unit"
        f" from {GOODS} as goods left join {PROCESSES} using (process_code)"
        f" left join {LISTED} using (cn_code) order by process_code, cn_code",
        NO_GOOD,
        "the process's own route; output by another stands in item 34a",
    ),
    "other_processes": Ask(
        "marts.dim_processes",
        f"select process_code, process_name, kind from {PROCESSES}"
        f" where process_code not in (select process_code from {GOODS}) order by process_code",
        "not applicable: every process makes goods under CBAM",
        "heat: boiler, power: combined heat and power, other: outside CBAM",
    ),
    "largest_goods": Ask(
        "marts.fct_goods_made",
        "select process_code, cn_code, sum(mass_t) as mass_t"
        f" from {MADE} where not is_inside_bubble group by process_code, cn_code"
        " qualify row_number() over (partition by process_code order by sum(mass_t) desc, cn_code) <= 5"
        " order by process_code, mass_t desc, cn_code",
        NO_OUTPUT,
    ),
    "largest_fuels": Ask(
        "marts.fct_emissions.energy_gj",
        "select stream_code, material_code, is_corroborating, activity_unit,"
        " sum(activity_amount) as activity_amount,"
        f" sum(energy_gj) as energy_gj from {EMISSIONS} where energy_gj is not null"
        " group by stream_code, material_code, is_corroborating, activity_unit"
        " order by energy_gj desc, stream_code limit 5",
        "not applicable: no source stream of the year is a fuel with a calorific value",
        IN_NO_TOTAL,
    ),
    "largest_process_materials": Ask(
        "marts.fct_emissions",
        f"select is_corroborating, {STREAMS} from {EMISSIONS}"
        " where method in ('process_input', 'process_output', 'mass_balance')"
        " group by is_corroborating, stream_code, gas, activity_unit, factor_id"
        " order by emissions_t_co2e desc nulls first, stream_code limit 5",
        "not applicable: no process material has a source stream",
        IN_NO_TOTAL,
    ),
    "measured_continuously": Ask(
        "marts.fct_emissions",
        f"select {STREAMS} from {EMISSIONS} where method = 'measured'"
        " group by stream_code, gas, activity_unit, factor_id"
        " order by emissions_t_co2e desc nulls first, stream_code limit 5",
        NO_MEASUREMENT,
    ),
    "zero_rated_fuels": Ask(
        "marts.fct_emissions.biogenic_t_co2",
        f"select bool_or(biogenic_t_co2 > 0) from {EMISSIONS}",
        NO_STREAM,
        "carbon is rated zero only where a proof has landed; item 16a names its parameter",
    ),
    "measurable_heat": Ask(
        "marts.fct_emissions, marts.fct_process_balances",
        "select 'imported' as direction, stream_code, null as process_code, sum(activity_amount) as heat_gj"
        " from (select distinct process_code, stream_code, month_from, factor_id, activity_amount"
        f" from {EMISSIONS} where method = 'heat') group by stream_code union all"
        f" (select 'exported', null, process_code, exported_amount from {BALANCES}"
        " where carrier = 'heat' and exported_amount <> 0) order by all",
        "not applicable: no heat comes in from outside or goes out in what has landed",
        "the installations heat is exchanged with are landed nowhere",
    ),
    "electricity_sources": Ask(
        "marts.fct_electricity_supply",
        "select source, source_code, generator_name, sum(amount_kwh) as electricity_kwh"
        f" from {SUPPLY} group by all order by source, source_code, generator_name",
        NO_ELECTRICITY,
        "the grid names no supplier; of own plants what they gave to other processes",
    ),
    "own_electricity": Ask(
        "reports.rpt_annex_iv_own_electricity, marts.fct_emissions",
        "select process_code, generation, string_agg(distinct material_code, ', ' order by material_code)"
        " as fuels, produced_mwh, exported_mwh, factor_t_co2e_per_mwh"
        f" from {OWN_POWER} as own left join {EMISSIONS} as burnt using (process_code)"
        " group by process_code, generation, produced_mwh, exported_mwh, factor_t_co2e_per_mwh"
        " order by process_code",
        "not applicable: no own plant makes electricity",
        "a plant without a fuel burns none",
    ),
    "waste_gases": Ask(
        "marts.fct_process_balances",
        "select process_code, imported_amount as imported_gj, produced_amount as produced_gj,"
        f" exported_amount as exported_gj from {BALANCES} where carrier = 'waste_gas' order by process_code",
        "not applicable: no waste gas has landed",
        "the installations it is exchanged with are landed nowhere",
    ),
    "co2_transferred": _streams("method = 'co2_transfer'", NO_TRANSFER, "its receiver is landed nowhere"),
    "total_direct_emissions": _totals(
        "marts.fct_emissions, marts.fct_process_balances",
        f"{COUNTED} and not is_indirect and method <> 'heat' union all {GAS_BOUGHT}",
        "not applicable: no source stream of the year emits on the site",
        "additions to estimates included, waste gas from outside too, as natural gas at most (Eq 53); bought"
        " heat and what corroborates a measurement not; nothing stands for what item 16e calls missing",
    ),
    "months_of_monitoring": Ask(
        "marts.fct_emissions.month_from",
        f"select cast(count(distinct month_from) as varchar) from {EMISSIONS} having count(*) > 0",
        NO_STREAM,
        "months of the year with activity data, whether the installation is new or not",
    ),
    "total_electricity": Ask(
        "marts.fct_process_balances",
        f"select sum(consumed_amount) as electricity_mwh from {BALANCES} where carrier = 'electricity'"
        " having count(*) > 0",
        NO_ELECTRICITY,
        "bought and own; what CBAM adds to estimates is not among it",
    ),
    "electricity_for_those_goods": Ask(
        "marts.fct_process_balances",
        f"select process_code, consumed_amount as electricity_mwh from {BALANCES}"
        " where carrier = 'electricity'"
        f" and process_code in (select process_code from {GOODS} where is_indirect_counted)"
        " order by process_code",
        "not applicable: no process makes a good whose indirect emissions count",
    ),
    "electricity_factors": Ask(
        "marts.fct_electricity_supply, marts.dim_grid_factors",
        "select source, source_code, country_code, sum(amount_kwh) as electricity_kwh, factor_id,"
        f" factor_t_co2e_per_mwh from {SUPPLY} left join marts.dim_grid_factors using (factor_id)"
        " where source <> 'own_plant' group by all order by source, source_code, factor_id",
        NO_ELECTRICITY,
        "bought electricity, own stands in item 4; several sources are weighted by the year's kWh for the"
        " whole installation, unless a line supplies one process alone",
    ),
    "electricity_from_installations": Ask(
        "marts.fct_electricity_supply",
        f"select distinct source, generator_name from {SUPPLY} where contract_code is not null"
        " order by source, generator_name",
        NO_CONTRACT,
    ),
    "actual_electricity_factor_criteria": Ask(
        "marts.fct_electricity_supply",
        f"select distinct true from {SUPPLY} where contract_code is not null",
        NO_CONTRACT,
        "as the lines and agreements state them; their documents are for the verifier to see",
    ),
    "power_purchase_factor": Ask(
        "marts.fct_electricity_supply",
        f"select distinct contract_code, factor_t_co2e_per_mwh from {SUPPLY} where source = 'ppa'"
        " order by contract_code, factor_t_co2e_per_mwh",
        "not applicable: no power purchase agreement counts",
    ),
    "total_goods": Ask(
        "marts.fct_goods_made",
        f"select 'all' as process_code, sum(mass_t) as mass_t from {MADE}"
        " where is_cbam_good and not is_inside_bubble having count(*) > 0 union all"
        f" (select process_code, sum(mass_t) from {MADE} where is_cbam_good and not is_inside_bubble"
        " group by process_code order by process_code)",
        NO_OUTPUT,
        "goods under CBAM; per CN code in item 31",
    ),
    "other_goods": _made(
        "process_code, product_code, product_name, cn_code",
        "not is_cbam_good",
        "not applicable: no output outside CBAM has landed",
    ),
    "specific_direct_emissions": _of_goods(
        "functional_unit, see_direct_t_co2e_per_fu, see_direct_t_co2e_per_t, status, absent_because,"
        " figure_key"
    ),
    "specific_direct_emissions_by_composition": Ask(
        "reports.rpt_cbam_figures_by_product",
        "select product_code, product_name, cn_code, functional_unit, functional_units_per_t,"
        " see_direct_t_co2e_per_fu, see_direct_t_co2e_per_t"
        f" from reports.rpt_cbam_figures_by_product where {OF_THE_YEAR} order by product_code",
        "not known: no product has a row",
        "goods of one process share one figure per functional unit; per tonne it goes by their own content",
    ),
    "data_quality": _of_goods(
        "evidence_rung, is_claimable, unclaimable_because, attestation_codes, measured_share,"
        " estimated_share, default_share, coverage_share, missing_share",
        "shares are of counted emissions, coverage of days, missing of meter minutes",
    ),
    "share_from_default_values": _of_goods("default_share", "of counted emissions"),
    "indirect_share_from_actual_values": _indirect_share("actual_share"),
    "indirect_share_from_default_values": _indirect_share("default_share"),
    "specific_indirect_emissions": _of_goods(
        "functional_unit, see_indirect_t_co2e_per_fu, see_indirect_t_co2e_per_t, is_indirect_counted, status,"
        " absent_because, indirect_absent_because"
    ),
    "electricity_as_good": Ask(
        "marts.fct_cbam_embedded_emissions",
        f"select process_code, functional_unit, status, absent_because from {GOODS}"
        " where cn_code = '27160000' order by process_code",
        "not applicable: no good of the installation is electricity (CN 2716 00 00)",
    ),
    "activity_data": Ask(
        "marts.fct_emissions, reports.rpt_annex_iv_factors",
        "select told.*, factors.ncv_gj_per_unit, factors.factor_kg_per_unit, factors.parameter_ids"
        f" from (select process_code, method, is_corroborating, {STREAMS} from {EMISSIONS}"
        " where method <> 'measured'"
        " group by process_code, method, is_corroborating, stream_code, gas, activity_unit, factor_id)"
        " as told"
        f" left join (select * from reports.rpt_annex_iv_factors where {OF_THE_YEAR}) as factors"
        " on told.stream_code = factors.stream_code and told.gas = factors.gas"
        " and told.factor_id = factors.factor_id and told.activity_unit = factors.unit"
        " order by process_code nulls last, told.stream_code, told.gas, told.factor_id",
        NO_STREAM,
        "factors with oxidation and conversion taken off; one that changed in the year is empty; "
        + IN_NO_TOTAL,
    ),
    "measured_sources": _streams(
        "method = 'measured'",
        NO_MEASUREMENT,
        more=", sum(case when gas = 'N2O' then emissions_t end) as emissions_t_n2o",
    ),
    "other_methods": _streams(
        "method in ('pfc_slope', 'pfc_overvoltage')",
        "not applicable: all source streams of the year are calculated or measured",
    ),
    "co2_stored_or_bound": _streams("method = 'co2_transfer'", NO_TRANSFER),
    "data_gaps": Ask(
        "marts.fct_data_quality_findings",
        "select subject_kind, subject_code, period_from, period_until, finding, state, minutes, sentence"
        " from marts.fct_data_quality_findings where installation_code = $installation"
        " and period_from < make_date($year + 1, 1, 1) and period_until > make_date($year, 1, 1)"
        " order by period_from, subject_kind, subject_code, finding, sentence",
        "not applicable: nothing was found missing, estimated or doubtful",
    ),
    "balances": Ask(
        "marts.fct_process_balances",
        "select carrier, process_code, unit, imported_amount, received_amount, produced_amount,"
        f" given_amount, exported_amount, consumed_amount from {BALANCES} order by carrier, process_code",
        "not applicable: no heat, electricity or waste gas has landed for the year",
        "received and given are between processes of the installation; none is what no process took",
    ),
    "own_precursors": _own_precursors("product_code"),
    "own_precursors_by_process": _own_precursors("process_code, from_process_code"),
    "bought_precursors": _bought_precursors("item_code"),
    "bought_precursors_by_process": _bought_precursors("process_code"),
    "precursors_on_default_values": Ask(
        "reports.rpt_annex_iv_precursors, reference.cbam_default_values",
        "select cn_code, item_name, origin_country_code, evidence, markup_year, factor_id,"
        " total_t_co2e_per_t as printed_default_t_co2e_per_t, sum(mass_t) as mass_t,"
        " sum(default_undivided_t_co2e) as emissions_t_co2e"
        f" from {PRECURSORS} left join reference.cbam_default_values using (factor_id)"
        " where evidence like 'default%'"
        " group by all order by all",
        "not applicable: no precursor rests on a default value",
        "printed without the mark-up, emissions with that of markup_year: by default the year in which the"
        " precursor was used, for the act does not say which; defaults inside suppliers' answers are not"
        " here",
    ),
    "precursors_on_actual_values": Ask(
        "reports.rpt_annex_iv_precursors",
        "select cn_code, item_name, origin_country_code, producer_installation_code, evidence,"
        " answer_period_from, answer_period_until, attestation_code, answer_functional_unit,"
        " see_direct_t_co2e_per_fu, electricity_mwh_per_fu, electricity_factor_t_co2e_per_mwh,"
        " functional_unit, sum(amount_fu) as amount_fu, sum(indirect_t_co2e) as indirect_t_co2e"
        f" from {PRECURSORS} where evidence like 'actual%' or evidence = 'exempt'"
        " group by all order by all",
        "not applicable: no precursor rests on an actual value",
        "as the producer's answer states it, per answer_functional_unit; indirect emissions are its"
        " electricity times its factor, or the country's where it gives none; actual_provisional: the answer"
        " does not cover the production and stands in for it; exempt: from the Union or an exempt origin,"
        " zero",
    ),
    "precursors_of_several_periods": _mean(
        "periods", "not applicable: no producer's precursor rests on several periods"
    ),
    "precursors_of_several_installations": _mean(
        "installations", "not applicable: no precursor of one CN code comes from several installations"
    ),
    "electricity_by_process": Ask(
        "marts.fct_process_balances",
        f"select process_code, consumed_amount as electricity_mwh from {BALANCES}"
        " where carrier = 'electricity' order by process_code",
        NO_ELECTRICITY,
        "bought and own; none is what no process took",
    ),
    "own_precursors_used_in_processes": _own_precursors("process_code"),
    "precursor_origins": Ask(
        "reports.rpt_annex_iv_precursors",
        "select distinct cn_code, item_name, producer_installation_code, producer_name, seller_code,"
        f" origin_country_code, answer_period_from, answer_period_until from {PRECURSORS} order by all",
        NO_PRECURSOR,
        "registry identifiers of suppliers' installations are landed nowhere",
    ),
    "attribution_methods": Ask(
        "marts.fct_emissions",
        f"select distinct process_code, stream_code, method, is_indirect from {EMISSIONS}"
        " order by process_code nulls last, stream_code, method",
        NO_STREAM,
        "how each method works: docs/methodology.md, sections 4 to 9",
    ),
    "attributed_emissions": Ask(
        "marts.fct_attributed_direct, marts.fct_cbam_embedded_emissions",
        "select process_code, functional_unit, activity_level, streams_t_co2e, heat_in_t_co2e,"
        " heat_out_t_co2e, waste_gas_in_t_co2e, waste_gas_out_t_co2e, electricity_out_t_co2e, floor_t_co2e,"
        " attributed_direct_t_co2e, own_indirect_t_co2e_per_fu, absent_because"
        f" from (select * from marts.fct_attributed_direct where {OF_THE_YEAR}) full join (select distinct"
        " process_code, functional_unit, activity_level, own_indirect_t_co2e_per_fu, absent_because"
        f" from {GOODS}) using (process_code) order by process_code",
        NO_GOOD,
        "terms of Eq 55, empty where there is none; indirect emissions with those of own plants' power and of"
        " own goods used",
    ),
    "goods_in_functional_units": _made(
        "process_code, cn_code, is_inside_bubble, functional_unit",
        "is_cbam_good",
        NO_OUTPUT,
        "what is inside the bubble never leaves its process",
    ),
    "electricity_factor_information": Ask(
        "marts.fct_electricity_supply, marts.dim_grid_factors",
        "select distinct factor_id, country_code, factor_t_co2e_per_mwh,"
        " coalesce(factor_source, publisher) as stated_by, title, coalesce(evidence, source_locator) as place"
        f" from {SUPPLY} left join marts.dim_grid_factors using (factor_id)"
        " where factor_id is not null order by factor_id",
        NO_ELECTRICITY,
    ),
    "goods_by_route": _made(
        "process_code, cn_code, route, functional_unit", "is_cbam_good and not is_inside_bubble", NO_OUTPUT
    ),
    "goods_not_in_tonnes": Ask(
        "marts.fct_cbam_embedded_emissions.activity_level",
        f"select distinct process_code, functional_unit, activity_level from {GOODS}"
        " where functional_unit <> 't_product' order by process_code",
        "not applicable: every functional unit is the tonne of product",
    ),
    "sector_parameters": Ask(
        "reports.rpt_annex_iv_parameters",
        "select process_code, subject_code, parameter, parameter_meaning, amount, unit, basis, document_ref,"
        f" absent_because from reports.rpt_annex_iv_parameters where {OF_THE_YEAR}"
        " order by process_code, subject_kind, subject_code, parameter, valid_from",
        "not applicable: Annex IV, point 2, asks nothing of the goods made",
        "what nobody stated is a row of parameters to land",
    ),
    "specific_free_allocation": _of_goods("functional_unit, sefa_t_co2e_per_t, sefa_absent_because"),
    "benchmarks_confirmed": Ask(
        "reports.rpt_annex_iv_benchmarks",
        "select process_code, cn_code, route, mass_t, benchmark_id, benchmark_column, benchmark_route,"
        " benchmark_t_co2e_per_t, kept_share, correction_share,"
        " free_allocation_t_co2e_per_t as process_allocation_t_co2e_per_t, absent_because"
        f" from reports.rpt_annex_iv_benchmarks where {OF_THE_YEAR} order by process_code, cn_code, route",
        "not known: no good has a benchmark",
        "nobody has confirmed them; a good adds what its precursors carry, docs/methodology.md, section 18",
    ),
    "indirect_emissions": _totals(
        "marts.fct_emissions",
        f"{COUNTED} and is_indirect",
        NO_ELECTRICITY,
        "bought electricity; the fuel of own plants is direct",
    ),
}
