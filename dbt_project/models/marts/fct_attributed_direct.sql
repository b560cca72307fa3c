-- Attributed direct emissions of processes, term by term of Eq 55 (2025/2547 Annex III A).
with
attributed_direct as (select * from {{ ref('int_attributed_direct') }}),

final as (
    select
        installation_code,
        process_code,
        reporting_year,
        streams_t_co2e,
        heat_in_t_co2e,
        heat_out_t_co2e,
        waste_gas_in_t_co2e,
        waste_gas_out_t_co2e,
        electricity_out_t_co2e,
        floor_t_co2e,
        attributed_direct_t_co2e
    from attributed_direct
)

select * from final
