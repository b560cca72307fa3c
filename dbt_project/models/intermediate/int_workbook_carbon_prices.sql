-- Carbon price due and rebated on what a process emits itself and on the precursors it bought, in the currency of the
-- workbook's own tool: covered share x price per t CO2e, direct and indirect alike.
with
nodes as (select * from {{ ref('int_workbook_nodes') }}),

workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

precursors as (select * from {{ ref('int_workbook_precursors') }}),

passed_on as (select * from {{ ref('int_workbook_amounts_passed_on') }}),

covered as (
    select
        workbook_processes.workbook_id,
        workbook_processes.block_position,
        case
            when workbook_processes.covered_share = 0 then 0
            else {{ product(
                '(workbook_processes.direct_t_co2e + workbook_processes.indirect_t_co2e)', 'workbook_processes.covered_share'
            ) }}
        end as covered_t_co2e,
        workbook_processes.price_per_t_co2e,
        workbook_processes.rebate_per_t_co2e
    from workbook_processes
    union all
    select
        passed_on.workbook_id,
        passed_on.consumer_position as block_position,
        case
            when precursors.covered_share = 0 then 0
            else {{ product(
                product('passed_on.amount_t', '(precursors.direct_t_co2e_per_t + precursors.indirect_t_co2e_per_t)'),
                'precursors.covered_share'
            ) }}
        end as covered_t_co2e,
        precursors.price_per_t_co2e,
        precursors.rebate_per_t_co2e
    from passed_on
    inner join precursors
        on passed_on.workbook_id = precursors.workbook_id and passed_on.supplier_position = precursors.block_position
    where passed_on.supplier_block = 'precursor'
),

priced as (
    select
        covered.workbook_id,
        covered.block_position,
        {{ energy_t_co2('covered.price_per_t_co2e', 'covered.covered_t_co2e') }} as due_amount,
        {{ energy_t_co2('covered.rebate_per_t_co2e', 'covered.covered_t_co2e') }} as rebate_amount
    from covered
),

final as (
    select
        nodes.boundary,
        nodes.reporting_year,
        nodes.node_id,
        cast(case when count(*) = count(priced.due_amount) then sum(priced.due_amount) end as decimal(38, 12)) as due_amount,
        cast(case when count(*) = count(priced.rebate_amount) then sum(priced.rebate_amount) end as decimal(38, 12))
            as rebate_amount
    from priced
    inner join nodes on priced.workbook_id = nodes.workbook_id and priced.block_position = nodes.block_position
    group by nodes.boundary, nodes.reporting_year, nodes.node_id
)

select * from final
