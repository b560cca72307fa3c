-- Which importers our goods alone bring over the limit of 50 t, and what they owe for them.
with
importer_masses as (select * from {{ ref('int_importer_masses') }}),

final as (
    select
        importer_code,
        importer_name,
        reporting_year,
        mass_t,
        is_over_threshold,
        actual_certificates_t_co2e,
        default_certificates_t_co2e
    from importer_masses
)

select * from final
