-- Shipments on which CBAM is due, by product and year. One that cannot be told leaves the product's mean and,
-- where its quarter has a price, the euros untold.
with
obligations as (select * from {{ ref('int_cbam_obligations') }} where is_liable),

sums as (
    select
        installation_code,
        product_code,
        reporting_year,
        sum(mass_t) as shipped_mass_t,
        case when count(*) = count(actual_certificates_t_co2e) then sum(actual_certificates_t_co2e) end
            as actual_certificates_t_co2e,
        case when count(*) = count(default_certificates_t_co2e) then sum(default_certificates_t_co2e) end
            as default_certificates_t_co2e,
        case
            when count(case when price_eur_per_certificate is not null and saved_eur is null then 1 end) = 0
                then sum(saved_eur)
        end as saved_eur,
        {{ figures_sum_where('mass_t', 'price_eur_per_certificate is null') }} as unpriced_mass_t,
        max({{ figures_byte_order('coalesce(actual_absent_because, default_absent_because)') }}) as certificates_absent_because
    from obligations
    group by installation_code, product_code, reporting_year
),

final as (
    select
        installation_code,
        product_code,
        reporting_year,
        {{ round_to('shipped_mass_t', 9) }} as shipped_mass_t,
        {{ div('actual_certificates_t_co2e', 'shipped_mass_t', 12, 12) }} as actual_certificates_per_t,
        {{ div('default_certificates_t_co2e', 'shipped_mass_t', 12, 12) }} as default_certificates_per_t,
        {{ round_to('saved_eur') }} as saved_eur,
        {{ round_to('unpriced_mass_t', 9) }} as unpriced_mass_t,
        certificates_absent_because
    from sums
)

select * from final
