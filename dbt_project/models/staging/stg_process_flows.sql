-- Heat, electricity and waste gas between processes or bought in: one row per carrier, giver, taker, stream, period;
-- names and types as the contract states them, and the canonical unit.
with
landed as (select * from {{ source('lake', 'process_flows') }}),

units as (select * from {{ ref('units') }}),

final as (
    select
        landed.installation_code,
        landed.carrier,
        landed.from_process_code,
        landed.to_process_code,
        landed.stream_code,
        landed.period_from,
        landed.period_until,
        landed.amount,
        landed.unit,
        landed.method,
        landed.enthalpy_flow_kj_per_kg,
        landed.enthalpy_return_kj_per_kg,
        landed.efficiency_share,
        landed.ncv_gj_per_km3_0c,
        landed.recovered_from,
        landed.factor,
        landed.factor_source,
        landed.evidence,
        coalesce(landed.revision, 0) as revision,
        -- unrounded: the first model that sums rounds once
        cast(landed.amount * canonical.canonical_per_unit as decimal(38, 21)) as amount_canonical,
        canonical.canonical_unit,
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
