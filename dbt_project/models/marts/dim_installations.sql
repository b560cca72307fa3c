-- Installations as BI filters by them.
with
installations as (select * from {{ ref('stg_installations') }}),

final as (
    select
        installation_code,
        name as installation_name,
        operator_name,
        country_code,
        subdivision_code,
        unlocode,
        latitude,
        longitude,
        time_zone,
        grid_region_code,
        sector,
        operator_registration_number,
        operator_address,
        address as installation_address,
        cbam_registry_id,
        economic_activity,
        contact,
        valid_from,
        valid_until
    from installations
)

select * from final
