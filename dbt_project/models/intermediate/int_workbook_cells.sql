-- Cells of communication workbooks; an input cell whose formula repeats a total of the installation carries the total
-- that streams and sources come to. Of other figures, which follow from it, it keeps the number last calculated.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

totals as (select * from {{ ref('int_workbook_totals') }}),

final as (
    select
        cells.workbook_id,
        cells.installation_code,
        cells.period_from,
        cells.period_until,
        cells.template_version,
        cells.block,
        cells.block_position,
        cells.second_position,
        cells.field,
        cells.role,
        cast(
            case cells.follows
                when 'fuel_energy_tj' then totals.fuel_energy_tj
                when 'total_fuel_energy_tj' then totals.total_fuel_energy_tj
                when 'calculated_co2_tco2e' then totals.calculated_co2_t
                when 'calculated_n2o_tco2e' then totals.calculated_n2o_t_co2e
                when 'calculated_pfc_tco2e' then totals.calculated_pfc_t_co2e
                when 'calculated_direct_tco2e' then totals.calculated_direct_t_co2e
                when 'total_co2_tco2e' then totals.total_co2_t
                when 'total_n2o_tco2e' then totals.total_n2o_t_co2e
                when 'total_pfc_tco2e' then totals.total_pfc_t_co2e
                when 'total_direct_tco2e' then totals.total_direct_t_co2e
                when 'total_indirect_tco2e' then totals.total_indirect_t_co2e
                else cells.number_value
            end as decimal(28, 12)
        ) as number_value,
        cells.text_value,
        cells.source_file
    from cells
    left join totals on cells.workbook_id = totals.workbook_id
)

select * from final
