-- Heat and electricity between processes or bought in, by month: heat in GJ, electricity in MWh.
with
process_flows as (select * from {{ ref('stg_process_flows') }}),

by_month as (
    select
        process_flows.installation_code,
        process_flows.carrier,
        process_flows.from_process_code,
        process_flows.to_process_code,
        process_flows.stream_code,
        {{ month_of('process_flows.period_from') }} as month_from,
        sum(process_flows.energy_gj) as energy_gj,
        sum(process_flows.amount_canonical) as energy_kwh,
        sum(cast(process_flows.energy_gj as decimal(28, 9)) * process_flows.factor) as weighted_factor,
        min(process_flows.factor) as lowest_factor,
        max(process_flows.factor) as highest_factor,
        -- one row without a factor leaves the whole month without one
        count(*) - count(process_flows.factor) as rows_without_factor,
        min(process_flows.factor_source) as factor_source
    from process_flows
    group by
        process_flows.installation_code,
        process_flows.carrier,
        process_flows.from_process_code,
        process_flows.to_process_code,
        process_flows.stream_code,
        {{ month_of('process_flows.period_from') }}
),

final as (
    select
        by_month.installation_code,
        by_month.carrier,
        by_month.from_process_code,
        by_month.to_process_code,
        by_month.stream_code,
        by_month.month_from,
        case when by_month.carrier = 'heat' then 'gj' else 'mwh' end as unit,
        cast(
            case when by_month.carrier = 'heat' then by_month.energy_gj else {{ thousandth('by_month.energy_kwh', 9) }} end
            as decimal(28, 9)
        ) as amount,
        cast(by_month.energy_gj as decimal(28, 9)) as energy_gj,
        cast(
            case
                when by_month.rows_without_factor > 0 then null
                when by_month.lowest_factor = by_month.highest_factor then by_month.lowest_factor
                else {{ div('by_month.weighted_factor', 'by_month.energy_gj', 9, 12) }}
            end as decimal(28, 12)
        ) as factor_t_co2e_per_unit,
        by_month.factor_source
    from by_month
)

select * from final
