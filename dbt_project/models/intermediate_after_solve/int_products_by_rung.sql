-- What a product's figure and the certificates of its shipments would be if one part of one precursor stood on another rung.
with
products as (select * from {{ ref('int_cbam_product_figures') }}),

figures_by_rung as (select * from {{ ref('int_figures_by_rung') }}),

obligations_by_rung as (select * from {{ ref('int_obligations_by_rung') }}),

shipped as (
    select
        installation_code,
        product_code,
        reporting_year,
        part_id,
        rung,
        sum(mass_t) as shipped_mass_t,
        {{ sum_of_known('certificates_t_co2e') }} as certificates_t_co2e,
        case when count(*) = count(certificates_t_co2e) then sum(certificates_eur) end as certificates_eur,
        {{ figures_sum_where('mass_t', 'price_absent_because is not null') }} as unpriced_mass_t,
        max(absent_because) as absent_because,
        max(price_absent_because) as price_absent_because
    from obligations_by_rung
    group by installation_code, product_code, reporting_year, part_id, rung
),

final as (
    select
        products.installation_code,
        products.product_code,
        products.reporting_year,
        figures_by_rung.part_id,
        figures_by_rung.rung,
        figures_by_rung.figure_key,
        figures_by_rung.buyer_installation_code,
        figures_by_rung.item_code,
        figures_by_rung.item_name,
        figures_by_rung.precursor_cn_code,
        figures_by_rung.producer_installation_code,
        figures_by_rung.origin_country_code,
        figures_by_rung.evidence,
        figures_by_rung.stated_input,
        figures_by_rung.mass_t_per_fu,
        figures_by_rung.precursor_t_co2e_per_fu,
        figures_by_rung.figure_share,
        figures_by_rung.see_counted_t_co2e_per_fu,
        figures_by_rung.carried_allocation_t_co2e_per_fu,
        figures_by_rung.absent_because,
        {{ round_to('shipped.shipped_mass_t', 9) }} as shipped_mass_t,
        {{ round_to('shipped.certificates_t_co2e') }} as certificates_t_co2e,
        {{ round_to('shipped.certificates_eur') }} as certificates_eur,
        {{ round_to('shipped.unpriced_mass_t', 9) }} as unpriced_mass_t,
        case
            when shipped.shipped_mass_t is null then 'nothing shipped under CBAM'
            else shipped.absent_because
        end as certificates_absent_because,
        shipped.price_absent_because
    from products
    inner join figures_by_rung
        on
            products.installation_code = figures_by_rung.installation_code
            and products.process_code = figures_by_rung.process_code
            and products.cn_code = figures_by_rung.cn_code
            and products.reporting_year = figures_by_rung.reporting_year
    left join shipped
        on
            products.installation_code = shipped.installation_code
            and products.product_code = shipped.product_code
            and products.reporting_year = shipped.reporting_year
            and figures_by_rung.part_id = shipped.part_id
            and figures_by_rung.rung = shipped.rung
)

select * from final
