-- What every importer brought into the Union of our goods in a year, and the certificates it owes for them. The
-- limit holds for all it imports (2023/956 Art 2a).
with
obligations as (select * from {{ ref('int_cbam_obligations') }} where is_liable),

parties as (select * from {{ ref('stg_parties') }}),

threshold as (select * from {{ ref('constants') }} where constant_key = 'cbam_mass_threshold'),

names as (
    select
        party_code,
        max(name) as name
    from parties
    group by party_code
),

sums as (
    select
        importer_code,
        reporting_year,
        {{ figures_sum_where('mass_t', "aggregated_good not in ('electricity', 'hydrogen')") }} as mass_t,
        -- one shipment that cannot be told leaves the total untold
        case when count(*) = count(actual_certificates_t_co2e) then sum(actual_certificates_t_co2e) end
            as actual_certificates_t_co2e,
        case when count(*) = count(default_certificates_t_co2e) then sum(default_certificates_t_co2e) end
            as default_certificates_t_co2e
    from obligations
    group by importer_code, reporting_year
),

final as (
    select
        sums.importer_code,
        names.name as importer_name,
        sums.reporting_year,
        {{ round_to('sums.mass_t', 9) }} as mass_t,
        case when sums.mass_t > threshold.numerator then 'yes' else 'not known' end as is_over_threshold,
        {{ certificates_as_read('sums.actual_certificates_t_co2e') }} as actual_certificates_t_co2e,
        {{ certificates_as_read('sums.default_certificates_t_co2e') }} as default_certificates_t_co2e
    from sums
    cross join threshold
    left join names on sums.importer_code = names.party_code
)

select * from final
