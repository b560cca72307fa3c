-- What is missing of streams, as leaves without emissions: no figure stands on a gap.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

emissions as (
    select * from {{ ref('int_stream_emissions_by_gas') }}
    where rule_set = 'cbam' and process_code is null and not is_corroborating
),

stream_years as (select * from {{ ref('int_stream_years') }}),

activity_by_month as (select * from {{ ref('int_stream_activity_by_month') }}),

stream_shares as (select * from {{ ref('stg_stream_shares') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

missing_months as (select * from {{ ref('int_missing_months') }}),

corroborating_streams as (select * from {{ ref('int_corroborating_streams') }}),

-- what no process takes burdens every good of the installation
unattributed as (
    select
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        'unattributed/' || nodes.installation_code || '/' || stream_years.stream_code as leaf_id,
        stream_years.leaf_kind,
        stream_years.stream_name as leaf_name,
        stream_years.component,
        cast(sum(emissions.amount) as decimal(28, 9)) as activity_amount,
        max(emissions.unit) as activity_unit,
        'a part of stream ' || stream_years.stream_code || ' is attributed to no process' as absent_because
    from emissions
    inner join stream_years
        on
            emissions.installation_code = stream_years.installation_code
            and emissions.stream_code = stream_years.stream_code
            and {{ year_of('emissions.month_from') }} = stream_years.reporting_year
    inner join nodes
        on
            emissions.installation_code = nodes.installation_code
            and stream_years.reporting_year = nodes.reporting_year
            and nodes.kind = 'good'
    where emissions.amount <> 0
    group by
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        stream_years.stream_code,
        stream_years.leaf_kind,
        stream_years.stream_name,
        stream_years.component
),

takers as (
    select distinct
        stream_shares.installation_code,
        stream_shares.stream_code,
        stream_shares.process_code
    from stream_shares
    union
    select
        process_flows.installation_code,
        process_flows.stream_code,
        process_flows.to_process_code as process_code
    from process_flows
    where process_flows.from_process_code = 'outside' and process_flows.stream_code is not null
),

-- what is not known of a stream burdens those who share it, or every good where nobody does
burdened as (
    select distinct
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        stream_years.stream_code
    from stream_years
    inner join nodes
        on
            stream_years.installation_code = nodes.installation_code
            and stream_years.reporting_year = nodes.reporting_year
    left join takers
        on
            stream_years.installation_code = takers.installation_code
            and stream_years.stream_code = takers.stream_code
            and nodes.process_code = takers.process_code
    where
        takers.process_code is not null
        or (
            nodes.kind = 'good'
            and not exists (
                select 1
                from takers as anybody
                where
                    anybody.installation_code = stream_years.installation_code
                    and anybody.stream_code = stream_years.stream_code
            )
        )
),

silent_years as (
    select
        stream_years.installation_code,
        stream_years.stream_code,
        stream_years.reporting_year,
        'unknown' as gap,
        'no ' || case stream_years.activity_basis
            when 'meters' then 'reading' when 'measurements' then 'measurement' else 'document'
        end
        || ' of stream ' || stream_years.stream_code || ' in ' || cast(stream_years.reporting_year as varchar)
            as absent_because
    from stream_years
    where
        stream_years.months_known = 0
        -- no figure rests on months that corroborate; one that does not is missing
        and exists (
            select 1
            from activity_by_month
            left join corroborating_streams
                on
                    activity_by_month.installation_code = corroborating_streams.installation_code
                    and activity_by_month.stream_code = corroborating_streams.stream_code
                    and activity_by_month.month_from = corroborating_streams.month_from
            where
                activity_by_month.installation_code = stream_years.installation_code
                and activity_by_month.stream_code = stream_years.stream_code
                and {{ year_of('activity_by_month.month_from') }} = stream_years.reporting_year
                and corroborating_streams.stream_code is null
        )
),

-- what is known in other months and silent in these is not zero in these
silent_months as (
    select
        missing_months.installation_code,
        missing_months.stream_code,
        missing_months.reporting_year,
        'months' as gap,
        'no ' || missing_months.missing || ' for '
        || string_agg({{ year_and_month('missing_months.month_from') }}, ', ' order by missing_months.month_from)
            as absent_because
    from missing_months
    inner join stream_years
        on
            missing_months.installation_code = stream_years.installation_code
            and missing_months.stream_code = stream_years.stream_code
            and missing_months.reporting_year = stream_years.reporting_year
    left join corroborating_streams
        on
            missing_months.installation_code = corroborating_streams.installation_code
            and missing_months.stream_code = corroborating_streams.stream_code
            and missing_months.month_from = corroborating_streams.month_from
    where
        missing_months.what = 'stream'
        and stream_years.months_known > 0
        and corroborating_streams.stream_code is null
    group by
        missing_months.installation_code,
        missing_months.stream_code,
        missing_months.reporting_year,
        missing_months.missing
),

-- bought power passed on is never more than was bought: what leaves beyond it is made here, and its meter is no bill
exported as (
    select
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }} as reporting_year,
        'exported' as gap,
        'more power of ' || activity_by_month.stream_code || ' leaves than comes in '
        || string_agg({{ year_and_month('activity_by_month.month_from') }}, ', ' order by activity_by_month.month_from)
        || ': tell own power as a flow to outside, bought power by a meter of the stream it came by' as absent_because
    from activity_by_month
    where
        activity_by_month.method = 'electricity'
        and activity_by_month.activity_basis = 'meters'
        and activity_by_month.amount < 0
    group by
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }}
),

unknown as (
    select * from silent_years
    union all
    select * from silent_months
    union all
    select * from exported
),

final as (
    select * from unattributed
    union all
    select
        burdened.installation_code,
        burdened.process_code,
        burdened.reporting_year,
        unknown.gap || '/' || burdened.installation_code || '/' || burdened.stream_code as leaf_id,
        stream_years.leaf_kind,
        stream_years.stream_name as leaf_name,
        stream_years.component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        unknown.absent_because
    from unknown
    inner join burdened
        on
            unknown.installation_code = burdened.installation_code
            and unknown.stream_code = burdened.stream_code
            and unknown.reporting_year = burdened.reporting_year
    inner join stream_years
        on
            unknown.installation_code = stream_years.installation_code
            and unknown.stream_code = stream_years.stream_code
            and unknown.reporting_year = stream_years.reporting_year
)

select * from final
