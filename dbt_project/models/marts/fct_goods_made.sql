-- What processes made in a year, by product and route: all that is sold, used as a precursor or sold as off-spec, goods that
-- never leave their process too. Scrap and unsold off-spec are no goods.
with
production_output as (
    select * from {{ ref('stg_production_output') }} where kind in ('saleable', 'internal', 'off_spec_sold')
),

products as (select * from {{ ref('stg_products') }}),

processes as (select * from {{ ref('stg_processes') }}),

process_goods as (select * from {{ ref('stg_process_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

contents as (select * from {{ ref('int_product_contents') }}),

named as (
    select
        production_output.installation_code,
        production_output.process_code,
        production_output.product_code,
        coalesce(products.name, production_output.product_code) as product_name,
        products.cn_code,
        coalesce(production_output.route, processes.route) as route,
        {{ year_of('production_output.period_from') }} as reporting_year,
        cbam_goods.cn_code is not null as is_cbam_good,
        coalesce(process_goods.is_inside_bubble, false) as is_inside_bubble,
        cbam_goods.functional_unit,
        production_output.amount_canonical,
        {{ mul('production_output.amount_canonical', 'contents.functional_units_per_t', 12, 12) }} as amount_fu
    from production_output
    -- left: what nobody declared was made all the same
    left join products
        on
            production_output.installation_code = products.installation_code
            and production_output.product_code = products.product_code
            and {{ holds_on('products', 'production_output.period_from') }}
    left join processes
        on
            production_output.installation_code = processes.installation_code
            and production_output.process_code = processes.process_code
            and {{ holds_on('processes', 'production_output.period_from') }}
    left join process_goods
        on
            production_output.installation_code = process_goods.installation_code
            and production_output.process_code = process_goods.process_code
            and products.cn_code = process_goods.cn_code
            and {{ holds_on('process_goods', 'production_output.period_from') }}
    left join cbam_goods
        on products.cn_code = cbam_goods.cn_code and {{ holds_on('cbam_goods', 'production_output.period_from') }}
    left join contents
        on
            production_output.installation_code = contents.installation_code
            and production_output.product_code = contents.product_code
            and {{ holds_on('contents', 'production_output.period_from') }}
),

final as (
    select
        installation_code,
        process_code,
        product_code,
        max(product_name) as product_name,
        cn_code,
        route,
        reporting_year,
        is_cbam_good,
        is_inside_bubble,
        functional_unit,
        cast(sum(amount_canonical) as decimal(28, 9)) as mass_t,
        cast(
            case when functional_unit is not null and count(*) = count(amount_fu) then sum(amount_fu) end
            as decimal(28, 9)
        ) as amount_fu
    from named
    group by
        installation_code,
        process_code,
        product_code,
        cn_code,
        route,
        reporting_year,
        is_cbam_good,
        is_inside_bubble,
        functional_unit
)

select * from final
