{{ config(severity='warn') }}
-- A stream, or a part of one, that no process takes: the figures of its installation are absent until it is shared out.
select
    installation_code,
    stream_code,
    min(period_from) as first_day,
    sum(amount) as amount
from {{ ref('int_stream_attribution') }}
where attribution = 'none' and amount <> 0
group by installation_code, stream_code
