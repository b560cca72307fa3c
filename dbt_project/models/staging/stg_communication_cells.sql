-- Cells of communication workbooks: one row per workbook and cell; names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'communication_cells') }}),

final as (
    select
        landed.workbook_id,
        landed.installation_code,
        landed.period_from,
        landed.period_until,
        landed.template_version,
        landed.sheet,
        landed.cell,
        landed.block,
        landed.position as block_position,
        landed.second_position,
        landed.field,
        landed.role,
        landed.number_value,
        landed.text_value,
        landed.is_formula,
        landed.follows,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
