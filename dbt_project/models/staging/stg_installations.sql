-- Installations of the company: one row per installation and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'installations') }}),

final as (
    select
        landed.installation_code,
        landed.name,
        landed.operator_name,
        landed.country_code,
        landed.subdivision_code,
        landed.unlocode,
        landed.latitude,
        landed.longitude,
        landed.time_zone,
        landed.grid_region_code,
        landed.sector,
        landed.operator_registration_number,
        landed.operator_address,
        landed.address,
        landed.cbam_registry_id,
        landed.economic_activity,
        landed.contact,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
