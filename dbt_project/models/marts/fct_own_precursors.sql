-- Goods of the installation that another of its processes used, losses included. Inside its own process a good is in the bubble
-- (2025/2547 Art 4(9)) and stands in fct_goods_made.
with
material_use as (select * from {{ ref('stg_material_use') }} where component_kind = 'product'),

products as (select * from {{ ref('stg_products') }}),

final as (
    select
        material_use.installation_code,
        material_use.process_code,
        products.process_code as from_process_code,
        products.product_code,
        max(products.name) as product_name,
        products.cn_code,
        {{ year_of('material_use.period_from') }} as reporting_year,
        cast(sum(material_use.amount_canonical) as decimal(28, 9)) as mass_t
    from material_use
    inner join products
        on
            material_use.installation_code = products.installation_code
            and material_use.component_code = products.product_code
            and {{ holds_on('products', 'material_use.period_from') }}
    where material_use.process_code <> products.process_code
    group by
        material_use.installation_code,
        material_use.process_code,
        products.process_code,
        products.product_code,
        products.cn_code,
        {{ year_of('material_use.period_from') }}
)

select * from final
