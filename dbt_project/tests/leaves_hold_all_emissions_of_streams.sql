-- Nothing is lost between processes and nodes: stream leaves sum to the attributed emissions under CBAM and what CBAM
-- adds to estimates.
with
at_leaves as (
    select
        nodes.installation_code,
        leaves.reporting_year,
        sum(leaves.emissions_t_co2e) as emissions_t_co2e,
        count(leaves.absent_because) as gaps
    from {{ ref('int_graph_leaves') }} as leaves
    inner join {{ ref('int_graph_nodes') }} as nodes
        on leaves.node_id = nodes.node_id and leaves.reporting_year = nodes.reporting_year
    where leaves.leaf_kind in ('source_stream', 'purchased_heat', 'grid_electricity', 'contracted_electricity')
    group by nodes.installation_code, leaves.reporting_year
),

attributed as (
    select
        installation_code,
        {{ year_of('month_from') }} as reporting_year,
        sum(emissions_t_co2e + conservative_addition_t_co2e) as emissions_t_co2e
    from {{ ref('int_stream_emissions_by_gas') }}
    where rule_set = 'cbam' and process_code is not null
    group by installation_code, {{ year_of('month_from') }}
)

select
    attributed.installation_code,
    attributed.reporting_year,
    attributed.emissions_t_co2e,
    at_leaves.emissions_t_co2e as at_leaves_t_co2e
from attributed
left join at_leaves
    on attributed.installation_code = at_leaves.installation_code and attributed.reporting_year = at_leaves.reporting_year
-- a process without a node or a plant that cannot be split has a leaf that says so
where coalesce(at_leaves.gaps, 0) = 0 and attributed.emissions_t_co2e <> coalesce(at_leaves.emissions_t_co2e, 0)
