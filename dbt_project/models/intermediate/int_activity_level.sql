-- Activity level of every process and calendar year: what was sold, used as a precursor, or sold as off-spec, in
-- tonnes. Scrap and unsold off-spec are no output, nor is a good that never leaves its process (2025/2547 Art 4(9)).
with
production_output as (select * from {{ ref('stg_production_output') }}),

products as (select * from {{ ref('stg_products') }}),

process_goods as (select * from {{ ref('stg_process_goods') }}),

counted as (
    select
        production_output.installation_code,
        production_output.process_code,
        {{ year_of('production_output.period_from') }} as reporting_year,
        case
            when production_output.kind not in ('saleable', 'internal', 'off_spec_sold') then 0
            when coalesce(process_goods.is_inside_bubble, false) then 0
            else production_output.amount_canonical
        end as counted_amount
    from production_output
    left join products
        on
            production_output.installation_code = products.installation_code
            and production_output.product_code = products.product_code
            and {{ holds_on('products', 'production_output.period_from') }}
    left join process_goods
        on
            production_output.installation_code = process_goods.installation_code
            and production_output.process_code = process_goods.process_code
            and products.cn_code = process_goods.cn_code
            and {{ holds_on('process_goods', 'production_output.period_from') }}
),

final as (
    select
        counted.installation_code,
        counted.process_code,
        counted.reporting_year,
        cast(sum(counted.counted_amount) as decimal(28, 9)) as activity_level_t
    from counted
    group by counted.installation_code, counted.process_code, counted.reporting_year
)

select * from final
