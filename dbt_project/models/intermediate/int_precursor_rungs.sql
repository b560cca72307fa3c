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
        precursors.evidence = 'actual' as is_answered,
        coalesce(precursors.direct_t_co2e, precursors.default_undivided_t_co2e) as direct_or_undivided_t_co2e,
        case
            when precursors.is_annex_ii then 0
            when precursors.indirect_absent_because is null then coalesce(precursors.indirect_t_co2e, 0)
        end as indirect_counted_t_co2e,
        allocations.sefa_t_co2e,
        allocations.absent_because as sefa_absent_because
    from precursors
    left join allocations
        on
            precursors.installation_code = allocations.installation_code
            and precursors.process_code = allocations.process_code
            and precursors.reporting_year = allocations.reporting_year
            and precursors.item_code = allocations.item_code
            and precursors.seller_code = allocations.seller_code
            and precursors.cn_code = allocations.cn_code
            and precursors.producer_installation_code = allocations.producer_installation_code
            and precursors.origin_country_code = allocations.origin_country_code
            and precursors.answer_period_from is not distinct from allocations.answer_period_from
),

parts as (
    select
        installation_code,
        process_code,
        reporting_year,
        item_code,
        max(item_name) as item_name,
        cn_code,
        taric_suffix,
        producer_installation_code,
        origin_country_code,
        evidence,
        is_answered,
        sum(mass_t) as mass_t,
        case when count(*) = count(direct_or_undivided_t_co2e) then sum(direct_or_undivided_t_co2e) end as direct_t_co2e,
        case when count(*) = count(indirect_counted_t_co2e) then sum(indirect_counted_t_co2e) end as indirect_t_co2e,
        case when count(*) = count(sefa_t_co2e) then sum(sefa_t_co2e) end as sefa_t_co2e,
        max(coalesce(absent_because, case when not is_annex_ii then indirect_absent_because end)) as absent_because,
        max(sefa_absent_because) as sefa_absent_because
    from lines
    group by
        installation_code,
        process_code,
        reporting_year,
        item_code,
        cn_code,
        taric_suffix,
        producer_installation_code,
        origin_country_code,
        evidence,
        is_answered
),

answers_in_use as (
    select
        cn_code,
        reporting_year,
        factor_id,
        {{ div('sum(direct_or_undivided_t_co2e)', 'sum(mass_t)', 12, 12) }} as direct_t_co2e_per_t,
        {{ div('sum(indirect_counted_t_co2e)', 'sum(mass_t)', 12, 12) }} as indirect_t_co2e_per_t
    from lines
    where is_answered and mass_t > 0
    group by cn_code, reporting_year, factor_id
),

lowest_answers as (
    select
        answers_in_use.*,
        row_number() over (
            partition by answers_in_use.cn_code, answers_in_use.reporting_year
            order by answers_in_use.direct_t_co2e_per_t + answers_in_use.indirect_t_co2e_per_t, answers_in_use.factor_id
        ) as lowest_first
    from answers_in_use
    where answers_in_use.indirect_t_co2e_per_t is not null
),

looked_up as (
    select
        parts.*,
        {{ round_to(mul('parts.mass_t', step_t_co2e_per_t)) }} as step_t_co2e,
        own_values.factor_id as default_id,
        own_values.marked_up_t_co2e_per_t as default_t_co2e_per_t,
        own_allocations.free_allocation_t_co2e_per_t as default_sefa_t_co2e_per_t,
        own_allocations.absent_because as default_sefa_absent_because,
        annex_iv_values.factor_id as annex_iv_id,
        annex_iv_values.marked_up_t_co2e_per_t as annex_iv_t_co2e_per_t,
        annex_iv_allocations.free_allocation_t_co2e_per_t as annex_iv_sefa_t_co2e_per_t,
        annex_iv_allocations.absent_because as annex_iv_sefa_absent_because,
        lowest_answers.factor_id as lowest_id,
        lowest_answers.direct_t_co2e_per_t as lowest_direct_t_co2e_per_t,
        lowest_answers.indirect_t_co2e_per_t as lowest_indirect_t_co2e_per_t
    from parts
    left join default_values as own_values
        on
            parts.cn_code = own_values.cn_code
            and own_values.taric_suffix in ('', parts.taric_suffix)
            and parts.origin_country_code = own_values.origin_country_code
            and parts.origin_country_code <> 'unknown'
            and parts.reporting_year = own_values.reporting_year
    left join default_allocations as own_allocations
        on
            own_values.cn_code = own_allocations.cn_code
            and own_values.taric_suffix = own_allocations.taric_suffix
            and own_values.origin_country_code = own_allocations.origin_country_code
            and own_values.reporting_year = own_allocations.reporting_year
    left join default_values as annex_iv_values
        on
            parts.cn_code = annex_iv_values.cn_code
            and annex_iv_values.taric_suffix in ('', parts.taric_suffix)
            and annex_iv_values.origin_country_code = 'unknown'
            and parts.reporting_year = annex_iv_values.reporting_year
    left join default_allocations as annex_iv_allocations
        on
            annex_iv_values.cn_code = annex_iv_allocations.cn_code
            and annex_iv_values.taric_suffix = annex_iv_allocations.taric_suffix
            and annex_iv_values.origin_country_code = annex_iv_allocations.origin_country_code
            and annex_iv_values.reporting_year = annex_iv_allocations.reporting_year
    left join lowest_answers
        on
            parts.cn_code = lowest_answers.cn_code
            and parts.reporting_year = lowest_answers.reporting_year
            and lowest_answers.lowest_first = 1
),

rungs as (
    select
        looked_up.*,
        'as_now' as rung,
        cast(null as varchar) as stated_input,
        looked_up.direct_t_co2e as rung_direct_t_co2e,
        looked_up.indirect_t_co2e as rung_indirect_t_co2e,
        looked_up.sefa_t_co2e as rung_sefa_t_co2e,
        looked_up.absent_because as rung_absent_because,
        looked_up.sefa_absent_because as rung_sefa_absent_because
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
        {{ round_to(mul('looked_up.mass_t', 'looked_up.lowest_direct_t_co2e_per_t')) }} as rung_direct_t_co2e,
        {{ round_to(mul('looked_up.mass_t', 'looked_up.lowest_indirect_t_co2e_per_t')) }} as rung_indirect_t_co2e,
        looked_up.sefa_t_co2e as rung_sefa_t_co2e,
        case when looked_up.lowest_id is null then 'no answer for ' || looked_up.cn_code || ' is in use' end
            as rung_absent_because,
        looked_up.sefa_absent_because as rung_sefa_absent_because
    from looked_up
    union all
    select
        looked_up.*,
        'tenth_lower' as rung,
        '{{ step_t_co2e_per_t }} t CO2e per t below' as stated_input,
        case
            when looked_up.direct_t_co2e + looked_up.indirect_t_co2e >= looked_up.step_t_co2e
                then looked_up.direct_t_co2e - looked_up.step_t_co2e
        end as rung_direct_t_co2e,
        looked_up.indirect_t_co2e as rung_indirect_t_co2e,
        looked_up.sefa_t_co2e as rung_sefa_t_co2e,
        coalesce(
            looked_up.absent_because,
            case
                when looked_up.direct_t_co2e + looked_up.indirect_t_co2e < looked_up.step_t_co2e
                    then 'stands below {{ step_t_co2e_per_t }} t CO2e per t already'
            end
        ) as rung_absent_because,
        looked_up.sefa_absent_because as rung_sefa_absent_because
    from looked_up
),

final as (
    select
        rungs.installation_code,
        rungs.process_code,
        rungs.reporting_year,
        {{ precursor_leaf_id('rungs') }} || '/' || rungs.cn_code || '/' || rungs.origin_country_code || '/' || rungs.evidence
            as part_id,
        rungs.item_code,
        rungs.item_name,
        rungs.cn_code,
        rungs.taric_suffix,
        rungs.producer_installation_code,
        rungs.origin_country_code,
        rungs.evidence,
        rungs.is_answered,
        rungs.rung,
        rungs.stated_input,
        cast(rungs.mass_t as decimal(28, 9)) as mass_t,
        {{ round_to('rungs.rung_direct_t_co2e') }} as direct_t_co2e,
        {{ round_to('rungs.rung_indirect_t_co2e') }} as indirect_t_co2e,
        {{ round_to('rungs.rung_sefa_t_co2e') }} as sefa_t_co2e,
        rungs.rung_absent_because as absent_because,
        case when rungs.rung_sefa_t_co2e is null then coalesce(rungs.rung_sefa_absent_because, rungs.rung_absent_because) end
            as sefa_absent_because
    from rungs
)

select * from final
