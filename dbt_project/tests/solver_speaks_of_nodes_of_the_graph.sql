-- Every target and every needed node of the answer is a node of the graph it answers: the solve is not an older build's.
-- depends_on: {{ ref('int_leaf_contributions') }}
with
requirements as (select * from {{ source('solve', 'requirements') }}),

graph_nodes as (select * from {{ ref('int_graph_nodes') }})

select
    requirements.boundary,
    requirements.reporting_year,
    requirements.target_node_id,
    requirements.node_id
from requirements
left join graph_nodes as targets
    on
        requirements.boundary = targets.boundary
        and requirements.reporting_year = targets.reporting_year
        and requirements.target_node_id = targets.node_id
left join graph_nodes as needed
    on
        requirements.boundary = needed.boundary
        and requirements.reporting_year = needed.reporting_year
        and requirements.node_id = needed.node_id
where targets.node_id is null or needed.node_id is null
