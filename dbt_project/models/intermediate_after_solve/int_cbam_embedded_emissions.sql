-- Specific embedded emissions of every good: the sums of its leaves, what they rest on, what may be said of them, and the way
-- back from functional units to the mean tonne of the good (2025/2547 Eq 64-66).
with
goods as (select * from {{ ref('int_cbam_goods') }}),

figures as (select * from {{ ref('int_cbam_figures') }}),

evidence as (select * from {{ ref('int_cbam_evidence') }}),

embedded_electricity as (select * from {{ ref('int_embedded_electricity') }} where boundary = 'cbam'),

free_allocation as (select * from {{ ref('int_cbam_free_allocation') }}),

carbon_prices as (select * from {{ ref('int_cbam_carbon_prices') }}),

coverage as (select * from {{ ref('int_installation_coverage') }}),

shares as (
    select
        figures.*,
        {{ div('measured_t_co2e_per_fu', 'weighed_t_co2e_per_fu', 12, 12) }} as measured_share,
        {{ div('measured_or_estimated_t_co2e_per_fu', 'weighed_t_co2e_per_fu', 12, 12) }}
            as measured_or_estimated_share
    from figures
),

ladder as (
    select
        shares.*,
        case
            when shares.measured_or_estimated_share is null then null
            when shares.measured_or_estimated_share = 1 then evidence.weakest_actual_rung
            when shares.measured_or_estimated_share = 0 then 'default'
            else 'partly_default'
        end as evidence_rung,
        evidence.attestation_codes,
        evidence.unclaimable_because
    from shares
    left join evidence on shares.figure_stem = evidence.figure_stem
),

judged as (
    select
        goods.figure_stem,
        case
            when ladder.absent_because is not null then 'absent'
            -- a verifier has stated the whole year
            when goods.attestation_code is not null then 'closed'
            else 'provisional'
        end as status,
        case
            when ladder.absent_because is not null then 'no figure: ' || ladder.absent_because
            else ladder.unclaimable_because
        end as unclaimable_because
    from goods
    inner join ladder on goods.figure_stem = ladder.figure_stem
),

per_functional_unit as (
    select
        goods.installation_code,
        goods.process_code,
        goods.cn_code,
        goods.reporting_year,
        'definitive' as rule_set,
        goods.figure_stem || '/see_counted' as figure_key,
        goods.functional_unit,
        goods.activity_level,
        goods.functional_units_per_t,
        ladder.own_direct_t_co2e_per_fu,
        ladder.own_indirect_t_co2e_per_fu,
        ladder.precursor_direct_t_co2e_per_fu,
        ladder.precursor_indirect_counted_t_co2e_per_fu,
        ladder.precursor_indirect_informational_t_co2e_per_fu,
        ladder.precursor_default_undivided_t_co2e_per_fu,
        {{ round_to(
            'ladder.own_direct_t_co2e_per_fu + ladder.precursor_direct_t_co2e_per_fu'
            ~ ' + ladder.precursor_default_undivided_t_co2e_per_fu', 12
        ) }} as see_direct_t_co2e_per_fu,
        {{ round_to(
            'ladder.own_indirect_t_co2e_per_fu + ladder.precursor_indirect_counted_t_co2e_per_fu'
            ~ ' + ladder.precursor_indirect_informational_t_co2e_per_fu', 12
        ) }} as see_indirect_t_co2e_per_fu,
        ladder.see_counted_t_co2e_per_fu,
        {{ round_to("case when judged.status <> 'absent' then embedded_electricity.electricity_mwh_per_fu end", 12) }}
            as embedded_electricity_mwh_per_fu,
        goods.is_indirect_counted,
        ladder.measured_share,
        {{ round_to('ladder.measured_or_estimated_share - ladder.measured_share', 12) }} as estimated_share,
        {{ round_to('1 - ladder.measured_or_estimated_share', 12) }} as default_share,
        ladder.evidence_rung,
        judged.unclaimable_because is null as is_claimable,
        judged.unclaimable_because,
        ladder.attestation_codes,
        {{ round_to("case when judged.status <> 'absent' then free_allocation.own_t_co2e_per_t end", 12) }}
            as own_allocation_t_co2e_per_t,
        {{ round_to("case when judged.status <> 'absent' then free_allocation.carried_t_co2e_per_fu end", 12) }}
            as carried_allocation_t_co2e_per_fu,
        coalesce(ladder.absent_because, free_allocation.absent_because) as sefa_absent_because,
        carbon_prices.paid_eur_per_fu as carbon_price_paid_eur_per_fu,
        carbon_prices.paid_for_t_co2e_per_fu as carbon_price_paid_for_t_co2e_per_fu,
        carbon_prices.absent_because as carbon_price_absent_because,
        coverage.coverage_share,
        coverage.missing_share,
        judged.status,
        ladder.absent_because,
        ladder.indirect_absent_because
    from goods
    inner join ladder on goods.figure_stem = ladder.figure_stem
    inner join judged on goods.figure_stem = judged.figure_stem
    left join free_allocation on goods.figure_stem = free_allocation.figure_stem
    left join embedded_electricity
        on
            goods.node_id = embedded_electricity.target_node_id
            and goods.reporting_year = embedded_electricity.reporting_year
    left join carbon_prices on goods.figure_stem = carbon_prices.figure_stem
    left join coverage
        on
            goods.installation_code = coverage.installation_code
            and goods.reporting_year = coverage.reporting_year
),

final as (
    select
        figures.installation_code,
        figures.process_code,
        figures.cn_code,
        figures.reporting_year,
        figures.rule_set,
        figures.figure_key,
        figures.functional_unit,
        figures.activity_level,
        figures.functional_units_per_t,
        figures.own_direct_t_co2e_per_fu,
        figures.own_indirect_t_co2e_per_fu,
        figures.precursor_direct_t_co2e_per_fu,
        figures.precursor_indirect_counted_t_co2e_per_fu,
        figures.precursor_indirect_informational_t_co2e_per_fu,
        figures.precursor_default_undivided_t_co2e_per_fu,
        figures.see_direct_t_co2e_per_fu,
        figures.see_indirect_t_co2e_per_fu,
        figures.see_counted_t_co2e_per_fu,
        {{ per_tonne('figures.see_direct_t_co2e_per_fu', 'figures.functional_units_per_t') }} as see_direct_t_co2e_per_t,
        {{ per_tonne('figures.see_indirect_t_co2e_per_fu', 'figures.functional_units_per_t') }}
            as see_indirect_t_co2e_per_t,
        {{ per_tonne('figures.see_counted_t_co2e_per_fu', 'figures.functional_units_per_t') }} as see_counted_t_co2e_per_t,
        figures.embedded_electricity_mwh_per_fu,
        figures.is_indirect_counted,
        figures.measured_share,
        figures.estimated_share,
        figures.default_share,
        figures.evidence_rung,
        figures.is_claimable,
        figures.unclaimable_because,
        figures.attestation_codes,
        figures.own_allocation_t_co2e_per_t,
        figures.carried_allocation_t_co2e_per_fu,
        {{ round_to(sefa_per_tonne('figures', 'figures.functional_units_per_t')) }} as sefa_t_co2e_per_t,
        figures.sefa_absent_because,
        figures.carbon_price_paid_eur_per_fu,
        figures.carbon_price_paid_for_t_co2e_per_fu,
        figures.carbon_price_absent_because,
        figures.coverage_share,
        figures.missing_share,
        figures.status,
        figures.absent_because,
        figures.indirect_absent_because
    from per_functional_unit as figures
)

select * from final
