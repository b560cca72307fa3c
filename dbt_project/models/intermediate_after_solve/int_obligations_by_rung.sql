-- Certificates of every shipment by actual data if one part of one precursor stood on another rung. They are never below
-- zero, shipment by shipment, so nothing is scaled up from the figure. What a good counted in another unit changes per tonne
-- follows from the content of the product shipped (2025/2547 Eq 64-66).
with
obligations as (select * from {{ ref('int_cbam_obligations') }} where is_liable),

figures_by_rung as (select * from {{ ref('int_figures_by_rung') }}),

compositions as (select * from {{ ref('int_product_compositions') }}),

certificates as (
    select
        obligations.installation_code,
        obligations.shipment_code,
        obligations.product_code,
        obligations.reporting_year,
        figures_by_rung.part_id,
        figures_by_rung.rung,
        obligations.mass_t,
        obligations.price_eur_per_certificate,
        obligations.price_absent_because,
        coalesce(obligations.actual_absent_because, figures_by_rung.certificates_absent_because) as absent_because,
        greatest(
            obligations.actual_emissions_t_co2e
            + {{ round_to(mul(
                'obligations.mass_t',
                per_tonne('figures_by_rung.see_change_t_co2e_per_fu', 'compositions.functional_units_per_t')
            )) }}
            - obligations.actual_free_allocation_t_co2e
            - {{ round_to(mul(
                'obligations.mass_t',
                per_tonne('figures_by_rung.sefa_change_t_co2e_per_fu', 'compositions.functional_units_per_t')
            )) }}
            - coalesce(obligations.carbon_price_reduction_t_co2e, 0),
            0
        ) as certificates_t_co2e
    from obligations
    inner join figures_by_rung
        on
            obligations.installation_code = figures_by_rung.installation_code
            and obligations.process_code = figures_by_rung.process_code
            and obligations.cn_code = figures_by_rung.cn_code
            and obligations.reporting_year = figures_by_rung.reporting_year
    left join compositions
        on
            obligations.installation_code = compositions.installation_code
            and obligations.product_code = compositions.product_code
            and obligations.reporting_year = compositions.reporting_year
),

known as (
    select
        certificates.*,
        -- greatest passes an unknown over
        case when certificates.absent_because is null then certificates.certificates_t_co2e end as known_t_co2e
    from certificates
),

final as (
    select
        installation_code,
        shipment_code,
        product_code,
        reporting_year,
        part_id,
        rung,
        mass_t,
        {{ round_to('known_t_co2e') }} as certificates_t_co2e,
        {{ round_to(mul('known_t_co2e', 'price_eur_per_certificate', 12, 12)) }} as certificates_eur,
        absent_because,
        price_absent_because
    from known
)

select * from final
