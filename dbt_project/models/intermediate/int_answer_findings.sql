-- What a person should look at in suppliers' answers and the statements on them, told to every installation that bought
-- the good from there, else to the one that answered.
with
answers as (select * from {{ ref('int_answers_attested') }}),

attestations as (select * from {{ ref('stg_attestations') }}),

carbon_prices as (select * from {{ ref('int_answer_carbon_prices') }} where absent_because is not null),

receipts as (
    select distinct
        installation_code,
        producer_installation_code,
        cn_code
    from {{ ref('int_receipts_matched_to_answers') }}
),

said as (
    select
        answers.producer_installation_code,
        answers.cn_code,
        answers.period_from,
        answers.period_until,
        'zero_direct_emissions' as finding,
        case when answers.is_usable then 'warning' else 'doubtful' end as state,
        'the answer of ' || answers.producer_installation_code || ' for ' || answers.cn_code
        || ' states direct emissions of zero: '
        || case
            when answers.is_usable then 'it is used, because ' || answers.attestation_code || ' verifies it'
            else 'it is not used until a verification statement confirms it; ask for the figure'
        end as sentence
    from answers
    where answers.see_direct_t_co2e_per_fu = 0
    union all
    select
        attestations.producer_installation_code,
        attestations.cn_code,
        attestations.period_from,
        attestations.period_until,
        'unsatisfactory_attestation' as finding,
        'warning' as state,
        'statement ' || attestations.attestation_code || ' of ' || attestations.verifier_name || ' on the '
        || attestations.scope || ' of ' || attestations.producer_installation_code || ' for ' || attestations.cn_code
        || ' is not satisfactory: neither it nor an earlier one on these days verifies anything; ask what was found' as sentence
    from attestations
    where not attestations.is_satisfactory
    union all
    select
        carbon_prices.producer_installation_code,
        carbon_prices.cn_code,
        carbon_prices.period_from,
        carbon_prices.period_until,
        'carbon_price_not_counted' as finding,
        'warning' as state,
        'the carbon price that ' || carbon_prices.producer_installation_code || ' says it paid for ' || carbon_prices.cn_code
        || ' takes nothing off: ' || carbon_prices.absent_because as sentence
    from carbon_prices
),

final as (
    select
        coalesce(receipts.installation_code, said.producer_installation_code) as installation_code,
        said.producer_installation_code || '/' || said.cn_code as answer_code,
        said.period_from,
        said.period_until,
        said.finding,
        said.state,
        said.sentence
    from said
    left join receipts
        on said.producer_installation_code = receipts.producer_installation_code and said.cn_code = receipts.cn_code
)

select * from final
