-- Continuous emission measurements: one row per installation, stream, gas and hour;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'emission_measurements') }}),

final as (
    select
        landed.installation_code,
        landed.stream_code,
        landed.gas,
        landed.hour_at,
        landed.measured_on,
        landed.concentration_g_per_nm3,
        landed.other_gases_share,
        landed.flow_nm3_per_h,
        landed.air_nm3_per_h,
        landed.oxygen_share,
        landed.valid_share,
        coalesce(landed.revision, 0) as revision,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
