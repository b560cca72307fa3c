-- Leaves of goods' processes under every good, each in its figure, counted as the good's kind has it, on its rung of
-- evidence.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

leaf_contributions as (select * from {{ ref('int_leaf_contributions') }} where boundary = 'cbam'),

-- a factor's name tells the rung: the same for whoever bought by it
precursor_rungs as (
    select
        factor_id,
        max(evidence) as evidence,
        max(attestation_code) as attestation_code,
        max(unclaimable_because) as unclaimable_because
    from {{ ref('int_precursor_emissions') }}
    where factor_id is not null
    group by factor_id
),

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
        case
            when leaf_contributions.emissions_t_co2e_per_fu is null then 'absent'
            when leaf_contributions.leaf_kind = 'precursor' then precursor_rungs.evidence
            when goods.attestation_code is not null then 'actual_verified'
            else 'actual_unverified'
        end as evidence,
        case when leaf_contributions.leaf_kind = 'precursor' then precursor_rungs.attestation_code else goods.attestation_code end
            as attestation_code,
        precursor_rungs.unclaimable_because,
        leaf_contributions.absent_because
    from goods
    inner join leaf_contributions
        on
            goods.node_id = leaf_contributions.target_node_id
            and goods.reporting_year = leaf_contributions.reporting_year
    left join precursor_rungs
        on leaf_contributions.leaf_kind = 'precursor' and leaf_contributions.factor_id = precursor_rungs.factor_id
)

select * from final
