-- Goods sold into another customs territory: one row per shipment and product;
-- names and types as the contract states them, and the canonical unit.
with
landed as (select * from {{ source('lake', 'shipments') }}),

units as (select * from {{ ref('units') }}),

final as (
    select
        landed.installation_code,
        landed.shipment_code,
        landed.product_code,
        landed.importer_code,
        landed.released_on,
        landed.amount,
        landed.unit,
        landed.cn_code,
        landed.taric_suffix,
        landed.destination_country_code,
        coalesce(landed.revision, 0) as revision,
        -- unrounded: the first model that sums rounds once
        cast(landed.amount * canonical.canonical_per_unit as decimal(38, 21)) as amount_canonical,
        canonical.canonical_unit,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
    left join units as canonical on landed.unit = canonical.unit and canonical.canonical_unit <> 'gj'
)

select * from final
