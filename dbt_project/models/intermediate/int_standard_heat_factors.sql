-- Factor of heat whose fuel mix nobody evidences: the fuel most used by the country's industry in a boiler of 90 %
-- (2025/2547 Annex III A.2.2). Which fuel that is, the house states with its statistics.
with
parameters as (
    select * from {{ ref('int_parameters_checked') }}
    where parameter = 'most_used_industrial_fuel'
),

-- the act's own table, which holds for every country
fuels as (select * from {{ ref('fuels') }} where rule_set = 'cbam' and country_code is null),

constants as (select * from {{ ref('constants') }}),

boiler as (
    select max(constants.numerator) as efficiency_share
    from constants
    where constants.constant_key = 'boiler_efficiency_of_imported_heat'
),

final as (
    select
        parameters.installation_code,
        -- the tables begin with the rules, what a house states often before
        greatest(parameters.valid_from, fuels.valid_from) as valid_from,
        least(parameters.valid_until, fuels.valid_until) as valid_until,
        parameters.basis as material_code,
        {{ parameter_id('parameters') }} as factor_id,
        cast({{ heat_factor('max(fuels.co2_kg_per_gj)', 'max(boiler.efficiency_share)') }} as decimal(28, 12))
            as factor_t_co2e_per_gj,
        case
            when parameters.refused_because is not null then parameters.refused_because
            when max(fuels.co2_kg_per_gj) is null
                then
                    'parameter most_used_industrial_fuel of ' || parameters.installation_code || ' names '
                    || coalesce(parameters.basis, 'no fuel') || ', which has no factor by energy'
        end as absent_because
    from parameters
    cross join boiler
    left join fuels
        on
            parameters.refused_because is null
            and parameters.basis = fuels.material_code
            and (fuels.valid_until is null or parameters.valid_from < fuels.valid_until)
            and (parameters.valid_until is null or fuels.valid_from < parameters.valid_until)
    group by
        parameters.installation_code,
        parameters.subject_code,
        parameters.parameter,
        parameters.valid_from,
        parameters.valid_until,
        parameters.basis,
        parameters.refused_because,
        fuels.valid_from,
        fuels.valid_until
)

select * from final
