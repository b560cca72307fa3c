-- Annex IV gives for an unknown origin the highest value of any country, Taiwan apart (2025/2621): one that lies below
-- was shifted or misprinted. Rows whose note says so already are known.
select
    unknown_origin.cn_prefix,
    unknown_origin.total_t_co2e_per_t,
    max(of_country.total_t_co2e_per_t) as highest_t_co2e_per_t
from {{ ref('cbam_default_values') }} as unknown_origin
inner join {{ ref('cbam_default_values') }} as of_country
    on
        unknown_origin.cn_prefix = of_country.cn_prefix
        and of_country.country_code not in ('UNKNOWN', 'OTHER', 'TW')
where
    unknown_origin.country_code = 'UNKNOWN'
    and coalesce(unknown_origin.note, '') not like '%looks like a printing error%'
group by unknown_origin.cn_prefix, unknown_origin.total_t_co2e_per_t
having unknown_origin.total_t_co2e_per_t < max(of_country.total_t_co2e_per_t)
