-- Where heat, electricity and waste gas of a year came from and went to, process by process: what came in from outside, from
-- other processes and from its own plant, what went out again, and what is left, which the process consumed.
with
attribution as (
    select * from {{ ref('int_stream_attribution') }} where method in ('heat', 'electricity')
),

process_flows as (select * from {{ ref('int_process_flows') }}),

attribution_terms as (select * from {{ ref('int_attribution_terms') }}),

bought as (
    select
        attribution.installation_code,
        coalesce(attribution.process_code, 'none') as process_code,
        {{ year_of('attribution.period_from') }} as reporting_year,
        attribution.method as carrier,
        case
            when attribution.method = 'electricity' then {{ thousandth('attribution.amount') }} else attribution.amount
        end as amount
    from attribution
),

parts as (
    select
        bought.installation_code,
        bought.process_code,
        bought.reporting_year,
        bought.carrier,
        bought.amount as imported,
        0 as received,
        0 as produced,
        0 as given,
        0 as exported
    from bought
    union all
    select
        process_flows.installation_code,
        process_flows.to_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        process_flows.carrier,
        case when process_flows.from_process_code = 'outside' then process_flows.amount else 0 end as imported,
        case
            when process_flows.from_process_code not in ('outside', process_flows.to_process_code)
                then process_flows.amount
            else 0
        end as received,
        0 as produced,
        0 as given,
        0 as exported
    from process_flows
    -- what belongs to a stream is among what was bought
    where process_flows.to_process_code <> 'outside' and process_flows.stream_code is null
    union all
    select
        process_flows.installation_code,
        process_flows.from_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        process_flows.carrier,
        0 as imported,
        0 as received,
        process_flows.amount as produced,
        case
            when process_flows.to_process_code not in ('outside', process_flows.from_process_code)
                then process_flows.amount
            else 0
        end as given,
        case when process_flows.to_process_code = 'outside' then process_flows.amount else 0 end as exported
    from process_flows
    where process_flows.from_process_code <> 'outside'
),

summed as (
    select
        installation_code,
        process_code,
        reporting_year,
        carrier,
        sum(imported) as imported,
        sum(received) as received,
        sum(produced) as produced,
        sum(given) as given,
        sum(exported) as exported
    from parts
    group by installation_code, process_code, reporting_year, carrier
),

-- waste gas burns where it is brought to: the one carrier from outside that emits on the site and is no stream
bought_gas as (
    select distinct
        process_flows.installation_code,
        process_flows.to_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        process_flows.carrier,
        {{ flow_leaf_id('process_flows') }} as leaf_id
    from process_flows
    where process_flows.carrier = 'waste_gas' and process_flows.from_process_code = 'outside'
),

final as (
    select
        summed.installation_code,
        summed.process_code,
        summed.reporting_year,
        summed.carrier,
        case when summed.carrier = 'electricity' then 'mwh' else 'gj' end as unit,
        cast(summed.imported as decimal(28, 9)) as imported_amount,
        cast(summed.received as decimal(28, 9)) as received_amount,
        cast(summed.produced as decimal(28, 9)) as produced_amount,
        cast(summed.given as decimal(28, 9)) as given_amount,
        cast(summed.exported as decimal(28, 9)) as exported_amount,
        cast(summed.imported + summed.received + summed.produced - summed.given - summed.exported as decimal(28, 9))
            as consumed_amount,
        cast(
            attribution_terms.measured_t_co2e + attribution_terms.estimated_t_co2e + attribution_terms.default_t_co2e
            as decimal(38, 12)
        ) as imported_t_co2e
    from summed
    left join bought_gas
        on
            summed.installation_code = bought_gas.installation_code
            and summed.process_code = bought_gas.process_code
            and summed.reporting_year = bought_gas.reporting_year
            and summed.carrier = bought_gas.carrier
    left join attribution_terms
        on
            bought_gas.installation_code = attribution_terms.installation_code
            and bought_gas.process_code = attribution_terms.process_code
            and bought_gas.reporting_year = attribution_terms.reporting_year
            and bought_gas.leaf_id = attribution_terms.leaf_id
)

select * from final
