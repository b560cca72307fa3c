-- By which routes products were made in a year, in tonnes: the route a row of output names, else that of its process.
with
production_output as (
    select * from {{ ref('stg_production_output') }} where kind in ('saleable', 'internal', 'off_spec_sold')
),

products as (select * from {{ ref('stg_products') }}),

processes as (select * from {{ ref('stg_processes') }}),

final as (
    select
        production_output.installation_code,
        production_output.process_code,
        production_output.product_code,
        products.cn_code,
        {{ year_of('production_output.period_from') }} as reporting_year,
        coalesce(production_output.route, processes.route, '') as route,
        cast(sum(production_output.amount_canonical) as decimal(28, 9)) as mass_t
    from production_output
    inner join products
        on
            production_output.installation_code = products.installation_code
            and production_output.product_code = products.product_code
            and {{ holds_on('products', 'production_output.period_from') }}
    left join processes
        on
            production_output.installation_code = processes.installation_code
            and production_output.process_code = processes.process_code
            and {{ holds_on('processes', 'production_output.period_from') }}
    group by
        production_output.installation_code,
        production_output.process_code,
        production_output.product_code,
        products.cn_code,
        {{ year_of('production_output.period_from') }},
        coalesce(production_output.route, processes.route, '')
    having sum(production_output.amount_canonical) <> 0
)

select * from final
