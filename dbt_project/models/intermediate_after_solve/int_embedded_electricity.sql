-- Electricity that one functional unit of a good's process embodies: bought (by us or by makers of precursors) and own.
with
requirements as (select * from {{ source('solve', 'requirements') }}),

graph_nodes as (select * from {{ ref('int_graph_nodes') }}),

leaf_contributions as (select * from {{ ref('int_leaf_contributions') }}),

parts as (
    select
        boundary,
        reporting_year,
        target_node_id,
        electricity_mwh_per_fu
    from leaf_contributions
    where electricity_mwh_per_fu is not null
    union all
    -- own generation is consumed electricity like any other; its output is counted in MWh
    select
        requirements.boundary,
        requirements.reporting_year,
        requirements.target_node_id,
        requirements.total_amount as electricity_mwh_per_fu
    from requirements
    inner join graph_nodes
        on
            requirements.boundary = graph_nodes.boundary
            and requirements.reporting_year = graph_nodes.reporting_year
            and requirements.node_id = graph_nodes.node_id
    where graph_nodes.kind = 'electricity'
),

final as (
    select
        boundary,
        reporting_year,
        target_node_id,
        cast(sum(electricity_mwh_per_fu) as decimal(38,12)) as electricity_mwh_per_fu
    from parts
    group by boundary, reporting_year, target_node_id
)

select * from final
