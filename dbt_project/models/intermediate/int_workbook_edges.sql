-- What processes of communication workbooks take from each other.
with
nodes as (select * from {{ ref('int_workbook_nodes') }}),

passed_on as (select * from {{ ref('int_workbook_amounts_passed_on') }}),

final as (
    select
        consumers.boundary,
        consumers.reporting_year,
        consumers.node_id as consumer_node_id,
        suppliers.node_id as supplier_node_id,
        'material' as carrier,
        cast(passed_on.amount_t as decimal(28, 9)) as amount
    from passed_on
    inner join nodes as consumers
        on passed_on.workbook_id = consumers.workbook_id and passed_on.consumer_position = consumers.block_position
    inner join nodes as suppliers
        on passed_on.workbook_id = suppliers.workbook_id and passed_on.supplier_position = suppliers.block_position
    -- an amount that is not known is a leaf without emissions
    where passed_on.supplier_block = 'process' and passed_on.amount_t > 0
)

select * from final
