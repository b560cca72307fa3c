-- What of a good's indirect emissions rests on default values: power at the country's factor, and the parts of precursors that
-- their producers' answers leave to it. The rest is power by a factor of its own, as from an own plant.
with
contributions as (
    select * from {{ ref('int_cbam_contributions') }}
    where component in ('own_indirect', 'precursor_indirect_counted', 'precursor_indirect_informational')
),

grid_factors as (select * from {{ ref('int_grid_factors') }} where rule_set = 'cbam'),

parts as (
    select
        contributions.figure_stem,
        contributions.installation_code,
        contributions.process_code,
        contributions.cn_code,
        contributions.reporting_year,
        contributions.emissions_t_co2e_per_fu,
        case
            when grid_factors.factor_id is not null then contributions.emissions_t_co2e_per_fu
            else contributions.default_t_co2e_per_fu
        end as by_default_t_co2e_per_fu
    from contributions
    left join grid_factors on contributions.factor_id = grid_factors.factor_id
),

sums as (
    select
        parts.figure_stem,
        parts.installation_code,
        parts.process_code,
        parts.cn_code,
        parts.reporting_year,
        -- a share of a sum with an unknown part is unknown
        case when count(*) = count(parts.emissions_t_co2e_per_fu) then sum(parts.emissions_t_co2e_per_fu) end
            as see_indirect_t_co2e_per_fu,
        case when count(*) = count(parts.by_default_t_co2e_per_fu) then sum(parts.by_default_t_co2e_per_fu) end
            as by_default_t_co2e_per_fu
    from parts
    group by parts.figure_stem, parts.installation_code, parts.process_code, parts.cn_code, parts.reporting_year
),

shared as (
    select
        sums.*,
        {{ div('sums.by_default_t_co2e_per_fu', 'sums.see_indirect_t_co2e_per_fu', 12, 12) }} as by_default_share
    from sums
),

final as (
    select
        shared.installation_code,
        shared.process_code,
        shared.cn_code,
        shared.reporting_year,
        {{ round_to('shared.see_indirect_t_co2e_per_fu') }} as see_indirect_t_co2e_per_fu,
        cast(1 - shared.by_default_share as decimal(38, 12)) as actual_share,
        cast(shared.by_default_share as decimal(38, 12)) as default_share
    from shared
)

select * from final
