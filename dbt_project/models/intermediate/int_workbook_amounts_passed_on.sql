-- Tonnes that processes of communication workbooks take from each other and from bought precursors. A cell that could not
-- be read is an amount that is not known; an empty one is none.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

workbook_processes as (
    select
        cells.workbook_id,
        cells.block_position
    from cells
    where cells.block = 'process' and cells.field = 'category' and cells.text_value is not null
),

suppliers as (
    select distinct
        cells.workbook_id,
        cells.block,
        cells.block_position,
        case cells.block when 'process' then 'passed_on_t' when 'precursor' then 'used_t' end as field
    from cells
    where cells.block in ('process', 'precursor') and cells.field = 'category' and cells.text_value is not null
),

final as (
    select
        suppliers.workbook_id,
        suppliers.block as supplier_block,
        suppliers.block_position as supplier_position,
        workbook_processes.block_position as consumer_position,
        cast(case when cells.field is not null then coalesce(cells.number_value, 0) end as decimal(28, 12)) as amount_t
    from suppliers
    inner join workbook_processes on suppliers.workbook_id = workbook_processes.workbook_id
    left join cells
        on
            suppliers.workbook_id = cells.workbook_id
            and suppliers.block = cells.block
            and suppliers.block_position = cells.block_position
            and suppliers.field = cells.field
            and workbook_processes.block_position = cells.second_position
            and cells.role = 'input'
    where suppliers.block = 'precursor' or suppliers.block_position <> workbook_processes.block_position
)

select * from final
