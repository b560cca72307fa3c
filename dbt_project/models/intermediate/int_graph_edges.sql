-- What nodes take from nodes in the year. A combined heat and power plant takes its inputs in the parts of its split.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

workbook_edges as (select * from {{ ref('int_workbook_edges') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

material_use as (select * from {{ ref('stg_material_use') }}),

products as (select * from {{ ref('stg_products') }}),

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

-- a good used on site by another process; inside its own process it is in the bubble (2025/2547 Art 4(9))
materials as (
    select
        material_use.installation_code,
        products.process_code as from_process_code,
        material_use.process_code as to_process_code,
        'material' as carrier,
        {{ year_of('material_use.period_from') }} as reporting_year,
        cast(sum(material_use.amount_canonical) as decimal(28, 9)) as amount
    from material_use
    inner join products
        on
            material_use.installation_code = products.installation_code
            and material_use.component_code = products.product_code
            and {{ holds_on('products', 'material_use.period_from') }}
    where material_use.component_kind = 'product' and material_use.process_code <> products.process_code
    group by
        material_use.installation_code,
        products.process_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }}
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
