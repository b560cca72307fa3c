-- What a reader of a communication workbook should know: one row per rule and cell, with what was done about it.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

final as (
    select
        cells.workbook_id,
        cast('x' as varchar) as rule,
        cells.sheet || '!' || cells.cell as cell,
        cells.text_value as cell_value,
        cast('x' as varchar) as sentence
    from cells
    where 1 = 0
)

select * from final
