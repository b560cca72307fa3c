-- Meters: one row per installation, meter and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'meters') }}),

final as (
    select
        landed.installation_code,
        landed.meter_code,
        landed.name,
        landed.stream_code,
        landed.process_code,
        landed.role,
        landed.medium,
        landed.kind,
        landed.unit,
        landed.interval_minutes,
        landed.direction,
        landed.parent_meter_code,
        landed.max_per_hour,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
