-- Books of every lake partition, and how complete the meters of each day are; a day that never came is a row too.
with
partitions as (select * from {{ ref('stg_partitions') }}),

meter_days as (select * from {{ ref('int_meter_days') }}),

meter_minutes as (
    select
        'meter_readings' as table_name,
        installation_code,
        cast(metered_on as varchar) as partition_key,
        cast(sum(minutes_read) as bigint) as minutes_read,
        cast(sum(minutes_estimated) as bigint) as minutes_estimated,
        cast(sum(minutes_expected) as bigint) as minutes_expected
    from meter_days
    group by installation_code, metered_on
),

final as (
    select
        coalesce(partitions.table_name, meter_minutes.table_name) as table_name,
        coalesce(partitions.installation_code, meter_minutes.installation_code) as installation_code,
        coalesce(partitions.partition_key, meter_minutes.partition_key) as partition_key,
        coalesce(partitions.state, 'missing') as state,
        coalesce(partitions.rows_read, 0) as rows_read,
        coalesce(partitions.rows_accepted, 0) as rows_accepted,
        coalesce(partitions.rows_rejected, 0) as rows_rejected,
        coalesce(partitions.rows_superseded, 0) as rows_superseded,
        coalesce(partitions.rows_marked, 0) as rows_marked,
        meter_minutes.minutes_read,
        meter_minutes.minutes_estimated,
        meter_minutes.minutes_expected,
        {{ div('meter_minutes.minutes_read', 'meter_minutes.minutes_expected', 0, 12) }} as coverage_share
    from partitions
    full outer join meter_minutes
        on
            partitions.table_name = meter_minutes.table_name
            and partitions.installation_code = meter_minutes.installation_code
            and partitions.partition_key = meter_minutes.partition_key
)

select * from final
