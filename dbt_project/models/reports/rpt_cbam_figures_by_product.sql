-- The CBAM-ready figure per product, for whoever sells it.
with
product_figures as (select * from {{ ref('int_cbam_product_figures') }}),

final as (
    select
        installation_code,
        product_code,
        product_name,
        cn_code,
        process_code,
        reporting_year,
        figure_key,
        functional_unit,
        functional_units_per_t,
        see_direct_t_co2e_per_fu,
        see_indirect_t_co2e_per_fu,
        see_counted_t_co2e_per_fu,
        see_direct_t_co2e_per_t,
        see_indirect_t_co2e_per_t,
        see_counted_t_co2e_per_t,
        is_indirect_counted,
        measured_share,
        estimated_share,
        default_share,
        declared_unit,
        mass_kg_per_unit,
        per_declared_unit_kg_co2e,
        shipped_mass_t,
        actual_certificates_per_t,
        default_certificates_per_t,
        saved_eur,
        unpriced_mass_t,
        certificates_absent_because,
        evidence_rung,
        is_claimable,
        unclaimable_because,
        attestation_codes,
        coverage_share,
        missing_share,
        status,
        absent_because,
        indirect_absent_because
    from product_figures
)

select * from final
