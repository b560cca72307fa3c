-- Intervals of interval meters that no reading covers, or only one of a doubted day. Gaps that touch are one run, over
-- midnight too. Only days that lack minutes are looked into, and none whose readings came at a longer step: between those
-- lies no gap.
with
meter_days as (select * from {{ ref('int_meter_days_read') }} where kind = 'interval'),

doubted as (select * from {{ ref('int_meter_days_doubted') }}),

coarser as (select * from {{ ref('int_meter_days_coarser') }}),

readings as (select * from {{ ref('stg_meter_readings') }}),

short_days as (
    select
        meter_days.*,
        doubted.meter_code is not null as is_doubted,
        {{ local_midnight('meter_days.metered_on', 'meter_days.time_zone') }} as day_from_at,
        {{ local_midnight(next_day('meter_days.metered_on'), 'meter_days.time_zone') }} as day_until_at
    from meter_days
    left join doubted
        on
            meter_days.installation_code = doubted.installation_code
            and meter_days.meter_code = doubted.meter_code
            and meter_days.metered_on = doubted.metered_on
    left join coarser
        on
            meter_days.installation_code = coarser.installation_code
            and meter_days.meter_code = coarser.meter_code
            and meter_days.metered_on = coarser.metered_on
    where
        doubted.meter_code is not null
        or (meter_days.minutes_read < meter_days.minutes_expected and coarser.meter_code is null)
),

-- what is covered, between the two ends of the day
covered as (
    select
        short_days.installation_code,
        short_days.meter_code,
        short_days.metered_on,
        readings.read_at as from_at,
        {{ plus_minutes('readings.read_at', 'coalesce(readings.interval_minutes, short_days.interval_minutes)') }}
            as until_at
    from short_days
    inner join readings
        on
            short_days.installation_code = readings.installation_code
            and short_days.meter_code = readings.meter_code
            and short_days.metered_on = readings.metered_on
    where not short_days.is_doubted
    union all
    select
        short_days.installation_code,
        short_days.meter_code,
        short_days.metered_on,
        short_days.day_from_at as from_at,
        short_days.day_from_at as until_at
    from short_days
    union all
    select
        short_days.installation_code,
        short_days.meter_code,
        short_days.metered_on,
        short_days.day_until_at as from_at,
        short_days.day_until_at as until_at
    from short_days
),

stretches as (
    select
        covered.installation_code,
        covered.meter_code,
        covered.metered_on,
        max(covered.until_at) over (
            partition by covered.installation_code, covered.meter_code, covered.metered_on
            order by covered.from_at, covered.until_at
            rows between unbounded preceding and current row
        ) as gap_from_at,
        lead(covered.from_at) over (
            partition by covered.installation_code, covered.meter_code, covered.metered_on
            order by covered.from_at, covered.until_at
        ) as gap_until_at
    from covered
),

gaps as (
    select
        stretches.*,
        case
            when
                lag(stretches.gap_until_at) over (
                    partition by stretches.installation_code, stretches.meter_code order by stretches.gap_from_at
                ) = stretches.gap_from_at
                then 0
            else 1
        end as begins_run
    from stretches
    where stretches.gap_from_at < stretches.gap_until_at
),

numbered as (
    select
        gaps.*,
        sum(gaps.begins_run) over (
            partition by gaps.installation_code, gaps.meter_code
            order by gaps.gap_from_at
            rows between unbounded preceding and current row
        ) as run_no
    from gaps
),

runs as (
    select
        numbered.*,
        min(numbered.gap_from_at) over one_run as run_from_at,
        max(numbered.gap_until_at) over one_run as run_until_at,
        short_days.interval_minutes,
        short_days.medium,
        short_days.direction,
        short_days.time_zone
    from numbered
    inner join short_days
        on
            numbered.installation_code = short_days.installation_code
            and numbered.meter_code = short_days.meter_code
            and numbered.metered_on = short_days.metered_on
    window one_run as (partition by numbered.installation_code, numbered.meter_code, numbered.run_no)
),

slots as (
    {{ instants_between('runs', 'runs.gap_from_at', 'runs.gap_until_at', 'runs.interval_minutes') }}
),

ends as (
    select
        slots.*,
        least({{ plus_minutes('slots.at', 'slots.interval_minutes') }}, slots.gap_until_at) as slot_until_at
    from slots
),

final as (
    select
        ends.installation_code,
        ends.meter_code,
        ends.metered_on,
        ends.at as from_at,
        ends.slot_until_at as until_at,
        cast({{ seconds_between('ends.at', 'ends.slot_until_at') }} / 60 as bigint) as minutes,
        ends.interval_minutes,
        ends.medium,
        ends.direction,
        ends.time_zone,
        ends.run_from_at,
        ends.run_until_at,
        row_number() over (
            partition by ends.installation_code, ends.meter_code, ends.run_no order by ends.at
        ) as slot_no,
        count(*) over (partition by ends.installation_code, ends.meter_code, ends.run_no) as slots_in_run
    from ends
)

select * from final
