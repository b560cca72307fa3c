-- Products as BI filters by them.
with
products as (select * from {{ ref('stg_products') }}),

final as (
    select
        installation_code,
        product_code,
        name as product_name,
        cn_code,
        taric_suffix,
        process_code,
        declared_unit,
        mass_kg_per_unit,
        valid_from,
        valid_until
    from products
)

select * from final
