{% set step_t_co2e_per_t = '0.1' %}
-- What every part of a purchased precursor would bring a process on each rung of evidence: as now, by the default of its
-- origin, by Annex IV as if the origin were unknown, at the lowest answer in use for its code, and a tenth of a tonne per
-- tonne below what it is now. The last two are what-ifs: they leave the free allocation as it is.
with
precursors as (select * from {{ ref('int_precursor_emissions') }} where evidence <> 'exempt' and cn_code is not null),

allocations as (select * from {{ ref('int_precursor_allocations') }}),

default_values as (select * from {{ ref('int_default_values') }}),

default_allocations as (select * from {{ ref('int_default_allocations') }}),

lines as (
    select
        precursors.*,
        precursors.evidence in ('actual_verified', 'actual_unverified') as is_answered,
        coalesce(precursors.direct_t_co2e, precursors.default_undivided_t_co2e) as now_direct_t_co2e,
        case
            when precursors.is_annex_ii then 0
            when precursors.indirect_absent_because is null then coalesce(precursors.indirect_t_co2e, 0)
        end as now_indirect_t_co2e,
        coalesce(
            precursors.absent_because, case when not precursors.is_annex_ii then precursors.indirect_absent_because end
        ) as now_absent_because,
        allocations.sefa_t_co2e as now_sefa_t_co2e,
        allocations.absent_because as now_sefa_absent_because,
        {{ round_to(mul('precursors.mass_t', step_t_co2e_per_t)) }} as step_t_co2e
    from precursors
    left join allocations
        on
            precursors.installation_code = allocations.installation_code
            and precursors.process_code = allocations.process_code
            and precursors.reporting_year = allocations.reporting_year
            and precursors.item_code = allocations.item_code
            and precursors.seller_code = allocations.seller_code
            and precursors.cn_code = allocations.cn_code
            and precursors.taric_suffix = allocations.taric_suffix
            and precursors.producer_installation_code = allocations.producer_installation_code
            and precursors.origin_country_code = allocations.origin_country_code
            and precursors.answer_period_from is not distinct from allocations.answer_period_from
            and precursors.is_provisional is not distinct from allocations.is_provisional
            and precursors.markup_year is not distinct from allocations.markup_year
),

answers_in_use as (
    select
        cn_code,
        reporting_year,
        factor_id,
        {{ div('sum(now_direct_t_co2e)', 'sum(amount_fu)', 12, 12) }} as direct_t_co2e_per_fu,
        {{ div('sum(now_indirect_t_co2e)', 'sum(amount_fu)', 12, 12) }} as indirect_t_co2e_per_fu
    from lines
    where is_answered and amount_fu > 0
    group by cn_code, reporting_year, factor_id
    having count(*) = count(now_indirect_t_co2e)
),

lowest_answers as (
    select
        answers_in_use.*,
        row_number() over (
            partition by answers_in_use.cn_code, answers_in_use.reporting_year
            order by
                answers_in_use.direct_t_co2e_per_fu + answers_in_use.indirect_t_co2e_per_fu,
                {{ figures_byte_order('answers_in_use.factor_id') }}
        ) as lowest_first
    from answers_in_use
),

looked_up as (
    select
        lines.*,
        own_values.factor_id as default_id,
        own_values.marked_up_t_co2e_per_t as default_t_co2e_per_t,
        own_allocations.free_allocation_t_co2e_per_t as default_sefa_t_co2e_per_t,
        own_allocations.absent_because as default_sefa_absent_because,
        annex_iv_values.factor_id as annex_iv_id,
        annex_iv_values.marked_up_t_co2e_per_t as annex_iv_t_co2e_per_t,
        annex_iv_allocations.free_allocation_t_co2e_per_t as annex_iv_sefa_t_co2e_per_t,
        annex_iv_allocations.absent_because as annex_iv_sefa_absent_because,
        lowest_answers.factor_id as lowest_id,
        lowest_answers.direct_t_co2e_per_fu as lowest_direct_t_co2e_per_fu,
        lowest_answers.indirect_t_co2e_per_fu as lowest_indirect_t_co2e_per_fu
    from lines
    {% for name, origin in (('own', 'lines.origin_country_code'), ('annex_iv', "'unknown'")) %}
        left join default_values as {{ name }}_values
            on
                lines.cn_code = {{ name }}_values.cn_code
                and {{ name }}_values.taric_suffix in ('', lines.taric_suffix)
                and {{ name }}_values.origin_country_code = {{ origin }}
                and coalesce(lines.markup_year, lines.reporting_year) = {{ name }}_values.reporting_year
                {{ "and lines.origin_country_code <> 'unknown'" if name == 'own' }}
        left join default_allocations as {{ name }}_allocations
            on
                {{ name }}_values.cn_code = {{ name }}_allocations.cn_code
                and {{ name }}_values.taric_suffix = {{ name }}_allocations.taric_suffix
                and {{ name }}_values.origin_country_code = {{ name }}_allocations.origin_country_code
                and lines.reporting_year = {{ name }}_allocations.reporting_year
    {% endfor %}
    left join lowest_answers
        on
            lines.cn_code = lowest_answers.cn_code
            and lines.reporting_year = lowest_answers.reporting_year
            and lowest_answers.lowest_first = 1
),

rungs as (
    select
        looked_up.*,
        'as_now' as rung,
        cast(null as varchar) as stated_input,
        looked_up.now_direct_t_co2e as rung_direct_t_co2e,
        looked_up.now_indirect_t_co2e as rung_indirect_t_co2e,
        looked_up.now_sefa_t_co2e as rung_sefa_t_co2e,
        looked_up.now_absent_because as rung_absent_because,
        looked_up.now_sefa_absent_because as rung_sefa_absent_because
    from looked_up
    {% for rung in ('default', 'annex_iv') %}
        union all
        select
            looked_up.*,
            '{{ rung }}' as rung,
            looked_up.{{ rung }}_id as stated_input,
            {{ round_to(mul('looked_up.mass_t', 'looked_up.' ~ rung ~ '_t_co2e_per_t')) }} as rung_direct_t_co2e,
            case when looked_up.{{ rung }}_id is not null then 0 end as rung_indirect_t_co2e,
            {{ round_to(mul('looked_up.mass_t', 'looked_up.' ~ rung ~ '_sefa_t_co2e_per_t')) }} as rung_sefa_t_co2e,
            case
                when looked_up.{{ rung }}_id is not null then null
                {% if rung == 'default' %}
                    when looked_up.origin_country_code = 'unknown' then 'of unknown origin: no country''s default fits'
                    else 'no default value for ' || looked_up.cn_code || ' from ' || looked_up.origin_country_code
                {% else %}
                    else 'no value of Annex IV for ' || looked_up.cn_code
                {% endif %}
            end as rung_absent_because,
            looked_up.{{ rung }}_sefa_absent_because as rung_sefa_absent_because
        from looked_up
    {% endfor %}
    union all
    select
        looked_up.*,
        'lowest_answer' as rung,
        looked_up.lowest_id as stated_input,
        {{ round_to(mul('looked_up.amount_fu', 'looked_up.lowest_direct_t_co2e_per_fu')) }} as rung_direct_t_co2e,
        {{ round_to(mul('looked_up.amount_fu', 'looked_up.lowest_indirect_t_co2e_per_fu')) }} as rung_indirect_t_co2e,
        looked_up.now_sefa_t_co2e as rung_sefa_t_co2e,
        case
            when looked_up.lowest_id is null then 'no answer for ' || looked_up.cn_code || ' is in use'
            when looked_up.amount_fu is null
                then 'how many ' || looked_up.functional_unit || ' a tonne of ' || looked_up.item_code || ' holds is not known'
        end as rung_absent_because,
        looked_up.now_sefa_absent_because as rung_sefa_absent_because
    from looked_up
    union all
    select
        looked_up.*,
        'tenth_lower' as rung,
        '{{ step_t_co2e_per_t }} t CO2e per t below' as stated_input,
        case
            when looked_up.now_direct_t_co2e + looked_up.now_indirect_t_co2e >= looked_up.step_t_co2e
                then looked_up.now_direct_t_co2e - looked_up.step_t_co2e
        end as rung_direct_t_co2e,
        looked_up.now_indirect_t_co2e as rung_indirect_t_co2e,
        looked_up.now_sefa_t_co2e as rung_sefa_t_co2e,
        coalesce(
            looked_up.now_absent_because,
            case
                when looked_up.now_direct_t_co2e + looked_up.now_indirect_t_co2e < looked_up.step_t_co2e
                    then 'stands below {{ step_t_co2e_per_t }} t CO2e per t already'
            end
        ) as rung_absent_because,
        looked_up.now_sefa_absent_because as rung_sefa_absent_because
    from looked_up
),

named as (
    select
        rungs.*,
        {{ precursor_leaf_id('rungs') }} || '/' || rungs.cn_code || '/' || rungs.origin_country_code || '/' || rungs.evidence
            as part_id
    from rungs
),

final as (
    select
        installation_code,
        process_code,
        reporting_year,
        part_id,
        item_code,
        max({{ figures_byte_order('item_name') }}) as item_name,
        cn_code,
        producer_installation_code,
        origin_country_code,
        evidence,
        is_answered,
        rung,
        max({{ figures_byte_order('stated_input') }}) as stated_input,
        cast(sum(mass_t) as decimal(28, 9)) as mass_t,
        {{ sum_of_known('rung_direct_t_co2e') }} as direct_t_co2e,
        {{ sum_of_known('rung_indirect_t_co2e') }} as indirect_t_co2e,
        {{ sum_of_known('rung_sefa_t_co2e') }} as sefa_t_co2e,
        max({{ figures_byte_order('rung_absent_because') }}) as absent_because,
        max(
            {{ figures_byte_order(
                '(case when rung_sefa_t_co2e is null then coalesce(rung_sefa_absent_because, rung_absent_because) end)'
            ) }}
        ) as sefa_absent_because
    from named
    group by
        installation_code,
        process_code,
        reporting_year,
        part_id,
        item_code,
        cn_code,
        producer_installation_code,
        origin_country_code,
        evidence,
        is_answered,
        rung
)

select * from final
