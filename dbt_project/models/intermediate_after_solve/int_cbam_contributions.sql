-- Leaves of goods' processes under every good, each in its figure, counted as the good's kind has it, or that of the own
-- precursor it belongs to, on its rung of evidence.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

leaf_contributions as (select * from {{ ref('int_leaf_contributions') }} where boundary = 'cbam'),

-- a good of another own process is a precursor: its indirect emissions go by its own place in Annex II (2025/2547 Annex I
-- 3.1), not by that of the good it goes into
precursor_makers as (
    select
        node_id,
        reporting_year,
        min(case when is_indirect_counted then 1 else 0 end) = 1 as is_indirect_counted
    from goods
    group by node_id, reporting_year
),

placed as (
    select
        goods.figure_stem,
        leaf_contributions.*,
        case
            when
                leaf_contributions.component = 'own_indirect'
                and leaf_contributions.via = 'carried'
                and leaf_contributions.node_id <> goods.node_id
                and precursor_makers.is_indirect_counted <> coalesce(goods.is_indirect_counted, false)
                then
                    case
                        when precursor_makers.is_indirect_counted then 'precursor_indirect_counted'
                        else 'precursor_indirect_informational'
                    end
            else leaf_contributions.component
        end as placed_component
    from goods
    inner join leaf_contributions
        on
            goods.node_id = leaf_contributions.target_node_id
            and goods.reporting_year = leaf_contributions.reporting_year
    -- left: boilers and power plants make no good
    left join precursor_makers
        on
            leaf_contributions.node_id = precursor_makers.node_id
            and leaf_contributions.reporting_year = precursor_makers.reporting_year
),

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
            when placed.placed_component in ('own_direct', 'precursor_direct', 'precursor_default_undivided')
                then '/see_direct'
            else '/see_indirect'
        end as figure_key,
        goods.figure_stem,
        goods.installation_code,
        goods.process_code,
        goods.cn_code,
        goods.reporting_year,
        placed.placed_component as component,
        placed.leaf_kind,
        placed.leaf_id,
        placed.leaf_name,
        placed.node_id,
        placed.via,
        placed.leaf_component,
        placed.emissions_t_co2e_per_fu,
        placed.measured_t_co2e_per_fu,
        placed.estimated_t_co2e_per_fu,
        placed.default_t_co2e_per_fu,
        placed.factor_id,
        case placed.placed_component
            when 'own_indirect' then coalesce(goods.is_indirect_counted, false)
            when 'precursor_indirect_informational' then false
            else true
        end as is_counted,
        case
            when placed.emissions_t_co2e_per_fu is null then 'absent'
            when placed.leaf_kind = 'precursor' then precursor_rungs.evidence
            when goods.attestation_code is not null then 'actual_verified'
            else 'actual_unverified'
        end as evidence,
        case when placed.leaf_kind = 'precursor' then precursor_rungs.attestation_code else goods.attestation_code end
            as attestation_code,
        precursor_rungs.unclaimable_because,
        placed.absent_because
    from goods
    inner join placed on goods.figure_stem = placed.figure_stem
    left join precursor_rungs
        on placed.leaf_kind = 'precursor' and placed.factor_id = precursor_rungs.factor_id
)

select * from final
