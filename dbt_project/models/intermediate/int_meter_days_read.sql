-- Every meter on every day it stood between the first and the last day anything was landed for its installation, and
-- issued by, read or not: a day without readings has no amount, which is not zero.
with
interval_use as (select * from {{ ref('int_metered_use_by_day') }}),

register_use as (select * from {{ ref('int_register_use_by_day') }}),

meters as (select * from {{ ref('stg_meters') }}),

installations as (select * from {{ ref('stg_installations') }}),

partitions as (select * from {{ ref('stg_partitions') }}),

landed_days as (
    select
        partitions.installation_code,
        partitions.issued_at,
        case when partitions.partition_key <> 'unplaced' then cast(partitions.partition_key as date) end as metered_on
    from partitions
    where partitions.table_name = 'meter_readings' and partitions.state <> 'empty'
),

-- what was sent ahead of its day, a slip in a stamp or a forecast, makes no day of the days before it
bounds as (
    select
        landed_days.installation_code,
        min(landed_days.metered_on) as first_on,
        max(landed_days.metered_on) as last_on
    from landed_days
    inner join installations
        on
            landed_days.installation_code = installations.installation_code
            and {{ holds_on('installations', 'landed_days.metered_on') }}
    where
        landed_days.issued_at is null
        or landed_days.issued_at >= {{ local_midnight('landed_days.metered_on', 'installations.time_zone') }}
    group by landed_days.installation_code
),

days as (
    {{ days_between('bounds', 'bounds.first_on', 'bounds.last_on') }}
),

meter_days as (
    select
        meters.*,
        days.day as metered_on,
        installations.time_zone,
        {{ minutes_in_local_day('days.day', 'installations.time_zone') }} as minutes_expected
    from days
    inner join meters on days.installation_code = meters.installation_code and {{ holds_on('meters', 'days.day') }}
    inner join installations
        on days.installation_code = installations.installation_code and {{ holds_on('installations', 'days.day') }}
),

use_by_day as (
    select
        meter_days.installation_code,
        meter_days.meter_code,
        meter_days.metered_on,
        interval_use.canonical_unit,
        interval_use.measured_amount,
        interval_use.estimated_amount,
        interval_use.measured_energy_gj,
        interval_use.estimated_energy_gj,
        interval_use.stated_minutes + interval_use.unstated_intervals * meter_days.interval_minutes as minutes_read,
        interval_use.intervals_read,
        interval_use.least_amount = interval_use.most_amount as is_flat,
        false as is_spread
    from meter_days
    inner join interval_use
        on
            meter_days.installation_code = interval_use.installation_code
            and meter_days.meter_code = interval_use.meter_code
            and meter_days.metered_on = interval_use.metered_on
    where meter_days.kind = 'interval'
    union all
    select
        register_use.installation_code,
        register_use.meter_code,
        register_use.metered_on,
        register_use.canonical_unit,
        register_use.measured_amount,
        register_use.estimated_amount,
        register_use.measured_energy_gj,
        register_use.estimated_energy_gj,
        register_use.minutes_read,
        0 as intervals_read,
        false as is_flat,
        register_use.is_spread
    from register_use
),

final as (
    select
        meter_days.installation_code,
        meter_days.meter_code,
        meter_days.stream_code,
        meter_days.process_code,
        meter_days.role,
        meter_days.medium,
        meter_days.kind,
        meter_days.direction,
        meter_days.parent_meter_code,
        meter_days.interval_minutes,
        meter_days.time_zone,
        meter_days.metered_on,
        case when meter_days.medium = 'heat' then 'gj' else use_by_day.canonical_unit end as unit,
        cast(
            case
                when meter_days.medium <> 'heat' then use_by_day.measured_amount
                when use_by_day.meter_code is not null then coalesce(use_by_day.measured_energy_gj, 0)
            end as decimal(28, 9)
        ) as measured_amount,
        cast(
            case
                when meter_days.medium <> 'heat' then use_by_day.estimated_amount
                when use_by_day.meter_code is not null then coalesce(use_by_day.estimated_energy_gj, 0)
            end as decimal(28, 9)
        ) as estimated_amount,
        cast(coalesce(use_by_day.minutes_read, 0) as bigint) as minutes_read,
        cast(meter_days.minutes_expected as bigint) as minutes_expected,
        cast(coalesce(use_by_day.intervals_read, 0) as bigint) as intervals_read,
        coalesce(use_by_day.is_flat, false) as is_flat,
        coalesce(use_by_day.is_spread, false) as is_spread
    from meter_days
    -- left: a day nobody read stays visible
    left join use_by_day
        on
            meter_days.installation_code = use_by_day.installation_code
            and meter_days.meter_code = use_by_day.meter_code
            and meter_days.metered_on = use_by_day.metered_on
)

select * from final
