-- What nodes take from nodes in the year. A combined heat and power plant takes its inputs in the parts of its split.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

workbook_edges as (select * from {{ ref('int_workbook_edges') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

own_goods_used as (select * from {{ ref('int_own_goods_used') }}),

activity_level as (select * from {{ ref('int_activity_level') }}),

energy as (
    select
        process_flows.installation_code,
        process_flows.from_process_code,
        process_flows.to_process_code,
        process_flows.carrier,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        sum(process_flows.amount) as amount
    from process_flows
    group by
        process_flows.installation_code,
        process_flows.from_process_code,
        process_flows.to_process_code,
        process_flows.carrier,
        {{ year_of('process_flows.month_from') }}
),

materials as (
    select
        own_goods_used.installation_code,
        own_goods_used.from_process_code,
        own_goods_used.to_process_code,
        'material' as carrier,
        own_goods_used.reporting_year,
        -- a process that counts in tonnes for want of a content gives in tonnes
        cast(
            case
                when max(activity_level.unit) = 't' or count(*) > count(own_goods_used.amount)
                    then sum(own_goods_used.mass_t)
                else sum(own_goods_used.amount)
            end as decimal(28, 9)
        ) as amount
    from own_goods_used
    left join activity_level
        on
            own_goods_used.installation_code = activity_level.installation_code
            and own_goods_used.from_process_code = activity_level.process_code
            and own_goods_used.reporting_year = activity_level.reporting_year
    group by
        own_goods_used.installation_code,
        own_goods_used.from_process_code,
        own_goods_used.to_process_code,
        own_goods_used.reporting_year
),

taken as (
    select * from energy
    union all
    select * from materials
),

final as (
    select
        consumers.boundary,
        consumers.reporting_year,
        consumers.node_id as consumer_node_id,
        suppliers.node_id as supplier_node_id,
        taken.carrier,
        cast({{ share_of(
            'taken.amount', 'coalesce(consumers.cum_share, 1)', 'coalesce(consumers.cum_share_before, 0)'
        ) }} as decimal(28, 9)) as amount
    from taken
    inner join nodes as suppliers
        on
            taken.installation_code = suppliers.installation_code
            and taken.from_process_code = suppliers.process_code
            and taken.reporting_year = suppliers.reporting_year
            and taken.carrier = case when suppliers.kind in ('heat', 'electricity') then suppliers.kind else 'material' end
    inner join nodes as consumers
        on
            taken.installation_code = consumers.installation_code
            and taken.to_process_code = consumers.process_code
            and taken.reporting_year = consumers.reporting_year
            and suppliers.boundary = consumers.boundary
)

select * from final
union all
select
    boundary,
    reporting_year,
    consumer_node_id,
    supplier_node_id,
    carrier,
    amount
from workbook_edges
