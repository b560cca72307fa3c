-- Purchased precursors of every process and year, part by part with the rung of evidence each stands on.
with
precursors as (select * from {{ ref('int_precursor_emissions') }}),

attested as (select * from {{ ref('int_answers_attested') }}),

final as (
    select
        precursors.installation_code,
        precursors.process_code,
        precursors.reporting_year,
        precursors.item_code,
        precursors.item_name,
        precursors.seller_code,
        precursors.cn_code,
        precursors.producer_installation_code,
        precursors.origin_country_code,
        precursors.evidence,
        precursors.answer_period_from,
        attested.period_until as answer_period_until,
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
        coalesce(precursors.absent_because, precursors.indirect_absent_because) as absent_because
    from precursors
    left join attested
        on
            precursors.producer_installation_code = attested.producer_installation_code
            and precursors.cn_code = attested.cn_code
            and precursors.answer_period_from = attested.period_from
)

select * from final
