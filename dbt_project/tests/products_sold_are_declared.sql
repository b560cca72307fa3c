{{ config(severity='warn') }}
-- Output sold under a code that is no product: it counts as activity, but no figure can be given for it.
select
    production_output.installation_code,
    production_output.process_code,
    production_output.product_code,
    min(production_output.period_from) as first_day
from {{ ref('stg_production_output') }} as production_output
left join {{ ref('stg_products') }} as products
    on
        production_output.installation_code = products.installation_code
        and production_output.product_code = products.product_code
        and {{ holds_on('products', 'production_output.period_from') }}
where production_output.kind in ('saleable', 'off_spec_sold') and products.product_code is null
group by production_output.installation_code, production_output.process_code, production_output.product_code
