-- Goods received: one row per receipt;
-- names and types as the contract states them, and the canonical unit.
with
landed as (select * from {{ source('lake', 'receipts') }}),

units as (select * from {{ ref('units') }}),

final as (
    select
        landed.installation_code,
        landed.receipt_code,
        landed.supplier_code,
        landed.item_code,
        landed.producer_installation_code,
        landed.produced_from,
        landed.produced_until,
        landed.received_on,
        landed.amount,
        landed.unit,
        landed.origin_country_code,
        landed.spend_eur,
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
