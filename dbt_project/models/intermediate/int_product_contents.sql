-- What a tonne of a product holds of its functional unit, with the time it holds for: stated for goods per tonne of
-- clinker or kilogram of nitrogen, 1 for goods per tonne (2025/2547 Art 4).
with
products as (select * from {{ ref('stg_products') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

parameters as (select * from {{ ref('int_parameters_checked') }} where subject_kind = 'product'),

in_their_units as (
    select
        products.installation_code,
        products.product_code,
        greatest(products.valid_from, cbam_goods.valid_from) as valid_from,
        least(products.valid_until, cbam_goods.valid_until) as valid_until,
        coalesce(cbam_goods.functional_unit, 't_product') as functional_unit,
        {{ content_of('cbam_goods.functional_unit') }} as parameter
    from products
    -- left: a product outside Annex I is counted in tonnes; each edition of the list for its own time
    left join cbam_goods
        on
            products.cn_code = cbam_goods.cn_code
            and (cbam_goods.valid_until is null or products.valid_from < cbam_goods.valid_until)
            and (products.valid_until is null or cbam_goods.valid_from < products.valid_until)
),

final as (
    select
        in_their_units.installation_code,
        in_their_units.product_code,
        in_their_units.functional_unit,
        in_their_units.valid_from,
        in_their_units.valid_until,
        cast(1 as decimal(28, 12)) as functional_units_per_t,
        cast(null as varchar) as refused_because
    from in_their_units
    where in_their_units.parameter is null
    union all
    select
        in_their_units.installation_code,
        in_their_units.product_code,
        in_their_units.functional_unit,
        greatest(in_their_units.valid_from, parameters.valid_from) as valid_from,
        least(in_their_units.valid_until, parameters.valid_until) as valid_until,
        cast(case when parameters.refused_because is null then parameters.amount end as decimal(28, 12))
            as functional_units_per_t,
        parameters.refused_because
    from in_their_units
    inner join parameters
        on
            in_their_units.installation_code = parameters.installation_code
            and in_their_units.product_code = parameters.subject_code
            and in_their_units.parameter = parameters.parameter
            and (parameters.valid_until is null or in_their_units.valid_from < parameters.valid_until)
            and (in_their_units.valid_until is null or parameters.valid_from < in_their_units.valid_until)
)

select * from final
