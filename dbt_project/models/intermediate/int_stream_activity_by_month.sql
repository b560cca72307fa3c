-- The amount that feeds the figures, by month: every stream in every month its installation has any data for.
-- A month nothing is known of has no amount, which is not zero.
with
stream_activity as (select * from {{ ref('int_stream_activity') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

months as (
    select distinct
        stream_activity.installation_code,
        {{ month_of('stream_activity.period_from') }} as month_from
    from stream_activity
),

expected as (
    select
        source_streams.installation_code,
        source_streams.stream_code,
        source_streams.name as stream_name,
        source_streams.method,
        source_streams.material_code,
        source_streams.activity_basis,
        months.month_from
    from source_streams
    inner join months
        on
            source_streams.installation_code = months.installation_code
            and {{ holds_on('source_streams', 'months.month_from') }}
),

known as (
    select
        stream_activity.installation_code,
        stream_activity.stream_code,
        {{ month_of('stream_activity.period_from') }} as month_from,
        max(stream_activity.unit) as unit,
        sum(stream_activity.measured_amount) as measured_amount,
        sum(stream_activity.estimated_amount) as estimated_amount,
        sum(stream_activity.conservative_addition) as conservative_addition,
        sum(stream_activity.minutes_read) as minutes_read,
        sum(stream_activity.minutes_estimated) as minutes_estimated,
        sum(stream_activity.minutes_expected) as minutes_expected,
        sum(stream_activity.minutes_missing) as minutes_missing,
        sum(stream_activity.documents) as documents
    from stream_activity
    where stream_activity.feeds_figure
    group by
        stream_activity.installation_code,
        stream_activity.stream_code,
        {{ month_of('stream_activity.period_from') }}
),

final as (
    select
        expected.installation_code,
        expected.stream_code,
        expected.stream_name,
        expected.month_from,
        {{ next_month('expected.month_from') }} as month_until,
        expected.method,
        expected.material_code,
        expected.activity_basis,
        known.unit,
        cast(known.measured_amount + known.estimated_amount as decimal(28, 9)) as amount,
        cast(known.measured_amount as decimal(28, 9)) as measured_amount,
        cast(known.estimated_amount as decimal(28, 9)) as estimated_amount,
        cast(known.conservative_addition as decimal(28, 9)) as conservative_addition,
        cast(coalesce(known.minutes_read, 0) as bigint) as minutes_read,
        cast(coalesce(known.minutes_estimated, 0) as bigint) as minutes_estimated,
        cast(coalesce(known.minutes_expected, 0) as bigint) as minutes_expected,
        cast(coalesce(known.minutes_missing, 0) as bigint) as minutes_missing,
        cast({{ div('known.minutes_missing', 'known.minutes_expected', 0, 12) }} as decimal(28, 12)) as missing_share,
        cast(coalesce(known.documents, 0) as bigint) as documents
    from expected
    -- left: a month without data stays visible
    left join known
        on
            expected.installation_code = known.installation_code
            and expected.stream_code = known.stream_code
            and expected.month_from = known.month_from
)

select * from final
