-- Specific embedded emissions of every good: the sums of its leaves, what they rest on, and what may be said of them.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

figures as (select * from {{ ref('int_cbam_figures') }}),

evidence as (select * from {{ ref('int_cbam_evidence') }}),

embedded_electricity as (select * from {{ ref('int_embedded_electricity') }} where boundary = 'cbam'),

free_allocation as (select * from {{ ref('int_cbam_free_allocation') }}),

carbon_prices as (select * from {{ ref('int_carbon_prices_paid') }}),

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

final as (
    select
        goods.installation_code,
        goods.process_code,
        goods.cn_code,
        goods.reporting_year,
        'definitive' as rule_set,
        goods.figure_stem || '/see_counted' as figure_key,
        goods.functional_unit,
        goods.activity_level,
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
        {{ round_to("case when judged.status <> 'absent' then free_allocation.sefa_t_co2e_per_fu end", 12) }}
            as sefa_t_co2e_per_fu,
        coalesce(ladder.absent_because, free_allocation.absent_because) as sefa_absent_because,
        {{ round_to(div('carbon_prices.paid_eur', 'goods.activity_level', 9, 12), 12) }}
            as carbon_price_paid_eur_per_fu,
        carbon_prices.absent_because as carbon_price_absent_because,
        coverage.coverage_share,
        coverage.missing_share,
        judged.status,
        ladder.absent_because
    from goods
    inner join ladder on goods.figure_stem = ladder.figure_stem
    inner join judged on goods.figure_stem = judged.figure_stem
    left join free_allocation on goods.figure_stem = free_allocation.figure_stem
    left join embedded_electricity
        on
            goods.node_id = embedded_electricity.target_node_id
            and goods.reporting_year = embedded_electricity.reporting_year
    left join carbon_prices
        on
            goods.installation_code = carbon_prices.installation_code
            and goods.process_code = carbon_prices.process_code
            and goods.reporting_year = carbon_prices.reporting_year
    left join coverage
        on
            goods.installation_code = coverage.installation_code
            and goods.reporting_year = coverage.reporting_year
)

select * from final
