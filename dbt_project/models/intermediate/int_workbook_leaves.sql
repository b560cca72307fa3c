-- Emissions that enter the processes of communication workbooks: their own, direct and indirect, and those of the
-- precursors they bought. Negative direct emissions stand: the template has no floor.
with
nodes as (select * from {{ ref('int_workbook_nodes') }}),

workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

precursors as (select * from {{ ref('int_workbook_precursors') }}),

passed_on as (select * from {{ ref('int_workbook_amounts_passed_on') }}),

own as (
    select
        workbook_processes.workbook_id,
        workbook_processes.block_position,
        'attributed' as leaf,
        'source_stream' as leaf_kind,
        'Attributed direct emissions of ' || workbook_processes.process_name as leaf_name,
        'own_direct' as component,
        workbook_processes.direct_t_co2e as emissions_t_co2e,
        false as is_default,
        cast(null as decimal(38, 12)) as electricity_mwh,
        workbook_processes.produced_t as activity_amount
    from workbook_processes
    union all
    select
        workbook_processes.workbook_id,
        workbook_processes.block_position,
        'electricity' as leaf,
        'grid_electricity' as leaf_kind,
        'Electricity of ' || workbook_processes.process_name as leaf_name,
        'own_indirect' as component,
        workbook_processes.indirect_t_co2e as emissions_t_co2e,
        false as is_default,
        workbook_processes.electricity_mwh,
        workbook_processes.produced_t as activity_amount
    from workbook_processes
),

bought as (
    select
        passed_on.workbook_id,
        passed_on.consumer_position as block_position,
        'PP' || cast(precursors.block_position as varchar) as leaf,
        'precursor' as leaf_kind,
        precursors.precursor_name as leaf_name,
        'precursor_direct' as component,
        cast({{ product('passed_on.amount_t', 'precursors.direct_t_co2e_per_t') }} as decimal(38, 12)) as emissions_t_co2e,
        precursors.is_direct_default as is_default,
        cast(null as decimal(38, 12)) as electricity_mwh,
        passed_on.amount_t as activity_amount
    from passed_on
    inner join precursors
        on passed_on.workbook_id = precursors.workbook_id and passed_on.supplier_position = precursors.block_position
    where passed_on.supplier_block = 'precursor' and coalesce(passed_on.amount_t, 1) <> 0
    union all
    -- the template counts every good's indirect emissions
    select
        passed_on.workbook_id,
        passed_on.consumer_position as block_position,
        'PP' || cast(precursors.block_position as varchar) as leaf,
        'precursor' as leaf_kind,
        precursors.precursor_name as leaf_name,
        'precursor_indirect_counted' as component,
        cast({{ product('passed_on.amount_t', 'precursors.indirect_t_co2e_per_t') }} as decimal(38, 12)) as emissions_t_co2e,
        precursors.is_indirect_default as is_default,
        cast({{ product('passed_on.amount_t', 'precursors.electricity_mwh_per_t') }} as decimal(38, 12)) as electricity_mwh,
        passed_on.amount_t as activity_amount
    from passed_on
    inner join precursors
        on passed_on.workbook_id = precursors.workbook_id and passed_on.supplier_position = precursors.block_position
    where passed_on.supplier_block = 'precursor' and coalesce(passed_on.amount_t, 1) <> 0
),

-- what a process took of another, where the cell could not be read
unreadable as (
    select
        passed_on.workbook_id,
        passed_on.consumer_position as block_position,
        'P' || cast(passed_on.supplier_position as varchar) || '/unreadable' as leaf,
        'precursor' as leaf_kind,
        workbook_processes.process_name as leaf_name,
        components.component,
        cast(null as decimal(38, 12)) as emissions_t_co2e,
        false as is_default,
        cast(null as decimal(38, 12)) as electricity_mwh,
        passed_on.amount_t as activity_amount
    from passed_on
    inner join workbook_processes
        on
            passed_on.workbook_id = workbook_processes.workbook_id
            and passed_on.supplier_position = workbook_processes.block_position
    cross join (values ('precursor_direct'), ('precursor_indirect_counted')) as components (component)
    where passed_on.supplier_block = 'process' and passed_on.amount_t is null
),

leaves as (
    select * from own
    union all
    select * from bought
    union all
    select * from unreadable
),

final as (
    select
        nodes.boundary,
        nodes.reporting_year,
        nodes.node_id,
        'workbook/' || leaves.workbook_id || '/P' || cast(leaves.block_position as varchar) || '/' || leaves.leaf as leaf_id,
        leaves.leaf_kind,
        leaves.leaf_name,
        leaves.component,
        leaves.emissions_t_co2e,
        case when leaves.emissions_t_co2e is null then 'the workbook does not say, or not as a number' end as absent_because,
        cast(
            case when leaves.is_default and leaves.emissions_t_co2e is not null then 0 else leaves.emissions_t_co2e end
            as decimal(38, 12)
        ) as measured_t_co2e,
        cast(case when leaves.emissions_t_co2e is not null then 0 end as decimal(38, 12)) as estimated_t_co2e,
        cast(
            case when leaves.is_default or leaves.emissions_t_co2e is null then leaves.emissions_t_co2e else 0 end
            as decimal(38, 12)
        ) as default_t_co2e,
        cast(leaves.electricity_mwh as decimal(28, 9)) as electricity_mwh,
        cast(null as varchar) as factor_id,
        cast(leaves.activity_amount as decimal(28, 9)) as activity_amount,
        't' as activity_unit
    from leaves
    inner join nodes on leaves.workbook_id = nodes.workbook_id and leaves.block_position = nodes.block_position
)

select * from final
