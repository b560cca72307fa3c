-- Purchased items: one row per item and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'items') }}),

final as (
    select
        landed.item_code,
        landed.name,
        landed.cn_code,
        landed.taric_suffix,
        landed.declared_unit,
        landed.mass_kg_per_unit,
        landed.activity_code,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
