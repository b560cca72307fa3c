-- Lake partitions that a stream's day was read from: its own by interval meters, those of the readings before and after by
-- registers, those of the readings a gap was filled from. Several have equal parts, as cumulative shares.
with
meter_days as (select * from {{ ref('int_meter_days') }}),

register_consumption as (select * from {{ ref('int_register_consumption') }} where amount is not null),

estimated_slots as (select * from {{ ref('int_estimated_slots') }}),

evidence as (select * from {{ ref('int_gap_evidence') }}),

spans as (
    select
        register_consumption.installation_code,
        register_consumption.meter_code,
        register_consumption.from_on,
        register_consumption.until_on,
        register_consumption.opening_partition_key as partition_key
    from register_consumption
    union
    select
        register_consumption.installation_code,
        register_consumption.meter_code,
        register_consumption.from_on,
        register_consumption.until_on,
        register_consumption.closing_partition_key as partition_key
    from register_consumption
),

filled as (
    select distinct
        estimated_slots.installation_code,
        estimated_slots.meter_code,
        estimated_slots.metered_on,
        cast(evidence.read_on as varchar) as partition_key
    from estimated_slots
    inner join evidence
        on
            estimated_slots.installation_code = evidence.installation_code
            and estimated_slots.meter_code = evidence.meter_code
            and estimated_slots.from_at = evidence.from_at
),

listed as (
    select
        meter_days.installation_code,
        meter_days.stream_code,
        meter_days.role,
        meter_days.metered_on,
        cast(meter_days.metered_on as varchar) as partition_key
    from meter_days
    where meter_days.kind = 'interval' and meter_days.minutes_read > 0
    union
    select
        meter_days.installation_code,
        meter_days.stream_code,
        meter_days.role,
        meter_days.metered_on,
        spans.partition_key
    from meter_days
    inner join spans
        on
            meter_days.installation_code = spans.installation_code
            and meter_days.meter_code = spans.meter_code
            and meter_days.metered_on between spans.from_on and spans.until_on
    where meter_days.kind = 'register' and meter_days.minutes_read > 0
    union
    select
        meter_days.installation_code,
        meter_days.stream_code,
        meter_days.role,
        meter_days.metered_on,
        filled.partition_key
    from meter_days
    inner join filled
        on
            meter_days.installation_code = filled.installation_code
            and meter_days.meter_code = filled.meter_code
            and meter_days.metered_on = filled.metered_on
),

counted as (
    select
        listed.*,
        row_number() over (
            partition by listed.installation_code, listed.stream_code, listed.role, listed.metered_on
            order by {{ figures_byte_order('listed.partition_key') }}
        ) as place,
        count(*) over (
            partition by listed.installation_code, listed.stream_code, listed.role, listed.metered_on
        ) as places
    from listed
),

final as (
    select
        counted.installation_code,
        counted.stream_code,
        counted.role,
        counted.metered_on,
        counted.partition_key,
        {{ div('counted.place', 'counted.places', 0, 12) }} as cum_share,
        {{ div('counted.place - 1', 'counted.places', 0, 12) }} as cum_share_before
    from counted
)

select * from final
