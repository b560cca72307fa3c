-- Calculated streams that only corroborate what stacks measure (2025/2547 Annex II B.6.4), by month: all that is stated of
-- them are shares of zero, each to a process that takes CO2 measured in a stack. Silence says nothing: a stream without
-- shares was forgotten.
with
activity_by_month as (select * from {{ ref('int_stream_activity_by_month') }}),

stream_shares as (select * from {{ ref('stg_stream_shares') }}),

shares as (
    select
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        activity_by_month.month_from,
        activity_by_month.method,
        activity_by_month.material_code,
        stream_shares.process_code,
        case when stream_shares.key = 'share' then stream_shares.share else 1 end as share
    from activity_by_month
    inner join stream_shares
        on
            activity_by_month.installation_code = stream_shares.installation_code
            and activity_by_month.stream_code = stream_shares.stream_code
            and {{ holds_on('stream_shares', 'activity_by_month.month_from') }}
),

measured_processes as (
    select distinct
        shares.installation_code,
        shares.process_code,
        shares.month_from
    from shares
    where shares.method = 'measured' and shares.material_code in ('CO2', 'CO') and shares.share > 0
),

final as (
    select
        shares.installation_code,
        shares.stream_code,
        shares.month_from
    from shares
    left join measured_processes
        on
            shares.installation_code = measured_processes.installation_code
            and shares.process_code = measured_processes.process_code
            and shares.month_from = measured_processes.month_from
    where shares.method in ('combustion', 'process_input', 'process_output', 'mass_balance')
    group by shares.installation_code, shares.stream_code, shares.month_from
    having max(shares.share) = 0 and count(*) = count(measured_processes.process_code)
)

select * from final
