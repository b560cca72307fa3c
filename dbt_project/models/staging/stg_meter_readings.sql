-- Meter readings: one row per meter and interval (interval meters), or per meter and instant (registers);
-- names and types as the contract states them, and the canonical unit.
with
landed as (select * from {{ source('lake', 'meter_readings') }}),

units as (select * from {{ ref('units') }}),

final as (
    select
        landed.installation_code,
        landed.meter_code,
        landed.read_at,
        landed.metered_on,
        landed.amount,
        landed.unit,
        landed.quality,
        landed.interval_minutes,
        landed.register_digits,
        landed.stated_amount,
        coalesce(landed.revision, 0) as revision,
        -- unrounded: the first model that sums rounds once
        cast(landed.amount * canonical.canonical_per_unit as decimal(38, 21)) as amount_canonical,
        canonical.canonical_unit,
        canonical.canonical_per_unit,
        energy.canonical_per_unit as gj_per_unit,
        cast(landed.amount * energy.canonical_per_unit as decimal(38, 21)) as energy_gj,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
    left join units as canonical on landed.unit = canonical.unit and canonical.canonical_unit <> 'gj'
    left join units as energy on landed.unit = energy.unit and energy.canonical_unit = 'gj'
)

select * from final
