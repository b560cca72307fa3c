-- What each rung of evidence of a precursor would cost in certificates and euros, product by product.
with
products_by_rung as (select * from {{ ref('int_products_by_rung') }}),

final as (
    select
        installation_code,
        product_code,
        reporting_year,
        part_id,
        rung,
        figure_key,
        buyer_installation_code,
        item_code,
        item_name,
        precursor_cn_code,
        producer_installation_code,
        origin_country_code,
        evidence,
        stated_input,
        mass_t_per_fu,
        precursor_t_co2e_per_fu,
        figure_share,
        see_counted_t_co2e_per_fu,
        carried_allocation_t_co2e_per_fu,
        absent_because,
        shipped_mass_t,
        certificates_t_co2e,
        certificates_eur,
        unpriced_mass_t,
        certificates_absent_because,
        price_absent_because
    from products_by_rung
)

select * from final
