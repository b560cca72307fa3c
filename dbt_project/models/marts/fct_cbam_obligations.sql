-- What every shipment costs its importer, with actual and with default data side by side.
with
obligations as (select * from {{ ref('int_cbam_obligations') }}),

final as (
    select
        installation_code,
        shipment_code,
        product_code,
        importer_code,
        destination_country_code,
        released_on,
        reporting_year,
        price_quarter,
        cn_code,
        taric_suffix,
        aggregated_good,
        process_code,
        origin_country_code,
        mass_t,
        is_liable,
        figure_key,
        evidence_rung,
        default_share,
        actual_emissions_t_co2e,
        actual_free_allocation_t_co2e,
        carbon_price_reduction_t_co2e,
        actual_certificates_t_co2e,
        default_factor_id,
        default_benchmark_id,
        default_emissions_t_co2e,
        default_free_allocation_t_co2e,
        default_certificates_t_co2e,
        saved_certificates_t_co2e,
        price_eur_per_certificate,
        actual_eur,
        default_eur,
        saved_eur,
        actual_absent_because,
        reduction_absent_because,
        default_absent_because,
        price_absent_because
    from obligations
)

select * from final
