-- Products sold: one row per installation, product and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'products') }}),

final as (
    select
        landed.installation_code,
        landed.product_code,
        landed.name,
        landed.cn_code,
        landed.taric_suffix,
        landed.process_code,
        landed.declared_unit,
        landed.mass_kg_per_unit,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
