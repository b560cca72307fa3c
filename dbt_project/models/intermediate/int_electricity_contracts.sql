-- Lines, agreements and certificates with the factor they prove, or the reason why the country's default counts in their
-- stead (2025/2547 Annex II D.4). Of two that claim the same electricity the first by code counts.
with
contracts as (select * from {{ ref('stg_electricity_contracts') }}),

claimed as (
    select
        contracts.installation_code,
        contracts.contract_code,
        contracts.kind,
        contracts.stream_code,
        contracts.process_code,
        contracts.generator_name,
        contracts.generator_meter_code,
        contracts.valid_from,
        contracts.valid_until,
        contracts.factor,
        contracts.fuel_t_co2e,
        contracts.flue_gas_cleaning_t_co2e,
        contracts.net_mwh,
        contracts.factor_source,
        contracts.is_hourly_metered,
        contracts.is_grid_connected,
        contracts.is_direct_contract,
        contracts.evidence,
        min(others.contract_code) as claimed_by
    from contracts
    left join contracts as others
        on
            contracts.installation_code = others.installation_code
            and contracts.kind = others.kind
            and others.contract_code < contracts.contract_code
            and others.valid_from < coalesce(contracts.valid_until, date '9999-12-31')
            and contracts.valid_from < coalesce(others.valid_until, date '9999-12-31')
            and (
                (contracts.kind = 'direct_line' and contracts.stream_code = others.stream_code)
                or (contracts.kind = 'ppa' and contracts.generator_meter_code = others.generator_meter_code)
            )
    group by
        contracts.installation_code,
        contracts.contract_code,
        contracts.kind,
        contracts.stream_code,
        contracts.process_code,
        contracts.generator_name,
        contracts.generator_meter_code,
        contracts.valid_from,
        contracts.valid_until,
        contracts.factor,
        contracts.fuel_t_co2e,
        contracts.flue_gas_cleaning_t_co2e,
        contracts.net_mwh,
        contracts.factor_source,
        contracts.is_hourly_metered,
        contracts.is_grid_connected,
        contracts.is_direct_contract,
        contracts.evidence
),

final as (
    select
        claimed.installation_code,
        claimed.contract_code,
        claimed.kind,
        claimed.stream_code,
        claimed.process_code,
        claimed.generator_name,
        claimed.generator_meter_code,
        claimed.valid_from,
        claimed.valid_until,
        'contract/' || claimed.installation_code || '/' || claimed.contract_code || '/'
        || cast(claimed.valid_from as varchar) as factor_id,
        cast(
            coalesce(
                claimed.factor,
                {{ generated_t_per_mwh('claimed.fuel_t_co2e', 'claimed.flue_gas_cleaning_t_co2e', 'claimed.net_mwh') }}
            ) as decimal(28, 12)
        ) as factor_t_co2e_per_mwh,
        claimed.factor_source,
        claimed.evidence,
        case
            when claimed.kind = 'certificate' then 'a certificate alone proves no emission factor'
            when claimed.claimed_by is not null
                then 'contract ' || claimed.claimed_by || ' claims the same electricity'
            when not coalesce(claimed.is_hourly_metered, false)
                then 'nothing shows smart meters read hourly at both ends'
            when claimed.kind = 'ppa' and not coalesce(claimed.is_grid_connected, false)
                then 'nothing shows that generator and works hang on one grid'
            when claimed.kind = 'ppa' and not coalesce(claimed.is_direct_contract, false)
                then 'nothing shows a single contract with the generator'
        end as refused_because
    from claimed
)

select * from final
