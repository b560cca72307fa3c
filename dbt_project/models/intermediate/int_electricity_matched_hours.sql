-- Electricity of power purchase agreements by hour: what was generated and taken in the same hour counts, the rest of
-- the hour does not (2025/2547 Annex II D.4). Measured readings alone; an hour that a billing meter of the stream did not
-- read in full is matched with nothing.
with
contracts as (
    select * from {{ ref('int_electricity_contracts') }}
    where kind = 'ppa' and refused_because is null
),

streams as (
    select distinct
        contracts.installation_code,
        contracts.stream_code
    from contracts
),

generators as (
    select distinct
        contracts.installation_code,
        contracts.generator_meter_code
    from contracts
),

meters as (select * from {{ ref('stg_meters') }} where kind = 'interval' or role = 'billing'),

installations as (select * from {{ ref('stg_installations') }}),

readings as (select * from {{ ref('stg_meter_readings') }} where quality = 'actual'),

metered as (
    select
        meters.installation_code,
        meters.meter_code,
        meters.stream_code,
        meters.role,
        readings.metered_on,
        -- hours of the local day, counted from its midnight: a day whose clocks change has 23 or 25
        cast(
            floor(
                {{ seconds_between(local_midnight('readings.metered_on', 'installations.time_zone'), 'readings.read_at') }}
                / 3600.0
            ) as integer
        ) as hour_of_day,
        case when meters.direction = 'export' then -1 else 1 end as sign,
        readings.amount_canonical as amount_kwh,
        coalesce(readings.interval_minutes, meters.interval_minutes) as minutes
    from meters
    left join streams
        on
            meters.installation_code = streams.installation_code
            and meters.stream_code = streams.stream_code
            and meters.role = 'billing'
    left join generators
        on
            meters.installation_code = generators.installation_code
            and meters.meter_code = generators.generator_meter_code
    inner join readings
        on
            meters.installation_code = readings.installation_code
            and meters.meter_code = readings.meter_code
            and {{ holds_on('meters', 'readings.metered_on') }}
    inner join installations
        on
            meters.installation_code = installations.installation_code
            and {{ holds_on('installations', 'readings.metered_on') }}
    where
        meters.kind = 'interval'
        and (streams.stream_code is not null or generators.generator_meter_code is not null)
        and coalesce(readings.interval_minutes, meters.interval_minutes) <= 60
),

generated as (
    select
        metered.installation_code,
        metered.meter_code,
        metered.metered_on,
        metered.hour_of_day,
        greatest(sum(metered.amount_kwh), 0) as generated_kwh
    from metered
    where metered.role = 'check'
    group by metered.installation_code, metered.meter_code, metered.metered_on, metered.hour_of_day
),

taken as (
    select
        metered.installation_code,
        metered.stream_code,
        metered.metered_on,
        metered.hour_of_day,
        greatest(sum(metered.sign * metered.amount_kwh), 0) as taken_kwh,
        sum(metered.minutes) as minutes_read
    from metered
    where metered.role = 'billing'
    group by metered.installation_code, metered.stream_code, metered.metered_on, metered.hour_of_day
),

-- a meter that reads by the day, or not at all, leaves its stream without hours
meters_in_force as (
    select
        days.installation_code,
        days.stream_code,
        days.metered_on,
        count(*) as meters
    from (
        select distinct
            taken.installation_code,
            taken.stream_code,
            taken.metered_on
        from taken
    ) as days
    inner join meters
        on
            days.installation_code = meters.installation_code
            and days.stream_code = meters.stream_code
            and meters.role = 'billing'
            and {{ holds_on('meters', 'days.metered_on') }}
    group by days.installation_code, days.stream_code, days.metered_on
),

offered as (
    select
        contracts.installation_code,
        contracts.contract_code,
        contracts.valid_from,
        contracts.stream_code,
        generated.metered_on,
        generated.hour_of_day,
        generated.generated_kwh,
        case when taken.minutes_read = 60 * meters_in_force.meters then taken.taken_kwh else 0 end as taken_kwh,
        sum(generated.generated_kwh) over (
            partition by contracts.installation_code, contracts.stream_code, generated.metered_on, generated.hour_of_day
            order by {{ figures_byte_order('contracts.contract_code') }}
            rows between unbounded preceding and current row
        ) as generated_cum
    from contracts
    inner join generated
        on
            contracts.installation_code = generated.installation_code
            and contracts.generator_meter_code = generated.meter_code
            and {{ holds_on('contracts', 'generated.metered_on') }}
    left join taken
        on
            contracts.installation_code = taken.installation_code
            and contracts.stream_code = taken.stream_code
            and generated.metered_on = taken.metered_on
            and generated.hour_of_day = taken.hour_of_day
    left join meters_in_force
        on
            taken.installation_code = meters_in_force.installation_code
            and taken.stream_code = meters_in_force.stream_code
            and taken.metered_on = meters_in_force.metered_on
),

final as (
    select
        offered.installation_code,
        offered.contract_code,
        offered.valid_from,
        offered.metered_on,
        offered.hour_of_day,
        cast(offered.generated_kwh as decimal(28, 9)) as generated_kwh,
        cast(offered.taken_kwh as decimal(28, 9)) as taken_kwh,
        -- of several agreements for one stream each takes what those before it left
        cast(
            least(offered.generated_cum, offered.taken_kwh)
            - least(offered.generated_cum - offered.generated_kwh, offered.taken_kwh) as decimal(28, 9)
        ) as matched_kwh
    from offered
)

select * from final
