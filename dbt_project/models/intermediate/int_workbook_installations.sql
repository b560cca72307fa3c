-- Totals of the installation a communication workbook speaks of, and what processes leave of them.
with
cells as (select * from {{ ref('int_workbook_cells') }}),

totals as (select * from {{ ref('int_workbook_totals') }}),

workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

workbooks as (
    select
        cells.workbook_id,
        max(cells.installation_code) as installation_name,
        min(cells.period_from) as period_from,
        min(cells.period_until) as period_until,
        max(cells.template_version) as template_version,
        max(cells.source_file) as source_file
    from cells
    group by cells.workbook_id
),

split as (
    {{ workbook_block(
        'installation', optional=['fuel_for_cbam_tj', 'fuel_for_electricity_tj', 'fuel_for_other_tj']
    ) }}
),

-- an installation without a process attributes nothing
attributed as (
    select
        workbooks.workbook_id,
        {{ workbook_sum('workbook_processes', 'dir_em_t_co2e') }} as dir_em_t,
        {{ workbook_sum('workbook_processes', 'heat_t_co2e') }} as heat_t,
        {{ workbook_sum('workbook_processes', 'waste_gas_t_co2e') }} as waste_gas_t,
        {{ workbook_sum('workbook_processes', 'direct_before_export_t_co2e') }} as direct_t,
        {{ workbook_sum('workbook_processes', 'indirect_t_co2e') }} as indirect_t
    from workbooks
    left join workbook_processes on workbooks.workbook_id = workbook_processes.workbook_id
    group by workbooks.workbook_id
),

final as (
    select
        workbooks.workbook_id,
        workbooks.installation_name,
        workbooks.template_version,
        workbooks.period_from,
        workbooks.period_until,
        {{ year_of('workbooks.period_from') }} as reporting_year,
        workbooks.source_file,
        totals.fuel_energy_tj,
        totals.total_fuel_energy_tj,
        cast(
            totals.total_fuel_energy_tj
            - {{ workbook_number('split', 'fuel_for_cbam_tj') }}
            - {{ workbook_number('split', 'fuel_for_electricity_tj') }}
            - {{ workbook_number('split', 'fuel_for_other_tj') }} as decimal(38, 12)
        ) as rest_of_fuel_energy_tj,
        totals.calculated_co2_t,
        totals.calculated_biogenic_co2_t,
        totals.calculated_n2o_t_co2e,
        totals.calculated_pfc_t_co2e,
        totals.calculated_direct_t_co2e,
        totals.total_co2_t,
        totals.total_biogenic_co2_t,
        totals.total_n2o_t_co2e,
        totals.total_pfc_t_co2e,
        totals.total_direct_t_co2e,
        totals.total_indirect_t_co2e,
        totals.total_t_co2e,
        totals.by_calculation_t_co2e,
        totals.by_measurement_t_co2e,
        totals.by_other_t_co2e,
        cast(attributed.dir_em_t as decimal(38, 12)) as sum_of_dir_em_t_co2e,
        cast(attributed.heat_t as decimal(38, 12)) as sum_of_heat_t_co2e,
        cast(attributed.waste_gas_t as decimal(38, 12)) as sum_of_waste_gas_t_co2e,
        cast(attributed.direct_t as decimal(38, 12)) as sum_of_direct_t_co2e,
        cast(attributed.indirect_t as decimal(38, 12)) as sum_of_indirect_t_co2e,
        cast(totals.total_direct_t_co2e - attributed.direct_t as decimal(38, 12)) as unattributed_direct_t_co2e,
        cast(totals.total_indirect_t_co2e - attributed.indirect_t as decimal(38, 12)) as unattributed_indirect_t_co2e
    from workbooks
    left join totals on workbooks.workbook_id = totals.workbook_id
    left join split on workbooks.workbook_id = split.workbook_id
    left join attributed on workbooks.workbook_id = attributed.workbook_id
)

select * from final
