-- Suppliers' answers on embedded emissions: one row per producing installation, good and production period;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'supplier_embedded_emissions') }}),

final as (
    select
        landed.supplier_code,
        landed.producer_installation_code,
        landed.cn_code,
        landed.country_code,
        landed.route,
        landed.functional_unit,
        landed.period_from,
        landed.period_until,
        landed.see_direct_t_co2e_per_fu,
        landed.electricity_mwh_per_fu,
        landed.electricity_factor_t_co2e_per_mwh,
        landed.electricity_factor_source,
        landed.default_share,
        landed.sefa_t_co2e_per_fu,
        landed.carbon_price_amount,
        landed.carbon_price_currency,
        landed.carbon_price_rebate_amount,
        landed.net_mass_t,
        landed.doubts,
        landed.template_version,
        landed.document_sha256,
        coalesce(landed.revision, 0) as revision,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
