-- Factors of grids that a figure may stand on, shipped and landed, with their publishers.
with
grid_factors as (select * from {{ ref('int_grid_factors') }}),

final as (
    select
        grid_factors.factor_id,
        grid_factors.rule_set,
        grid_factors.country_code,
        grid_factors.amount_kg_per_unit,
        grid_factors.valid_from,
        grid_factors.valid_until,
        grid_factors.publisher,
        grid_factors.title,
        grid_factors.source_locator,
        grid_factors.licence
    from grid_factors
)

select * from final
