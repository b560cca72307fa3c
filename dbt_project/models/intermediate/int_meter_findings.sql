-- What a person should look at in the meters: days with gaps, filled or not, meters that sent or showed nothing, months
-- unlike last year's, counters that ran back, exports beside an own power plant. A finding moves no figure; the models it
-- comes from do.
with
meter_days as (select * from {{ ref('int_meter_days') }}),

days_read as (select * from {{ ref('int_meter_days_read') }}),

doubted as (select * from {{ ref('int_meter_days_doubted') }}),

coarser as (select * from {{ ref('int_meter_days_coarser') }}),

register_readings as (select * from {{ ref('int_register_readings') }}),

register_consumption as (select * from {{ ref('int_register_consumption') }}),

months_compared as (select * from {{ ref('int_meter_months_compared') }}),

rules as (select * from {{ ref('estimation_rules') }}),

processes as (select * from {{ ref('stg_processes') }}),

-- heat that is only kept warm, and gas that keeps it so, are even by nature; power is not
flat_days as (
    select days_read.*
    from days_read
    inner join rules on rules.rule = 'flat_day_readings' and days_read.intervals_read > rules.amount
    where
        days_read.is_flat
        and days_read.medium = 'electricity'
        and days_read.measured_amount + days_read.estimated_amount > 0
),

-- days on which some interval meter of the installation was read
delivered_days as (
    select distinct
        days_read.installation_code,
        days_read.metered_on
    from days_read
    where days_read.kind = 'interval' and days_read.intervals_read > 0
),

-- what leaves is taken off what is bought; own power has been taken into account by its flows already
exports_beside_own_power as (
    select
        days_read.installation_code,
        days_read.meter_code,
        min(days_read.metered_on) as first_on,
        max(days_read.metered_on) as last_on,
        sum(days_read.minutes_read) as minutes
    from days_read
    where
        days_read.role = 'billing'
        and days_read.medium = 'electricity'
        and days_read.direction = 'export'
        and days_read.measured_amount + days_read.estimated_amount <> 0
        and exists (
            select 1
            from processes
            where
                processes.installation_code = days_read.installation_code
                and processes.kind = 'power'
                and {{ holds_on('processes', 'days_read.metered_on') }}
        )
    group by days_read.installation_code, days_read.meter_code, {{ year_of('days_read.metered_on') }}
),

found as (
    select
        meter_days.installation_code,
        meter_days.meter_code,
        meter_days.metered_on as period_from,
        {{ next_day('meter_days.metered_on') }} as period_until,
        case when coarser.meter_code is null then 'minutes_missing' else 'coarser_than_declared' end as finding,
        'missing' as state,
        meter_days.minutes_expected - meter_days.minutes_read - meter_days.minutes_estimated as minutes,
        case
            when coarser.meter_code is null then 'was not read and nothing says what it counted: send the readings'
            else
                'was read every ' || cast(coarser.step_minutes as varchar)
                || ' minutes and is declared to be read more often: if its readings are that long, state interval_minutes'
        end as sentence
    from meter_days
    left join coarser
        on
            meter_days.installation_code = coarser.installation_code
            and meter_days.meter_code = coarser.meter_code
            and meter_days.metered_on = coarser.metered_on
    where meter_days.minutes_read + meter_days.minutes_estimated < meter_days.minutes_expected
    union all
    select
        meter_days.installation_code,
        meter_days.meter_code,
        meter_days.metered_on as period_from,
        {{ next_day('meter_days.metered_on') }} as period_until,
        'minutes_estimated' as finding,
        'estimated' as state,
        meter_days.minutes_estimated as minutes,
        'has gaps that are filled by estimates until the readings come: send them' as sentence
    from meter_days
    where meter_days.minutes_estimated > 0
    union all
    select
        doubted.installation_code,
        doubted.meter_code,
        doubted.metered_on as period_from,
        {{ next_day('doubted.metered_on') }} as period_until,
        doubted.finding,
        'doubtful' as state,
        days_read.minutes_read as minutes,
        doubted.because || ': its zeros count as missing; look at the meter' as sentence
    from doubted
    inner join days_read
        on
            doubted.installation_code = days_read.installation_code
            and doubted.meter_code = days_read.meter_code
            and doubted.metered_on = days_read.metered_on
    union all
    select
        flat_days.installation_code,
        flat_days.meter_code,
        flat_days.metered_on as period_from,
        {{ next_day('flat_days.metered_on') }} as period_until,
        'flat_day' as finding,
        'warning' as state,
        flat_days.minutes_read as minutes,
        'showed the same in every interval of the day: a value may have been repeated; look at the logger' as sentence
    from flat_days
    union all
    select
        days_read.installation_code,
        days_read.meter_code,
        days_read.metered_on as period_from,
        {{ next_day('days_read.metered_on') }} as period_until,
        'silent_day' as finding,
        'warning' as state,
        days_read.minutes_expected as minutes,
        'sent nothing on a day on which other meters did: look at its logger, or end it in the list of meters' as sentence
    from days_read
    inner join delivered_days
        on
            days_read.installation_code = delivered_days.installation_code
            and days_read.metered_on = delivered_days.metered_on
    where days_read.kind = 'interval' and days_read.intervals_read = 0
    union all
    select
        months_compared.installation_code,
        months_compared.meter_code,
        months_compared.month_from as period_from,
        months_compared.month_until as period_until,
        'differs_from_last_year' as finding,
        'warning' as state,
        months_compared.minutes,
        'counted ' || cast(cast(round(months_compared.ratio * 100, 0) as bigint) as varchar)
        || ' % of the same month of the year before: ask whether that is so, or a unit, a ratio or the meter changed'
            as sentence
    from months_compared
    where months_compared.is_beyond_limit
    union all
    select
        register_consumption.installation_code,
        register_consumption.meter_code,
        register_consumption.from_on as period_from,
        {{ next_day('register_consumption.until_on') }} as period_until,
        register_consumption.absent_because as finding,
        'missing' as state,
        cast(floor(register_consumption.seconds / 60) as bigint) as minutes,
        case register_consumption.absent_because
            when 'register_ran_back'
                then
                    'shows less than before and did not go round: correct a reading, or state the device that was fitted'
            when 'beyond_nameplate'
                then 'counted more than the feeder can carry in that time: look for a slip in a register or its unit'
            when 'exchange_without_last_register'
                then 'has a new device and nobody wrote down where the old one stopped: state its last register'
            when 'register_changed_unit' then 'was read in another unit than before: send what the counter shows'
        end as sentence
    from register_consumption
    where register_consumption.absent_because is not null
    union all
    select
        register_consumption.installation_code,
        register_consumption.meter_code,
        register_consumption.from_on as period_from,
        {{ next_day('register_consumption.until_on') }} as period_until,
        'stated_differs' as finding,
        'warning' as state,
        cast(floor(register_consumption.seconds / 60) as bigint) as minutes,
        'the sender states another consumption than its counters show, which are taken: ask which is right' as sentence
    from register_consumption
    where not register_consumption.is_as_stated
    union all
    select
        register_readings.installation_code,
        register_readings.meter_code,
        register_readings.metered_on as period_from,
        {{ next_day('register_readings.metered_on') }} as period_until,
        register_readings.left_out_because as finding,
        'doubtful' as state,
        0 as minutes,
        case register_readings.left_out_because
            when 'register_beyond_display'
                then
                    'shows more digits or decimals than its device has: the reading counts for nothing; correct it, or the'
                    || ' list of devices'
            when 'register_contradicted'
                then 'shows what the readings around it contradict: the reading counts for nothing; correct it'
        end as sentence
    from register_readings
    -- that an estimate yields is its way
    where register_readings.left_out_because <> 'estimate_overtaken'
    union all
    select
        exports.installation_code,
        exports.meter_code,
        exports.first_on as period_from,
        {{ next_day('exports.last_on') }} as period_until,
        'own_power_netted' as finding,
        'warning' as state,
        exports.minutes,
        'takes what leaves off what is bought, and the works makes power: if it is own power that leaves, make the meter a '
        || 'check and tell the amount as a flow to outside' as sentence
    from exports_beside_own_power as exports
),

final as (
    select
        found.installation_code,
        found.meter_code,
        found.period_from,
        found.period_until,
        found.finding,
        found.state,
        cast(sum(found.minutes) as bigint) as minutes,
        'meter ' || found.meter_code || ' ' || max(found.sentence) as sentence
    from found
    -- a register read several times a day has several spans of the same days
    group by
        found.installation_code,
        found.meter_code,
        found.period_from,
        found.period_until,
        found.finding,
        found.state
)

select * from final
