-- Balances that do not close, each with its gap: one row per cell of a communication workbook.
with
cells as (
    select
        *,
        sheet || '!' || cell as place
    from {{ ref('stg_communication_cells') }}
),

installations as (select * from {{ ref('int_workbook_installations') }}),

workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

precursors as (select * from {{ ref('int_workbook_precursors') }}),

check_limits as (
    select * from {{ ref('check_limits') }}
    where check_name = 'workbook_balances'
),

gaps as (
    select
        workbook_processes.workbook_id,
        'process' as block,
        workbook_processes.block_position,
        'unaccounted_production_t' as field,
        workbook_processes.unaccounted_t as gap,
        workbook_processes.produced_t as total,
        't' as unit,
        'of what ' || workbook_processes.process_name || ' made' as what
    from workbook_processes
    union all
    select
        precursors.workbook_id,
        'precursor' as block,
        precursors.block_position,
        'unaccounted_precursor_t' as field,
        precursors.unaccounted_t as gap,
        precursors.bought_t as total,
        't' as unit,
        'of precursor ' || precursors.precursor_name as what
    from precursors
    union all
    select
        installations.workbook_id,
        'installation' as block,
        1 as block_position,
        'rest_of_fuel_energy_tj' as field,
        -- a total that nobody split has no rest
        case
            when installations.rest_of_fuel_energy_tj <> installations.total_fuel_energy_tj
                then installations.rest_of_fuel_energy_tj
        end as gap,
        installations.total_fuel_energy_tj as total,
        'TJ' as unit,
        'of the fuels'' energy' as what
    from installations
    union all
    select
        installations.workbook_id,
        'installation' as block,
        1 as block_position,
        'unattributed_direct_tco2e' as field,
        installations.unattributed_direct_t_co2e as gap,
        installations.total_direct_t_co2e as total,
        't CO2e' as unit,
        'of the installation''s direct emissions' as what
    from installations
    union all
    select
        installations.workbook_id,
        'installation' as block,
        1 as block_position,
        'unattributed_indirect_tco2e' as field,
        installations.unattributed_indirect_t_co2e as gap,
        installations.total_indirect_t_co2e as total,
        't CO2e' as unit,
        'of the installation''s indirect emissions, a total written by hand,' as what
    from installations
),

balances as (
    select
        gaps.workbook_id,
        'balance_does_not_close' as rule,
        cells.place,
        cells.text_value as cell_value,
        cast(cast(abs(gaps.gap) as decimal(38, 6)) as varchar) || ' ' || gaps.unit || ' ' || gaps.what
        || case when gaps.gap > 0 then ' are accounted for nowhere' else ' are accounted for beyond what there is' end
        || '; figures were computed as the cells say' as sentence
    from gaps
    cross join check_limits
    inner join cells
        on
            gaps.workbook_id = cells.workbook_id
            and gaps.block = cells.block
            and gaps.block_position = cells.block_position
            and gaps.field = cells.field
    where abs(gaps.gap) > {{ product('abs(coalesce(gaps.total, 0))', 'check_limits.limit_share') }} + 0.000001
),

final as (
    select
        balances.workbook_id,
        balances.rule,
        balances.place as cell,
        balances.cell_value,
        balances.sentence
    from balances
)

select * from final
