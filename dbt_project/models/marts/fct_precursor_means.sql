-- Specific embedded emissions of a purchased precursor over several periods of one producer, and over several installations
-- (2025/2547 Art 14): the mean by amount of all that was used. Origins that count zero weigh with zero.
with
precursors as (select * from {{ ref('int_precursor_emissions') }} where cn_code is not null),

parts as (
    select
        precursors.installation_code,
        precursors.reporting_year,
        precursors.cn_code,
        'periods' as mean_over,
        precursors.producer_installation_code,
        -- a default value has no period of its own
        coalesce(cast(precursors.answer_period_from as varchar), 'default') as part,
        precursors.functional_unit,
        precursors.mass_t,
        precursors.amount_fu,
        coalesce(precursors.direct_t_co2e, precursors.default_undivided_t_co2e) as direct_t_co2e,
        case
            when precursors.indirect_absent_because is null and precursors.absent_because is null
                then coalesce(precursors.indirect_t_co2e, 0)
        end as indirect_t_co2e
    from precursors
    union all
    select
        precursors.installation_code,
        precursors.reporting_year,
        precursors.cn_code,
        'installations' as mean_over,
        'all' as producer_installation_code,
        precursors.producer_installation_code as part,
        precursors.functional_unit,
        precursors.mass_t,
        precursors.amount_fu,
        coalesce(precursors.direct_t_co2e, precursors.default_undivided_t_co2e) as direct_t_co2e,
        case
            when precursors.indirect_absent_because is null and precursors.absent_because is null
                then coalesce(precursors.indirect_t_co2e, 0)
        end as indirect_t_co2e
    from precursors
),

sums as (
    select
        parts.installation_code,
        parts.reporting_year,
        parts.cn_code,
        parts.mean_over,
        parts.producer_installation_code,
        count(distinct parts.part) as parts,
        max(parts.functional_unit) as functional_unit,
        sum(parts.mass_t) as mass_t,
        -- a mean with an unknown part is unknown
        case when count(*) = count(parts.amount_fu) then sum(parts.amount_fu) end as amount_fu,
        case when count(*) = count(parts.direct_t_co2e) then sum(parts.direct_t_co2e) end as direct_t_co2e,
        case when count(*) = count(parts.indirect_t_co2e) then sum(parts.indirect_t_co2e) end as indirect_t_co2e
    from parts
    group by
        parts.installation_code,
        parts.reporting_year,
        parts.cn_code,
        parts.mean_over,
        parts.producer_installation_code
    having count(distinct parts.part) > 1
),

final as (
    select
        sums.installation_code,
        sums.reporting_year,
        sums.cn_code,
        sums.mean_over,
        sums.producer_installation_code,
        sums.parts,
        sums.functional_unit,
        cast(sums.mass_t as decimal(28, 9)) as mass_t,
        cast(sums.amount_fu as decimal(28, 9)) as amount_fu,
        cast({{ div('sums.direct_t_co2e', 'sums.amount_fu', 12, 12) }} as decimal(38, 12)) as see_direct_t_co2e_per_fu,
        cast({{ div('sums.indirect_t_co2e', 'sums.amount_fu', 12, 12) }} as decimal(38, 12))
            as see_indirect_t_co2e_per_fu
    from sums
)

select * from final
