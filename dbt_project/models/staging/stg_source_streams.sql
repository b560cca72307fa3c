-- Source streams: one row per installation, stream and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'source_streams') }}),

final as (
    select
        landed.installation_code,
        landed.stream_code,
        landed.name,
        landed.method,
        landed.material_code,
        landed.direction,
        landed.activity_basis,
        coalesce(landed.period_profile, 'days') as period_profile,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
