-- Goods of the installation that another of its processes used, losses included. Inside its own process a good is in the bubble
-- (2025/2547 Art 4(9)) and stands in fct_goods_made.
with
own_goods_used as (select * from {{ ref('int_own_goods_used') }}),

products as (select * from {{ ref('stg_products') }}),

final as (
    select
        own_goods_used.installation_code,
        own_goods_used.to_process_code as process_code,
        own_goods_used.from_process_code,
        own_goods_used.product_code,
        max(products.name) as product_name,
        products.cn_code,
        own_goods_used.reporting_year,
        own_goods_used.functional_unit,
        cast(sum(own_goods_used.mass_t) as decimal(28, 9)) as mass_t,
        cast(
            case when count(*) = count(own_goods_used.amount) then sum(own_goods_used.amount) end as decimal(28, 9)
        ) as amount_fu
    from own_goods_used
    inner join products
        on
            own_goods_used.installation_code = products.installation_code
            and own_goods_used.product_code = products.product_code
            and {{ holds_on('products', 'own_goods_used.period_from') }}
    group by
        own_goods_used.installation_code,
        own_goods_used.to_process_code,
        own_goods_used.from_process_code,
        own_goods_used.product_code,
        products.cn_code,
        own_goods_used.reporting_year,
        own_goods_used.functional_unit
)

select * from final
