-- Which importers our goods alone bring over the limit of 50 t.
with
importer_masses as (select * from {{ ref('int_importer_masses') }}),

final as (
    select
        importer_code,
        importer_name,
        reporting_year,
        mass_t,
        is_over_threshold
    from importer_masses
)

select * from final
