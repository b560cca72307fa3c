-- The factor each stream takes in each period of its activity, in kg of gas per unit, under both rule sets: the
-- operator's own value, else the table's in force, bent by what the operator states (2025/2547 Annex II B.3, B.5.2).
-- Operators' values, measurements and perfluorocarbons are CBAM's; the inventory takes tables alone.
with
activity as (
    select * from {{ ref('int_stream_activity') }}
    where feeds_figure and measured_amount is not null
),

installations as (select * from {{ ref('stg_installations') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

table_factors as (select * from {{ ref('int_emission_factors') }}),

-- what a fuel is does not hang on the unit it is metered in, nor on the country
fuel_kinds as (
    select
        rule_set,
        method,
        subject_code,
        max(fuel_class) as fuel_class,
        bool_or(is_biomass) as is_biomass
    from table_factors
    group by rule_set, method, subject_code
),

properties as (select * from {{ ref('int_stream_properties') }}),

pfc_factors as (select * from {{ ref('int_pfc_factors') }}),

gwp_sets as (select * from {{ ref('gwp_sets') }}),

constants as (select * from {{ ref('constants') }}),

under_rules as (
    select
        activity.*,
        'inventory' as rule_set,
        cast(null as varchar) as rule_gwp_set
    from activity
    union all
    select
        activity.*,
        'cbam' as rule_set,
        rule_years.gwp_set as rule_gwp_set
    from activity
    inner join rule_years on {{ year_of('activity.period_from') }} = rule_years.reporting_year
),

placed as (
    select
        under_rules.installation_code,
        under_rules.stream_code,
        under_rules.period_from,
        under_rules.rule_set,
        under_rules.rule_gwp_set,
        under_rules.method,
        under_rules.material_code,
        under_rules.unit,
        -- carbon that leaves, and CO2 handed over, count negative (Eq 12)
        case
            when under_rules.method in ('mass_balance', 'co2_transfer') and source_streams.direction = 'output' then -1
            else 1
        end as direction_sign,
        installations.installation_code is null as is_undeclared,
        installations.country_code,
        case
            when under_rules.method in ('electricity', 'heat') then installations.country_code
            else under_rules.material_code
        end as subject_code
    from under_rules
    inner join source_streams
        on
            under_rules.installation_code = source_streams.installation_code
            and under_rules.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'under_rules.period_from') }}
    -- left: activity of an installation the master data do not know on that day must stay visible
    left join installations
        on
            under_rules.installation_code = installations.installation_code
            and {{ holds_on('installations', 'under_rules.period_from') }}
),

matched as (
    select
        placed.*,
        table_factors.factor_id,
        table_factors.gas,
        table_factors.gwp,
        table_factors.value_type,
        table_factors.ncv_gj_per_unit,
        table_factors.kg_co2_per_gj,
        table_factors.oxidation_share,
        table_factors.amount_kg_per_unit,
        fuel_kinds.fuel_class,
        coalesce(fuel_kinds.is_biomass, false) as is_biomass,
        -- a national value goes before the act's own table
        row_number() over (
            partition by placed.installation_code, placed.stream_code, placed.period_from, placed.rule_set, table_factors.gas
            order by table_factors.value_type desc, {{ figures_byte_order('table_factors.factor_id') }}
        ) as place
    from placed
    -- left: activity without a factor must stay visible. The unit joins: a factor per tonne never meets a volume; so does
    -- the country: a national value serves its own nation
    left join table_factors
        on
            placed.rule_set = table_factors.rule_set
            and placed.method = table_factors.method
            and placed.subject_code = table_factors.subject_code
            and placed.unit = table_factors.unit
            and (table_factors.country_code is null or placed.country_code = table_factors.country_code)
            and {{ holds_on('table_factors', 'placed.period_from') }}
    left join fuel_kinds
        on
            placed.rule_set = fuel_kinds.rule_set
            and placed.method = fuel_kinds.method
            and placed.subject_code = fuel_kinds.subject_code
),

stated as (
    select
        matched.*,
        properties.factor_kind as own_kind,
        properties.factor_kg_per_unit as own_kg,
        properties.factor_id as own_factor_id,
        properties.factor_id is not null and not (properties.is_factor_type_i and coalesce(matched.value_type = 'II', false))
            as takes_own_factor,
        case
            when properties.is_ncv_refused then null
            when properties.is_ncv_type_i and matched.value_type = 'II'
                then coalesce(matched.ncv_gj_per_unit, properties.ncv_gj_per_unit)
            else coalesce(properties.ncv_gj_per_unit, matched.ncv_gj_per_unit)
        end as ncv,
        properties.ncv_gj_per_unit as own_ncv,
        properties.oxidation_share as own_oxidation,
        coalesce(properties.conversion_share, 1) as conversion,
        coalesce(properties.content_share, 1) as content,
        coalesce(properties.zero_rated_share, 0) as zero_rated_share,
        coalesce(properties.stored_share, 0) as stored_share,
        properties.dust_kg_per_unit,
        coalesce(properties.is_factor_refused, false) as is_factor_refused,
        properties.parameter_ids,
        properties.refused_because
    from matched
    left join properties
        on
            matched.rule_set = 'cbam'
            and matched.installation_code = properties.installation_code
            and matched.stream_code = properties.stream_code
            and matched.period_from = properties.period_from
    where matched.place = 1 and not (matched.rule_set = 'cbam' and matched.method in ('pfc_slope', 'pfc_overvoltage'))
),

ratios as (
    select
        max(case when constants.constant_key = 'c_to_co2_cbam' then constants.numerator end) as carbon_to_co2,
        max(
            case
                when constants.constant_key = 'co_to_co2'
                    then {{ div('1000 * constants.numerator', 'constants.denominator', 12, 12) }}
            end
        ) as kg_co2_per_t_co
    from constants
),

-- before oxidation: what the whole carbon of the fuel or material would make
unbent as (
    select
        stated.*,
        case
            when stated.takes_own_factor and stated.own_kind = 'carbon'
                then {{ mass_balance_kg_per_unit('stated.own_kg', 'ratios.carbon_to_co2') }}
            when stated.takes_own_factor and stated.own_kind = 'ef' then stated.own_kg
            when stated.takes_own_factor and stated.method in ('combustion', 'mass_balance')
                then {{ combustion_kg_per_unit('stated.ncv', 'stated.own_kg') }}
            when stated.takes_own_factor then null
            -- Eq 6 with the operator's own calorific value
            when stated.kg_co2_per_gj is not null then {{ combustion_kg_per_unit('stated.ncv', 'stated.kg_co2_per_gj') }}
            else stated.amount_kg_per_unit
        end as kg_before,
        ratios.carbon_to_co2,
        ratios.kg_co2_per_t_co
    from stated
    cross join ratios
),

-- preliminary: biomass counted as fossil
preliminary as (
    select
        unbent.*,
        case
            when unbent.method <> 'mass_balance' or unbent.is_factor_refused then null
            when unbent.takes_own_factor and unbent.own_kind = 'carbon' then unbent.own_kg
            when unbent.takes_own_factor and unbent.own_kind = 'ef_by_energy'
                then {{ carbon_from_energy('unbent.own_kg', 'unbent.ncv', 'unbent.carbon_to_co2') }}
            else {{ carbon_from_mass('unbent.kg_before', 'unbent.carbon_to_co2') }}
        end as carbon_kg,
        case
            when unbent.rule_set = 'cbam' and unbent.method = 'measured'
                then case unbent.material_code when 'CO' then unbent.kg_co2_per_t_co else 1000 end
            when unbent.rule_set = 'cbam' and unbent.method = 'co2_transfer' then 1000 * unbent.stored_share
            when unbent.is_factor_refused then null
            when unbent.method = 'combustion'
                then {{ product(
                    'unbent.kg_before',
                    'coalesce(unbent.own_oxidation, case when not unbent.takes_own_factor then unbent.oxidation_share end, 1)'
                ) }}
            when unbent.method in ('process_input', 'process_output')
                then {{ process_kg_per_unit(
                    'case when unbent.material_code = \'cement_kiln_dust\' then coalesce(unbent.dust_kg_per_unit, unbent.kg_before)'
                    ~ ' else unbent.kg_before end',
                    'unbent.conversion', 'unbent.content'
                ) }}
            else unbent.kg_before
        end as kg_preliminary,
        case
            when unbent.rule_set = 'cbam' and unbent.method in ('measured', 'co2_transfer')
                then unbent.method || '/' || unbent.installation_code || '/' || unbent.stream_code
            when unbent.takes_own_factor then unbent.own_factor_id
            else unbent.factor_id
        end as used_factor_id,
        case
            when unbent.rule_set = 'cbam' and unbent.method = 'measured' and unbent.material_code = 'N2O' then 'N2O'
            when unbent.rule_set = 'cbam' and unbent.method not in ('electricity', 'heat') then 'CO2'
            else unbent.gas
        end as used_gas
    from unbent
),

calculated as (
    select
        preliminary.installation_code,
        preliminary.stream_code,
        preliminary.period_from,
        preliminary.rule_set,
        preliminary.rule_gwp_set,
        preliminary.method,
        preliminary.material_code,
        preliminary.unit,
        preliminary.direction_sign,
        preliminary.is_undeclared,
        preliminary.country_code,
        case when preliminary.kg_preliminary is not null then preliminary.used_gas end as gas,
        preliminary.gwp as table_gwp,
        case when preliminary.kg_preliminary is not null then preliminary.used_factor_id end as factor_id,
        case
            when preliminary.method in ('combustion', 'mass_balance') and preliminary.direction_sign = 1 then preliminary.ncv
        end as ncv,
        case
            when preliminary.method in ('electricity', 'heat') then preliminary.kg_preliminary
            else {{ not_zero_rated('preliminary.kg_preliminary', 'preliminary.zero_rated_share') }}
        end as amount_kg_per_unit,
        case
            when preliminary.method in ('electricity', 'heat') then 0
            else {{ zero_rated('preliminary.kg_preliminary', 'preliminary.zero_rated_share') }}
        end as biogenic_kg_per_unit,
        preliminary.carbon_kg,
        preliminary.fuel_class,
        preliminary.is_biomass,
        preliminary.parameter_ids,
        case
            when preliminary.refused_because is not null then preliminary.refused_because
            when preliminary.takes_own_factor and preliminary.own_kind = 'ef_by_energy'
                then 'no net calorific value of stream ' || preliminary.stream_code || ' per ' || preliminary.unit
        end as absent_because
    from preliminary
    union all
    select
        placed.installation_code,
        placed.stream_code,
        placed.period_from,
        placed.rule_set,
        placed.rule_gwp_set,
        placed.method,
        placed.material_code,
        placed.unit,
        placed.direction_sign,
        placed.is_undeclared,
        placed.country_code,
        pfc_factors.gas,
        cast(null as decimal(28, 12)) as table_gwp,
        pfc_factors.factor_id,
        cast(null as decimal(28, 12)) as ncv,
        pfc_factors.amount_kg_per_unit,
        0 as biogenic_kg_per_unit,
        cast(null as decimal(28, 12)) as carbon_kg,
        cast(null as varchar) as fuel_class,
        false as is_biomass,
        pfc_factors.parameter_ids,
        pfc_factors.absent_because
    from placed
    inner join pfc_factors
        on
            placed.rule_set = 'cbam'
            and placed.installation_code = pfc_factors.installation_code
            and placed.stream_code = pfc_factors.stream_code
            and placed.period_from = pfc_factors.period_from
),

final as (
    select
        calculated.installation_code,
        calculated.stream_code,
        calculated.period_from,
        calculated.rule_set,
        calculated.gas,
        calculated.is_undeclared,
        cast(
            case when calculated.factor_id is not null then coalesce(calculated.table_gwp, gwp_sets.gwp) end as decimal(28, 12)
        ) as gwp,
        calculated.factor_id,
        calculated.unit,
        calculated.direction_sign,
        cast(calculated.ncv as decimal(28, 12)) as ncv_gj_per_unit,
        cast(calculated.amount_kg_per_unit as decimal(28, 12)) as amount_kg_per_unit,
        cast(calculated.biogenic_kg_per_unit as decimal(28, 12)) as biogenic_kg_per_unit,
        cast(calculated.carbon_kg as decimal(28, 12)) as carbon_kg_per_unit,
        calculated.fuel_class,
        calculated.is_biomass,
        calculated.parameter_ids,
        case
            when calculated.factor_id is not null then null
            when calculated.is_undeclared
                then
                    'installation ' || calculated.installation_code || ' is not in the master data in '
                    || {{ year_and_month('calculated.period_from') }}
            else coalesce(
                calculated.absent_because,
                'no factor in force for ' || calculated.method || ' ' || coalesce(calculated.material_code, '')
                || ' per ' || coalesce(calculated.unit, 'unknown unit')
                || case
                    when calculated.unit <> 'm3_0c' or calculated.method not in ('combustion', 'mass_balance') then ''
                    when calculated.rule_set = 'inventory' then ' in ' || calculated.country_code
                    else
                        ' in ' || calculated.country_code || ': state its ' || case calculated.method
                            when 'mass_balance' then 'carbon_by_volume'
                            else 'ncv_by_volume and ef_by_energy, or its ef_by_volume,'
                        end || ' among the parameters of stream ' || calculated.stream_code
                end
            )
        end as absent_because
    from calculated
    left join gwp_sets on calculated.rule_gwp_set = gwp_sets.gwp_set and calculated.gas = gwp_sets.gas
)

select * from final
