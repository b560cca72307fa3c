-- A published figure is the decimal sum of its leaves, to the last digit.
with
figures as (select * from {{ ref('fct_cbam_embedded_emissions') }} where status <> 'absent'),

leaves as (
    select
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        sum(case when figure_key like '%/see_direct' then emissions_t_co2e_per_fu else 0 end) as see_direct,
        sum(case when figure_key like '%/see_indirect' then emissions_t_co2e_per_fu else 0 end) as see_indirect,
        sum(case when is_counted then emissions_t_co2e_per_fu else 0 end) as see_counted
    from {{ ref('fct_footprint_contributions') }}
    group by installation_code, process_code, cn_code, reporting_year
)

select
    figures.figure_key,
    leaves.see_direct,
    leaves.see_indirect,
    leaves.see_counted
from figures
left join leaves
    on
        figures.installation_code = leaves.installation_code
        and figures.process_code = leaves.process_code
        and figures.cn_code = leaves.cn_code
        and figures.reporting_year = leaves.reporting_year
where not coalesce(
    figures.see_direct_t_co2e_per_fu = leaves.see_direct
    and (figures.indirect_absent_because is not null or figures.see_indirect_t_co2e_per_fu = leaves.see_indirect)
    and figures.see_counted_t_co2e_per_fu = leaves.see_counted,
    false
)
