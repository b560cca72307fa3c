-- Materials consumed: one row per process, component, supplier and period;
-- names and types as the contract states them, and the canonical unit.
with
landed as (select * from {{ source('lake', 'material_use') }}),

units as (select * from {{ ref('units') }}),

final as (
    select
        landed.installation_code,
        landed.process_code,
        landed.component_code,
        landed.component_kind,
        landed.supplier_code,
        landed.period_from,
        landed.period_until,
        landed.amount,
        landed.unit,
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
