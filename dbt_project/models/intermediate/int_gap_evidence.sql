-- Readings that a missing interval can be estimated from: those beside a short gap, and those of the same local interval on
-- like days. A reading of a doubted day, or of an interval of another length, stated or not, says nothing
-- about this one.
with
slots as (select * from {{ ref('int_missing_slots') }}),

readings as (select * from {{ ref('stg_meter_readings') }}),

doubted as (select * from {{ ref('int_meter_days_doubted') }}),

coarser as (select * from {{ ref('int_meter_days_coarser') }}),

rules as (select * from {{ ref('estimation_rules') }}),

limits as (
    select max(case when rules.rule = 'short_gap_limit' then rules.amount end) as short_gap_limit
    from rules
),

walls as (
    select
        slots.*,
        {{ wall_time('slots.from_at', 'slots.time_zone') }} as wall_time
    from slots
),

like_days as (
    select
        walls.installation_code,
        walls.meter_code,
        walls.from_at,
        walls.time_zone,
        {{ plus_days('walls.metered_on', 'rules.amount') }} as like_day,
        cast({{ seconds_between('cast(walls.metered_on as timestamp)', 'walls.wall_time') }} / 60 as bigint) as wall_minutes
    from walls
    inner join rules on rules.rule = 'like_day_offset'
),

like_walls as (
    select
        like_days.*,
        {{ plus_minutes(local_midnight('like_days.like_day', 'like_days.time_zone'), 'like_days.wall_minutes') }} as near_at,
        {{ plus_minutes('cast(like_days.like_day as timestamp)', 'like_days.wall_minutes') }} as wanted_wall
    from like_days
),

-- on a day whose clocks change the same wall time lies an hour off; of an hour that comes twice the first is taken
like_instants as (
    select
        like_walls.installation_code,
        like_walls.meter_code,
        like_walls.from_at,
        like_walls.time_zone,
        like_walls.wanted_wall,
        {{ plus_minutes(
            'like_walls.near_at',
            'cast(' ~ seconds_between(wall_time('like_walls.near_at', 'like_walls.time_zone'), 'like_walls.wanted_wall')
            ~ ' / 60 as bigint)'
        ) }} as like_at
    from like_walls
),

wanted as (
    select
        like_instants.installation_code,
        like_instants.meter_code,
        like_instants.from_at,
        'like' as place,
        like_instants.like_at as wanted_at
    from like_instants
    where {{ wall_time('like_instants.like_at', 'like_instants.time_zone') }} = like_instants.wanted_wall
    union all
    select
        slots.installation_code,
        slots.meter_code,
        slots.from_at,
        'before' as place,
        {{ plus_minutes('slots.run_from_at', '-slots.minutes') }} as wanted_at
    from slots
    cross join limits
    where {{ seconds_between('slots.run_from_at', 'slots.run_until_at') }} <= 60 * limits.short_gap_limit
    union all
    select
        slots.installation_code,
        slots.meter_code,
        slots.from_at,
        'after' as place,
        slots.run_until_at as wanted_at
    from slots
    cross join limits
    where {{ seconds_between('slots.run_from_at', 'slots.run_until_at') }} <= 60 * limits.short_gap_limit
),

wanted_once as (
    select distinct
        wanted.installation_code,
        wanted.meter_code,
        wanted.wanted_at
    from wanted
),

found as (
    select
        readings.installation_code,
        readings.meter_code,
        readings.read_at,
        readings.metered_on,
        readings.quality,
        readings.interval_minutes,
        readings.canonical_unit,
        readings.amount_canonical,
        readings.energy_gj
    from readings
    inner join wanted_once
        on
            readings.installation_code = wanted_once.installation_code
            and readings.meter_code = wanted_once.meter_code
            and readings.read_at = wanted_once.wanted_at
),

final as (
    select
        slots.installation_code,
        slots.meter_code,
        slots.metered_on,
        slots.from_at,
        wanted.place,
        found.metered_on as read_on,
        found.quality,
        case slots.medium when 'heat' then 'gj' else found.canonical_unit end as unit,
        cast(case slots.medium when 'heat' then found.energy_gj else found.amount_canonical end as decimal(28, 9)) as amount
    from slots
    inner join wanted
        on
            slots.installation_code = wanted.installation_code
            and slots.meter_code = wanted.meter_code
            and slots.from_at = wanted.from_at
    inner join found
        on
            wanted.installation_code = found.installation_code
            and wanted.meter_code = found.meter_code
            and wanted.wanted_at = found.read_at
            and slots.minutes = coalesce(found.interval_minutes, slots.interval_minutes)
    left join doubted
        on
            found.installation_code = doubted.installation_code
            and found.meter_code = doubted.meter_code
            and found.metered_on = doubted.metered_on
    left join coarser
        on
            found.installation_code = coarser.installation_code
            and found.meter_code = coarser.meter_code
            and found.metered_on = coarser.metered_on
    where doubted.meter_code is null and coarser.meter_code is null
)

select * from final
