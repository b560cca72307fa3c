-- Purchased precursors as the operator's emissions report tells them: who made what, for which period, and what was stated.
with
precursors as (select * from {{ ref('int_precursor_emissions') }}),

answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

parties as (select * from {{ ref('stg_parties') }}),

default_allocations as (select * from {{ ref('int_default_allocations') }}),

final as (
    select
        precursors.installation_code,
        precursors.process_code,
        precursors.reporting_year,
        precursors.item_code,
        precursors.item_name,
        precursors.cn_code,
        precursors.seller_code,
        precursors.producer_installation_code,
        makers.name as producer_name,
        precursors.origin_country_code,
        precursors.evidence,
        precursors.factor_id,
        precursors.mass_t,
        precursors.direct_t_co2e,
        precursors.indirect_t_co2e,
        precursors.default_undivided_t_co2e,
        answers.functional_unit as answer_functional_unit,
        answers.period_from as answer_period_from,
        answers.period_until as answer_period_until,
        answers.see_direct_t_co2e_per_fu,
        answers.electricity_mwh_per_fu,
        answers.electricity_factor_t_co2e_per_mwh,
        answers.default_share,
        answers.sefa_t_co2e_per_fu,
        default_allocations.benchmark_id as origin_benchmark_id,
        coalesce(precursors.absent_because, precursors.indirect_absent_because) as absent_because
    from precursors
    left join answers
        on
            precursors.producer_installation_code = answers.producer_installation_code
            and precursors.cn_code = answers.cn_code
            and precursors.answer_period_from = answers.period_from
    -- who answered for the installation, as it was called when its period began
    left join parties as makers
        on answers.supplier_code = makers.party_code and {{ holds_on('makers', 'answers.period_from') }}
    left join default_allocations
        on
            precursors.cn_code = default_allocations.cn_code
            and default_allocations.taric_suffix in ('', precursors.taric_suffix)
            and precursors.origin_country_code = default_allocations.origin_country_code
            and precursors.reporting_year = default_allocations.reporting_year
)

select * from final
