-- Embedded emissions of every purchased CBAM good a process consumed in a year, by producer: the producer's answer,
-- else the origin's default with mark-up (that of Annex IV where the origin is unknown), else zero for the Union and exempt
-- origins, else absent and why.
with
material_use as (select * from {{ ref('stg_material_use') }}),

items as (select * from {{ ref('stg_items') }}),

goods as (select * from {{ ref('cbam_goods') }}),

supply_mix as (select * from {{ ref('int_supply_mix') }}),

answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

default_values as (select * from {{ ref('int_default_values') }}),

zero_origins as (select * from {{ ref('cbam_zero_origins') }}),

grid_factors as (select * from {{ ref('grid_factors') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

used as (
    select
        material_use.installation_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }} as reporting_year,
        material_use.component_code as item_code,
        material_use.supplier_code as seller_code,
        max(items.name) as item_name,
        items.cn_code,
        coalesce(items.taric_suffix, '') as taric_suffix,
        sum(material_use.amount_canonical) as mass_t
    from material_use
    -- left: a component nobody declared must not vanish
    left join items
        on material_use.component_code = items.item_code and {{ holds_on('items', 'material_use.period_from') }}
    where material_use.component_kind = 'item'
    group by
        material_use.installation_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }},
        material_use.component_code,
        material_use.supplier_code,
        items.cn_code,
        coalesce(items.taric_suffix, '')
),

consumption as (
    select
        used.installation_code,
        used.process_code,
        used.reporting_year,
        used.item_code,
        used.seller_code,
        coalesce(used.item_name, used.item_code) as item_name,
        used.cn_code,
        used.taric_suffix,
        goods.is_annex_ii,
        goods.functional_unit,
        used.item_name is null as is_undeclared,
        cast(used.mass_t as decimal(28, 9)) as mass_t
    from used
    inner join rule_years on used.reporting_year = rule_years.reporting_year
    left join goods on used.cn_code = goods.cn_code
    -- an item outside Annex I of 2023/956 is no precursor
    where goods.cn_code is not null or used.item_name is null
),

by_producer as (
    select
        consumption.installation_code,
        consumption.process_code,
        consumption.reporting_year,
        consumption.item_code,
        consumption.item_name,
        consumption.seller_code,
        consumption.cn_code,
        consumption.taric_suffix,
        consumption.is_annex_ii,
        consumption.functional_unit,
        consumption.is_undeclared,
        coalesce(supply_mix.producer_installation_code, 'unknown') as producer_installation_code,
        supply_mix.origin_country_code,
        supply_mix.answer_period_from,
        supply_mix.producer_installation_code is null as is_unreceived,
        case
            when supply_mix.producer_installation_code is null then consumption.mass_t
            else {{ share_of('consumption.mass_t', 'supply_mix.cum_share', 'supply_mix.cum_share_before') }}
        end as mass_t
    from consumption
    left join supply_mix
        on
            consumption.installation_code = supply_mix.installation_code
            and consumption.item_code = supply_mix.item_code
            and consumption.seller_code = supply_mix.seller_code
            and consumption.reporting_year = supply_mix.reporting_year
),

looked_up as (
    select
        by_producer.*,
        answers.see_direct_t_co2e_per_fu,
        answers.functional_unit as answer_functional_unit,
        by_producer.functional_unit as lawful_functional_unit,
        answers.default_share,
        answers.electricity_mwh_per_fu,
        -- the country's default where the answer leaves the factor out; kg per kWh is t per MWh
        coalesce(answers.electricity_factor_t_co2e_per_mwh, grid_factors.amount_kg_per_unit)
            as electricity_factor_t_co2e_per_mwh,
        answers.electricity_factor_t_co2e_per_mwh is null as is_grid_default,
        answers.country_code as answer_country_code,
        answers.producer_installation_code is not null as has_answer,
        zero_origins.country_code is not null as is_zero_origin,
        default_values.factor_id as default_id,
        default_values.marked_up_t_co2e_per_t as default_t_co2e_per_t
    from by_producer
    left join answers
        on
            by_producer.producer_installation_code = answers.producer_installation_code
            and by_producer.cn_code = answers.cn_code
            and by_producer.answer_period_from = answers.period_from
    left join grid_factors
        on
            answers.country_code = grid_factors.country_code
            and grid_factors.rule_set = 'cbam'
            and {{ holds_on('grid_factors', first_of_year('by_producer.reporting_year')) }}
    left join zero_origins on by_producer.origin_country_code = zero_origins.country_code
    left join default_values
        on
            by_producer.cn_code = default_values.cn_code
            -- '' is the row of a code that TARIC does not split
            and default_values.taric_suffix in ('', by_producer.taric_suffix)
            and by_producer.origin_country_code = default_values.origin_country_code
            and by_producer.reporting_year = default_values.reporting_year
),

decided as (
    select
        looked_up.*,
        case
            when looked_up.is_undeclared or looked_up.is_unreceived then 'absent'
            when looked_up.is_zero_origin then 'exempt'
            -- masses are tonnes of product: an answer per another unit can neither be used nor passed over
            when
                looked_up.has_answer
                and (
                    looked_up.answer_functional_unit <> 't_product'
                    or looked_up.answer_functional_unit <> looked_up.lawful_functional_unit
                )
                then 'absent'
            when looked_up.has_answer then 'actual'
            when looked_up.default_id is null then 'absent'
            else 'default'
        end as evidence
    from looked_up
),

final as (
    select
        decided.installation_code,
        decided.process_code,
        decided.reporting_year,
        decided.item_code,
        decided.item_name,
        decided.seller_code,
        decided.cn_code,
        decided.taric_suffix,
        decided.producer_installation_code,
        coalesce(decided.origin_country_code, 'unknown') as origin_country_code,
        decided.answer_period_from,
        decided.evidence,
        cast(decided.mass_t as decimal(28, 9)) as mass_t,
        case decided.evidence
            when 'exempt' then 'cbam-exempt/' || decided.origin_country_code
            when 'actual'
                then
                    'answer/' || decided.producer_installation_code || '/' || decided.cn_code || '/'
                    || cast(decided.answer_period_from as varchar)
            when 'default' then decided.default_id
        end as factor_id,
        cast(
            case decided.evidence
                when 'exempt' then 0
                when 'actual' then {{ round_to(mul('decided.mass_t', 'decided.see_direct_t_co2e_per_fu')) }}
            end as decimal(38, 12)
        ) as direct_t_co2e,
        cast(
            case decided.evidence
                when 'exempt' then 0
                when 'actual'
                    then {{ round_to(mul(
                        round_to(mul('decided.mass_t', 'decided.see_direct_t_co2e_per_fu')), 'decided.default_share', 12, 12
                    )) }}
            end as decimal(38, 12)
        ) as direct_by_default_t_co2e,
        cast(
            case decided.evidence
                when 'default'
                    then {{ round_to(mul('decided.mass_t', 'decided.default_t_co2e_per_t')) }}
            end as decimal(38, 12)
        ) as default_undivided_t_co2e,
        cast(
            case when decided.evidence = 'actual' then {{ mul('decided.mass_t', 'decided.electricity_mwh_per_fu') }} end
            as decimal(28, 9)
        ) as electricity_mwh,
        cast(
            case
                when decided.evidence = 'actual'
                    then {{ round_to(mul(
                        round_to(mul('decided.mass_t', 'decided.electricity_mwh_per_fu'), 9),
                        'decided.electricity_factor_t_co2e_per_mwh'
                    )) }}
            end as decimal(38, 12)
        ) as indirect_t_co2e,
        cast(
            case
                when decided.evidence = 'actual' and not decided.is_grid_default then 0
                when decided.evidence = 'actual'
                    then {{ round_to(mul(
                        round_to(mul('decided.mass_t', 'decided.electricity_mwh_per_fu'), 9),
                        'decided.electricity_factor_t_co2e_per_mwh'
                    )) }}
            end as decimal(38, 12)
        ) as indirect_by_default_t_co2e,
        coalesce(decided.is_annex_ii, false) as is_annex_ii,
        case
            when decided.is_undeclared then 'item ' || decided.item_code || ' is not in the master data'
            when decided.is_unreceived
                then
                    'no receipt of ' || decided.item_code || ' from ' || decided.seller_code || ' in '
                    || cast(decided.reporting_year as varchar)
            when decided.evidence = 'absent' and decided.has_answer
                then
                    'the answer of ' || decided.producer_installation_code || ' for ' || decided.cn_code || ' is per '
                    || decided.answer_functional_unit || ', the law''s unit is ' || decided.lawful_functional_unit
                    || ', and only t_product is built'
            when decided.evidence = 'absent'
                then
                    'no default value for ' || decided.cn_code || decided.taric_suffix
                    || case
                        when decided.origin_country_code = 'unknown' then ' of unknown origin'
                        else ' from ' || decided.origin_country_code
                    end
        end as absent_because,
        case
            when decided.evidence = 'actual' and decided.electricity_factor_t_co2e_per_mwh is null
                then 'no electricity factor for ' || decided.answer_country_code
        end as indirect_absent_because
    from decided
)

select * from final
