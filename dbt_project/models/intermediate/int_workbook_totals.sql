-- Totals of streams and sources of the installation a communication workbook speaks of, where the operator states no
-- total of his own.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

streams as (select * from {{ ref('int_workbook_streams') }}),

pfc_sources as (select * from {{ ref('int_workbook_pfc_sources') }}),

measured_sources as (select * from {{ ref('int_workbook_measured_sources') }}),

workbooks as (
    select distinct cells.workbook_id
    from cells
),

stated as (
    {{ workbook_block(
        'installation',
        numbers=['stated_indirect_tco2e'],
        optional=['fuel_tj', 'stated_co2_tco2e', 'stated_biogenic_co2_t', 'stated_n2o_tco2e', 'stated_pfc_tco2e']
    ) }}
),

-- one row per source, so that one without a figure leaves the sum without one
sources as (
    select
        streams.workbook_id,
        'calculation' as kind,
        streams.co2e_t,
        streams.biogenic_co2_t,
        streams.energy_tj + streams.biogenic_energy_tj as energy_tj
    from streams
    union all
    select
        measured_sources.workbook_id,
        case measured_sources.gas when 'N2O' then 'measured N2O' else 'measured CO2' end as kind,
        measured_sources.co2e_t,
        case measured_sources.gas when 'N2O' then 0 else measured_sources.biogenic_co2e_t end as biogenic_co2_t,
        case measured_sources.gas when 'N2O' then 0 else measured_sources.energy_tj + measured_sources.biogenic_energy_tj end
            as energy_tj
    from measured_sources
    union all
    select
        pfc_sources.workbook_id,
        'pfc' as kind,
        pfc_sources.co2e_t,
        0 as biogenic_co2_t,
        0 as energy_tj
    from pfc_sources
),

sums as (
    select
        workbooks.workbook_id,
        {{ workbook_sum('sources', 'co2e_t', "sources.kind in ('calculation', 'measured CO2')") }} as co2_t,
        {{ workbook_sum('sources', 'biogenic_co2_t') }} as biogenic_t,
        {{ workbook_sum('sources', 'co2e_t', "sources.kind = 'measured N2O'") }} as n2o_t,
        {{ workbook_sum('sources', 'co2e_t', "sources.kind = 'pfc'") }} as pfc_t,
        {{ workbook_sum('sources', 'co2e_t', "sources.kind = 'calculation'") }} as by_calculation_t,
        {{ workbook_sum('sources', 'co2e_t', "sources.kind like 'measured%'") }} as by_measurement_t,
        {{ workbook_sum('sources', 'energy_tj') }} as energy_tj
    from workbooks
    left join sources on workbooks.workbook_id = sources.workbook_id
    group by workbooks.workbook_id
),

totals as (
    select
        sums.*,
        stated.stated_indirect_tco2e,
        case when stated.has_fuel_tj then coalesce(stated.fuel_tj, sums.energy_tj) end as total_energy_tj,
        case when stated.has_stated_co2_tco2e then coalesce(stated.stated_co2_tco2e, sums.co2_t) end as total_co2_t,
        case when stated.has_stated_biogenic_co2_t then coalesce(stated.stated_biogenic_co2_t, sums.biogenic_t) end
            as total_biogenic_t,
        case when stated.has_stated_n2o_tco2e then coalesce(stated.stated_n2o_tco2e, sums.n2o_t) end as total_n2o_t,
        case when stated.has_stated_pfc_tco2e then coalesce(stated.stated_pfc_tco2e, sums.pfc_t) end as total_pfc_t
    from sums
    inner join stated on sums.workbook_id = stated.workbook_id
),

final as (
    select
        totals.workbook_id,
        cast(totals.energy_tj as decimal(38, 12)) as fuel_energy_tj,
        cast(totals.total_energy_tj as decimal(38, 12)) as total_fuel_energy_tj,
        cast(totals.co2_t as decimal(38, 12)) as calculated_co2_t,
        cast(totals.biogenic_t as decimal(38, 12)) as calculated_biogenic_co2_t,
        cast(totals.n2o_t as decimal(38, 12)) as calculated_n2o_t_co2e,
        cast(totals.pfc_t as decimal(38, 12)) as calculated_pfc_t_co2e,
        cast(totals.co2_t + totals.n2o_t + totals.pfc_t as decimal(38, 12)) as calculated_direct_t_co2e,
        cast(totals.total_co2_t as decimal(38, 12)) as total_co2_t,
        cast(totals.total_biogenic_t as decimal(38, 12)) as total_biogenic_co2_t,
        cast(totals.total_n2o_t as decimal(38, 12)) as total_n2o_t_co2e,
        cast(totals.total_pfc_t as decimal(38, 12)) as total_pfc_t_co2e,
        cast(totals.total_co2_t + totals.total_n2o_t + totals.total_pfc_t as decimal(38, 12)) as total_direct_t_co2e,
        cast(totals.stated_indirect_tco2e as decimal(38, 12)) as total_indirect_t_co2e,
        cast(totals.total_co2_t + totals.total_n2o_t + totals.total_pfc_t + totals.stated_indirect_tco2e as decimal(38, 12))
            as total_t_co2e,
        cast(totals.by_calculation_t as decimal(38, 12)) as by_calculation_t_co2e,
        cast(totals.by_measurement_t as decimal(38, 12)) as by_measurement_t_co2e,
        cast(totals.total_co2_t + totals.total_n2o_t - totals.by_calculation_t - totals.by_measurement_t as decimal(38, 12))
            as by_other_t_co2e
    from totals
)

select * from final
