-- The sum of leaves rounded one by one lies within 1e-9 of what the solver says of the whole, or within what their twelve
-- places leave of a figure per kilogram of nitrogen, or of a whole that was lifted to zero.
with
figures as (select * from {{ ref('fct_cbam_embedded_emissions') }} where status <> 'absent'),

goods as (select * from {{ ref('int_cbam_goods') }}),

intensities as (select * from {{ source('solve', 'intensities') }} where boundary = 'cbam'),

compared as (
    select
        figures.figure_key,
        figures.indirect_absent_because,
        cast(figures.see_direct_t_co2e_per_fu as {{ f64() }}) as see_direct,
        cast(figures.see_direct_t_co2e_per_fu + figures.see_indirect_t_co2e_per_fu as {{ f64() }}) as see_total,
        intensities.direct_t_co2e,
        intensities.total_t_co2e
    from figures
    inner join goods
        on
            figures.installation_code = goods.installation_code
            and figures.process_code = goods.process_code
            and figures.cn_code = goods.cn_code
            and figures.reporting_year = goods.reporting_year
    left join intensities
        on
            goods.node_id = intensities.node_id
            and goods.reporting_year = intensities.reporting_year
)

select *
from compared
where not coalesce(
    abs(see_direct - direct_t_co2e) <= 1e-9 * abs(direct_t_co2e) + 1e-11
    and (see_total is null or abs(see_total - total_t_co2e) <= 1e-9 * abs(total_t_co2e) + 1e-11)
    and (see_total is null) = (indirect_absent_because is not null),
    false
)
