-- Every meter on every day it stood between the first and the last day anything was landed for its installation,
-- read or not: a day without readings has no amount, which is not zero.
with
metered_use as (select * from {{ ref('int_metered_use_by_day') }}),

meters as (select * from {{ ref('stg_meters') }}),

installations as (select * from {{ ref('stg_installations') }}),

partitions as (select * from {{ ref('stg_partitions') }}),

landed_days as (
    select
        partitions.installation_code,
        case when partitions.partition_key <> 'unplaced' then cast(partitions.partition_key as date) end as metered_on
    from partitions
    where partitions.table_name = 'meter_readings' and partitions.state <> 'empty'
),

bounds as (
    select
        landed_days.installation_code,
        min(landed_days.metered_on) as first_on,
        max(landed_days.metered_on) as last_on
    from landed_days
    where landed_days.metered_on is not null
    group by landed_days.installation_code
),

days as (
    {{ days_between('bounds', 'bounds.first_on', 'bounds.last_on') }}
),

meter_days as (
    select
        meters.*,
        days.day as metered_on,
        case when meters.direction = 'export' then -1 else 1 end as sign,
        cast({{ minutes_in_local_day('days.day', 'installations.time_zone') }} / meters.interval_minutes as bigint)
            as slots_expected
    from days
    inner join meters on days.installation_code = meters.installation_code and {{ holds_on('meters', 'days.day') }}
    inner join installations
        on days.installation_code = installations.installation_code and {{ holds_on('installations', 'days.day') }}
),

final as (
    select
        meter_days.installation_code,
        meter_days.meter_code,
        meter_days.stream_code,
        meter_days.process_code,
        meter_days.role,
        meter_days.medium,
        meter_days.metered_on,
        case when meter_days.medium = 'heat' then 'gj' else metered_use.canonical_unit end as unit,
        cast(
            meter_days.sign * case
                when meter_days.medium <> 'heat' then metered_use.measured_amount
                when metered_use.meter_code is not null then coalesce(metered_use.measured_energy_gj, 0)
            end as decimal(28, 9)
        ) as measured_amount,
        cast(
            meter_days.sign * case
                when meter_days.medium <> 'heat' then metered_use.estimated_amount
                when metered_use.meter_code is not null then coalesce(metered_use.estimated_energy_gj, 0)
            end as decimal(28, 9)
        ) as estimated_amount,
        coalesce(metered_use.slots_read, 0) as slots_read,
        meter_days.slots_expected
    from meter_days
    -- left: a day nobody read stays visible
    left join metered_use
        on
            meter_days.installation_code = metered_use.installation_code
            and meter_days.meter_code = metered_use.meter_code
            and meter_days.metered_on = metered_use.metered_on
)

select * from final
