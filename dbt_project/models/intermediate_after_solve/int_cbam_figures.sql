-- Sums of the leaves of every good, and every reason why a good has no figure. Indirect emissions of precursors that never count
-- are told as far as they are known: no figure waits for them.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

contributions as (select * from {{ ref('int_cbam_contributions') }}),

requirements as (select * from {{ source('solve', 'requirements') }} where boundary = 'cbam'),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam'),

each_reason as (
    select distinct
        figure_stem,
        absent_because as reason
    from contributions
    where absent_because is not null and component <> 'precursor_indirect_informational'
    union
    -- a node that yielded nothing cannot pass on what it took, even when it has no leaf of its own
    select
        goods.figure_stem,
        {{ figures_no_output('graph_nodes.node_id', 'graph_nodes.reporting_year') }} as reason
    from goods
    inner join requirements
        on
            goods.node_id = requirements.target_node_id
            and goods.reporting_year = requirements.reporting_year
    inner join graph_nodes
        on
            requirements.node_id = graph_nodes.node_id
            and requirements.reporting_year = graph_nodes.reporting_year
    where graph_nodes.output_amount = 0
    union
    select
        figure_stem,
        'CN code ' || cn_code || ' is no good of Annex I to Regulation (EU) 2023/956' as reason
    from goods
    where not is_in_scope
    union
    select
        figure_stem,
        {{ unit_not_built('lawful_functional_unit', 'cn_code') }} as reason
    from goods
    where {{ unit_not_built('lawful_functional_unit', 'cn_code') }} is not null
    union
    select
        figure_stem,
        'declared functional unit ' || functional_unit || ' of ' || cn_code || ' differs from the law''s '
        || lawful_functional_unit as reason
    from goods
    where functional_unit <> lawful_functional_unit
    union
    select
        goods.figure_stem,
        'nothing that emits reaches ' || goods.node_id
        || ': no source stream, heat, electricity or precursor is attributed to it' as reason
    from goods
    left join contributions on goods.figure_stem = contributions.figure_stem
    where contributions.figure_stem is null
),

reasons as (
    select
        figure_stem,
        string_agg(reason, '; ' order by {{ figures_byte_order('reason') }}) as absent_because
    from each_reason
    group by figure_stem
),

each_informational_reason as (
    select distinct
        figure_stem,
        absent_because as reason
    from contributions
    where absent_because is not null and component = 'precursor_indirect_informational'
),

informational_reasons as (
    select
        figure_stem,
        string_agg(reason, '; ' order by {{ figures_byte_order('reason') }}) as absent_because
    from each_informational_reason
    group by figure_stem
),

sums as (
    select
        figure_stem,
        {{ figures_sum_where('emissions_t_co2e_per_fu', "component = 'own_direct'") }}
            as own_direct_t_co2e_per_fu,
        {{ figures_sum_where('emissions_t_co2e_per_fu', "component = 'own_indirect'") }}
            as own_indirect_t_co2e_per_fu,
        {{ figures_sum_where('emissions_t_co2e_per_fu', "component = 'precursor_direct'") }}
            as precursor_direct_t_co2e_per_fu,
        {{ figures_sum_where('emissions_t_co2e_per_fu', "component = 'precursor_indirect_counted'") }}
            as precursor_indirect_counted_t_co2e_per_fu,
        {{ figures_sum_where('emissions_t_co2e_per_fu', "component = 'precursor_indirect_informational'") }}
            as precursor_indirect_informational_t_co2e_per_fu,
        {{ figures_sum_where('emissions_t_co2e_per_fu', "component = 'precursor_default_undivided'") }}
            as precursor_default_undivided_t_co2e_per_fu,
        {{ figures_sum_where('emissions_t_co2e_per_fu', 'is_counted') }} as see_counted_t_co2e_per_fu,
        -- what carbon leaving in materials takes off rests on evidence as much as what is added
        {{ figures_sum_where('abs(emissions_t_co2e_per_fu)', 'is_counted') }} as weighed_t_co2e_per_fu,
        {{ figures_sum_where('abs(measured_t_co2e_per_fu)', 'is_counted') }} as measured_t_co2e_per_fu,
        {{ figures_sum_where('abs(measured_t_co2e_per_fu + estimated_t_co2e_per_fu)', 'is_counted') }}
            as measured_or_estimated_t_co2e_per_fu
    from contributions
    group by figure_stem
),

told as (
    select
        goods.figure_stem,
        coalesce(
            reasons.absent_because,
            -- the process's figure is per the unit of what it made
            case
                when goods.activity_level is null
                    then
                        goods.process_code || ' made no ' || goods.cn_code || ' in ' || goods.reporting_year
                        || ', and what it made counts in another unit than ' || goods.lawful_functional_unit
            end
        ) as absent_because
    from goods
    left join reasons on goods.figure_stem = reasons.figure_stem
),

final as (
    select
        told.figure_stem,
        -- cast again: on PostgreSQL a case forgets the places of its decimals
        cast(case when told.absent_because is null then sums.own_direct_t_co2e_per_fu end as decimal(38,12))
            as own_direct_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.own_indirect_t_co2e_per_fu end as decimal(38,12))
            as own_indirect_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.precursor_direct_t_co2e_per_fu end as decimal(38,12))
            as precursor_direct_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.precursor_indirect_counted_t_co2e_per_fu end as decimal(38,12))
            as precursor_indirect_counted_t_co2e_per_fu,
        cast(
            case
                when told.absent_because is null and informational_reasons.absent_because is null
                    then sums.precursor_indirect_informational_t_co2e_per_fu
            end as decimal(38,12)
        )
            as precursor_indirect_informational_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.precursor_default_undivided_t_co2e_per_fu end as decimal(38,12))
            as precursor_default_undivided_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.see_counted_t_co2e_per_fu end as decimal(38,12))
            as see_counted_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.weighed_t_co2e_per_fu end as decimal(38,12))
            as weighed_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.measured_t_co2e_per_fu end as decimal(38,12))
            as measured_t_co2e_per_fu,
        cast(case when told.absent_because is null then sums.measured_or_estimated_t_co2e_per_fu end as decimal(38,12))
            as measured_or_estimated_t_co2e_per_fu,
        told.absent_because,
        case when told.absent_because is null then informational_reasons.absent_because end as indirect_absent_because
    from told
    left join sums on told.figure_stem = sums.figure_stem
    left join informational_reasons on told.figure_stem = informational_reasons.figure_stem
)

select * from final
