-- What every leaf puts into one functional unit of every good's process, over both ways a need can reach a node.
with
requirements as (select * from {{ source('solve', 'requirements') }}),

graph_nodes as (select * from {{ ref('int_graph_nodes') }}),

graph_leaves as (select * from {{ ref('int_graph_leaves') }}),

needs as (
    select
        boundary,
        reporting_year,
        target_node_id,
        node_id,
        'carried' as via,
        direct_amount as needed_amount
    from requirements
    where direct_amount > 0
    union all
    -- what reached the node through electricity at least once
    select
        boundary,
        reporting_year,
        target_node_id,
        node_id,
        'electricity' as via,
        total_amount - direct_amount
    from requirements
    where total_amount > direct_amount
),

per_unit as (
    select
        needs.boundary,
        needs.reporting_year,
        needs.target_node_id,
        needs.node_id,
        graph_leaves.leaf_id,
        -- emissions of making electricity are indirect for whoever uses it
        case
            when
                needs.via = 'electricity'
                and graph_leaves.component in ('own_direct', 'precursor_direct', 'precursor_default_undivided')
                then 'own_indirect'
            else graph_leaves.component
        end as component,
        graph_leaves.component as leaf_component,
        needs.via,
        graph_leaves.leaf_kind,
        graph_leaves.leaf_name,
        graph_leaves.factor_id,
        graph_leaves.absent_because,
        graph_nodes.output_amount,
        {{ figures_per_unit('needs.needed_amount', 'graph_leaves.emissions_t_co2e', 'graph_nodes.output_amount') }}
            as emissions_t_co2e_per_fu,
        {{ figures_per_unit('needs.needed_amount', 'graph_leaves.measured_t_co2e', 'graph_nodes.output_amount') }}
            as measured_t_co2e_per_fu,
        {{ figures_per_unit(
            'needs.needed_amount',
            '(graph_leaves.measured_t_co2e + graph_leaves.estimated_t_co2e)',
            'graph_nodes.output_amount'
        ) }} as measured_or_estimated_t_co2e_per_fu,
        {{ figures_per_unit('needs.needed_amount', 'graph_leaves.electricity_mwh', 'graph_nodes.output_amount') }}
            as electricity_mwh_per_fu
    from needs
    inner join graph_nodes
        on
            needs.boundary = graph_nodes.boundary
            and needs.reporting_year = graph_nodes.reporting_year
            and needs.node_id = graph_nodes.node_id
    inner join graph_leaves
        on
            needs.boundary = graph_leaves.boundary
            and needs.reporting_year = graph_leaves.reporting_year
            and needs.node_id = graph_leaves.node_id
),

final as (
    select
        boundary,
        reporting_year,
        target_node_id,
        node_id,
        leaf_id,
        component,
        leaf_component,
        via,
        leaf_kind,
        leaf_name,
        factor_id,
        emissions_t_co2e_per_fu,
        measured_t_co2e_per_fu,
        -- differences of rounded cumulative parts: the three parts sum to the leaf to the last digit
        {{ round_to('measured_or_estimated_t_co2e_per_fu - measured_t_co2e_per_fu') }} as estimated_t_co2e_per_fu,
        {{ round_to('emissions_t_co2e_per_fu - measured_or_estimated_t_co2e_per_fu') }} as default_t_co2e_per_fu,
        electricity_mwh_per_fu,
        case
            when emissions_t_co2e_per_fu is not null then null
            when output_amount = 0 then {{ figures_no_output('node_id', 'reporting_year') }}
            else leaf_name || ': ' || coalesce(absent_because, 'no factor')
        end as absent_because
    from per_unit
)

select * from final
