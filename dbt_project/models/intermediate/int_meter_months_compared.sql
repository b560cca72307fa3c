-- A meter's month beside the same month of the year before, where both were read to the last minute. What a gap was
-- filled with proves nothing here.
with
meter_days as (select * from {{ ref('int_meter_days') }}),

check_limits as (select * from {{ ref('check_limits') }} where check_name = 'month_and_last_year'),

months as (
    select
        meter_days.installation_code,
        meter_days.meter_code,
        meter_days.unit,
        {{ month_of('meter_days.metered_on') }} as month_from,
        cast(count(*) as integer) as days_known,
        sum(meter_days.minutes_read) as minutes,
        -- an export counts less than zero, and is compared like any other
        cast(abs(sum(meter_days.measured_amount + meter_days.estimated_amount)) as decimal(28, 9)) as amount
    from meter_days
    where meter_days.minutes_read = meter_days.minutes_expected
    group by
        meter_days.installation_code,
        meter_days.meter_code,
        meter_days.unit,
        {{ month_of('meter_days.metered_on') }}
),

whole as (
    select
        months.*,
        {{ next_month('months.month_from') }} as month_until
    from months
    where {{ plus_days('months.month_from', 'months.days_known') }} = {{ next_month('months.month_from') }}
),

final as (
    select
        whole.installation_code,
        whole.meter_code,
        whole.month_from,
        whole.month_until,
        whole.unit,
        whole.amount,
        before.amount as amount_last_year,
        cast(whole.minutes as bigint) as minutes,
        cast({{ div('whole.amount', 'before.amount', 9, 9) }} as decimal(28, 9)) as ratio,
        abs(whole.amount - before.amount) > {{ mul('before.amount', 'check_limits.limit_share') }} as is_beyond_limit
    from whole
    inner join whole as before
        on
            whole.installation_code = before.installation_code
            and whole.meter_code = before.meter_code
            and whole.unit = before.unit
            and {{ month_of("whole.month_from - interval '1 year'") }} = before.month_from
    cross join check_limits
    -- of nothing there is no share
    where before.amount > 0
)

select * from final
