-- Embedded emissions of every purchased CBAM good a process consumed in a year, part by part on the ladder of evidence:
-- zero for the Union and exempt origins, the producer's answer (verified, unverified, provisional), the origin's default
-- with mark-up, that of Annex IV where the origin is unknown, else absent and why.
with
material_use as (select * from {{ ref('stg_material_use') }}),

items as (select * from {{ ref('stg_items') }}),

goods as (select * from {{ ref('cbam_goods') }}),

contents as (
    select * from {{ ref('int_parameters_checked') }}
    where subject_kind = 'item' and parameter in ('clinker_content', 'nitrogen_content') and refused_because is null
),

supply_mix as (select * from {{ ref('int_supply_mix') }}),

answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

attested as (select * from {{ ref('int_answers_attested') }}),

default_values as (select * from {{ ref('int_default_values') }}),

zero_origins as (select * from {{ ref('cbam_zero_origins') }}),

grid_factors as (select * from {{ ref('int_grid_factors') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

-- what was used, in tonnes and in what they hold; null where the content of any part of it is unknown
used as (
    select
        material_use.installation_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }} as reporting_year,
        material_use.component_code as item_code,
        material_use.supplier_code as seller_code,
        items.item_code is null as is_undeclared,
        max({{ figures_byte_order('items.name') }}) as item_name,
        -- of what was never received: its code where it was used, a good's before any other
        coalesce(
            max({{ figures_byte_order('goods.cn_code') }}), max({{ figures_byte_order('items.cn_code') }})
        ) as cn_code,
        max({{ figures_byte_order('items.taric_suffix') }}) as taric_suffix,
        {% for content in ('clinker_content', 'nitrogen_content') %}
            cast(
                case
                    when count(*) = count({{ content }}.amount)
                        then sum({{ mul('material_use.amount_canonical', content ~ '.amount') }})
                end as decimal(28, 9)
            ) as {{ content }},
        {% endfor %}
        cast(sum(material_use.amount_canonical) as decimal(28, 9)) as mass_t
    from material_use
    -- left: a component nobody declared must not vanish
    left join items
        on material_use.component_code = items.item_code and {{ holds_on('items', 'material_use.period_from') }}
    left join goods
        on items.cn_code = goods.cn_code and {{ holds_on('goods', 'material_use.period_from') }}
    {% for content in ('clinker_content', 'nitrogen_content') %}
        left join contents as {{ content }}
            on
                material_use.installation_code = {{ content }}.installation_code
                and material_use.component_code = {{ content }}.subject_code
                and {{ content }}.parameter = '{{ content }}'
                and {{ holds_on(content, 'material_use.period_from') }}
    {% endfor %}
    where material_use.component_kind = 'item'
    group by
        material_use.installation_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }},
        material_use.component_code,
        material_use.supplier_code,
        items.item_code is null
),

-- a lot keeps the code it came under, whatever the item's code was on the day of use
by_lot as (
    select
        used.installation_code,
        used.process_code,
        used.reporting_year,
        used.item_code,
        coalesce(used.item_name, used.item_code) as item_name,
        used.is_undeclared,
        used.seller_code,
        coalesce(supply_mix.cn_code, used.cn_code) as cn_code,
        coalesce(supply_mix.taric_suffix, used.taric_suffix, '') as taric_suffix,
        coalesce(supply_mix.producer_installation_code, 'unknown') as producer_installation_code,
        supply_mix.origin_country_code,
        supply_mix.answer_period_from,
        coalesce(supply_mix.is_provisional, false) as is_provisional,
        supply_mix.markup_year,
        supply_mix.producer_installation_code is null as is_unreceived,
        used.mass_t as used_t,
        used.clinker_content,
        used.nitrogen_content,
        supply_mix.cum_share,
        supply_mix.cum_share_before
    from used
    inner join rule_years on used.reporting_year = rule_years.reporting_year
    left join supply_mix
        on
            used.installation_code = supply_mix.installation_code
            and used.item_code = supply_mix.item_code
            and used.seller_code = supply_mix.seller_code
            and used.reporting_year = supply_mix.reporting_year
            and not used.is_undeclared
),

by_producer as (
    select
        by_lot.*,
        goods.is_annex_ii,
        goods.functional_unit,
        case
            when by_lot.is_unreceived then by_lot.used_t
            else {{ share_of('by_lot.used_t', 'by_lot.cum_share', 'by_lot.cum_share_before') }}
        end as mass_t,
        -- in the law's unit of the good
        case goods.functional_unit
            {% for unit, amount in (('t_product', 'used_t'), ('t_clinker', 'clinker_content'), ('kg_n', 'nitrogen_content')) %}
                when '{{ unit }}'
                    then {{ share_of('by_lot.' ~ amount, 'by_lot.cum_share', 'by_lot.cum_share_before') }}
            {% endfor %}
        end as amount_fu
    from by_lot
    left join goods
        on by_lot.cn_code = goods.cn_code and {{ holds_on('goods', first_of_year('by_lot.reporting_year')) }}
    -- what came under a code outside Annex I of 2023/956 is no precursor
    where goods.cn_code is not null or by_lot.is_undeclared
),

looked_up as (
    select
        by_producer.*,
        answers.see_direct_t_co2e_per_fu,
        answers.functional_unit as answer_functional_unit,
        case
            when answers.functional_unit = by_producer.functional_unit then by_producer.amount_fu
            -- per tonne as delivered: what a tonne holds need not be known
            when answers.functional_unit = 't_product' then by_producer.mass_t
        end as amount_answered,
        answers.default_share,
        answers.electricity_mwh_per_fu,
        -- the country's default where the answer leaves the factor out; kg per kWh is t per MWh
        coalesce(answers.electricity_factor_t_co2e_per_mwh, grid_factors.amount_kg_per_unit)
            as electricity_factor_t_co2e_per_mwh,
        answers.electricity_factor_t_co2e_per_mwh is null as is_grid_default,
        answers.country_code as answer_country_code,
        answers.producer_installation_code is not null as has_answer,
        attested.attestation_code,
        zero_origins.country_code is not null as is_zero_origin,
        default_values.factor_id as default_id,
        default_values.marked_up_t_co2e_per_t as default_t_co2e_per_t
    from by_producer
    left join answers
        on
            by_producer.producer_installation_code = answers.producer_installation_code
            and by_producer.cn_code = answers.cn_code
            and by_producer.answer_period_from = answers.period_from
    left join attested
        on
            answers.producer_installation_code = attested.producer_installation_code
            and answers.cn_code = attested.cn_code
            and answers.period_from = attested.period_from
    left join grid_factors
        on
            answers.country_code = grid_factors.country_code
            and grid_factors.rule_set = 'cbam'
            and {{ holds_on('grid_factors', first_of_year('by_producer.reporting_year')) }}
    left join zero_origins
        on
            by_producer.origin_country_code = zero_origins.country_code
            and {{ holds_on('zero_origins', first_of_year('by_producer.reporting_year')) }}
    left join default_values
        on
            by_producer.cn_code = default_values.cn_code
            -- '' is the row of a code that TARIC does not split
            and default_values.taric_suffix in ('', by_producer.taric_suffix)
            and by_producer.origin_country_code = default_values.origin_country_code
            and by_producer.markup_year = default_values.reporting_year
),

decided as (
    select
        looked_up.*,
        case
            when looked_up.is_undeclared or looked_up.is_unreceived then 'absent'
            when looked_up.is_zero_origin then 'exempt'
            -- an answer per another unit, or on an unknown amount of its unit, can neither be used nor passed over
            when looked_up.has_answer and looked_up.amount_answered is null then 'absent'
            when looked_up.has_answer and looked_up.is_provisional then 'actual_provisional'
            when looked_up.has_answer and looked_up.attestation_code is not null then 'actual_verified'
            when looked_up.has_answer then 'actual_unverified'
            when looked_up.default_id is null then 'absent'
            when looked_up.origin_country_code = 'unknown' then 'default_annex_iv'
            else 'default'
        end as evidence
    from looked_up
),

with_kind as (
    select
        decided.*,
        decided.evidence like 'actual%' as is_answered,
        decided.evidence like 'default%' as is_default,
        decided.producer_installation_code || '/' || decided.cn_code || '/' || cast(decided.answer_period_from as varchar)
            as answer_name
    from decided
),

final as (
    select
        with_kind.installation_code,
        with_kind.process_code,
        with_kind.reporting_year,
        with_kind.item_code,
        with_kind.item_name,
        with_kind.seller_code,
        with_kind.cn_code,
        with_kind.taric_suffix,
        with_kind.producer_installation_code,
        coalesce(with_kind.origin_country_code, 'unknown') as origin_country_code,
        with_kind.answer_period_from,
        with_kind.is_provisional,
        with_kind.markup_year,
        with_kind.evidence,
        case when with_kind.evidence = 'actual_verified' then with_kind.attestation_code end as attestation_code,
        case with_kind.evidence
            when 'actual_unverified'
                then 'no satisfactory attestation holds the whole period of answer ' || with_kind.answer_name
            when 'actual_provisional'
                then 'answer ' || with_kind.answer_name || ' does not cover the production of the lots it stands in for'
        end as unclaimable_because,
        with_kind.functional_unit,
        cast(with_kind.mass_t as decimal(28, 9)) as mass_t,
        cast(with_kind.amount_fu as decimal(28, 9)) as amount_fu,
        cast(with_kind.amount_answered as decimal(28, 9)) as amount_answered,
        case
            when with_kind.evidence = 'exempt' then 'cbam-exempt/' || with_kind.origin_country_code
            -- a rung is part of the name: what one answer is for some lots, it is not for others
            when with_kind.evidence = 'actual_provisional' then 'provisional/' || with_kind.answer_name
            when with_kind.is_answered then 'answer/' || with_kind.answer_name
            when with_kind.is_default then with_kind.default_id
        end as factor_id,
        cast(
            case
                when with_kind.evidence = 'exempt' then 0
                when with_kind.is_answered
                    then {{ round_to(mul('with_kind.amount_answered', 'with_kind.see_direct_t_co2e_per_fu')) }}
            end as decimal(38, 12)
        ) as direct_t_co2e,
        cast(
            case
                when with_kind.evidence = 'exempt' then 0
                when with_kind.is_answered
                    then {{ round_to(mul(
                        round_to(mul('with_kind.amount_answered', 'with_kind.see_direct_t_co2e_per_fu')),
                        'with_kind.default_share', 12, 12
                    )) }}
            end as decimal(38, 12)
        ) as direct_by_default_t_co2e,
        cast(
            case
                when with_kind.is_default
                    then {{ round_to(mul('with_kind.mass_t', 'with_kind.default_t_co2e_per_t')) }}
            end as decimal(38, 12)
        ) as default_undivided_t_co2e,
        cast(
            case when with_kind.is_answered then {{ mul('with_kind.amount_answered', 'with_kind.electricity_mwh_per_fu') }} end
            as decimal(28, 9)
        ) as electricity_mwh,
        cast(
            case
                -- no electricity needs no factor
                when with_kind.is_answered and with_kind.electricity_mwh_per_fu = 0 then 0
                when with_kind.is_answered
                    then {{ round_to(mul(
                        round_to(mul('with_kind.amount_answered', 'with_kind.electricity_mwh_per_fu'), 9),
                        'with_kind.electricity_factor_t_co2e_per_mwh'
                    )) }}
            end as decimal(38, 12)
        ) as indirect_t_co2e,
        cast(
            case
                when with_kind.is_answered and (not with_kind.is_grid_default or with_kind.electricity_mwh_per_fu = 0) then 0
                when with_kind.is_answered
                    then {{ round_to(mul(
                        round_to(mul('with_kind.amount_answered', 'with_kind.electricity_mwh_per_fu'), 9),
                        'with_kind.electricity_factor_t_co2e_per_mwh'
                    )) }}
            end as decimal(38, 12)
        ) as indirect_by_default_t_co2e,
        coalesce(with_kind.is_annex_ii, false) as is_annex_ii,
        case
            when with_kind.is_undeclared then 'item ' || with_kind.item_code || ' is not in the master data'
            when with_kind.is_unreceived
                then
                    'no receipt of ' || with_kind.item_code || ' from ' || with_kind.seller_code || ' in '
                    || cast(with_kind.reporting_year as varchar)
            when with_kind.evidence = 'absent' and with_kind.answer_functional_unit <> with_kind.functional_unit
                then
                    'the answer of ' || with_kind.producer_installation_code || ' for ' || with_kind.cn_code || ' is per '
                    || with_kind.answer_functional_unit || ', the law''s unit is ' || with_kind.functional_unit
            when with_kind.evidence = 'absent' and with_kind.has_answer
                then
                    'item ' || with_kind.item_code || ' has no ' || {{ content_of('with_kind.functional_unit') }}
                    || ' on every day it was used in ' || cast(with_kind.reporting_year as varchar)
                    || ', and the answer of ' || with_kind.producer_installation_code || ' is per '
                    || with_kind.functional_unit
            when with_kind.evidence = 'absent'
                then
                    'no default value for ' || with_kind.cn_code || with_kind.taric_suffix
                    || case
                        when with_kind.origin_country_code = 'unknown' then ' of unknown origin'
                        else ' from ' || with_kind.origin_country_code
                    end
        end as absent_because,
        case
            when
                with_kind.is_answered
                and with_kind.electricity_mwh_per_fu <> 0
                and with_kind.electricity_factor_t_co2e_per_mwh is null
                then 'no electricity factor for ' || with_kind.answer_country_code
        end as indirect_absent_because
    from with_kind
)

select * from final
