-- Carbon prices effectively paid for a process and year, in euro: rebates taken off, certified ones only, at the rate of
-- the payment's period, and the emissions they were paid for (2023/956 Art 9). Nothing was paid for free allowances.
with
carbon_prices as (select * from {{ ref('stg_carbon_prices_paid') }}),

exchange_rates as (select * from {{ ref('stg_exchange_rates') }}),

in_euro as (
    select
        carbon_prices.installation_code,
        carbon_prices.process_code,
        carbon_prices.scheme,
        {{ year_of('carbon_prices.period_from') }} as reporting_year,
        carbon_prices.covered_t_co2e - carbon_prices.free_allowances_t_co2e as paid_for_t_co2e,
        case
            when carbon_prices.certified_by is not null
                then {{ div(
                    'carbon_prices.amount - carbon_prices.rebate_amount',
                    "case when carbon_prices.currency = 'EUR' then 1 else exchange_rates.per_eur end", 12, 9
                ) }}
        end as paid_eur,
        case
            when carbon_prices.certified_by is null then 'nobody certified the price paid to ' || carbon_prices.scheme
            when carbon_prices.currency <> 'EUR' and exchange_rates.per_eur is null
                then
                    'no exchange rate of ' || carbon_prices.currency || ' on '
                    || cast(carbon_prices.period_from as varchar)
        end as absent_because
    from carbon_prices
    left join exchange_rates
        on
            carbon_prices.currency = exchange_rates.currency
            and {{ holds_on('exchange_rates', 'carbon_prices.period_from') }}
),

by_scheme as (
    select
        installation_code,
        process_code,
        reporting_year,
        scheme,
        sum(paid_eur) as paid_eur,
        sum(paid_for_t_co2e) as paid_for_t_co2e,
        string_agg(absent_because, '; ' order by {{ figures_byte_order('absent_because') }}) as absent_because
    from in_euro
    group by installation_code, process_code, reporting_year, scheme
),

final as (
    select
        installation_code,
        process_code,
        reporting_year,
        -- one price that cannot be told leaves the sum untold
        cast(case when count(absent_because) = 0 then sum(paid_eur) end as decimal(28, 9)) as paid_eur,
        -- two schemes may cover the same emissions
        cast(case when count(absent_because) = 0 then max(paid_for_t_co2e) end as decimal(28, 9)) as paid_for_t_co2e,
        string_agg(absent_because, '; ' order by {{ figures_byte_order('absent_because') }}) as absent_because
    from by_scheme
    group by installation_code, process_code, reporting_year
)

select * from final
