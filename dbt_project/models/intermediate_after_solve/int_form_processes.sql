-- Production processes of an installation and year as the Commission's form asks for them: what was made, the emissions of
-- the process's own streams, heat taken and given with what a TJ of it emitted, waste gas, power given, and all electricity
-- with one factor. Heat and power of the works, and materials of processes that have no section, carry what the solver
-- found them to emit.
with
nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam'),

edges as (select * from {{ ref('int_graph_edges') }} where boundary = 'cbam'),

graph_leaves as (select * from {{ ref('int_graph_leaves') }} where boundary = 'cbam'),

attribution_terms as (select * from {{ ref('int_attribution_terms') }}),

constants as (select * from {{ ref('constants') }}),

intensities as (select * from {{ source('solve', 'intensities') }} where boundary = 'cbam'),

embedded_electricity as (select * from {{ ref('int_embedded_electricity') }} where boundary = 'cbam'),

processes as (select * from {{ ref('stg_processes') }}),

process_goods as (select * from {{ ref('stg_process_goods') }}),

goods as (
    select
        nodes.node_id,
        nodes.reporting_year,
        min({{ figures_byte_order('(case when process_goods.is_main then process_goods.aggregated_good end)') }})
            as aggregated_good
    from nodes
    inner join process_goods
        on
            nodes.installation_code = process_goods.installation_code
            and nodes.process_code = process_goods.process_code
            and process_goods.valid_from < {{ first_of_year('nodes.reporting_year + 1') }}
            and (
                process_goods.valid_until is null
                or {{ first_of_year('nodes.reporting_year') }} < process_goods.valid_until
            )
    where nodes.kind = 'good'
    group by nodes.node_id, nodes.reporting_year
),

names as (
    select
        processes.installation_code,
        processes.process_code,
        max({{ figures_byte_order('processes.name') }}) as process_name
    from processes
    group by processes.installation_code, processes.process_code
),

-- a process gives or takes a flow, so that the leaf tells the term
terms as (
    select distinct
        attribution_terms.installation_code,
        attribution_terms.process_code,
        attribution_terms.reporting_year,
        attribution_terms.leaf_id,
        attribution_terms.component,
        attribution_terms.term
    from attribution_terms
),

leaves as (
    select
        graph_leaves.*,
        case
            when graph_leaves.leaf_kind = 'purchased_heat' then 'heat_in'
            when graph_leaves.component = 'own_direct' then coalesce(terms.term, 'own')
        end as direct_term
    from graph_leaves
    inner join nodes on graph_leaves.node_id = nodes.node_id and graph_leaves.reporting_year = nodes.reporting_year
    left join terms
        on
            nodes.installation_code = terms.installation_code
            and nodes.process_code = terms.process_code
            and graph_leaves.reporting_year = terms.reporting_year
            and graph_leaves.leaf_id = terms.leaf_id
            and graph_leaves.component = terms.component
),

-- one unknown leaf leaves the sum unknown
own as (
    select
        leaves.reporting_year,
        leaves.node_id,
        {{ form_sum("leaves.direct_term = 'own'", 'leaves.emissions_t_co2e') }} as dir_em_t_co2e,
        {{ form_sum("leaves.direct_term = 'heat_in'", 'leaves.activity_amount') }} as heat_in_gj,
        {{ form_sum("leaves.direct_term = 'heat_in'", 'leaves.emissions_t_co2e') }} as heat_in_t_co2e,
        {{ form_sum("leaves.direct_term = 'heat_out'", '-1 * leaves.activity_amount') }} as heat_out_gj,
        {{ form_sum("leaves.direct_term = 'heat_out'", '-1 * leaves.emissions_t_co2e') }} as heat_out_t_co2e,
        {{ form_sum("leaves.direct_term = 'waste_gas_in'", 'leaves.emissions_t_co2e') }} as waste_gas_in_t_co2e,
        {{ form_sum("leaves.direct_term = 'waste_gas_out'", '-1 * leaves.emissions_t_co2e') }} as waste_gas_out_t_co2e,
        {{ form_sum("leaves.direct_term = 'electricity_out'", '-1 * leaves.activity_amount') }} as exported_mwh,
        {{ form_sum("leaves.direct_term = 'electricity_out'", '-1 * leaves.emissions_t_co2e') }} as exported_t_co2e,
        {{ form_sum("leaves.component = 'own_indirect'", 'leaves.emissions_t_co2e') }} as grid_t_co2e,
        max({{ figures_byte_order("(leaves.leaf_name || ': ' || leaves.absent_because)") }}) as absent_because
    from leaves
    group by leaves.reporting_year, leaves.node_id
),

taken as (
    select
        edges.reporting_year,
        edges.consumer_node_id as node_id,
        {{ form_sum("edges.carrier = 'heat'", 'edges.amount') }} as heat_gj,
        {{ form_sum("edges.carrier = 'heat'", mul('edges.amount', 'intensities.direct_t_co2e')) }} as heat_t_co2e,
        {{ form_sum(
            "edges.carrier = 'material' and suppliers.kind <> 'good'", mul('edges.amount', 'intensities.direct_t_co2e')
        ) }} as material_t_co2e,
        {{ form_sum(
            "(edges.carrier <> 'material' or suppliers.kind <> 'good')",
            mul(
                'edges.amount',
                "intensities.total_t_co2e - case when edges.carrier = 'electricity' then 0 else intensities.direct_t_co2e end"
            )
        ) }} as indirect_t_co2e
    from edges
    inner join intensities
        on edges.reporting_year = intensities.reporting_year and edges.supplier_node_id = intensities.node_id
    inner join nodes as suppliers
        on edges.reporting_year = suppliers.reporting_year and edges.supplier_node_id = suppliers.node_id
    group by edges.reporting_year, edges.consumer_node_id
),

gas as (
    select
        max(case when constants.constant_key = 'natural_gas_cbam' then constants.numerator end) as t_co2_per_tj,
        max(case when constants.constant_key = 'waste_gas_export_ratio' then constants.numerator end) as export_ratio
    from constants
),

given as (
    select
        edges.reporting_year,
        edges.supplier_node_id as node_id,
        sum(case when nodes.kind = 'good' then edges.amount else 0 end) as to_goods,
        sum(case when nodes.kind = 'good' then 0 else edges.amount end) as to_others
    from edges
    inner join nodes on edges.reporting_year = nodes.reporting_year and edges.consumer_node_id = nodes.node_id
    where edges.carrier = 'material'
    group by edges.reporting_year, edges.supplier_node_id
),

-- the electricity of what a process takes from others is theirs
passed_on as (
    select
        edges.reporting_year,
        edges.consumer_node_id as node_id,
        sum(cast({{ mul('edges.amount', 'embedded_electricity.electricity_mwh_per_fu') }} as decimal(38, 12))) as electricity_mwh
    from edges
    inner join embedded_electricity
        on
            edges.reporting_year = embedded_electricity.reporting_year
            and edges.supplier_node_id = embedded_electricity.target_node_id
    where edges.carrier = 'material'
    group by edges.reporting_year, edges.consumer_node_id
),

of_precursors as (
    select
        leaves.reporting_year,
        leaves.node_id,
        sum(leaves.electricity_mwh) as electricity_mwh
    from leaves
    where leaves.leaf_kind = 'precursor'
    group by leaves.reporting_year, leaves.node_id
),

added as (
    select
        nodes.*,
        goods.aggregated_good,
        nodes.process_code || ' ' || names.process_name as process_name,
        coalesce(own.dir_em_t_co2e, case when own.node_id is null then 0 end)
        + case when taken.node_id is null then 0 else taken.material_t_co2e end as dir_em_t_co2e,
        coalesce(own.heat_in_gj, 0) + coalesce(taken.heat_gj, 0) as heat_gj,
        coalesce(own.heat_out_gj, 0) as heat_out_gj,
        own.heat_out_t_co2e,
        case when own.node_id is null then 0 else own.waste_gas_in_t_co2e end as waste_gas_in_t_co2e,
        case when own.node_id is null then 0 else own.waste_gas_out_t_co2e end as waste_gas_out_t_co2e,
        coalesce(own.exported_mwh, 0) as exported_mwh,
        own.exported_t_co2e,
        case when own.node_id is null then 0 else own.heat_in_t_co2e end
        + case when taken.node_id is null then 0 else taken.heat_t_co2e end as heat_t_co2e,
        case when own.node_id is null then 0 else own.grid_t_co2e end
        + case when taken.node_id is null then 0 else taken.indirect_t_co2e end as indirect_t_co2e,
        {{ round_to(
            mul('nodes.output_amount', 'coalesce(embedded_electricity.electricity_mwh_per_fu, 0)')
            ~ ' - coalesce(passed_on.electricity_mwh, 0) - coalesce(of_precursors.electricity_mwh, 0)', 9
        ) }} as electricity_mwh,
        coalesce(given.to_others, 0) as to_others,
        nodes.output_amount - coalesce(given.to_goods, 0) - coalesce(given.to_others, 0) as rest,
        -- the form counts in tonnes, whatever the functional unit
        case when nodes.unit = 't' then 1 else {{ div('nodes.output_t', 'nodes.output_amount', 9, 12) }} end as t_per_unit,
        own.absent_because
    from nodes
    inner join goods on nodes.node_id = goods.node_id and nodes.reporting_year = goods.reporting_year
    left join names on nodes.installation_code = names.installation_code and nodes.process_code = names.process_code
    left join own on nodes.node_id = own.node_id and nodes.reporting_year = own.reporting_year
    left join taken on nodes.node_id = taken.node_id and nodes.reporting_year = taken.reporting_year
    left join given on nodes.node_id = given.node_id and nodes.reporting_year = given.reporting_year
    left join passed_on on nodes.node_id = passed_on.node_id and nodes.reporting_year = passed_on.reporting_year
    left join of_precursors on nodes.node_id = of_precursors.node_id and nodes.reporting_year = of_precursors.reporting_year
    left join embedded_electricity
        on nodes.node_id = embedded_electricity.target_node_id and nodes.reporting_year = embedded_electricity.reporting_year
    where nodes.output_amount > 0
),

final as (
    select
        added.installation_code,
        cast(added.reporting_year as integer) as reporting_year,
        cast(
            row_number() over (
                partition by added.installation_code, added.reporting_year order by {{ figures_byte_order('added.process_code') }}
            ) as integer
        ) as block_position,
        added.node_id,
        added.process_code,
        added.process_name,
        {{ workbook_category('added.aggregated_good') }} as category,
        {{ workbook_route_line('added.aggregated_good') }} as route_line,
        added.output_t as produced_t,
        -- what nobody took on site went to the market; more taken than made leaves it unknown
        cast(case when added.rest >= 0 then {{ mul('added.rest', 'added.t_per_unit') }} end as decimal(28, 9)) as market_t,
        cast({{ mul('added.to_others', 'added.t_per_unit') }} as decimal(28, 9)) as other_use_t,
        cast(added.t_per_unit as decimal(28, 12)) as t_per_unit,
        cast(added.dir_em_t_co2e as decimal(38, 12)) as dir_em_t_co2e,
        cast({{ thousandth('added.heat_gj') }} as decimal(38, 12)) as heat_in_tj,
        cast({{ div('1000 * added.heat_t_co2e', 'added.heat_gj', 12, 12) }} as decimal(38, 12)) as heat_in_factor,
        cast({{ thousandth('added.heat_out_gj') }} as decimal(38, 12)) as heat_out_tj,
        cast({{ div('1000 * added.heat_out_t_co2e', 'added.heat_out_gj', 12, 12) }} as decimal(38, 12)) as heat_out_factor,
        -- the form prices gas as Eq 53 and 54 do: its TJ are those that were counted, what is given only as far as evidenced
        cast({{ div('added.waste_gas_in_t_co2e', 'gas.t_co2_per_tj', 12, 12) }} as decimal(38, 12)) as waste_gas_in_tj,
        cast(
            {{ div('added.waste_gas_out_t_co2e', mul('gas.t_co2_per_tj', 'gas.export_ratio', 6, 6), 12, 12) }} as decimal(38, 12)
        ) as waste_gas_out_tj,
        cast(added.exported_mwh as decimal(38, 12)) as exported_mwh,
        cast({{ div('added.exported_t_co2e', 'added.exported_mwh', 12, 12) }} as decimal(38, 12)) as exported_factor,
        cast(case when added.indirect_t_co2e is not null then added.electricity_mwh end as decimal(38, 12)) as electricity_mwh,
        cast(
            case
                when added.electricity_mwh = 0 and added.indirect_t_co2e = 0 then 0
                else {{ div('added.indirect_t_co2e', 'added.electricity_mwh', 12, 12) }}
            end as decimal(38, 12)
        ) as electricity_factor,
        cast(added.indirect_t_co2e as decimal(38, 12)) as indirect_t_co2e,
        added.absent_because
    from added
    cross join gas
)

select * from final
