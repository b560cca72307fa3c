-- Meter against invoice, by stream and month. It moves no figure.
with
stream_activity as (select * from {{ ref('int_stream_activity') }}),

by_basis as (
    select
        stream_activity.installation_code,
        stream_activity.stream_code,
        {{ month_of('stream_activity.period_from') }} as month_from,
        max(stream_activity.unit) as unit,
        sum(
            case
                when stream_activity.basis = 'meters'
                    then stream_activity.measured_amount + stream_activity.estimated_amount
            end
        ) as metered_amount,
        sum(case when stream_activity.basis = 'documents' then stream_activity.measured_amount end) as documented_amount
    from stream_activity
    group by
        stream_activity.installation_code,
        stream_activity.stream_code,
        {{ month_of('stream_activity.period_from') }}
),

final as (
    select
        by_basis.installation_code,
        by_basis.stream_code,
        by_basis.month_from,
        by_basis.unit,
        cast(by_basis.metered_amount as decimal(28, 9)) as metered_amount,
        cast(by_basis.documented_amount as decimal(28, 9)) as documented_amount,
        cast(by_basis.metered_amount - by_basis.documented_amount as decimal(28, 9)) as difference
    from by_basis
)

select * from final
