-- Devices of register meters in the order they were fitted.
with
devices as (select * from {{ ref('stg_meter_devices') }}),

final as (
    select
        devices.installation_code,
        devices.meter_code,
        row_number() over meter_devices as device_no,
        devices.fitted_at,
        lead(devices.fitted_at) over meter_devices as replaced_at,
        devices.first_register,
        devices.last_register,
        devices.digits,
        devices.decimals,
        devices.multiplier
    from devices
    window meter_devices as (partition by devices.installation_code, devices.meter_code order by devices.fitted_at)
)

select * from final
