-- Leaves of goods' processes under every good, each in its figure, counted as the good's kind has it, or that of the own
-- precursor it belongs to, on its rung of evidence.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

leaf_contributions as (select * from {{ ref('int_leaf_contributions') }} where boundary = 'cbam'),

indirect_makers as (select * from {{ ref('int_indirect_makers') }}),

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
        end as placed_component,
        -- what the precursors of the other place take of a node that makes no good
        case
            when leaf_contributions.component <> 'own_indirect' then 0
            when goods.is_indirect_counted then coalesce(indirect_makers.uncounted_share, 0)
            else coalesce(indirect_makers.counted_share, 0)
        end as other_share,
        case when goods.is_indirect_counted then 'precursor_indirect_informational' else 'precursor_indirect_counted' end
            as other_component
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
    left join indirect_makers
        on
            leaf_contributions.target_node_id = indirect_makers.target_node_id
            and leaf_contributions.node_id = indirect_makers.node_id
            and leaf_contributions.via = indirect_makers.via
            and leaf_contributions.reporting_year = indirect_makers.reporting_year
),

-- rounded as sums, so that the parts of each share sum to it to the last digit
cut as (
    select
        placed.*,
        {{ round_to(mul('emissions_t_co2e_per_fu', 'other_share', 12, 12)) }} as other_emissions,
        {{ round_to(mul('measured_t_co2e_per_fu', 'other_share', 12, 12)) }} as other_measured,
        {{ round_to(mul('(measured_t_co2e_per_fu + estimated_t_co2e_per_fu)', 'other_share', 12, 12)) }}
            as other_measured_or_estimated
    from placed
),

parts as (
    select
        cut.figure_stem,
        cut.node_id,
        cut.leaf_id,
        cut.leaf_kind,
        cut.leaf_name,
        cut.leaf_component,
        cut.via,
        cut.factor_id,
        cut.absent_because,
        cut.placed_component,
        {{ round_to('cut.emissions_t_co2e_per_fu - cut.other_emissions') }} as emissions_t_co2e_per_fu,
        {{ round_to('cut.measured_t_co2e_per_fu - cut.other_measured') }} as measured_t_co2e_per_fu,
        {{ round_to('cut.estimated_t_co2e_per_fu - cut.other_measured_or_estimated + cut.other_measured') }}
            as estimated_t_co2e_per_fu,
        {{ round_to('cut.default_t_co2e_per_fu - cut.other_emissions + cut.other_measured_or_estimated') }}
            as default_t_co2e_per_fu
    from cut
    where cut.other_share < 1
    union all
    select
        cut.figure_stem,
        cut.node_id,
        cut.leaf_id,
        cut.leaf_kind,
        cut.leaf_name,
        cut.leaf_component,
        cut.via,
        cut.factor_id,
        cut.absent_because,
        cut.other_component as placed_component,
        cut.other_emissions as emissions_t_co2e_per_fu,
        cut.other_measured as measured_t_co2e_per_fu,
        {{ round_to('cut.other_measured_or_estimated - cut.other_measured') }} as estimated_t_co2e_per_fu,
        {{ round_to('cut.other_emissions - cut.other_measured_or_estimated') }} as default_t_co2e_per_fu
    from cut
    where cut.other_share > 0
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
            when parts.placed_component in ('own_direct', 'precursor_direct', 'precursor_default_undivided')
                then '/see_direct'
            else '/see_indirect'
        end as figure_key,
        goods.figure_stem,
        goods.installation_code,
        goods.process_code,
        goods.cn_code,
        goods.reporting_year,
        parts.placed_component as component,
        parts.leaf_kind,
        parts.leaf_id,
        parts.leaf_name,
        parts.node_id,
        parts.via,
        parts.leaf_component,
        parts.emissions_t_co2e_per_fu,
        parts.measured_t_co2e_per_fu,
        parts.estimated_t_co2e_per_fu,
        parts.default_t_co2e_per_fu,
        parts.factor_id,
        case parts.placed_component
            when 'own_indirect' then coalesce(goods.is_indirect_counted, false)
            when 'precursor_indirect_informational' then false
            else true
        end as is_counted,
        case
            when parts.emissions_t_co2e_per_fu is null then 'absent'
            when parts.leaf_kind = 'precursor' then precursor_rungs.evidence
            when goods.attestation_code is not null then 'actual_verified'
            else 'actual_unverified'
        end as evidence,
        case when parts.leaf_kind = 'precursor' then precursor_rungs.attestation_code else goods.attestation_code end
            as attestation_code,
        precursor_rungs.unclaimable_because,
        parts.absent_because
    from goods
    inner join parts on goods.figure_stem = parts.figure_stem
    left join precursor_rungs
        on parts.leaf_kind = 'precursor' and parts.factor_id = precursor_rungs.factor_id
)

select * from final
