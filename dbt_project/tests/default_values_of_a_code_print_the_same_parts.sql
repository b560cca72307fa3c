-- Annex I of 2025/2621 prints the same parts (direct, indirect) of a code for every country that has a value; a code that
-- differs holds the numbers of another row. Annex IV, for origins nobody knows, prints totals alone. Rows whose note says
-- so already are known.
select cn_prefix
from {{ ref('cbam_default_values') }}
where
    status = 'value'
    and country_code <> 'UNKNOWN'
    and coalesce(note, '') not like '%printed without an indirect part%'
group by cn_prefix
having
    count(direct_t_co2e_per_t) not in (0, count(*))
    or count(indirect_t_co2e_per_t) not in (0, count(*))
