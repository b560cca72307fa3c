-- Counters fitted at register meters: one row per installation, meter and fitting;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'meter_devices') }}),

final as (
    select
        landed.installation_code,
        landed.meter_code,
        landed.device_serial,
        landed.fitted_at,
        landed.first_register,
        landed.last_register,
        landed.digits,
        landed.decimals,
        coalesce(landed.multiplier, 1) as multiplier,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
