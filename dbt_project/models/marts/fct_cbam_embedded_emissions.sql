-- Specific embedded emissions of every good: the sums of its leaves, what they rest on, and what may be said of them.
with
embedded_emissions as (select * from {{ ref('int_cbam_embedded_emissions') }}),

final as (
    select
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        rule_set,
        figure_key,
        functional_unit,
        activity_level,
        functional_units_per_t,
        own_direct_t_co2e_per_fu,
        own_indirect_t_co2e_per_fu,
        precursor_direct_t_co2e_per_fu,
        precursor_indirect_counted_t_co2e_per_fu,
        precursor_indirect_informational_t_co2e_per_fu,
        precursor_default_undivided_t_co2e_per_fu,
        see_direct_t_co2e_per_fu,
        see_indirect_t_co2e_per_fu,
        see_counted_t_co2e_per_fu,
        see_direct_t_co2e_per_t,
        see_indirect_t_co2e_per_t,
        see_counted_t_co2e_per_t,
        embedded_electricity_mwh_per_fu,
        is_indirect_counted,
        measured_share,
        estimated_share,
        default_share,
        evidence_rung,
        is_claimable,
        unclaimable_because,
        attestation_codes,
        sefa_t_co2e_per_t,
        sefa_absent_because,
        carbon_price_paid_eur_per_fu,
        carbon_price_absent_because,
        coverage_share,
        missing_share,
        status,
        absent_because,
        indirect_absent_because
    from embedded_emissions
)

select * from final
