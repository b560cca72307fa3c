{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_changed_days() }}"
) }}
-- Readings summed by meter and local day. The one bulk model: a day is read again only when the hash of its
-- partition's content, or the code that reads it, is another. It knows no master data, which change otherwise: it
-- sums what registers showed too, which says nothing and which nobody takes.
with
readings as (select * from {{ ref('stg_meter_readings') }}),

partitions as (select * from {{ ref('stg_partitions') }}),

build_state as (select * from {{ source('lake', 'build_state') }}),

wanted as (
    select
        partitions.installation_code,
        partitions.content_hash,
        build_state.metered_use_state as code_state,
        case when partitions.partition_key <> 'unplaced' then cast(partitions.partition_key as date) end as metered_on
    from partitions
    cross join build_state
    where
        partitions.table_name = 'meter_readings'
        and partitions.state = 'accepted'
        {% if is_incremental() %}
            and not exists (
                select 1
                from {{ this }} as built
                where
                    built.installation_code = partitions.installation_code
                    and cast(built.metered_on as varchar) = partitions.partition_key
            )
        {% endif %}
),

parts as (
    select
        readings.installation_code,
        readings.meter_code,
        readings.metered_on,
        readings.canonical_unit,
        wanted.content_hash,
        wanted.code_state,
        cast(sum(case when readings.quality = 'actual' then readings.amount_canonical else 0 end) as decimal(28, 9))
            as measured_amount,
        cast(sum(case when readings.quality <> 'actual' then readings.amount_canonical else 0 end) as decimal(28, 9))
            as estimated_amount,
        cast(sum(case when readings.quality = 'actual' then readings.energy_gj end) as decimal(28, 9))
            as measured_energy_gj,
        cast(sum(case when readings.quality <> 'actual' then readings.energy_gj end) as decimal(28, 9))
            as estimated_energy_gj,
        count(*) as intervals_read,
        -- intervals that do not state their length have the meter's
        count(*) - count(readings.interval_minutes) as unstated_intervals,
        cast(coalesce(sum(readings.interval_minutes), 0) as bigint) as stated_minutes,
        cast(min(readings.amount_canonical) as decimal(28, 9)) as least_amount,
        cast(max(readings.amount_canonical) as decimal(28, 9)) as most_amount
    from readings
    -- the day itself, not the key: the engine then opens only the files of the wanted days
    inner join wanted
        on readings.installation_code = wanted.installation_code and readings.metered_on = wanted.metered_on
    group by
        readings.installation_code,
        readings.meter_code,
        readings.metered_on,
        readings.canonical_unit,
        wanted.content_hash,
        wanted.code_state
),

final as (
    select
        parts.installation_code,
        parts.meter_code,
        parts.metered_on,
        parts.canonical_unit,
        parts.measured_amount,
        parts.estimated_amount,
        parts.measured_energy_gj,
        parts.estimated_energy_gj,
        parts.intervals_read,
        parts.unstated_intervals,
        parts.stated_minutes,
        parts.least_amount,
        parts.most_amount,
        parts.content_hash,
        parts.code_state
    from parts
)

select * from final
