-- What a stream's leaf is called in the graph of a year, and how many of its months are known.
with
activity_by_month as (select * from {{ ref('int_stream_activity_by_month') }}),

stream_years as (
    select
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }} as reporting_year,
        max(activity_by_month.stream_name) as stream_name,
        max(activity_by_month.method) as method,
        max(activity_by_month.activity_basis) as activity_basis,
        count(activity_by_month.amount) as months_known
    from activity_by_month
    group by
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }}
),

final as (
    select
        stream_years.installation_code,
        stream_years.stream_code,
        stream_years.reporting_year,
        stream_years.stream_name,
        stream_years.activity_basis,
        stream_years.months_known,
        stream_years.method = 'electricity' as is_electricity,
        {{ stream_leaf_id('stream_years') }} as leaf_id,
        case stream_years.method
            when 'electricity' then 'grid_electricity' when 'heat' then 'purchased_heat' else 'source_stream'
        end as leaf_kind,
        case stream_years.method when 'electricity' then 'own_indirect' else 'own_direct' end as component
    from stream_years
)

select * from final
