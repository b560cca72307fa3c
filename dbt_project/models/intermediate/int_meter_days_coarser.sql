-- Days on which an interval meter came at a longer even step than it is declared to have, and nobody stated a length.
-- Three readings of one step tell it. What lies between them is no gap: each may hold all of its step, and nobody says so.
with
short_days as (
    select * from {{ ref('int_meter_days_read') }}
    where kind = 'interval' and minutes_read > 0 and minutes_read < minutes_expected
),

readings as (select * from {{ ref('stg_meter_readings') }}),

steps as (
    select
        readings.installation_code,
        readings.meter_code,
        readings.metered_on,
        short_days.interval_minutes,
        count(readings.interval_minutes) over three as lengths_stated,
        lag(readings.metered_on) over meter_readings as day_before,
        lead(readings.metered_on) over meter_readings as day_after,
        {{ seconds_between('lag(readings.read_at) over meter_readings', 'readings.read_at') }} as seconds_before,
        {{ seconds_between('readings.read_at', 'lead(readings.read_at) over meter_readings') }} as seconds_after
    from readings
    inner join short_days
        on
            readings.installation_code = short_days.installation_code
            and readings.meter_code = short_days.meter_code
            and readings.metered_on = short_days.metered_on
    window
        meter_readings as (partition by readings.installation_code, readings.meter_code order by readings.read_at),
        three as (
            partition by readings.installation_code, readings.meter_code
            order by readings.read_at
            rows between 1 preceding and 1 following
        )
),

even as (
    select * from steps
    where seconds_before = seconds_after and seconds_after > 60 * interval_minutes and lengths_stated = 0
),

days as (
    select
        even.installation_code,
        even.meter_code,
        even.day_before as metered_on,
        even.seconds_after
    from even
    union all
    select
        even.installation_code,
        even.meter_code,
        even.metered_on,
        even.seconds_after
    from even
    union all
    select
        even.installation_code,
        even.meter_code,
        even.day_after as metered_on,
        even.seconds_after
    from even
),

final as (
    select
        days.installation_code,
        days.meter_code,
        days.metered_on,
        cast(min(days.seconds_after) / 60 as bigint) as step_minutes
    from days
    group by days.installation_code, days.meter_code, days.metered_on
)

select * from final
