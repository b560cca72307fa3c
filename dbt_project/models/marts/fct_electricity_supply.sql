-- Where the electricity of an installation came from, with the factor of each source and who proves it.
with
supply as (select * from {{ ref('int_electricity_supply') }}),

contracts as (select * from {{ ref('int_electricity_contracts') }}),

final as (
    select
        supply.installation_code,
        supply.month_from,
        supply.source,
        supply.source_code,
        supply.amount_kwh,
        supply.factor_id,
        supply.factor_t_co2e_per_mwh,
        contracts.contract_code,
        contracts.generator_name,
        contracts.factor_source,
        supply.evidence
    from supply
    left join contracts on supply.factor_id = contracts.factor_id
)

select * from final
