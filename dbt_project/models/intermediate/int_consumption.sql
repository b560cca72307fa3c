{{ config(materialized='view') }}
-- Every piece of consumption with the readings it comes from: an interval from one, a span of a register from the two it
-- lies between. What was estimated here comes from none and names its rule.
with
readings as (select * from {{ ref('stg_meter_readings') }}),

meters as (select * from {{ ref('stg_meters') }} where kind = 'interval'),

register_consumption as (select * from {{ ref('int_register_consumption') }}),

estimated_slots as (select * from {{ ref('int_estimated_slots') }}),

final as (
    select
        readings.installation_code,
        readings.meter_code,
        readings.read_at as from_at,
        {{ plus_minutes('readings.read_at', 'coalesce(readings.interval_minutes, meters.interval_minutes)') }} as until_at,
        cast(readings.amount_canonical as decimal(28, 9)) as amount,
        readings.canonical_unit as unit,
        readings.quality,
        cast(null as varchar) as rule,
        cast(null as varchar) as absent_because,
        readings.source_file as opening_file,
        readings.source_row as opening_row,
        readings.quality as opening_quality,
        readings.source_file as closing_file,
        readings.source_row as closing_row,
        readings.quality as closing_quality
    from readings
    inner join meters
        on
            readings.installation_code = meters.installation_code
            and readings.meter_code = meters.meter_code
            and {{ holds_on('meters', 'readings.metered_on') }}
    union all
    select
        register_consumption.installation_code,
        register_consumption.meter_code,
        register_consumption.from_at,
        register_consumption.until_at,
        register_consumption.amount_canonical as amount,
        register_consumption.canonical_unit as unit,
        register_consumption.quality,
        cast(null as varchar) as rule,
        register_consumption.absent_because,
        register_consumption.opening_file,
        register_consumption.opening_row,
        register_consumption.opening_quality,
        register_consumption.closing_file,
        register_consumption.closing_row,
        register_consumption.closing_quality
    from register_consumption
    union all
    select
        estimated_slots.installation_code,
        estimated_slots.meter_code,
        estimated_slots.from_at,
        estimated_slots.until_at,
        estimated_slots.amount,
        estimated_slots.unit,
        'estimated' as quality,
        estimated_slots.rule,
        cast(null as varchar) as absent_because,
        cast(null as varchar) as opening_file,
        cast(null as bigint) as opening_row,
        cast(null as varchar) as opening_quality,
        cast(null as varchar) as closing_file,
        cast(null as bigint) as closing_row,
        cast(null as varchar) as closing_quality
    from estimated_slots
)

select * from final
