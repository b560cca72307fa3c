-- Emissions of source streams by process, month and gas, under both rule sets; gases apart until here.
with
emissions as (select * from {{ ref('int_stream_emissions_by_gas') }}),

activity_by_month as (select * from {{ ref('int_stream_activity_by_month') }}),

final as (
    select
        emissions.installation_code,
        emissions.process_code,
        emissions.stream_code,
        emissions.month_from,
        emissions.rule_set,
        emissions.method,
        emissions.material_code,
        emissions.is_indirect,
        emissions.is_corroborating,
        emissions.gas,
        emissions.unit as activity_unit,
        emissions.amount as activity_amount,
        emissions.energy_gj,
        emissions.emissions_t,
        emissions.gwp,
        emissions.emissions_t_co2e,
        emissions.measured_t_co2e,
        emissions.estimated_t_co2e,
        emissions.conservative_addition_t_co2e,
        emissions.biogenic_t_co2,
        activity_by_month.missing_share,
        emissions.factor_id,
        emissions.absent_because
    from emissions
    left join activity_by_month
        on
            emissions.installation_code = activity_by_month.installation_code
            and emissions.stream_code = activity_by_month.stream_code
            and emissions.month_from = activity_by_month.month_from
)

select * from final
