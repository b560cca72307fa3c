-- Reconciliation factor of a stream that sub-meters divide: RecF = D_inst / sum of D_process, D' = D x RecF
-- (2025/2547, equations 41 and 42). Attribution gives each process its D' by scaling the sub-meters to the stream, day
-- by day; here both sums stand side by side, so their ratio is the factor as it was applied to the month.
with
attribution as (
    select * from {{ ref('int_stream_attribution') }}
    where attribution = 'metered'
),

sub_meter_days as (select * from {{ ref('int_meter_days') }} where role = 'sub'),

attributed as (
    select
        attribution.installation_code,
        attribution.stream_code,
        attribution.process_code,
        {{ month_of('attribution.period_from') }} as month_from,
        max(attribution.unit) as unit,
        sum(attribution.amount) as amount
    from attribution
    group by
        attribution.installation_code,
        attribution.stream_code,
        attribution.process_code,
        {{ month_of('attribution.period_from') }}
),

counted_by_subs as (
    select
        attributed.installation_code,
        attributed.stream_code,
        attributed.month_from,
        sub_meter_days.metered_on,
        sum(sub_meter_days.measured_amount + sub_meter_days.estimated_amount) as amount,
        count(*) = count(sub_meter_days.measured_amount + sub_meter_days.estimated_amount) as is_known
    from attributed
    inner join sub_meter_days
        on
            attributed.installation_code = sub_meter_days.installation_code
            and attributed.stream_code = sub_meter_days.stream_code
            and attributed.process_code = sub_meter_days.process_code
            and attributed.month_from = {{ month_of('sub_meter_days.metered_on') }}
    group by
        attributed.installation_code, attributed.stream_code, attributed.month_from, sub_meter_days.metered_on
),

counted_by_month as (
    select
        counted_by_subs.installation_code,
        counted_by_subs.stream_code,
        counted_by_subs.month_from,
        sum(counted_by_subs.amount) as amount,
        count(case when counted_by_subs.is_known then 1 end) as days_known,
        count(*) as days_expected
    from counted_by_subs
    group by counted_by_subs.installation_code, counted_by_subs.stream_code, counted_by_subs.month_from
),

brought as (
    select
        attributed.installation_code,
        attributed.stream_code,
        attributed.month_from,
        max(attributed.unit) as unit,
        sum(attributed.amount) as amount
    from attributed
    group by attributed.installation_code, attributed.stream_code, attributed.month_from
),

final as (
    select
        brought.installation_code,
        brought.month_from,
        'reconciliation' as check_name,
        brought.stream_code as subject_code,
        brought.unit,
        cast(brought.amount as decimal(28, 9)) as left_amount,
        cast(counted_by_month.amount as decimal(28, 9)) as right_amount,
        cast(coalesce(counted_by_month.days_known, 0) as bigint) as days_known,
        cast(coalesce(counted_by_month.days_expected, 0) as bigint) as days_expected
    from brought
    left join counted_by_month
        on
            brought.installation_code = counted_by_month.installation_code
            and brought.stream_code = counted_by_month.stream_code
            and brought.month_from = counted_by_month.month_from
)

select * from final
