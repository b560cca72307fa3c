-- Where heat, electricity and waste gas of a year came from and went to, process by process: what came in from outside, from
-- other processes and from its own plant, what went out again, and what is left, which the process consumed.
with
attribution as (
    select * from {{ ref('int_stream_attribution') }} where method in ('heat', 'electricity')
),

process_flows as (select * from {{ ref('int_process_flows') }}),

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

final as (
    select
        installation_code,
        process_code,
        reporting_year,
        carrier,
        case when carrier = 'electricity' then 'mwh' else 'gj' end as unit,
        cast(sum(imported) as decimal(28, 9)) as imported_amount,
        cast(sum(received) as decimal(28, 9)) as received_amount,
        cast(sum(produced) as decimal(28, 9)) as produced_amount,
        cast(sum(given) as decimal(28, 9)) as given_amount,
        cast(sum(exported) as decimal(28, 9)) as exported_amount,
        cast(sum(imported + received + produced - given - exported) as decimal(28, 9)) as consumed_amount
    from parts
    group by installation_code, process_code, reporting_year, carrier
)

select * from final
