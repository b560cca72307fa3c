-- Every figure of communication workbooks as recomputed from input cells: one row per workbook, block, position and name.
{%- set installation = {
    'fuel_energy_tj': 'fuel_energy_tj', 'total_fuel_energy_tj': 'total_fuel_energy_tj',
    'rest_of_fuel_energy_tj': 'rest_of_fuel_energy_tj',
    'calculated_co2_tco2e': 'calculated_co2_t', 'calculated_biogenic_co2_t': 'calculated_biogenic_co2_t',
    'calculated_n2o_tco2e': 'calculated_n2o_t_co2e', 'calculated_pfc_tco2e': 'calculated_pfc_t_co2e',
    'calculated_direct_tco2e': 'calculated_direct_t_co2e',
    'total_co2_tco2e': 'total_co2_t', 'total_biogenic_co2_t': 'total_biogenic_co2_t', 'total_n2o_tco2e': 'total_n2o_t_co2e',
    'total_pfc_tco2e': 'total_pfc_t_co2e', 'total_direct_tco2e': 'total_direct_t_co2e',
    'total_indirect_tco2e': 'total_indirect_t_co2e', 'total_tco2e': 'total_t_co2e',
    'by_calculation_tco2e': 'by_calculation_t_co2e', 'by_pfc_tco2e': 'total_pfc_t_co2e',
    'by_measurement_tco2e': 'by_measurement_t_co2e', 'by_other_tco2e': 'by_other_t_co2e',
    'sum_of_dir_em_tco2e': 'sum_of_dir_em_t_co2e', 'sum_of_heat_tco2e': 'sum_of_heat_t_co2e',
    'sum_of_waste_gas_tco2e': 'sum_of_waste_gas_t_co2e', 'sum_of_direct_tco2e': 'sum_of_direct_t_co2e',
    'sum_of_indirect_tco2e': 'sum_of_indirect_t_co2e', 'unattributed_direct_tco2e': 'unattributed_direct_t_co2e',
    'unattributed_indirect_tco2e': 'unattributed_indirect_t_co2e',
} %}
{%- set stream = {
    'source_stream_co2e_t': 'co2e_t', 'source_stream_biogenic_co2_t': 'biogenic_co2_t', 'source_stream_energy_tj': 'energy_tj',
    'source_stream_biogenic_energy_tj': 'biogenic_energy_tj',
} %}
{%- set pfc_source = {
    'pfc_cf4_t': 'cf4_t', 'pfc_c2f6_t': 'c2f6_t', 'pfc_cf4_tco2e': 'cf4_t_co2e', 'pfc_c2f6_tco2e': 'c2f6_t_co2e',
    'pfc_co2e_t': 'co2e_t',
} %}
{%- set measured_source = {
    'measured_gas_t': 'gas_t', 'measured_co2e_t': 'co2e_t', 'measured_biogenic_co2e_t': 'biogenic_co2e_t',
} %}
{%- set process = {
    'activity_level_t': 'produced_t', 'unaccounted_production_t': 'unaccounted_t', 'dir_em_tco2e': 'dir_em_t_co2e',
    'heat_adjustment_tco2e': 'heat_t_co2e', 'waste_gas_adjustment_tco2e': 'waste_gas_t_co2e',
    'direct_before_exported_electricity_tco2e': 'direct_before_export_t_co2e', 'attributed_direct_tco2e': 'direct_t_co2e',
    'attributed_indirect_tco2e': 'indirect_t_co2e', 'own_specific_direct': 'own_direct_t_co2e_per_t',
    'own_specific_indirect': 'own_indirect_t_co2e_per_t', 'own_electricity_mwh_per_t': 'own_electricity_mwh_per_t',
} %}
{%- set chain = {
    'see_direct': 'see_direct_t_co2e_per_t', 'see_indirect': 'see_indirect_t_co2e_per_t',
    'share_from_default_values': 'default_share', 'embedded_electricity_mwh_per_t': 'electricity_mwh_per_t',
    'carbon_price_due_per_t': 'carbon_price_due_per_t', 'carbon_price_rebate_per_t': 'carbon_price_rebate_per_t',
    'effective_carbon_price_per_t': 'effective_carbon_price_per_t',
} %}
{%- set precursor = {
    'bought_t': 'bought_t', 'unaccounted_precursor_t': 'unaccounted_t', 'see_indirect': 'indirect_t_co2e_per_t',
} %}
{%- set product = {
    'see_direct': 'see_direct_t_co2e_per_t', 'see_indirect': 'see_indirect_t_co2e_per_t', 'see_total': 'see_t_co2e_per_t',
    'share_from_default_values': 'default_share', 'embedded_electricity_mwh_per_t': 'electricity_mwh_per_t',
    'emissions_under_carbon_price_per_t': 'covered_t_co2e_per_t', 'emissions_under_rebate_per_t': 'rebated_t_co2e_per_t',
    'effective_carbon_price_per_t': 'effective_carbon_price_per_t',
} %}
with
installations as (
    select
        *,
        1 as block_position,
        installation_name as subject_name,
        cast(null as varchar) as owner_name,
        cast(null as varchar) as cn_code
    from {{ ref('int_workbook_installations') }}
),

streams as (
    select
        *,
        stream_name as subject_name,
        cast(null as varchar) as owner_name,
        cast(null as varchar) as cn_code
    from {{ ref('int_workbook_streams') }}
),

pfc_sources as (
    select
        *,
        source_name as subject_name,
        cast(null as varchar) as owner_name,
        cast(null as varchar) as cn_code
    from {{ ref('int_workbook_pfc_sources') }}
),

measured_sources as (
    select
        *,
        source_name as subject_name,
        cast(null as varchar) as owner_name,
        cast(null as varchar) as cn_code
    from {{ ref('int_workbook_measured_sources') }}
),

workbook_processes as (
    select
        *,
        process_name as subject_name,
        process_name as owner_name,
        cast(null as varchar) as cn_code,
        {{ div('direct_t_co2e', 'produced_t', 12, 12) }} as own_direct_t_co2e_per_t,
        {{ div('indirect_t_co2e', 'produced_t', 12, 12) }} as own_indirect_t_co2e_per_t,
        {{ div('electricity_mwh', 'produced_t', 12, 12) }} as own_electricity_mwh_per_t
    from {{ ref('int_workbook_processes') }}
),

chains as (
    select
        workbook_processes.workbook_id,
        workbook_processes.block_position,
        workbook_processes.subject_name,
        workbook_processes.owner_name,
        workbook_processes.cn_code,
        embedded_emissions.see_direct_t_co2e_per_t,
        embedded_emissions.see_indirect_t_co2e_per_t,
        embedded_emissions.default_share,
        embedded_emissions.electricity_mwh_per_t,
        embedded_emissions.carbon_price_due_per_t,
        embedded_emissions.carbon_price_rebate_per_t,
        cast(embedded_emissions.carbon_price_due_per_t - embedded_emissions.carbon_price_rebate_per_t as decimal(38, 12))
            as effective_carbon_price_per_t
    from workbook_processes
    left join {{ ref('int_workbook_embedded_emissions') }} as embedded_emissions
        on
            workbook_processes.workbook_id = embedded_emissions.workbook_id
            and workbook_processes.block_position = embedded_emissions.block_position
),

precursors as (
    select
        *,
        precursor_name as subject_name,
        cast(null as varchar) as owner_name,
        cast(null as varchar) as cn_code
    from {{ ref('int_workbook_precursors') }}
),

workbook_products as (
    select
        *,
        product_name as subject_name,
        process_name as owner_name
    from {{ ref('int_workbook_products') }}
),

final as (
    {{ workbook_figures('installations', 'installation', installation) }}
    union all
    {{ workbook_figures('streams', 'stream', stream) }}
    union all
    {{ workbook_figures('pfc_sources', 'pfc_source', pfc_source) }}
    union all
    {{ workbook_figures('measured_sources', 'measured_source', measured_source) }}
    union all
    {{ workbook_figures('workbook_processes', 'process', process) }}
    union all
    {{ workbook_figures('chains', 'process', chain) }}
    union all
    {{ workbook_figures('precursors', 'precursor', precursor) }}
    union all
    {{ workbook_figures('workbook_products', 'product', product) }}
)

select * from final
