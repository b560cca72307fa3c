-- Embedded emissions, electricity and carbon price of one tonne from every process of communication workbooks, over the
-- whole chain inside the installation.
with
nodes as (select * from {{ ref('int_workbook_nodes') }}),

requirements as (
    select * from {{ source('solve', 'requirements') }}
    where boundary = '{{ workbook_boundary() }}'
),

leaf_contributions as (
    select * from {{ ref('int_leaf_contributions') }}
    where boundary = '{{ workbook_boundary() }}'
),

embedded_electricity as (
    select * from {{ ref('int_embedded_electricity') }}
    where boundary = '{{ workbook_boundary() }}'
),

carbon_prices as (select * from {{ ref('int_workbook_carbon_prices') }}),

marked as (
    select
        leaf_contributions.*,
        leaf_contributions.component in ('own_direct', 'precursor_direct') as is_direct
    from leaf_contributions
),

sums as (
    select
        marked.target_node_id,
        marked.reporting_year,
        {{ figures_sum_where('marked.emissions_t_co2e_per_fu', 'marked.is_direct') }} as direct,
        {{ figures_sum_where('marked.emissions_t_co2e_per_fu', 'not marked.is_direct') }} as indirect,
        {{ figures_sum_where('marked.default_t_co2e_per_fu', 'marked.is_direct') }} as direct_by_default,
        count(case when marked.is_direct and marked.emissions_t_co2e_per_fu is null then 1 end) = 0 as is_direct_known,
        count(case when not marked.is_direct and marked.emissions_t_co2e_per_fu is null then 1 end) = 0 as is_indirect_known,
        min(marked.absent_because) as absent_because
    from marked
    group by marked.target_node_id, marked.reporting_year
),

prices as (
    select
        requirements.target_node_id,
        requirements.reporting_year,
        count(*) as nodes_needed,
        count({{ figures_per_unit('requirements.total_amount', 'carbon_prices.due_amount', 'needed.output_amount') }})
            as due_known,
        count({{ figures_per_unit('requirements.total_amount', 'carbon_prices.rebate_amount', 'needed.output_amount') }})
            as rebate_known,
        sum({{ figures_per_unit('requirements.total_amount', 'carbon_prices.due_amount', 'needed.output_amount') }}) as due,
        sum({{ figures_per_unit('requirements.total_amount', 'carbon_prices.rebate_amount', 'needed.output_amount') }}) as rebate
    from requirements
    inner join nodes as needed
        on requirements.node_id = needed.node_id and requirements.reporting_year = needed.reporting_year
    left join carbon_prices
        on requirements.node_id = carbon_prices.node_id and requirements.reporting_year = carbon_prices.reporting_year
    group by requirements.target_node_id, requirements.reporting_year
),

final as (
    select
        nodes.workbook_id,
        nodes.block_position,
        cast(case when sums.is_direct_known then sums.direct end as decimal(38, 12)) as see_direct_t_co2e_per_t,
        cast(case when sums.is_indirect_known then sums.indirect end as decimal(38, 12)) as see_indirect_t_co2e_per_t,
        cast(case when sums.is_direct_known and sums.is_indirect_known then sums.direct + sums.indirect end as decimal(38, 12))
            as see_t_co2e_per_t,
        cast(
            case when sums.is_direct_known then {{ div('sums.direct_by_default', 'sums.direct', 12, 12) }} end as decimal(38, 12)
        ) as default_share,
        cast(case when sums.is_indirect_known then embedded_electricity.electricity_mwh_per_fu end as decimal(38, 12))
            as electricity_mwh_per_t,
        cast(case when prices.nodes_needed = prices.due_known then prices.due end as decimal(38, 12)) as carbon_price_due_per_t,
        cast(case when prices.nodes_needed = prices.rebate_known then prices.rebate end as decimal(38, 12))
            as carbon_price_rebate_per_t,
        sums.absent_because
    from nodes
    left join sums on nodes.node_id = sums.target_node_id and nodes.reporting_year = sums.reporting_year
    left join prices on nodes.node_id = prices.target_node_id and nodes.reporting_year = prices.reporting_year
    left join embedded_electricity
        on
            nodes.node_id = embedded_electricity.target_node_id
            and nodes.reporting_year = embedded_electricity.reporting_year
)

select * from final
