-- Attributed direct emissions of each process (2025/2547 Annex III A, Eq 55), and what lifts them to zero where they lie below.
-- The floor is the law's; the communication template has none: variable attributed_direct_floor, law or template.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

graph_nodes as (select * from {{ ref('int_graph_nodes') }}),

graph_edges as (select * from {{ ref('int_graph_edges') }} where carrier = 'heat'),

stream_leaves as (select * from {{ ref('int_stream_leaves') }}),

terms as (select * from {{ ref('int_attribution_terms') }}),

own as (
    select
        stream_leaves.installation_code,
        stream_leaves.process_code,
        stream_leaves.reporting_year,
        case stream_leaves.leaf_kind when 'purchased_heat' then 'heat_in' else 'streams' end as term,
        stream_leaves.measured_t_co2e + stream_leaves.estimated_t_co2e + stream_leaves.default_t_co2e as emissions_t
    from stream_leaves
    where stream_leaves.component = 'own_direct'
    union all
    select
        terms.installation_code,
        terms.process_code,
        terms.reporting_year,
        case terms.term when 'waste_gas_cap' then 'streams' else terms.term end as term,
        terms.measured_t_co2e + terms.estimated_t_co2e + terms.default_t_co2e as emissions_t
    from terms
    where terms.component = 'own_direct'
),

-- heat of the own boilers and power plants at what they burn themselves (Eq 44, 51)
heat_makers as (
    select
        nodes.boundary,
        nodes.reporting_year,
        nodes.node_id,
        max(graph_nodes.output_amount) as output_gj,
        case
            when count(*) = count(own.emissions_t)
                then sum({{ share_of('own.emissions_t', 'nodes.cum_share', 'nodes.cum_share_before', 12) }})
        end as emissions_t
    from nodes
    inner join graph_nodes
        on
            nodes.boundary = graph_nodes.boundary
            and nodes.reporting_year = graph_nodes.reporting_year
            and nodes.node_id = graph_nodes.node_id
    inner join own
        on
            nodes.installation_code = own.installation_code
            and nodes.process_code = own.process_code
            and nodes.reporting_year = own.reporting_year
    where nodes.kind = 'heat'
    group by nodes.boundary, nodes.reporting_year, nodes.node_id
),

of_own_plants as (
    select
        takers.installation_code,
        takers.process_code,
        takers.reporting_year,
        'heat_in' as term,
        {{ div(
            round_to(mul('graph_edges.amount', 'heat_makers.emissions_t', 9, 12)), 'heat_makers.output_gj', 12, 12
        ) }} as emissions_t
    from graph_edges
    inner join heat_makers
        on
            graph_edges.boundary = heat_makers.boundary
            and graph_edges.reporting_year = heat_makers.reporting_year
            and graph_edges.supplier_node_id = heat_makers.node_id
    inner join nodes as takers
        on
            graph_edges.boundary = takers.boundary
            and graph_edges.reporting_year = takers.reporting_year
            and graph_edges.consumer_node_id = takers.node_id
),

parts as (
    select * from own
    union all
    select * from of_own_plants
),

summed as (
    select
        parts.installation_code,
        parts.process_code,
        parts.reporting_year,
        {{ attributed_term('streams') }} as streams_t_co2e,
        {{ attributed_term('heat_in') }} as heat_in_t_co2e,
        {{ attributed_term('heat_out') }} as heat_out_t_co2e,
        {{ attributed_term('waste_gas_in') }} as waste_gas_in_t_co2e,
        {{ attributed_term('waste_gas_out') }} as waste_gas_out_t_co2e,
        {{ attributed_term('electricity_out') }} as electricity_out_t_co2e,
        case when count(*) = count(parts.emissions_t) then sum(parts.emissions_t) end as unfloored_t_co2e
    from parts
    inner join nodes
        on
            parts.installation_code = nodes.installation_code
            and parts.process_code = nodes.process_code
            and parts.reporting_year = nodes.reporting_year
    where nodes.boundary = 'cbam' and nodes.kind in ('good', 'other')
    group by parts.installation_code, parts.process_code, parts.reporting_year
),

floored as (
    select
        summed.*,
        case
            when summed.unfloored_t_co2e < 0 then {{ '-1' if has_floor_at_zero() else '0' }} * summed.unfloored_t_co2e
            when summed.unfloored_t_co2e >= 0 then 0
        end as floor_t_co2e
    from summed
),

final as (
    select
        floored.installation_code,
        floored.process_code,
        floored.reporting_year,
        cast(floored.streams_t_co2e as decimal(38, 12)) as streams_t_co2e,
        cast(floored.heat_in_t_co2e as decimal(38, 12)) as heat_in_t_co2e,
        cast(floored.heat_out_t_co2e as decimal(38, 12)) as heat_out_t_co2e,
        cast(floored.waste_gas_in_t_co2e as decimal(38, 12)) as waste_gas_in_t_co2e,
        cast(floored.waste_gas_out_t_co2e as decimal(38, 12)) as waste_gas_out_t_co2e,
        cast(floored.electricity_out_t_co2e as decimal(38, 12)) as electricity_out_t_co2e,
        cast(floored.unfloored_t_co2e as decimal(38, 12)) as unfloored_t_co2e,
        cast(floored.floor_t_co2e as decimal(38, 12)) as floor_t_co2e,
        cast(floored.unfloored_t_co2e + floored.floor_t_co2e as decimal(38, 12)) as attributed_direct_t_co2e
    from floored
)

select * from final
