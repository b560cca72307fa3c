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

-- as sent, by factor: a sum is converted once, not each of its readings
sent as (
    select
        readings.installation_code,
        readings.meter_code,
        readings.metered_on,
        readings.canonical_unit,
        readings.canonical_per_unit,
        readings.gj_per_unit,
        sum(case when readings.quality = 'actual' then readings.amount end) as measured,
        sum(case when readings.quality <> 'actual' then readings.amount end) as estimated,
        min(readings.amount) as least,
        max(readings.amount) as most,
        count(*) as intervals_read,
        count(readings.interval_minutes) as stated_intervals,
        sum(readings.interval_minutes) as stated_minutes
    from readings
    -- the day itself, not the key: the engine then opens only the files of the wanted days
    inner join wanted
        on readings.installation_code = wanted.installation_code and readings.metered_on = wanted.metered_on
    group by
        readings.installation_code,
        readings.meter_code,
        readings.metered_on,
        readings.canonical_unit,
        readings.canonical_per_unit,
        readings.gj_per_unit
),

converted as (
    select
        sent.installation_code,
        sent.meter_code,
        sent.metered_on,
        sent.canonical_unit,
        cast(sum(coalesce(sent.measured, 0) * sent.canonical_per_unit) as decimal(28, 9)) as measured_amount,
        cast(sum(coalesce(sent.estimated, 0) * sent.canonical_per_unit) as decimal(28, 9)) as estimated_amount,
        cast(sum(sent.measured * sent.gj_per_unit) as decimal(28, 9)) as measured_energy_gj,
        cast(sum(sent.estimated * sent.gj_per_unit) as decimal(28, 9)) as estimated_energy_gj,
        cast(sum(sent.intervals_read) as bigint) as intervals_read,
        -- intervals that do not state their length have the meter's
        cast(sum(sent.intervals_read - sent.stated_intervals) as bigint) as unstated_intervals,
        cast(coalesce(sum(sent.stated_minutes), 0) as bigint) as stated_minutes,
        cast(min(sent.least * sent.canonical_per_unit) as decimal(28, 9)) as least_amount,
        cast(max(sent.most * sent.canonical_per_unit) as decimal(28, 9)) as most_amount
    from sent
    group by sent.installation_code, sent.meter_code, sent.metered_on, sent.canonical_unit
),

final as (
    select
        converted.installation_code,
        converted.meter_code,
        converted.metered_on,
        converted.canonical_unit,
        converted.measured_amount,
        converted.estimated_amount,
        converted.measured_energy_gj,
        converted.estimated_energy_gj,
        converted.intervals_read,
        converted.unstated_intervals,
        converted.stated_minutes,
        converted.least_amount,
        converted.most_amount,
        wanted.content_hash,
        wanted.code_state
    from converted
    inner join wanted
        on converted.installation_code = wanted.installation_code and converted.metered_on = wanted.metered_on
)

select * from final
