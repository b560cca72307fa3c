-- Heat, electricity and waste gas that pass a border of a process outside the edges of boilers and power plants, as
-- emissions at both ends (2025/2547 Annex III A, Eq 53-55): what is given takes off, what is taken adds. Waste gas burnt
-- as a stream of a boiler or power plant counts as natural gas at most.
with
process_flows as (select * from {{ ref('int_process_flows') }}),

processes as (select * from {{ ref('stg_processes') }}),

standard_heat as (select * from {{ ref('int_standard_heat_factors') }}),

emissions as (
    select * from {{ ref('int_stream_emissions_by_gas') }}
    where rule_set = 'cbam' and method = 'combustion' and fuel_class = '{{ waste_gas_fuel_class() }}'
),

constants as (select * from {{ ref('constants') }}),

gas as (
    select
        max(case when constants.constant_key = 'natural_gas_cbam' then constants.numerator end) as t_co2_per_tj,
        max(case when constants.constant_key = 'waste_gas_export_ratio' then constants.numerator end) as export_ratio
    from constants
),

passed as (
    select
        process_flows.*,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        takers.kind as taker_kind,
        standard_heat.factor_id as standard_factor_id,
        case when process_flows.recovered_from = 'fuel' then standard_heat.factor_t_co2e_per_gj end as standard_factor,
        standard_heat.absent_because as no_standard_because
    from process_flows
    left join processes as givers
        on
            process_flows.installation_code = givers.installation_code
            and process_flows.from_process_code = givers.process_code
            and {{ holds_on('givers', 'process_flows.month_from') }}
    left join processes as takers
        on
            process_flows.installation_code = takers.installation_code
            and process_flows.to_process_code = takers.process_code
            and {{ holds_on('takers', 'process_flows.month_from') }}
    left join standard_heat
        on
            process_flows.installation_code = standard_heat.installation_code
            and {{ holds_on('standard_heat', 'process_flows.month_from') }}
    -- what power plants give and boilers' heat are edges of the graph, what is bought is a stream
    where
        -- heat and gas that a process uses itself pass no border; its own power turns from direct to indirect (Eq 55, 56)
        (process_flows.from_process_code <> process_flows.to_process_code or process_flows.carrier = 'electricity')
        and (
            process_flows.carrier = 'waste_gas'
            or (
                process_flows.from_process_code <> 'outside'
                and coalesce(givers.kind, 'other') not in ('power', process_flows.carrier)
            )
        )
),

priced as (
    select
        passed.*,
        case
            when passed.carrier = 'waste_gas' then 'constants/natural_gas_cbam'
            when passed.factor_t_co2e_per_unit is null and passed.standard_factor is not null then passed.standard_factor_id
        end as factor_id,
        passed.carrier = 'heat' and passed.factor_t_co2e_per_unit is null and passed.standard_factor is not null as is_default,
        case
            when passed.carrier = 'waste_gas' and passed.taker_kind in ('heat', 'power')
                then {{ waste_gas_taken_t_co2(
                    thousandth('passed.energy_gj'),
                    'least(coalesce(1000 * passed.factor_t_co2e_per_unit, gas.t_co2_per_tj), gas.t_co2_per_tj)'
                ) }}
            when passed.carrier = 'waste_gas'
                then {{ waste_gas_taken_t_co2(thousandth('passed.energy_gj'), 'gas.t_co2_per_tj') }}
            when passed.recovered_from in ('exothermic', 'electricity') then 0
            when passed.carrier = 'heat' and passed.recovered_from is null and passed.amount <> 0 then null
            else {{ energy_t_co2('passed.amount', 'coalesce(passed.factor_t_co2e_per_unit, passed.standard_factor)') }}
        end as taken_t,
        case
            when passed.carrier = 'waste_gas' and not passed.is_evidenced then 0
            when passed.carrier = 'waste_gas'
                then {{ waste_gas_given_t_co2(thousandth('passed.energy_gj'), 'gas.t_co2_per_tj', 'gas.export_ratio') }}
            else {{ energy_t_co2('passed.amount', 'coalesce(passed.factor_t_co2e_per_unit, passed.standard_factor)') }}
        end as given_t,
        passed.carrier || ' from ' || passed.from_process_code || ' to ' || passed.to_process_code as what
    from passed
    cross join gas
),

ends as (
    select
        priced.*,
        priced.to_process_code as process_code,
        case priced.carrier when 'electricity' then 'own_indirect' else 'own_direct' end as component,
        priced.taken_t as emissions_t,
        1 as direction_sign
    from priced
    where priced.to_process_code <> 'outside'
    union all
    -- what came of no fuel is not taken off, nor power of which nobody knows the factor
    select
        priced.*,
        priced.from_process_code as process_code,
        'own_direct' as component,
        -1 * priced.given_t as emissions_t,
        -1 as direction_sign
    from priced
    where
        priced.from_process_code <> 'outside'
        and (
            priced.carrier = 'waste_gas'
            or (priced.carrier = 'heat' and priced.recovered_from = 'fuel')
            or (priced.carrier = 'electricity' and priced.factor_t_co2e_per_unit is not null)
        )
),

flow_terms as (
    select
        ends.installation_code,
        ends.process_code,
        ends.reporting_year,
        {{ flow_leaf_id('ends') }} as leaf_id,
        ends.carrier || case when ends.direction_sign = 1 then '_in' else '_out' end as term,
        case ends.carrier when 'waste_gas' then 'Waste gas' when 'heat' then 'Recovered heat' else 'Power' end
        || case
            when ends.direction_sign = 1 then ' from ' || ends.from_process_code
            when min(case when ends.carrier = 'waste_gas' and not ends.is_evidenced then 0 else 1 end) = 0
                then ' to ' || ends.to_process_code || ', taken off as far as evidenced'
            else ' to ' || ends.to_process_code
        end as leaf_name,
        ends.component,
        ends.factor_id,
        case when count(*) = count(ends.emissions_t) then sum(ends.emissions_t) end as emissions_t,
        sum(case when ends.is_estimated and not ends.is_default then ends.emissions_t else 0 end) as estimated_t,
        sum(case when ends.is_default then ends.emissions_t else 0 end) as default_t,
        case when ends.component = 'own_indirect' then sum(ends.amount) end as electricity_mwh,
        sum(ends.direction_sign * ends.amount) as activity_amount,
        max(ends.unit) as activity_unit,
        max(
            case
                when ends.emissions_t is not null then null
                when ends.carrier = 'heat' and ends.recovered_from is null
                    then ends.what || ' does not say what it was recovered from'
                when ends.carrier = 'heat'
                    then
                        'no evidenced factor of ' || ends.what || ', and '
                        || coalesce(
                            ends.no_standard_because,
                            'no parameter most_used_industrial_fuel of installation ' || ends.installation_code
                        )
                else 'no evidenced factor of ' || ends.what
            end
        ) as absent_because
    from ends
    group by
        ends.installation_code,
        ends.process_code,
        ends.reporting_year,
        ends.carrier,
        ends.from_process_code,
        ends.to_process_code,
        ends.direction_sign,
        ends.component,
        ends.factor_id
),

burnt as (
    select
        emissions.installation_code,
        emissions.process_code,
        {{ year_of('emissions.month_from') }} as reporting_year,
        emissions.stream_code,
        -- with what CBAM adds to estimates, as its leaf has it
        sum(emissions.emissions_t_co2e + emissions.conservative_addition_t_co2e) as emissions_t,
        cast(sum(emissions.energy_gj + emissions.addition_energy_gj) as decimal(28, 9)) as energy_gj
    from emissions
    inner join processes
        on
            emissions.installation_code = processes.installation_code
            and emissions.process_code = processes.process_code
            and {{ holds_on('processes', 'emissions.month_from') }}
    -- what has no energy has no cap, and says so among the findings
    where processes.kind in ('heat', 'power') and emissions.energy_gj is not null
    group by
        emissions.installation_code,
        emissions.process_code,
        {{ year_of('emissions.month_from') }},
        emissions.stream_code
),

caps as (
    select
        burnt.installation_code,
        burnt.process_code,
        burnt.reporting_year,
        'waste_gas_cap/' || burnt.installation_code || '/' || burnt.stream_code as leaf_id,
        'waste_gas_cap' as term,
        'Waste gas ' || burnt.stream_code || ' above natural gas' as leaf_name,
        'own_direct' as component,
        'constants/natural_gas_cbam' as factor_id,
        {{ waste_gas_taken_t_co2(thousandth('burnt.energy_gj'), 'gas.t_co2_per_tj') }} - burnt.emissions_t as emissions_t,
        0 as estimated_t,
        0 as default_t,
        cast(null as decimal(28, 9)) as electricity_mwh,
        burnt.energy_gj as activity_amount,
        'gj' as activity_unit,
        cast(null as varchar) as absent_because
    from burnt
    cross join gas
    where burnt.emissions_t > {{ waste_gas_taken_t_co2(thousandth('burnt.energy_gj'), 'gas.t_co2_per_tj') }}
),

terms as (
    select * from flow_terms
    union all
    select * from caps
),

final as (
    select
        terms.installation_code,
        terms.process_code,
        terms.reporting_year,
        terms.leaf_id,
        'passed_on' as leaf_kind,
        terms.leaf_name,
        terms.term,
        terms.component,
        cast(
            case when terms.emissions_t is not null then terms.emissions_t - terms.estimated_t - terms.default_t end
            as decimal(38, 12)
        ) as measured_t_co2e,
        cast(case when terms.emissions_t is not null then terms.estimated_t end as decimal(38, 12)) as estimated_t_co2e,
        cast(case when terms.emissions_t is not null then terms.default_t end as decimal(38, 12)) as default_t_co2e,
        cast(terms.electricity_mwh as decimal(28, 9)) as electricity_mwh,
        terms.factor_id,
        cast(terms.activity_amount as decimal(28, 9)) as activity_amount,
        terms.activity_unit,
        terms.absent_because
    from terms
)

select * from final
