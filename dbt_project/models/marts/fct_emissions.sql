-- Emissions of source streams by process, month and gas, under both rule sets; gases apart until here.
with
emissions as (select * from {{ ref('int_stream_emissions_by_gas') }}),

final as (
    select
        installation_code,
        process_code,
        stream_code,
        month_from,
        rule_set,
        method,
        is_indirect,
        gas,
        unit as activity_unit,
        amount as activity_amount,
        emissions_t,
        gwp,
        emissions_t_co2e,
        measured_t_co2e,
        estimated_t_co2e,
        conservative_addition_t_co2e,
        biogenic_t_co2,
        factor_id,
        absent_because
    from emissions
)

select * from final
