-- Attributed activity times the factor in force, under both rule sets: CBAM (years that have rules) and the inventory.
-- Bought heat takes the seller's evidenced factor under CBAM and the guideline's default in the inventory.
with
attribution as (select * from {{ ref('int_stream_attribution') }}),

factors as (select * from {{ ref('int_emission_factors') }}),

installations as (select * from {{ ref('stg_installations') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

under_rules as (
    select
        attribution.*,
        'inventory' as rule_set
    from attribution
    union all
    select
        attribution.*,
        'cbam' as rule_set
    from attribution
    inner join rule_years on {{ year_of('attribution.period_from') }} = rule_years.reporting_year
),

placed as (
    select
        under_rules.*,
        installations.installation_code is null as is_undeclared,
        case
            when under_rules.method in ('electricity', 'heat') then installations.country_code
            else under_rules.material_code
        end as subject_code
    from under_rules
    -- left: activity of an installation the master data do not know on that day must stay visible
    left join installations
        on
            under_rules.installation_code = installations.installation_code
            and {{ holds_on('installations', 'under_rules.period_from') }}
),

matched as (
    select
        placed.*,
        case when placed.method = 'heat' and placed.rule_set = 'cbam' then 'CO2e' else factors.gas end as gas,
        case
            when placed.method = 'heat' and placed.rule_set = 'cbam'
                then
                    case
                        when placed.factor_t_co2e_per_unit is not null
                            then 'seller/' || placed.installation_code || '/' || placed.stream_code
                    end
            else factors.factor_id
        end as factor_id,
        case
            when placed.method = 'heat' and placed.rule_set = 'cbam'
                then cast(placed.factor_t_co2e_per_unit * 1000 as decimal(28, 12))
            else factors.amount_kg_per_unit
        end as amount_kg_per_unit,
        case when placed.method = 'heat' and placed.rule_set = 'cbam' then 1 else factors.gwp end as gwp,
        factors.ncv_gj_per_unit
    from placed
    -- left: activity without a factor must stay visible. The unit joins: a factor per tonne never meets a volume
    left join factors
        on
            placed.rule_set = factors.rule_set
            and placed.method = factors.method
            and placed.subject_code = factors.subject_code
            and placed.unit = factors.unit
            and {{ holds_on('factors', 'placed.period_from') }}
),

summed as (
    select
        matched.installation_code,
        matched.process_code,
        matched.stream_code,
        {{ month_of('matched.period_from') }} as month_from,
        matched.rule_set,
        matched.method,
        matched.material_code,
        matched.is_undeclared,
        matched.basis,
        matched.gas,
        matched.gwp,
        matched.factor_id,
        matched.unit,
        sum(matched.amount) as amount,
        sum(case when matched.rule_set = 'cbam' then matched.conservative_addition else 0 end) as conservative_addition,
        sum(matched.amount * matched.ncv_gj_per_unit) as energy_gj,
        -- unrounded sums of exact products; each is rounded once below
        sum(matched.measured_amount * matched.amount_kg_per_unit) as measured_kg,
        sum(matched.estimated_amount * matched.amount_kg_per_unit) as estimated_kg,
        sum(
            case when matched.rule_set = 'cbam' then matched.conservative_addition else 0 end * matched.amount_kg_per_unit
        ) as addition_kg
    from matched
    group by
        matched.installation_code,
        matched.process_code,
        matched.stream_code,
        {{ month_of('matched.period_from') }},
        matched.rule_set,
        matched.method,
        matched.material_code,
        matched.is_undeclared,
        matched.basis,
        matched.gas,
        matched.gwp,
        matched.factor_id,
        matched.unit
),

rounded as (
    select
        summed.*,
        {{ thousandth('summed.measured_kg') }} as measured_t,
        {{ thousandth('summed.estimated_kg') }} as estimated_t,
        {{ thousandth('summed.addition_kg') }} as addition_t
    from summed
),

final as (
    select
        rounded.installation_code,
        rounded.process_code,
        rounded.stream_code,
        rounded.month_from,
        rounded.rule_set,
        rounded.method,
        rounded.material_code,
        rounded.basis,
        rounded.method = 'electricity' as is_indirect,
        rounded.gas,
        cast(rounded.gwp as decimal(28, 12)) as gwp,
        rounded.factor_id,
        rounded.unit,
        cast(rounded.amount as decimal(28, 9)) as amount,
        cast(rounded.conservative_addition as decimal(28, 9)) as conservative_addition,
        cast(rounded.energy_gj as decimal(28, 9)) as energy_gj,
        {{ round_to('rounded.measured_t + rounded.estimated_t') }} as emissions_t,
        {{ round_to(mul('rounded.measured_t', 'rounded.gwp', 12, 12)) }} as measured_t_co2e,
        {{ round_to(mul('rounded.estimated_t', 'rounded.gwp', 12, 12)) }} as estimated_t_co2e,
        {{ round_to(mul('rounded.addition_t', 'rounded.gwp', 12, 12)) }} as conservative_addition_t_co2e,
        {{ round_to(
            round_to(mul('rounded.measured_t', 'rounded.gwp', 12, 12))
            ~ ' + ' ~ round_to(mul('rounded.estimated_t', 'rounded.gwp', 12, 12))
        ) }} as emissions_t_co2e,
        case
            when rounded.factor_id is not null then null
            when rounded.is_undeclared
                then
                    'installation ' || rounded.installation_code || ' is not in the master data in '
                    || {{ year_and_month('rounded.month_from') }}
            when rounded.method = 'heat' and rounded.rule_set = 'cbam'
                then 'no evidenced factor from the seller of heat ' || rounded.stream_code
            else
                'no factor in force for ' || rounded.method || ' ' || coalesce(rounded.material_code, '')
                || ' per ' || coalesce(rounded.unit, 'unknown unit')
        end as absent_because
    from rounded
)

select * from final
