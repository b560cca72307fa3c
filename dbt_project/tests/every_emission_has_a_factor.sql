{{ config(severity='warn') }}
-- Activity without a factor in force: its emissions are absent, and so are the figures it reaches.
select
    installation_code,
    stream_code,
    rule_set,
    min(month_from) as first_month,
    max(absent_because) as absent_because
from {{ ref('int_stream_emissions_by_gas') }}
where factor_id is null and amount <> 0
group by installation_code, stream_code, rule_set
