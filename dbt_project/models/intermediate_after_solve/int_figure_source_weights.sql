-- How much of a figure hangs on each source: factors by emissions, lake partitions by emissions and, within a leaf, amount.
with
contributions as (select * from {{ ref('int_cbam_contributions') }} where is_counted),

figures as (select * from {{ ref('int_cbam_figures') }} where absent_because is null),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam'),

leaf_partitions as (select * from {{ ref('int_leaf_partitions') }}),

counted as (
    select
        contributions.figure_stem,
        graph_nodes.installation_code,
        graph_nodes.process_code,
        contributions.reporting_year,
        contributions.leaf_id,
        contributions.factor_id,
        contributions.emissions_t_co2e_per_fu
    from contributions
    inner join figures on contributions.figure_stem = figures.figure_stem
    inner join graph_nodes
        on
            contributions.node_id = graph_nodes.node_id
            and contributions.reporting_year = graph_nodes.reporting_year
),

leaf_amounts as (
    select
        installation_code,
        process_code,
        reporting_year,
        leaf_id,
        sum(amount) as amount
    from leaf_partitions
    group by installation_code, process_code, reporting_year, leaf_id
),

weighed as (
    select
        figure_stem,
        'factor' as source_kind,
        coalesce(factor_id, leaf_id) as source_id,
        -- a figure hangs on what is taken off it, too
        abs(emissions_t_co2e_per_fu) as weight
    from counted
    union all
    select
        counted.figure_stem,
        'lake_partition' as source_kind,
        leaf_partitions.partition_name as source_id,
        {{ div(
            round_to(mul('abs(counted.emissions_t_co2e_per_fu)', 'leaf_partitions.amount', 12, 9), 12),
            'leaf_amounts.amount', 12, 12
        ) }} as weight
    from counted
    inner join leaf_partitions
        on
            counted.installation_code = leaf_partitions.installation_code
            and counted.process_code = leaf_partitions.process_code
            and counted.reporting_year = leaf_partitions.reporting_year
            and counted.leaf_id = leaf_partitions.leaf_id
    inner join leaf_amounts
        on
            leaf_partitions.installation_code = leaf_amounts.installation_code
            and leaf_partitions.process_code = leaf_amounts.process_code
            and leaf_partitions.reporting_year = leaf_amounts.reporting_year
            and leaf_partitions.leaf_id = leaf_amounts.leaf_id
),

final as (
    select
        figure_stem || '/see_counted' as figure_key,
        source_kind,
        source_id,
        cast(sum(weight) as decimal(38,12)) as weight_t_co2e_per_fu
    from weighed
    group by figure_stem, source_kind, source_id
    having sum(weight) > 0
)

select * from final
