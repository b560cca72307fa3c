-- Where bought electricity comes from, other than the country's grid: one row per installation, contract and validity
-- (2025/2547 Annex II D.4);
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'electricity_contracts') }}),

final as (
    select
        landed.installation_code,
        landed.contract_code,
        landed.kind,
        landed.stream_code,
        landed.process_code,
        landed.generator_name,
        landed.generator_meter_code,
        landed.valid_from,
        landed.valid_until,
        landed.factor,
        landed.fuel_t_co2e,
        landed.flue_gas_cleaning_t_co2e,
        landed.net_mwh,
        landed.factor_source,
        landed.is_hourly_metered,
        landed.is_grid_connected,
        landed.is_direct_contract,
        landed.evidence,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
