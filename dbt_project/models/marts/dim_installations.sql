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
        valid_from,
        valid_until
    from installations
)

select * from final
