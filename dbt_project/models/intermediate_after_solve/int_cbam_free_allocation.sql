-- Specific embedded free allocation of every good (2025/2620 Eq 4) in its two parts: that of its own process per tonne, as
-- benchmarks are, and what it carries per functional unit, of the own processes it draws on by material and of the precursors
-- they bought. Electricity has none.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

requirements as (
    select * from {{ source('solve', 'requirements') }}
    where boundary = 'cbam' and direct_amount > 0
),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam' and kind = 'good'),

process_allocations as (select * from {{ ref('int_process_allocations') }}),

precursor_allocations as (select * from {{ ref('int_precursor_allocations') }}),

-- what another process takes of a group of goods is taken for its main good
upstream_goods as (
    select
        process_allocations.*,
        row_number() over (
            partition by process_allocations.node_id, process_allocations.reporting_year
            order by
                case when process_allocations.is_main then 0 else 1 end, {{ figures_byte_order('process_allocations.cn_code') }}
        ) as main_first
    from process_allocations
),

needs as (
    select
        goods.figure_stem,
        goods.reporting_year,
        goods.cn_code,
        requirements.node_id,
        requirements.node_id = goods.node_id as is_itself,
        requirements.direct_amount,
        graph_nodes.installation_code,
        graph_nodes.process_code,
        graph_nodes.output_amount,
        graph_nodes.output_t
    from goods
    inner join requirements
        on goods.node_id = requirements.target_node_id and goods.reporting_year = requirements.reporting_year
    inner join graph_nodes
        on
            requirements.node_id = graph_nodes.node_id
            and requirements.reporting_year = graph_nodes.reporting_year
),

parts as (
    select
        needs.figure_stem,
        needs.is_itself,
        case
            when needs.is_itself
                then {{ round_to(mul('needs.direct_amount', 'allocations.free_allocation_t_co2e_per_t', 12, 12)) }}
            -- what is needed in functional units, in tonnes: the benchmark is per tonne
            else {{ round_to(mul(
                figures_per_unit('needs.direct_amount', 'needs.output_t', 'needs.output_amount'),
                'allocations.free_allocation_t_co2e_per_t', 12, 12
            )) }}
        end as part_t_co2e,
        coalesce(allocations.absent_because, needs.process_code || ' makes no good of its own') as absent_because
    from needs
    -- left: a process without a benchmark must say so
    left join upstream_goods as allocations
        on
            needs.node_id = allocations.node_id
            and needs.reporting_year = allocations.reporting_year
            and case
                when needs.is_itself then needs.cn_code = allocations.cn_code
                else allocations.main_first = 1
            end
    union all
    select
        needs.figure_stem,
        false as is_itself,
        {{ figures_per_unit('needs.direct_amount', 'precursors.sefa_t_co2e', 'needs.output_amount') }} as part_t_co2e,
        precursors.absent_because
    from needs
    inner join precursor_allocations as precursors
        on
            needs.installation_code = precursors.installation_code
            and needs.process_code = precursors.process_code
            and needs.reporting_year = precursors.reporting_year
),

each_reason as (
    select distinct
        figure_stem,
        absent_because
    from parts
    where part_t_co2e is null
),

reasons as (
    select
        figure_stem,
        string_agg(absent_because, '; ' order by {{ figures_byte_order('absent_because') }}) as absent_because
    from each_reason
    group by figure_stem
),

sums as (
    select
        figure_stem,
        {{ figures_sum_where('part_t_co2e', 'is_itself') }} as own_t_co2e_per_t,
        {{ figures_sum_where('part_t_co2e', 'not is_itself') }} as carried_t_co2e_per_fu
    from parts
    group by figure_stem
),

final as (
    select
        goods.figure_stem,
        cast(case when reasons.figure_stem is null then sums.own_t_co2e_per_t end as decimal(38, 12)) as own_t_co2e_per_t,
        cast(case when reasons.figure_stem is null then sums.carried_t_co2e_per_fu end as decimal(38, 12))
            as carried_t_co2e_per_fu,
        case
            when sums.figure_stem is null then 'nothing is known of what ' || goods.process_code || ' needs'
            else reasons.absent_because
        end as absent_because
    from goods
    left join sums on goods.figure_stem = sums.figure_stem
    left join reasons on goods.figure_stem = reasons.figure_stem
)

select * from final
