-- The leaves of every CBAM figure: a published figure is the decimal sum of these rows.
with
contributions as (select * from {{ ref('int_cbam_contributions') }}),

final as (
    select
        figure_key,
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        component,
        leaf_kind,
        leaf_id,
        leaf_name,
        node_id,
        leaf_component,
        via,
        emissions_t_co2e_per_fu,
        measured_t_co2e_per_fu,
        estimated_t_co2e_per_fu,
        default_t_co2e_per_fu,
        factor_id,
        is_counted,
        evidence,
        attestation_code,
        absent_because
    from contributions
)

select * from final
