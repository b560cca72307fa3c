-- What a good's figure and its free allocation would be if one part of one precursor stood on another rung. Both are sums
-- over leaves, so only the part's own contribution moves: needed per unit x part / output of every process that took it.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

figures as (select * from {{ ref('int_cbam_embedded_emissions') }}),

requirements as (select * from {{ source('solve', 'requirements') }} where boundary = 'cbam'),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam' and kind in ('good', 'other')),

rungs as (select * from {{ ref('int_precursor_rungs') }}),

needs as (
    select
        goods.installation_code,
        goods.process_code,
        goods.cn_code,
        goods.reporting_year,
        coalesce(goods.is_indirect_counted, false) as is_indirect_counted,
        graph_nodes.installation_code as buyer_installation_code,
        graph_nodes.process_code as buyer_process_code,
        graph_nodes.output_amount,
        -- what makes no good carries no allocation
        graph_nodes.kind = 'good' as is_allocated,
        requirements.direct_amount as carried_amount,
        requirements.total_amount - requirements.direct_amount as electric_amount
    from goods
    inner join requirements
        on goods.node_id = requirements.target_node_id and goods.reporting_year = requirements.reporting_year
    inner join graph_nodes
        on requirements.node_id = graph_nodes.node_id and requirements.reporting_year = graph_nodes.reporting_year
),

shares as (
    select
        needs.*,
        rungs.part_id,
        rungs.item_code,
        rungs.item_name,
        rungs.cn_code as precursor_cn_code,
        rungs.producer_installation_code,
        rungs.origin_country_code,
        rungs.evidence,
        rungs.rung,
        rungs.stated_input,
        {{ figures_per_unit('(needs.carried_amount + needs.electric_amount)', 'rungs.mass_t', 'needs.output_amount') }}
            as mass_t_per_fu,
        {{ figures_per_unit(
            'needs.carried_amount', '(rungs.direct_t_co2e + rungs.indirect_t_co2e)', 'needs.output_amount'
        ) }}
        -- what comes through electricity is indirect, and counts where the good's own indirect emissions do
        + {{ figures_per_unit(
            'needs.electric_amount',
            '(case when needs.is_indirect_counted then rungs.direct_t_co2e else 0 * rungs.direct_t_co2e end'
            ~ ' + rungs.indirect_t_co2e)',
            'needs.output_amount'
        ) }} as precursor_t_co2e_per_fu,
        case
            when needs.is_allocated
                then {{ figures_per_unit('needs.carried_amount', 'rungs.sefa_t_co2e', 'needs.output_amount') }}
            else 0
        end as precursor_sefa_t_co2e_per_fu,
        rungs.absent_because,
        case when needs.is_allocated then rungs.sefa_absent_because end as sefa_absent_because
    from needs
    inner join rungs
        on
            needs.buyer_installation_code = rungs.installation_code
            and needs.buyer_process_code = rungs.process_code
            and needs.reporting_year = rungs.reporting_year
),

parts as (
    select
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        part_id,
        rung,
        max(buyer_installation_code) as buyer_installation_code,
        max(item_code) as item_code,
        max(item_name) as item_name,
        max(precursor_cn_code) as precursor_cn_code,
        max(producer_installation_code) as producer_installation_code,
        max(origin_country_code) as origin_country_code,
        max(evidence) as evidence,
        max(stated_input) as stated_input,
        sum(mass_t_per_fu) as mass_t_per_fu,
        {{ sum_of_known('precursor_t_co2e_per_fu') }} as precursor_t_co2e_per_fu,
        {{ sum_of_known('precursor_sefa_t_co2e_per_fu') }} as precursor_sefa_t_co2e_per_fu,
        max(absent_because) as absent_because,
        max(sefa_absent_because) as sefa_absent_because
    from shares
    group by installation_code, process_code, cn_code, reporting_year, part_id, rung
),

moved as (
    select
        parts.*,
        figures.figure_key,
        {{ round_to('figures.see_counted_t_co2e_per_fu - as_now.precursor_t_co2e_per_fu + parts.precursor_t_co2e_per_fu') }}
            as see_counted_t_co2e_per_fu,
        {{ round_to(
            'figures.carried_allocation_t_co2e_per_fu - as_now.precursor_sefa_t_co2e_per_fu'
            ~ ' + parts.precursor_sefa_t_co2e_per_fu'
        ) }} as carried_allocation_t_co2e_per_fu,
        {{ round_to('parts.precursor_t_co2e_per_fu - as_now.precursor_t_co2e_per_fu') }} as see_change_t_co2e_per_fu,
        {{ round_to('parts.precursor_sefa_t_co2e_per_fu - as_now.precursor_sefa_t_co2e_per_fu') }}
            as sefa_change_t_co2e_per_fu,
        coalesce(figures.absent_because, as_now.absent_because, parts.absent_because) as see_absent_because,
        coalesce(figures.sefa_absent_because, as_now.sefa_absent_because, parts.sefa_absent_because)
            as allocation_absent_because
    from parts
    inner join parts as as_now
        on
            parts.installation_code = as_now.installation_code
            and parts.process_code = as_now.process_code
            and parts.cn_code = as_now.cn_code
            and parts.reporting_year = as_now.reporting_year
            and parts.part_id = as_now.part_id
            and as_now.rung = 'as_now'
    inner join figures
        on
            parts.installation_code = figures.installation_code
            and parts.process_code = figures.process_code
            and parts.cn_code = figures.cn_code
            and parts.reporting_year = figures.reporting_year
),

final as (
    select
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        figure_key,
        part_id,
        rung,
        buyer_installation_code,
        item_code,
        item_name,
        precursor_cn_code,
        producer_installation_code,
        origin_country_code,
        evidence,
        stated_input,
        {{ round_to('mass_t_per_fu') }} as mass_t_per_fu,
        {{ round_to('precursor_t_co2e_per_fu') }} as precursor_t_co2e_per_fu,
        {{ div('precursor_t_co2e_per_fu', 'see_counted_t_co2e_per_fu', 12, 12) }} as figure_share,
        see_counted_t_co2e_per_fu,
        carried_allocation_t_co2e_per_fu,
        see_change_t_co2e_per_fu,
        sefa_change_t_co2e_per_fu,
        see_absent_because as absent_because,
        coalesce(see_absent_because, allocation_absent_because) as certificates_absent_because
    from moved
)

select * from final
