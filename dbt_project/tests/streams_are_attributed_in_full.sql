-- What processes take of a stream in a period, and what nobody takes, is what the stream brought.
with
attributed as (
    select
        installation_code,
        stream_code,
        period_from,
        sum(amount) as amount
    from {{ ref('int_stream_attribution') }}
    group by installation_code, stream_code, period_from
),

brought as (
    select
        installation_code,
        stream_code,
        period_from,
        measured_amount + estimated_amount as amount
    from {{ ref('int_stream_activity') }}
    where feeds_figure and measured_amount is not null
)

select
    brought.installation_code,
    brought.stream_code,
    brought.period_from,
    brought.amount,
    attributed.amount as attributed_amount
from brought
left join attributed
    on
        brought.installation_code = attributed.installation_code
        and brought.stream_code = attributed.stream_code
        and brought.period_from = attributed.period_from
where attributed.amount is null or attributed.amount <> brought.amount
