-- What the operator states of a stream's material, in force in each period of its activity: the best of several factors,
-- and what bends it. Factors of tables are not here.
with
activity as (
    select * from {{ ref('int_stream_activity') }}
    where feeds_figure and measured_amount is not null
),

parameters as (select * from {{ ref('int_parameters_checked') }} where subject_kind = 'stream'),

constants as (select * from {{ ref('constants') }}),

ages as (
    select
        max(case when constants.constant_key = 'years_of_a_past_analysis_type_ii' then constants.numerator end) as years_ii,
        max(case when constants.constant_key = 'years_of_a_past_analysis_type_i' then constants.numerator end) as years_i
    from constants
),

in_force as (
    select
        activity.installation_code,
        activity.stream_code,
        activity.period_from,
        activity.unit,
        parameters.parameter,
        parameters.amount,
        parameters.refused_because,
        {{ parameter_id('parameters') }} as parameter_id,
        -- what the factor rests on; a value per tonne says nothing of a volume, nor the other way round
        case
            when parameters.parameter = 'ef_by_energy' then 'ef_by_energy'
            when parameters.parameter in (
                'oxidation_factor', 'carbon_in_ash', 'carbon_in_fuel', 'conversion_factor', 'material_content',
                'dust_calcination', 'clinker_emission_factor'
            ) then 'bends'
            when
                coalesce(activity.unit, '')
                <> case when parameters.parameter like '%_by_mass' then 't' else 'm3_0c' end
                then null
            when parameters.parameter in ('ncv_by_mass', 'ncv_by_volume') then 'ncv'
            when parameters.parameter in ('carbon_by_mass', 'carbon_by_volume') then 'carbon'
            when parameters.parameter in ('ef_by_mass', 'ef_by_volume') then 'ef'
        end as kind,
        -- analyses of what was used go before standard values (B.5.5), type II before type I (B.5.2)
        case
            when parameters.basis = 'analysis' then 1
            when parameters.basis = 'correlation' then 2
            when parameters.basis = 'supplier_guarantee' then 3
            when parameters.basis <> 'past_analysis' then null
            when activity.period_from < {{ plus_years('parameters.determined_on', 'ages.years_ii') }} then 3
            when activity.period_from < {{ plus_years('parameters.determined_on', 'ages.years_i') }} then 5
        end as place
    from activity
    inner join parameters
        on
            activity.installation_code = parameters.installation_code
            and activity.stream_code = parameters.subject_code
            and {{ holds_on('parameters', 'activity.period_from') }}
    cross join ages
),

-- per unit of the activity: t or m3 at 0 °C; a value per 1 000 m3 in t is one per m3 in kg
found as (
    select
        in_force.*,
        cast(
            case
                when in_force.parameter in ('carbon_by_mass', 'ef_by_mass') then 1000 * in_force.amount
                when in_force.parameter = 'ncv_by_volume' then {{ thousandth('in_force.amount') }}
                else in_force.amount
            end as decimal(28, 12)
        ) as amount_per_unit
    from in_force
    where
        in_force.refused_because is null
        and in_force.place is not null
        and in_force.kind in ('ncv', 'carbon', 'ef', 'ef_by_energy')
),

factors_ranked as (
    select
        found.*,
        row_number() over (
            partition by found.installation_code, found.stream_code, found.period_from
            order by found.place, case found.kind when 'carbon' then 1 when 'ef' then 2 else 3 end
        ) as choice
    from found
    where found.kind <> 'ncv'
),

bent as (
    select
        in_force.installation_code,
        in_force.stream_code,
        in_force.period_from,
        {%- for name in [
            'oxidation_factor', 'carbon_in_ash', 'carbon_in_fuel', 'conversion_factor', 'material_content',
            'biomass_fraction', 'co2_stored_share', 'dust_calcination', 'clinker_emission_factor',
        ] %}
            max(case when in_force.refused_because is null and in_force.parameter = '{{ name }}' then in_force.amount end)
                as {{ name }},
        {%- endfor %}
        -- what bends a factor; how often it was analysed and what perfluorocarbons need do not
        string_agg(
            case
                when in_force.refused_because is null and in_force.parameter in (
                    'oxidation_factor', 'carbon_in_ash', 'carbon_in_fuel', 'conversion_factor', 'material_content',
                    'biomass_fraction', 'co2_stored_share', 'dust_calcination', 'clinker_emission_factor'
                ) then in_force.parameter_id
            end, ';' order by {{ figures_byte_order('in_force.parameter_id') }}
        ) as parameter_ids,
        -- a biomass fraction and a stored share only take away: refused, they count as not stated
        count(case when in_force.refused_because is not null and in_force.kind = 'bends' then 1 end) > 0 as is_bend_refused,
        count(case when in_force.refused_because is not null and in_force.kind in ('carbon', 'ef', 'ef_by_energy') then 1 end) > 0
            as is_factor_refused,
        count(case when in_force.refused_because is not null and in_force.kind = 'ncv' then 1 end) > 0 as is_ncv_refused,
        coalesce(
            max(case when in_force.kind is not null then in_force.refused_because end), max(in_force.refused_because)
        ) as refused_because
    from in_force
    group by in_force.installation_code, in_force.stream_code, in_force.period_from
),

final as (
    select
        bent.installation_code,
        bent.stream_code,
        bent.period_from,
        factors_ranked.kind as factor_kind,
        factors_ranked.amount_per_unit as factor_kg_per_unit,
        factors_ranked.parameter_id as factor_id,
        coalesce(factors_ranked.place, 0) = 5 as is_factor_type_i,
        calorific.amount_per_unit as ncv_gj_per_unit,
        coalesce(calorific.place, 0) = 5 as is_ncv_type_i,
        cast(
            coalesce(bent.oxidation_factor, {{ oxidation_share('bent.carbon_in_ash', 'bent.carbon_in_fuel') }})
            as decimal(28, 12)
        ) as oxidation_share,
        cast(bent.conversion_factor as decimal(28, 12)) as conversion_share,
        cast(bent.material_content as decimal(28, 12)) as content_share,
        cast(coalesce(bent.biomass_fraction, 0) as decimal(28, 12)) as zero_rated_share,
        cast(bent.co2_stored_share as decimal(28, 12)) as stored_share,
        cast({{ dust_kg_per_t('1000 * bent.clinker_emission_factor', 'bent.dust_calcination') }} as decimal(28, 12))
            as dust_kg_per_unit,
        case
            when calorific.parameter_id is null then bent.parameter_ids
            when bent.parameter_ids is null then calorific.parameter_id
            else bent.parameter_ids || ';' || calorific.parameter_id
        end as parameter_ids,
        -- a table's value in the place of a refused one would be a guess. It stands beside none of one's own but of type I
        bent.is_bend_refused or (bent.is_factor_refused and coalesce(factors_ranked.place, 5) = 5) as is_factor_refused,
        bent.is_ncv_refused,
        bent.refused_because
    from bent
    left join factors_ranked
        on
            bent.installation_code = factors_ranked.installation_code
            and bent.stream_code = factors_ranked.stream_code
            and bent.period_from = factors_ranked.period_from
            and factors_ranked.choice = 1
    left join found as calorific
        on
            bent.installation_code = calorific.installation_code
            and bent.stream_code = calorific.stream_code
            and bent.period_from = calorific.period_from
            and calorific.kind = 'ncv'
)

select * from final
