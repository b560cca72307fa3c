-- Heat, electricity and waste gas between processes or bought in, by month: electricity in MWh, the others in GJ.
with
flows as (select * from {{ ref('int_flow_energy') }}),

by_month as (
    select
        flows.installation_code,
        flows.carrier,
        flows.from_process_code,
        flows.to_process_code,
        flows.stream_code,
        flows.recovered_from,
        {{ month_of('flows.period_from') }} as month_from,
        sum(flows.energy_gj) as energy_gj,
        sum(flows.energy_kwh) as energy_kwh,
        sum(cast(flows.energy_gj as decimal(28, 9)) * flows.factor) as weighted_factor,
        min(flows.factor) as lowest_factor,
        max(flows.factor) as highest_factor,
        -- one row without a factor leaves the whole month without one; so with evidence
        count(*) - count(flows.factor) as rows_without_factor,
        count(*) - count(flows.evidence) as rows_without_evidence,
        count(case when flows.method = 'estimated' then 1 end) as rows_estimated,
        min(flows.factor_source) as factor_source
    from flows
    group by
        flows.installation_code,
        flows.carrier,
        flows.from_process_code,
        flows.to_process_code,
        flows.stream_code,
        flows.recovered_from,
        {{ month_of('flows.period_from') }}
),

final as (
    select
        by_month.installation_code,
        by_month.carrier,
        by_month.from_process_code,
        by_month.to_process_code,
        by_month.stream_code,
        by_month.recovered_from,
        by_month.month_from,
        case when by_month.carrier = 'electricity' then 'mwh' else 'gj' end as unit,
        cast(
            case
                when by_month.carrier = 'electricity' then {{ thousandth('by_month.energy_kwh', 9) }} else by_month.energy_gj
            end as decimal(28, 9)
        ) as amount,
        cast(by_month.energy_gj as decimal(28, 9)) as energy_gj,
        cast(
            case
                when by_month.rows_without_factor > 0 then null
                when by_month.lowest_factor = by_month.highest_factor then by_month.lowest_factor
                else {{ div('by_month.weighted_factor', 'by_month.energy_gj', 9, 12) }}
            end as decimal(28, 12)
        ) as factor_t_co2e_per_unit,
        by_month.factor_source,
        by_month.rows_without_evidence = 0 as is_evidenced,
        by_month.rows_estimated > 0 as is_estimated
    from by_month
)

select * from final
