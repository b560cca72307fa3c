-- Combined heat and power: fuel emissions divided between heat and electricity (2025/2547 Annex II C, Eq 46-51).
with
emissions as (select * from {{ ref('int_stream_emissions_by_gas') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

processes as (select * from {{ ref('stg_processes') }}),

parameters as (select * from {{ ref('int_parameters_checked') }}),

reporting_years as (select * from {{ ref('int_reporting_years') }}),

efficiencies as (select * from {{ ref('chp_reference_efficiencies') }}),

plants as (
    select distinct
        reporting_years.boundary,
        reporting_years.reporting_year,
        processes.installation_code,
        processes.process_code
    from reporting_years
    inner join processes
        on
            reporting_years.installation_code = processes.installation_code
            and processes.valid_from < {{ first_of_year('reporting_years.reporting_year + 1') }}
            and (
                processes.valid_until is null
                or {{ first_of_year('reporting_years.reporting_year') }} < processes.valid_until
            )
    where processes.kind = 'power'
),

fuel as (
    select
        emissions.installation_code,
        emissions.process_code,
        {{ year_of('emissions.month_from') }} as reporting_year,
        emissions.fuel_class,
        sum(emissions.energy_gj) as energy_gj
    from emissions
    where emissions.rule_set = 'cbam' and emissions.method = 'combustion'
    group by
        emissions.installation_code,
        emissions.process_code,
        {{ year_of('emissions.month_from') }},
        emissions.fuel_class
),

fuel_by_plant as (
    select
        fuel.*,
        sum(fuel.energy_gj) over (
            partition by fuel.installation_code, fuel.process_code, fuel.reporting_year
        ) as fuel_energy_gj,
        -- several fuels: the plant is measured against the one that gives most of its energy
        row_number() over (
            partition by fuel.installation_code, fuel.process_code, fuel.reporting_year
            order by fuel.energy_gj desc, fuel.fuel_class
        ) as place
    from fuel
),

output as (
    select
        process_flows.installation_code,
        process_flows.from_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        sum(case when process_flows.carrier = 'heat' then process_flows.energy_gj else 0 end) as heat_gj,
        sum(case when process_flows.carrier = 'electricity' then process_flows.energy_gj else 0 end) as electricity_gj
    from process_flows
    group by
        process_flows.installation_code,
        process_flows.from_process_code,
        {{ year_of('process_flows.month_from') }}
),

built as (
    select
        plants.boundary,
        plants.reporting_year,
        plants.installation_code,
        plants.process_code,
        max(case when parameters.refused_because is null then cast(parameters.amount as integer) end) as built_year,
        max(case when parameters.refused_because is null then parameters.basis end) as heat_medium,
        max(parameters.refused_because) as refused_because
    from plants
    left join parameters
        on
            plants.installation_code = parameters.installation_code
            and plants.process_code = parameters.subject_code
            and parameters.subject_kind = 'process'
            and parameters.parameter = 'chp_built_year'
            and {{ holds_on('parameters', first_of_year('plants.reporting_year')) }}
    group by plants.boundary, plants.reporting_year, plants.installation_code, plants.process_code
),

measured as (
    select
        built.*,
        fuel_by_plant.fuel_class,
        cast(fuel_by_plant.fuel_energy_gj as decimal(28, 9)) as fuel_energy_gj,
        cast(output.heat_gj as decimal(28, 9)) as heat_gj,
        cast(output.electricity_gj as decimal(28, 9)) as electricity_gj,
        heat_reference.efficiency_share as reference_heat,
        electricity_reference.efficiency_share as reference_electricity
    from built
    left join fuel_by_plant
        on
            built.installation_code = fuel_by_plant.installation_code
            and built.process_code = fuel_by_plant.process_code
            and built.reporting_year = fuel_by_plant.reporting_year
            and fuel_by_plant.place = 1
    left join output
        on
            built.installation_code = output.installation_code
            and built.process_code = output.process_code
            and built.reporting_year = output.reporting_year
    left join efficiencies as heat_reference
        on
            fuel_by_plant.fuel_class = heat_reference.fuel_class
            and heat_reference.output = built.heat_medium
            and coalesce(heat_reference.built_from_year, 0) <= built.built_year
            and built.built_year < coalesce(heat_reference.built_until_year, 9999)
    left join efficiencies as electricity_reference
        on
            fuel_by_plant.fuel_class = electricity_reference.fuel_class
            and electricity_reference.output = 'electricity'
            and coalesce(electricity_reference.built_from_year, 0) <= built.built_year
            and built.built_year < coalesce(electricity_reference.built_until_year, 9999)
),

-- (Q / ref_h) : (E / ref_e) = Q * ref_e : E * ref_h; the energy put in cancels out of Eq 49
weighed as (
    select
        measured.*,
        {{ round_to(mul('measured.heat_gj', 'measured.reference_electricity')) }} as heat_weight,
        {{ round_to(mul('measured.electricity_gj', 'measured.reference_heat')) }} as electricity_weight
    from measured
),

final as (
    select
        weighed.boundary,
        weighed.reporting_year,
        weighed.installation_code,
        weighed.process_code,
        weighed.built_year,
        weighed.heat_medium,
        weighed.fuel_class,
        weighed.fuel_energy_gj,
        weighed.heat_gj,
        weighed.electricity_gj,
        cast(weighed.reference_heat as decimal(28, 12)) as reference_heat,
        cast(weighed.reference_electricity as decimal(28, 12)) as reference_electricity,
        cast({{ div('weighed.heat_gj', 'weighed.fuel_energy_gj') }} as decimal(28, 12)) as efficiency_heat,
        cast({{ div('weighed.electricity_gj', 'weighed.fuel_energy_gj') }} as decimal(28, 12)) as efficiency_electricity,
        cast({{ div('weighed.heat_weight', '(weighed.heat_weight + weighed.electricity_weight)', 12, 12) }} as decimal(28, 12))
            as heat_share,
        cast(
            1 - {{ div('weighed.heat_weight', '(weighed.heat_weight + weighed.electricity_weight)', 12, 12) }}
            as decimal(28, 12)
        ) as electricity_share,
        case
            when weighed.built_year is null and weighed.refused_because is not null then weighed.refused_because
            when weighed.built_year is null
                then 'no parameter chp_built_year of process ' || weighed.process_code
            when weighed.fuel_class is null
                then 'no fuel with a fuel class is attributed to process ' || weighed.process_code
            when weighed.heat_gj is null or weighed.heat_gj + weighed.electricity_gj = 0
                then 'no flow of heat or electricity leaves process ' || weighed.process_code
            when weighed.reference_heat is null or weighed.reference_electricity is null
                then 'no reference efficiency for fuel class ' || weighed.fuel_class
        end as absent_because
    from weighed
)

select * from final
