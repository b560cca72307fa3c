-- Nodes of the CBAM graph and what each put out in the year.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

workbook_nodes as (select * from {{ ref('int_workbook_nodes') }}),

activity_level as (select * from {{ ref('int_activity_level') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

given as (
    select
        process_flows.installation_code,
        process_flows.from_process_code as process_code,
        process_flows.carrier,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        sum(process_flows.amount) as amount
    from process_flows
    group by
        process_flows.installation_code,
        process_flows.from_process_code,
        process_flows.carrier,
        {{ year_of('process_flows.month_from') }}
),

final as (
    select
        nodes.boundary,
        nodes.reporting_year,
        nodes.node_id,
        nodes.installation_code,
        nodes.process_code,
        nodes.kind,
        case when nodes.kind in ('heat', 'electricity') then nodes.unit else coalesce(activity_level.unit, nodes.unit) end
            as unit,
        cast(
            coalesce(
                case when nodes.kind in ('heat', 'electricity') then given.amount else activity_level.activity_level end, 0
            ) as decimal(28, 9)
        ) as output_amount,
        cast(
            case when nodes.kind not in ('heat', 'electricity') then coalesce(activity_level.activity_level_t, 0) end
            as decimal(28, 9)
        ) as output_t
    from nodes
    left join activity_level
        on
            nodes.installation_code = activity_level.installation_code
            and nodes.process_code = activity_level.process_code
            and nodes.reporting_year = activity_level.reporting_year
    left join given
        on
            nodes.installation_code = given.installation_code
            and nodes.process_code = given.process_code
            and nodes.reporting_year = given.reporting_year
            and nodes.kind = given.carrier
)

select * from final
union all
select
    boundary,
    reporting_year,
    node_id,
    installation_code,
    process_code,
    kind,
    unit,
    output_amount,
    output_amount as output_t
from workbook_nodes
