-- What a stack emitted by local day (2025/2547 Annex II B.6, Eq 16). In a month that is over every hour must be there,
-- measured or substituted: another has no amount, which is not zero. The stream's last month is still open.
with
hours as (select * from {{ ref('int_measured_hours') }}),

installations as (select * from {{ ref('stg_installations') }}),

days as (
    select
        hours.installation_code,
        hours.stream_code,
        hours.gas,
        hours.measured_on,
        {{ month_of('hours.measured_on') }} as month_from,
        max(hours.partition_key) as partition_key,
        count(case when hours.state = 'valid' then 1 end) as hours_valid,
        count(case when hours.state = 'substituted' then 1 end) as hours_substituted,
        count(case when hours.state = 'unknown' then 1 end) as hours_unknown,
        sum(case when hours.state = 'valid' then hours.emissions_t else 0 end) as measured_t,
        sum(case when hours.state = 'substituted' then hours.emissions_t else 0 end) as substituted_t
    from hours
    group by
        hours.installation_code,
        hours.stream_code,
        hours.gas,
        hours.measured_on,
        {{ month_of('hours.measured_on') }}
),

months as (
    select
        days.installation_code,
        days.stream_code,
        days.gas,
        days.month_from,
        sum(days.hours_valid + days.hours_substituted) as hours_known,
        sum(days.hours_unknown) as hours_unknown,
        max(days.month_from) over (partition by days.installation_code, days.stream_code, days.gas) as last_month
    from days
    group by days.installation_code, days.stream_code, days.gas, days.month_from
),

month_days as (
    {{ days_between('months', 'months.month_from', next_month('months.month_from')) }}
),

expected as (
    select
        month_days.installation_code,
        month_days.stream_code,
        month_days.gas,
        month_days.month_from,
        sum({{ minutes_in_local_day('month_days.day', 'installations.time_zone') }}) as minutes
    from month_days
    inner join installations
        on
            month_days.installation_code = installations.installation_code
            and {{ holds_on('installations', 'month_days.day') }}
    where month_days.day < {{ next_month('month_days.month_from') }}
    group by month_days.installation_code, month_days.stream_code, month_days.gas, month_days.month_from
),

judged as (
    select
        days.*,
        case
            when months.hours_unknown > 0 then false
            when months.month_from = months.last_month then true
            else coalesce(60 * months.hours_known >= expected.minutes, false)
        end as is_complete,
        cast(expected.minutes as bigint) as minutes_of_month,
        {{ minutes_in_local_day('days.measured_on', 'installations.time_zone') }} as minutes_expected
    from days
    inner join months
        on
            days.installation_code = months.installation_code
            and days.stream_code = months.stream_code
            and days.gas = months.gas
            and days.month_from = months.month_from
    -- left: an installation the master data do not know on that day must stay visible
    left join expected
        on
            days.installation_code = expected.installation_code
            and days.stream_code = expected.stream_code
            and days.gas = expected.gas
            and days.month_from = expected.month_from
    left join installations
        on
            days.installation_code = installations.installation_code
            and {{ holds_on('installations', 'days.measured_on') }}
),

final as (
    select
        judged.installation_code,
        judged.stream_code,
        judged.gas,
        judged.measured_on,
        cast(judged.hours_valid as bigint) as hours_valid,
        cast(judged.hours_substituted as bigint) as hours_substituted,
        cast(judged.hours_unknown as bigint) as hours_unknown,
        cast(judged.minutes_expected as bigint) as minutes_expected,
        judged.is_complete,
        cast(case when judged.is_complete then judged.measured_t end as decimal(28, 9)) as measured_t,
        cast(case when judged.is_complete then judged.substituted_t end as decimal(28, 9)) as substituted_t,
        judged.partition_key
    from judged
)

select * from final
