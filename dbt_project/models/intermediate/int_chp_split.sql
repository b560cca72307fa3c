-- Combined heat and power: fuel emissions divided between heat and electricity (2025/2547 Annex III A.2.2, Eq 46-50).
with
emissions as (select * from {{ ref('int_stream_emissions_by_gas') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

processes as (select * from {{ ref('stg_processes') }}),

parameters as (select * from {{ ref('int_parameters_checked') }}),

reporting_years as (select * from {{ ref('int_reporting_years') }}),

efficiencies as (select * from {{ ref('chp_reference_efficiencies') }}),

plants as (
    select
        reporting_years.boundary,
        reporting_years.reporting_year,
        processes.installation_code,
        processes.process_code,
        -- a plant that begins in the year is stated from then on
        greatest({{ first_of_year('reporting_years.reporting_year') }}, min(processes.valid_from)) as first_day
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
    group by
        reporting_years.boundary,
        reporting_years.reporting_year,
        processes.installation_code,
        processes.process_code
),

constants as (select * from {{ ref('constants') }}),

standard as (
    select
        max(case when constants.constant_key = 'chp_standard_efficiency_heat' then constants.numerator end) as heat_share,
        max(case when constants.constant_key = 'chp_standard_efficiency_electricity' then constants.numerator end)
            as electricity_share,
        max(case when constants.constant_key = 'chp_steam_without_condensate' then constants.numerator end) as condensate_share
    from constants
),

burnt as (
    select
        emissions.installation_code,
        emissions.process_code,
        {{ year_of('emissions.month_from') }} as reporting_year,
        emissions.fuel_class,
        emissions.energy_gj,
        emissions.energy_gj is null and emissions.amount <> 0 as is_without_energy
    from emissions
    where emissions.rule_set = 'cbam' and emissions.method = 'combustion'
    union all
    -- waste gas handed to the plant is fuel of it, too
    select
        process_flows.installation_code,
        process_flows.to_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        '{{ waste_gas_fuel_class() }}' as fuel_class,
        process_flows.energy_gj,
        false as is_without_energy
    from process_flows
    where process_flows.carrier = 'waste_gas'
    union all
    -- and so is heat recovered from another process
    select
        process_flows.installation_code,
        process_flows.to_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        '{{ waste_heat_fuel_class() }}' as fuel_class,
        process_flows.energy_gj,
        false as is_without_energy
    from process_flows
    where process_flows.carrier = 'heat' and process_flows.recovered_from is not null
),

fuel as (
    select
        burnt.installation_code,
        burnt.process_code,
        burnt.reporting_year,
        burnt.fuel_class,
        cast(coalesce(sum(burnt.energy_gj), 0) as decimal(28, 9)) as energy_gj,
        count(case when burnt.is_without_energy then 1 end) > 0 as is_without_energy
    from burnt
    group by
        burnt.installation_code,
        burnt.process_code,
        burnt.reporting_year,
        burnt.fuel_class
    having sum(burnt.energy_gj) > 0 or count(case when burnt.is_without_energy then 1 end) > 0
),

output as (
    select
        process_flows.installation_code,
        process_flows.from_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        sum(case when process_flows.carrier = 'heat' then process_flows.energy_gj else 0 end) as heat_gj,
        sum(case when process_flows.carrier = 'electricity' then process_flows.energy_gj else 0 end) as electricity_gj,
        max(case when process_flows.carrier = 'heat' and process_flows.is_estimated then 1 else 0 end) = 1 as is_heat_estimated,
        max(case when process_flows.carrier = 'electricity' and process_flows.is_estimated then 1 else 0 end) = 1
            as is_electricity_estimated
    from process_flows
    group by
        process_flows.installation_code,
        process_flows.from_process_code,
        {{ year_of('process_flows.month_from') }}
),

stated as (
    select
        plants.boundary,
        plants.reporting_year,
        plants.installation_code,
        plants.process_code,
        cast(max(case when parameters.parameter = 'chp_built_year' then parameters.amount end) as integer) as built_year,
        max(case when parameters.parameter = 'chp_built_year' then parameters.basis end) as heat_medium,
        max(case when parameters.parameter = 'chp_design_efficiency_heat' then parameters.amount end) as design_heat,
        max(case when parameters.parameter = 'chp_design_efficiency_electricity' then parameters.amount end)
            as design_electricity,
        max(refused.refused_because) as refused_because
    from plants
    left join parameters
        on
            plants.installation_code = parameters.installation_code
            and plants.process_code = parameters.subject_code
            and parameters.subject_kind = 'process'
            and parameters.refused_because is null
            and {{ holds_on('parameters', 'plants.first_day') }}
    left join parameters as refused
        on
            plants.installation_code = refused.installation_code
            and plants.process_code = refused.subject_code
            and refused.subject_kind = 'process'
            and refused.parameter like 'chp_%'
            and refused.refused_because is not null
            and {{ holds_on('refused', 'plants.first_day') }}
    group by plants.boundary, plants.reporting_year, plants.installation_code, plants.process_code
),

referred as (
    select
        stated.boundary,
        stated.reporting_year,
        stated.installation_code,
        stated.process_code,
        fuel.fuel_class,
        fuel.energy_gj,
        fuel.is_without_energy,
        heat_reference.efficiency_share
        + case when stated.heat_medium = 'steam_without_condensate' then standard.condensate_share else 0 end as reference_heat,
        electricity_reference.efficiency_share as reference_electricity
    from stated
    cross join standard
    inner join fuel
        on
            stated.installation_code = fuel.installation_code
            and stated.process_code = fuel.process_code
            and stated.reporting_year = fuel.reporting_year
    left join efficiencies as heat_reference
        on
            fuel.fuel_class = heat_reference.fuel_class
            and heat_reference.output
            = case stated.heat_medium when 'steam_without_condensate' then 'steam' else stated.heat_medium end
            and coalesce(heat_reference.built_from_year, 0) <= stated.built_year
            and stated.built_year < coalesce(heat_reference.built_until_year, 9999)
    left join efficiencies as electricity_reference
        on
            fuel.fuel_class = electricity_reference.fuel_class
            and electricity_reference.output = 'electricity'
            and coalesce(electricity_reference.built_from_year, 0) <= stated.built_year
            and stated.built_year < coalesce(electricity_reference.built_until_year, 9999)
),

-- recovered heat without a reference leaves the split to the fuels that have one; there is none for older plants and exhaust
mixable as (
    select
        referred.*,
        row_number() over (
            partition by
                referred.boundary, referred.reporting_year, referred.installation_code, referred.process_code
            order by referred.energy_gj desc, {{ figures_byte_order('referred.fuel_class') }}
        ) as place
    from referred
    where
        coalesce(referred.fuel_class, '') <> '{{ waste_heat_fuel_class() }}'
        or referred.reference_heat + referred.reference_electricity is not null
        or not exists (
            select 1
            from referred as others
            where
                others.boundary = referred.boundary
                and others.reporting_year = referred.reporting_year
                and others.installation_code = referred.installation_code
                and others.process_code = referred.process_code
                and others.reference_heat + others.reference_electricity is not null
        )
),

-- several fuels: the references weighted by energy; a fuel without one leaves none
mixed as (
    select
        mixable.boundary,
        mixable.reporting_year,
        mixable.installation_code,
        mixable.process_code,
        max(case when mixable.place = 1 then mixable.fuel_class end) as fuel_class,
        sum(mixable.energy_gj) as fuel_energy_gj,
        count(case when mixable.fuel_class is null or mixable.is_without_energy then 1 end) as fuels_unknown,
        count(*)
        - count(case when not mixable.is_without_energy then mixable.reference_heat + mixable.reference_electricity end)
            as fuels_without_reference,
        min(case when mixable.reference_heat is null or mixable.reference_electricity is null then mixable.fuel_class end)
            as class_without_reference,
        {{ div(
            'sum(' ~ round_to(mul('mixable.energy_gj', 'mixable.reference_heat')) ~ ')', 'sum(mixable.energy_gj)', 12, 12
        ) }} as reference_heat,
        {{ div(
            'sum(' ~ round_to(mul('mixable.energy_gj', 'mixable.reference_electricity')) ~ ')',
            'sum(mixable.energy_gj)', 12, 12
        ) }} as reference_electricity
    from mixable
    group by mixable.boundary, mixable.reporting_year, mixable.installation_code, mixable.process_code
),

measured as (
    select
        stated.*,
        mixed.fuel_class,
        mixed.fuels_unknown,
        mixed.class_without_reference,
        cast(mixed.fuel_energy_gj as decimal(28, 9)) as fuel_energy_gj,
        cast(output.heat_gj as decimal(28, 9)) as heat_gj,
        cast(output.electricity_gj as decimal(28, 9)) as electricity_gj,
        case when mixed.fuels_without_reference = 0 then cast(mixed.reference_heat as decimal(28, 12)) end as reference_heat,
        case when mixed.fuels_without_reference = 0 then cast(mixed.reference_electricity as decimal(28, 12)) end
            as reference_electricity,
        -- what nobody meters takes the design value, else the standard one
        case when output.is_heat_estimated then coalesce(stated.design_heat, standard.heat_share) end as assumed_heat,
        case when output.is_electricity_estimated then coalesce(stated.design_electricity, standard.electricity_share) end
            as assumed_electricity
    from stated
    cross join standard
    left join mixed
        on
            stated.boundary = mixed.boundary
            and stated.installation_code = mixed.installation_code
            and stated.process_code = mixed.process_code
            and stated.reporting_year = mixed.reporting_year
    left join output
        on
            stated.installation_code = output.installation_code
            and stated.process_code = output.process_code
            and stated.reporting_year = output.reporting_year
),

-- (Q / ref_h) : (E / ref_e) = Q * ref_e : E * ref_h; the energy put in cancels out of Eq 49
weighed as (
    select
        measured.*,
        {{ round_to(mul(
            'coalesce(' ~ round_to(mul('measured.fuel_energy_gj', 'measured.assumed_heat'), 9) ~ ', measured.heat_gj)',
            'measured.reference_electricity'
        )) }} as heat_weight,
        {{ round_to(mul(
            'coalesce(' ~ round_to(mul('measured.fuel_energy_gj', 'measured.assumed_electricity'), 9)
            ~ ', measured.electricity_gj)',
            'measured.reference_heat'
        )) }} as electricity_weight,
        -- what gives one of the two alone keeps all it burns (Eq 38), and needs no references
        case
            when measured.fuel_energy_gj is null then null
            when measured.heat_gj = 0 and measured.assumed_heat is null and measured.electricity_gj > 0 then 0
            when measured.electricity_gj = 0 and measured.assumed_electricity is null and measured.heat_gj > 0 then 1
        end as undivided_heat_share
    from measured
),

divided as (
    select
        weighed.*,
        cast(
            coalesce(
                weighed.undivided_heat_share,
                {{ div('weighed.heat_weight', '(weighed.heat_weight + weighed.electricity_weight)', 12, 12) }}
            ) as decimal(28, 12)
        ) as heat_share
    from weighed
),

final as (
    select
        divided.boundary,
        divided.reporting_year,
        divided.installation_code,
        divided.process_code,
        divided.built_year,
        divided.heat_medium,
        divided.fuel_class,
        divided.fuel_energy_gj,
        divided.heat_gj,
        divided.electricity_gj,
        cast(divided.reference_heat as decimal(28, 12)) as reference_heat,
        cast(divided.reference_electricity as decimal(28, 12)) as reference_electricity,
        cast(coalesce(divided.assumed_heat, {{ div('divided.heat_gj', 'divided.fuel_energy_gj') }}) as decimal(28, 12))
            as efficiency_heat,
        cast(
            coalesce(divided.assumed_electricity, {{ div('divided.electricity_gj', 'divided.fuel_energy_gj') }})
            as decimal(28, 12)
        ) as efficiency_electricity,
        divided.heat_share,
        cast(1 - divided.heat_share as decimal(28, 12)) as electricity_share,
        case
            when divided.undivided_heat_share is not null then null
            when
                divided.refused_because is not null
                and (divided.built_year is null or coalesce(divided.assumed_heat, divided.assumed_electricity) is not null)
                then divided.refused_because
            when divided.fuel_energy_gj is null
                then 'no fuel is attributed to process ' || divided.process_code
            when divided.built_year is null
                then 'no parameter chp_built_year of process ' || divided.process_code
            when divided.fuels_unknown > 0
                then
                    'a fuel without a fuel class or a calorific value is attributed to process ' || divided.process_code
            when divided.heat_gj is null or divided.heat_gj + divided.electricity_gj = 0
                then 'no flow of heat or electricity leaves process ' || divided.process_code
            when divided.class_without_reference is not null
                then 'no reference efficiency for fuel class ' || divided.class_without_reference
        end as absent_because
    from divided
)

select * from final
