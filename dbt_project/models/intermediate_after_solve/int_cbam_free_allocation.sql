-- Specific embedded free allocation of every good (2025/2620 Eq 4) in its two parts: that of its own process per tonne, as
-- benchmarks are, and what it carries per functional unit, of the own goods its processes used and of the precursors they
-- bought. Routes weigh by the tonnes made, so clinker of two colours counts by what each cement took. Electricity has none.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

requirements as (
    select * from {{ source('solve', 'requirements') }}
    where boundary = 'cbam' and direct_amount > 0
),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam' and kind = 'good'),

process_allocations as (select * from {{ ref('int_process_allocations') }}),

output_by_route as (select * from {{ ref('int_output_by_route') }}),

own_goods_used as (select * from {{ ref('int_own_goods_used') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

precursor_allocations as (select * from {{ ref('int_precursor_allocations') }}),

good_means as (
    select
        figure_stem,
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        {{ mean_by_mass('free_allocation_t_co2e_per_t', 'mass_t') }} as free_allocation_t_co2e_per_t,
        max(absent_because) as absent_because
    from process_allocations
    group by figure_stem, installation_code, process_code, cn_code, reporting_year
),

product_means as (
    select
        made.installation_code,
        made.process_code,
        made.product_code,
        made.reporting_year,
        {{ mean_by_mass('allocations.free_allocation_t_co2e_per_t', 'made.mass_t') }} as free_allocation_t_co2e_per_t,
        max(allocations.absent_because) as absent_because
    from output_by_route as made
    left join process_allocations as allocations
        on
            made.installation_code = allocations.installation_code
            and made.process_code = allocations.process_code
            and made.cn_code = allocations.cn_code
            and made.reporting_year = allocations.reporting_year
            and made.route = allocations.route
    group by made.installation_code, made.process_code, made.product_code, made.reporting_year
),

used as (
    select
        own_goods_used.installation_code,
        own_goods_used.from_process_code,
        own_goods_used.to_process_code,
        own_goods_used.product_code,
        own_goods_used.cn_code,
        own_goods_used.reporting_year,
        sum(own_goods_used.mass_t) as mass_t
    from own_goods_used
    -- what a process without goods of CBAM makes carries nothing
    inner join graph_nodes
        on
            own_goods_used.installation_code = graph_nodes.installation_code
            and own_goods_used.from_process_code = graph_nodes.process_code
            and own_goods_used.reporting_year = graph_nodes.reporting_year
    -- nor does what is no good of Annex I, slag of a furnace
    inner join cbam_goods
        on
            own_goods_used.cn_code = cbam_goods.cn_code
            and {{ holds_on('cbam_goods', first_of_year('own_goods_used.reporting_year')) }}
    group by
        own_goods_used.installation_code,
        own_goods_used.from_process_code,
        own_goods_used.to_process_code,
        own_goods_used.product_code,
        own_goods_used.cn_code,
        own_goods_used.reporting_year
),

carried as (
    select
        used.installation_code,
        used.to_process_code as process_code,
        used.reporting_year,
        {{ round_to(mul(
            'used.mass_t',
            'case when product_means.product_code is null then good_means.free_allocation_t_co2e_per_t'
            ' else product_means.free_allocation_t_co2e_per_t end'
        )) }} as sefa_t_co2e,
        coalesce(
            product_means.absent_because,
            good_means.absent_because,
            'no benchmark of column A for ' || used.product_code || ' of ' || used.from_process_code
        ) as absent_because
    from used
    left join product_means
        on
            used.installation_code = product_means.installation_code
            and used.from_process_code = product_means.process_code
            and used.product_code = product_means.product_code
            and used.reporting_year = product_means.reporting_year
    -- a product from stock, not made in the year, stands like its code
    left join good_means
        on
            used.installation_code = good_means.installation_code
            and used.from_process_code = good_means.process_code
            and used.cn_code = good_means.cn_code
            and used.reporting_year = good_means.reporting_year
    union all
    select
        installation_code,
        process_code,
        reporting_year,
        sefa_t_co2e,
        absent_because
    from precursor_allocations
),

needs as (
    select
        goods.figure_stem,
        goods.reporting_year,
        requirements.node_id = goods.node_id as is_itself,
        requirements.direct_amount,
        graph_nodes.installation_code,
        graph_nodes.process_code,
        graph_nodes.output_amount
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
        true as is_own,
        good_means.free_allocation_t_co2e_per_t as part_t_co2e,
        coalesce(good_means.absent_because, needs.process_code || ' makes no good of its own') as absent_because
    from needs
    left join good_means on needs.figure_stem = good_means.figure_stem
    where needs.is_itself
    union all
    select
        needs.figure_stem,
        false as is_own,
        {{ figures_per_unit('needs.direct_amount', 'carried.sefa_t_co2e', 'needs.output_amount') }} as part_t_co2e,
        carried.absent_because
    from needs
    inner join carried
        on
            needs.installation_code = carried.installation_code
            and needs.process_code = carried.process_code
            and needs.reporting_year = carried.reporting_year
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
        {{ figures_sum_where('part_t_co2e', 'is_own') }} as own_t_co2e_per_t,
        {{ figures_sum_where('part_t_co2e', 'not is_own') }} as carried_t_co2e_per_fu
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
