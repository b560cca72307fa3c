-- Leaves of goods' processes under every good, each in its figure and counted as the good's kind has it.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

leaf_contributions as (select * from {{ ref('int_leaf_contributions') }} where boundary = 'cbam'),

final as (
    select
        goods.figure_stem || case
            when leaf_contributions.component in ('own_direct', 'precursor_direct', 'precursor_default_undivided')
                then '/see_direct'
            else '/see_indirect'
        end as figure_key,
        goods.figure_stem,
        goods.installation_code,
        goods.process_code,
        goods.cn_code,
        goods.reporting_year,
        leaf_contributions.component,
        leaf_contributions.leaf_kind,
        leaf_contributions.leaf_id,
        leaf_contributions.leaf_name,
        leaf_contributions.node_id,
        leaf_contributions.via,
        leaf_contributions.leaf_component,
        leaf_contributions.emissions_t_co2e_per_fu,
        leaf_contributions.measured_t_co2e_per_fu,
        leaf_contributions.estimated_t_co2e_per_fu,
        leaf_contributions.default_t_co2e_per_fu,
        leaf_contributions.factor_id,
        case leaf_contributions.component
            when 'own_indirect' then coalesce(goods.is_indirect_counted, false)
            when 'precursor_indirect_informational' then false
            else true
        end as is_counted,
        leaf_contributions.absent_because
    from goods
    inner join leaf_contributions
        on
            goods.node_id = leaf_contributions.target_node_id
            and goods.reporting_year = leaf_contributions.reporting_year
)

select * from final
