-- Source streams of an installation and year as the Commission's form for installations asks for them: amount, calorific
-- value and the factor that makes our emissions of it. CO2 that is measured, handed over, or of another gas has no line, nor has
-- what corroborates a measurement: the form would add it up.
with
emissions as (
    select * from {{ ref('int_stream_emissions_by_gas') }}
    where
        rule_set = 'cbam'
        and method in ('combustion', 'process_input', 'process_output', 'mass_balance')
        and not is_corroborating
),

stream_years as (select * from {{ ref('int_stream_years') }}),

constants as (select * from {{ ref('constants') }} where constant_key = 'c_to_co2_cbam'),

summed as (
    select
        emissions.installation_code,
        {{ year_of('emissions.month_from') }} as reporting_year,
        emissions.stream_code,
        emissions.factor_id,
        emissions.method,
        emissions.unit,
        case
            when count(*) = count(emissions.emissions_t_co2e) then sum(emissions.amount + emissions.conservative_addition)
        end as amount,
        sum(emissions.amount) as amount_before_addition,
        case
            when count(case when emissions.energy_gj is null and emissions.amount <> 0 then 1 end) = 0
                then sum(emissions.energy_gj)
        end as energy_gj,
        sum(emissions.emissions_t_co2e + emissions.conservative_addition_t_co2e) as fossil_t_co2,
        sum(emissions.biogenic_t_co2) as biogenic_t_co2,
        max({{ figures_byte_order('emissions.absent_because') }}) as absent_because
    from emissions
    group by
        emissions.installation_code,
        {{ year_of('emissions.month_from') }},
        emissions.stream_code,
        emissions.factor_id,
        emissions.method,
        emissions.unit
),

-- the form counts t or 1000 m3
in_the_forms_unit as (
    select
        summed.*,
        case summed.unit when 't' then 't' when 'm3_0c' then '1000Nm3' end as form_unit,
        cast(
            case summed.unit when 't' then summed.amount when 'm3_0c' then {{ thousandth('summed.amount', 12) }} end
            as decimal(38, 12)
        ) as form_amount,
        cast(
            case
                when summed.amount_before_addition = 0 or summed.energy_gj is null then null
                else {{ div('summed.energy_gj', 'summed.amount_before_addition', 9, 12) }}
            end * case summed.unit when 'm3_0c' then 1000 else 1 end as decimal(38, 12)
        ) as ncv,
        summed.fossil_t_co2 + coalesce(summed.biogenic_t_co2, 0) as all_t_co2
    from summed
),

divided as (
    select
        in_the_forms_unit.*,
        case
            when in_the_forms_unit.method in ('process_input', 'process_output') then 'Process emissions'
            when in_the_forms_unit.method = 'mass_balance' then 'Mass Balance'
            else 'Combustion'
        end as form_method,
        in_the_forms_unit.method = 'combustion' and coalesce(in_the_forms_unit.ncv, 0) <> 0 as is_by_energy,
        {{ div('in_the_forms_unit.all_t_co2', 'in_the_forms_unit.form_amount', 12, 12) }} as t_co2_per_unit,
        {{ div('100 * in_the_forms_unit.biogenic_t_co2', 'in_the_forms_unit.all_t_co2', 12, 12) }} as biomass_pct
    from in_the_forms_unit
),

final as (
    select
        divided.installation_code,
        cast(divided.reporting_year as integer) as reporting_year,
        cast(
            row_number() over (
                partition by divided.installation_code, divided.reporting_year
                order by
                    {{ figures_byte_order('divided.stream_code') }}, {{ figures_byte_order('divided.factor_id') }},
                    {{ figures_byte_order('divided.method') }}, {{ figures_byte_order('divided.unit') }}
            ) as integer
        ) as block_position,
        divided.form_method as method,
        divided.stream_code || ' ' || stream_years.stream_name as stream_name,
        divided.form_amount as amount,
        divided.form_unit as unit,
        cast(case when divided.is_by_energy then divided.ncv end as decimal(38, 12)) as ncv,
        cast(
            case
                when divided.form_method = 'Mass Balance' then null
                -- GJ per unit to TJ
                when divided.is_by_energy then {{ div('1000 * divided.t_co2_per_unit', 'divided.ncv', 12, 12) }}
                else divided.t_co2_per_unit
            end as decimal(38, 12)
        ) as factor,
        case
            when divided.form_method = 'Mass Balance' then null
            when divided.is_by_energy then 'tCO2/TJ'
            else 'tCO2/' || divided.form_unit
        end as factor_unit,
        cast(
            case
                when divided.form_method = 'Mass Balance'
                    then {{ div('divided.t_co2_per_unit', 'constants.numerator', 12, 12) }}
            end as decimal(38, 12)
        ) as carbon_content,
        cast(case when divided.biogenic_t_co2 <> 0 then divided.biomass_pct end as decimal(38, 12)) as biomass_pct,
        case
            when divided.absent_because is not null then divided.absent_because
            when divided.form_unit is null then 'the form knows no amount in ' || divided.unit
        end as absent_because
    from divided
    cross join constants
    left join stream_years
        on
            divided.installation_code = stream_years.installation_code
            and divided.stream_code = stream_years.stream_code
            and divided.reporting_year = stream_years.reporting_year
)

select * from final
