-- Attributed activity times the factor of its period, under both rule sets: CBAM (years that have rules) and the
-- inventory. Bought heat takes the seller's evidenced factor under CBAM, else that of the fuel most used by the country's
-- industry, and the guideline's default in the inventory. Bought electricity is parted under CBAM into what lines and
-- agreements prove and the grid's rest.
with
attribution as (select * from {{ ref('int_stream_attribution') }}),

factors as (select * from {{ ref('int_stream_factors') }}),

electricity_shares as (select * from {{ ref('int_electricity_shares') }}),

standard_heat as (select * from {{ ref('int_standard_heat_factors') }}),

matched as (
    select
        attribution.installation_code,
        attribution.process_code,
        attribution.stream_code,
        attribution.period_from,
        attribution.method,
        attribution.material_code,
        attribution.basis,
        attribution.unit,
        factors.rule_set,
        -- the inventory knows no stacks: there it counts
        factors.rule_set = 'cbam' and attribution.attribution = 'corroborates' as is_corroborating,
        factors.fuel_class,
        factors.ncv_gj_per_unit,
        factors.biogenic_kg_per_unit,
        factors.is_undeclared,
        case
            when factors.rule_set = 'cbam' and attribution.method = 'heat'
                then coalesce(
                    standard_heat.absent_because,
                    'no parameter most_used_industrial_fuel of installation ' || attribution.installation_code
                )
            else factors.absent_because
        end as absent_because,
        factors.rule_set = 'cbam'
        and attribution.method = 'heat'
        and attribution.factor_t_co2e_per_unit is null
        and standard_heat.factor_t_co2e_per_gj is not null as is_default,
        case
            when electricity_shares.factor_id is not null or (factors.rule_set = 'cbam' and attribution.method = 'heat')
                then 'CO2e'
            else factors.gas
        end as gas,
        case
            when electricity_shares.factor_id is not null or (factors.rule_set = 'cbam' and attribution.method = 'heat')
                then 1
            else factors.gwp
        end as gwp,
        case
            when electricity_shares.factor_id is not null then electricity_shares.factor_id
            when factors.rule_set = 'cbam' and attribution.method = 'heat'
                then
                    case
                        when attribution.factor_t_co2e_per_unit is not null
                            then 'seller/' || attribution.installation_code || '/' || attribution.stream_code
                        when standard_heat.factor_t_co2e_per_gj is not null then standard_heat.factor_id
                    end
            else factors.factor_id
        end as factor_id,
        case
            -- t per MWh is kg per kWh
            when electricity_shares.factor_id is not null then electricity_shares.factor_t_co2e_per_mwh
            when factors.rule_set = 'cbam' and attribution.method = 'heat'
                then
                    cast(
                        coalesce(attribution.factor_t_co2e_per_unit, standard_heat.factor_t_co2e_per_gj) * 1000
                        as decimal(28, 12)
                    )
            else factors.amount_kg_per_unit
        end as amount_kg_per_unit,
        -- what leaves counts negative; less of it is on the safe side, so the addition keeps its sign
        {%- for column in ['measured_amount', 'estimated_amount'] %}
            factors.direction_sign
            * {{ part_of_source('attribution.' ~ column, 'electricity_shares') }} as {{ column }},
        {%- endfor %}
        case
            when factors.rule_set = 'cbam'
                then {{ part_of_source('attribution.conservative_addition', 'electricity_shares') }}
            else 0
        end as conservative_addition
    from attribution
    inner join factors
        on
            attribution.installation_code = factors.installation_code
            and attribution.stream_code = factors.stream_code
            and attribution.period_from = factors.period_from
    left join electricity_shares
        on
            factors.rule_set = 'cbam'
            and attribution.installation_code = electricity_shares.installation_code
            and attribution.stream_code = electricity_shares.stream_code
            and {{ year_of('attribution.period_from') }} = electricity_shares.reporting_year
    left join standard_heat
        on
            attribution.method = 'heat'
            and attribution.installation_code = standard_heat.installation_code
            and {{ holds_on('standard_heat', 'attribution.period_from') }}
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
        matched.basis,
        matched.is_corroborating,
        matched.gas,
        matched.gwp,
        matched.factor_id,
        matched.fuel_class,
        matched.is_undeclared,
        matched.is_default,
        matched.unit,
        max(matched.absent_because) as absent_because,
        sum(matched.measured_amount + matched.estimated_amount) as amount,
        sum(matched.conservative_addition) as conservative_addition,
        sum((matched.measured_amount + matched.estimated_amount) * matched.ncv_gj_per_unit) as energy_gj,
        sum(matched.conservative_addition * matched.ncv_gj_per_unit) as addition_energy_gj,
        count(
            case
                when
                    matched.ncv_gj_per_unit is null
                    and (matched.measured_amount + matched.estimated_amount <> 0 or matched.conservative_addition <> 0)
                    then 1
            end
        ) as parts_without_energy,
        -- unrounded sums of exact products; each is rounded once below
        sum(matched.measured_amount * matched.amount_kg_per_unit) as measured_kg,
        sum(matched.estimated_amount * matched.amount_kg_per_unit) as estimated_kg,
        sum(matched.conservative_addition * matched.amount_kg_per_unit) as addition_kg,
        sum((matched.measured_amount + matched.estimated_amount) * matched.biogenic_kg_per_unit) as biogenic_kg
    from matched
    group by
        matched.installation_code,
        matched.process_code,
        matched.stream_code,
        {{ month_of('matched.period_from') }},
        matched.rule_set,
        matched.method,
        matched.material_code,
        matched.basis,
        matched.is_corroborating,
        matched.gas,
        matched.gwp,
        matched.factor_id,
        matched.fuel_class,
        matched.is_undeclared,
        matched.is_default,
        matched.unit
),

rounded as (
    select
        summed.*,
        {{ thousandth('summed.measured_kg') }} as measured_t,
        {{ thousandth('summed.estimated_kg') }} as estimated_t,
        {{ thousandth('summed.addition_kg') }} as addition_t,
        case when summed.factor_id is not null then {{ thousandth('summed.biogenic_kg') }} end as biogenic_t
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
        rounded.is_corroborating,
        rounded.gas,
        cast(rounded.gwp as decimal(28, 12)) as gwp,
        rounded.factor_id,
        rounded.is_default,
        rounded.fuel_class,
        rounded.unit,
        cast(rounded.amount as decimal(28, 9)) as amount,
        cast(rounded.conservative_addition as decimal(28, 9)) as conservative_addition,
        -- of a part of the amount it would be too little for all of it
        cast(case when rounded.parts_without_energy = 0 then rounded.energy_gj end as decimal(28, 9)) as energy_gj,
        cast(case when rounded.parts_without_energy = 0 then rounded.addition_energy_gj end as decimal(28, 9))
            as addition_energy_gj,
        {{ round_to('rounded.measured_t + rounded.estimated_t') }} as emissions_t,
        {{ round_to(mul('rounded.measured_t', 'rounded.gwp', 12, 12)) }} as measured_t_co2e,
        {{ round_to(mul('rounded.estimated_t', 'rounded.gwp', 12, 12)) }} as estimated_t_co2e,
        {{ round_to(mul('rounded.addition_t', 'rounded.gwp', 12, 12)) }} as conservative_addition_t_co2e,
        {{ round_to(
            round_to(mul('rounded.measured_t', 'rounded.gwp', 12, 12))
            ~ ' + ' ~ round_to(mul('rounded.estimated_t', 'rounded.gwp', 12, 12))
        ) }} as emissions_t_co2e,
        {{ round_to('rounded.biogenic_t') }} as biogenic_t_co2,
        case
            when rounded.factor_id is not null then null
            when rounded.method = 'heat' and rounded.rule_set = 'cbam' and not rounded.is_undeclared
                then
                    'no evidenced factor from the seller of heat ' || rounded.stream_code || ', and '
                    || rounded.absent_because
            else rounded.absent_because
        end as absent_because
    from rounded
)

select * from final
