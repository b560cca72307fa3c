-- Months of a reporting year of which something that feeds a figure says nothing, though the installation has data
-- before (or in) them and after: a stream without a reading or document, a good's process that took energy and
-- states no output, a flow that is known in other months. The installation's last month, up to which data were issued,
-- is still open and no gap.
with
reporting_years as (select * from {{ ref('int_reporting_years') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

processes as (select * from {{ ref('stg_processes') }}),

production_output as (select * from {{ ref('stg_production_output') }}),

activity_by_month as (select * from {{ ref('int_stream_activity_by_month') }}),

attribution as (select * from {{ ref('int_stream_attribution') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

partitions as (select * from {{ ref('stg_partitions') }}),

installations as (select * from {{ ref('stg_installations') }}),

-- the month in which a table of an installation was last issued; null where one of its files does not say when
last_issues as (
    select
        partitions.installation_code,
        partitions.table_name,
        case
            when count(*) = count(partitions.issued_at)
                then max({{ month_of(wall_time('partitions.issued_at', 'installations.time_zone')) }})
        end as month_from
    from partitions
    left join installations
        on
            partitions.installation_code = installations.installation_code
            and {{ holds_on('installations', 'cast(partitions.issued_at as date)') }}
    where partitions.state <> 'empty'
    group by partitions.installation_code, partitions.table_name
),

months_with_data as (
    select
        activity_by_month.installation_code,
        activity_by_month.month_from,
        -- meters by day already end where they were issued
        case when activity_by_month.activity_basis <> 'meters' then 'activity_data' end as table_name
    from activity_by_month
    where activity_by_month.amount is not null
    union all
    select
        production_output.installation_code,
        {{ month_of('production_output.period_from') }} as month_from,
        'production_output' as table_name
    from production_output
    union all
    select
        process_flows.installation_code,
        process_flows.month_from,
        'process_flows' as table_name
    from process_flows
),

-- what was sent ahead of its month closes none of the months before it
spans as (
    select
        months_with_data.installation_code,
        min(months_with_data.month_from) as first_month,
        max(months_with_data.month_from) as last_month
    from months_with_data
    left join last_issues
        on
            months_with_data.installation_code = last_issues.installation_code
            and months_with_data.table_name = last_issues.table_name
    where last_issues.month_from is null or months_with_data.month_from <= last_issues.month_from
    group by months_with_data.installation_code
),

months_of_a_year as (
    select months.month_number
    from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as months (month_number)
),

each_month as (
    select
        reporting_years.boundary,
        reporting_years.installation_code,
        reporting_years.reporting_year,
        {{ month_of_year('reporting_years.reporting_year', 'months_of_a_year.month_number') }} as month_from
    from reporting_years
    cross join months_of_a_year
),

closed_months as (
    select each_month.*
    from each_month
    inner join spans
        on
            each_month.installation_code = spans.installation_code
            and spans.first_month <= each_month.month_from
            and each_month.month_from < spans.last_month
),

streams as (
    select
        closed_months.boundary,
        closed_months.installation_code,
        closed_months.reporting_year,
        closed_months.month_from,
        'stream' as what,
        source_streams.stream_code,
        cast(null as varchar) as carrier,
        cast(null as varchar) as from_process_code,
        cast(null as varchar) as to_process_code,
        case
            when source_streams.activity_basis = 'meters' then 'reading'
            when source_streams.activity_basis = 'measurements' then 'full month of measurements'
            when source_streams.activity_basis in ('stock_balance', 'output_balance') then 'stock'
            else 'document'
        end
        || ' of ' || source_streams.stream_code as missing
    from closed_months
    inner join source_streams
        on
            closed_months.installation_code = source_streams.installation_code
            and {{ holds_on('source_streams', 'closed_months.month_from') }}
    left join activity_by_month
        on
            source_streams.installation_code = activity_by_month.installation_code
            and source_streams.stream_code = activity_by_month.stream_code
            and closed_months.month_from = activity_by_month.month_from
    where activity_by_month.amount is null
),

months_of_energy as (
    select distinct
        attribution.installation_code,
        attribution.process_code,
        {{ month_of('attribution.period_from') }} as month_from
    from attribution
    where attribution.process_code is not null and attribution.amount <> 0
),

months_of_output as (
    select distinct
        production_output.installation_code,
        production_output.process_code,
        {{ month_of('production_output.period_from') }} as month_from
    from production_output
),

outputs as (
    select
        closed_months.boundary,
        closed_months.installation_code,
        closed_months.reporting_year,
        closed_months.month_from,
        'output' as what,
        cast(null as varchar) as stream_code,
        cast(null as varchar) as carrier,
        cast(null as varchar) as from_process_code,
        processes.process_code as to_process_code,
        'output of ' || processes.process_code as missing
    from closed_months
    inner join processes
        on
            closed_months.installation_code = processes.installation_code
            and processes.kind = 'good'
            and {{ holds_on('processes', 'closed_months.month_from') }}
    inner join months_of_energy
        on
            processes.installation_code = months_of_energy.installation_code
            and processes.process_code = months_of_energy.process_code
            and closed_months.month_from = months_of_energy.month_from
    left join months_of_output
        on
            processes.installation_code = months_of_output.installation_code
            and processes.process_code = months_of_output.process_code
            and closed_months.month_from = months_of_output.month_from
    where months_of_output.process_code is null
),

flow_pairs as (
    select distinct
        process_flows.installation_code,
        process_flows.carrier,
        process_flows.from_process_code,
        process_flows.to_process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year
    from process_flows
),

flows as (
    select
        closed_months.boundary,
        closed_months.installation_code,
        closed_months.reporting_year,
        closed_months.month_from,
        'flow' as what,
        cast(null as varchar) as stream_code,
        flow_pairs.carrier,
        flow_pairs.from_process_code,
        flow_pairs.to_process_code,
        flow_pairs.carrier || ' from ' || flow_pairs.from_process_code || ' to ' || flow_pairs.to_process_code
            as missing
    from closed_months
    inner join flow_pairs
        on
            closed_months.installation_code = flow_pairs.installation_code
            and closed_months.reporting_year = flow_pairs.reporting_year
    left join process_flows
        on
            flow_pairs.installation_code = process_flows.installation_code
            and flow_pairs.carrier = process_flows.carrier
            and flow_pairs.from_process_code = process_flows.from_process_code
            and flow_pairs.to_process_code = process_flows.to_process_code
            and closed_months.month_from = process_flows.month_from
    where process_flows.carrier is null
),

final as (
    select * from streams
    union all
    select * from outputs
    union all
    select * from flows
)

select * from final
