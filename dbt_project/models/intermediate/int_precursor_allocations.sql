-- Free allocation embedded in the purchased goods a process consumed: what the producer's answer states where a statement
-- verifies it, else column B by the origin's route, for actual and default emissions alike (2025/2620 Eq 4); none for the
-- Union and exempt origins.
with
precursors as (select * from {{ ref('int_precursor_emissions') }}),

answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

attested as (select * from {{ ref('int_answers_attested') }} where sefa_attestation_code is not null),

default_allocations as (select * from {{ ref('int_default_allocations') }}),

looked_up as (
    select
        precursors.installation_code,
        precursors.process_code,
        precursors.reporting_year,
        precursors.item_code,
        precursors.item_name,
        precursors.seller_code,
        precursors.cn_code,
        precursors.taric_suffix,
        precursors.producer_installation_code,
        precursors.origin_country_code,
        precursors.answer_period_from,
        precursors.is_provisional,
        precursors.markup_year,
        case
            when precursors.evidence = 'exempt' then 0
            when precursors.evidence <> 'absent'
                then
                    coalesce(
                        {{ round_to(mul('precursors.amount_answered', 'answers.sefa_t_co2e_per_fu')) }},
                        -- a benchmark holds per tonne of good, whatever the functional unit
                        {{ round_to(mul('precursors.mass_t', 'default_allocations.free_allocation_t_co2e_per_t')) }}
                    )
        end as sefa_t_co2e,
        coalesce(
            precursors.absent_because,
            default_allocations.absent_because,
            'no default value for ' || precursors.cn_code || ' from ' || precursors.origin_country_code
            || ' and so no route for its benchmark'
        ) as absent_because
    from precursors
    left join attested
        on
            -- a statement on one production says nothing of another
            precursors.evidence in ('actual_verified', 'actual_unverified')
            and precursors.producer_installation_code = attested.producer_installation_code
            and precursors.cn_code = attested.cn_code
            and precursors.answer_period_from = attested.period_from
    left join answers
        on
            attested.producer_installation_code = answers.producer_installation_code
            and attested.cn_code = answers.cn_code
            and attested.period_from = answers.period_from
    left join default_allocations
        on
            precursors.cn_code = default_allocations.cn_code
            and default_allocations.taric_suffix in ('', precursors.taric_suffix)
            and precursors.origin_country_code = default_allocations.origin_country_code
            and precursors.reporting_year = default_allocations.reporting_year
),

final as (
    select
        installation_code,
        process_code,
        reporting_year,
        item_code,
        seller_code,
        cn_code,
        taric_suffix,
        producer_installation_code,
        origin_country_code,
        answer_period_from,
        is_provisional,
        markup_year,
        cast(sefa_t_co2e as decimal(38, 12)) as sefa_t_co2e,
        case when sefa_t_co2e is null then item_name || ': ' || absent_because end as absent_because
    from looked_up
)

select * from final
