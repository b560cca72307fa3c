-- Purchased precursors as the operator's emissions report tells them: beside the rung of evidence what the producer's answer
-- states, and who gave it.
with
precursors as (select * from {{ ref('fct_precursors') }}),

answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

parties as (select * from {{ ref('stg_parties') }}),

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
        precursors.attestation_code,
        precursors.unclaimable_because,
        precursors.markup_year,
        precursors.factor_id,
        precursors.mass_t,
        precursors.functional_unit,
        precursors.amount_fu,
        precursors.direct_t_co2e,
        precursors.indirect_t_co2e,
        precursors.default_undivided_t_co2e,
        precursors.answer_period_from,
        precursors.answer_period_until,
        answers.functional_unit as answer_functional_unit,
        answers.see_direct_t_co2e_per_fu,
        answers.electricity_mwh_per_fu,
        answers.electricity_factor_t_co2e_per_mwh,
        answers.default_share,
        precursors.absent_because
    from precursors
    left join answers
        on
            precursors.producer_installation_code = answers.producer_installation_code
            and precursors.cn_code = answers.cn_code
            and precursors.answer_period_from = answers.period_from
    -- who answered for the installation, as it was called when its period began
    left join parties as makers
        on answers.supplier_code = makers.party_code and {{ holds_on('makers', 'answers.period_from') }}
)

select * from final
