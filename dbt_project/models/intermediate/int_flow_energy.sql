-- Energy of every flow, as its method has it: net heat by enthalpies or by the fuel burnt for it (2025/2547 Annex II C.1.2,
-- Eq 31-33), waste gas by its calorific value, the rest as it was metered.
with
process_flows as (select * from {{ ref('stg_process_flows') }}),

constants as (select * from {{ ref('constants') }}),

known as (
    select
        max(case when constants.constant_key = 'enthalpy_of_condensate' then constants.numerator end) as condensate_kj_per_kg,
        max(case when constants.constant_key = 'reference_efficiency_of_heat' then constants.numerator end) as reference_share
    from constants
),

final as (
    select
        process_flows.installation_code,
        process_flows.carrier,
        process_flows.from_process_code,
        process_flows.to_process_code,
        process_flows.stream_code,
        process_flows.period_from,
        coalesce(process_flows.method, 'metered') as method,
        process_flows.recovered_from,
        cast(process_flows.factor as decimal(28, 12)) as factor,
        process_flows.factor_source,
        process_flows.evidence,
        process_flows.partition_key,
        cast(case when process_flows.carrier = 'electricity' then process_flows.amount_canonical end as decimal(38, 21))
            as energy_kwh,
        -- unrounded: the month rounds once
        cast(
            case
                when process_flows.canonical_unit = 'm3_0c'
                    then {{ gas_gj('process_flows.amount_canonical', 'process_flows.ncv_gj_per_km3_0c') }}
                when process_flows.method = 'enthalpy'
                    then {{ net_heat_gj(
                        'process_flows.amount_canonical',
                        'process_flows.enthalpy_flow_kj_per_kg',
                        'coalesce(process_flows.enthalpy_return_kj_per_kg, known.condensate_kj_per_kg)'
                    ) }}
                when process_flows.method in ('efficiency', 'reference_efficiency')
                    then {{ heat_of_fuel_gj(
                        'process_flows.energy_gj', 'coalesce(process_flows.efficiency_share, known.reference_share)'
                    ) }}
                else process_flows.energy_gj
            end as decimal(38, 21)
        ) as energy_gj
    from process_flows
    cross join known
)

select * from final
