-- Carbon prices that makers of precursors paid, in euro per functional unit of their answer: rebates taken off, only where a
-- satisfactory statement on the price holds the answer's period (2023/956 Art 9), at the rate of the answer's first day.
with
answers as (select * from {{ ref('stg_supplier_embedded_emissions') }} where carbon_price_amount <> 0),

attested as (select * from {{ ref('int_answers_attested') }}),

exchange_rates as (select * from {{ ref('stg_exchange_rates') }}),

final as (
    select
        answers.producer_installation_code,
        answers.cn_code,
        answers.period_from,
        answers.period_until,
        attested.carbon_price_attestation_code as attestation_code,
        cast(
            case
                when attested.carbon_price_attestation_code is not null
                    then {{ div(
                        '(answers.carbon_price_amount - coalesce(answers.carbon_price_rebate_amount, 0))',
                        "case when answers.carbon_price_currency = 'EUR' then 1 else exchange_rates.per_eur end", 12, 12
                    ) }}
            end as decimal(38, 12)
        ) as paid_eur_per_fu,
        case
            when attested.carbon_price_attestation_code is null
                then 'no satisfactory statement of scope carbon_price holds its whole period'
            when answers.carbon_price_currency <> 'EUR' and exchange_rates.per_eur is null
                then
                    'no exchange rate of ' || answers.carbon_price_currency || ' on '
                    || cast(answers.period_from as varchar)
        end as absent_because
    from answers
    inner join attested
        on
            answers.producer_installation_code = attested.producer_installation_code
            and answers.cn_code = attested.cn_code
            and answers.period_from = attested.period_from
    left join exchange_rates
        on
            answers.carbon_price_currency = exchange_rates.currency
            and {{ holds_on('exchange_rates', 'answers.period_from') }}
)

select * from final
