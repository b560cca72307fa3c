-- Whose answer would move tonnes and euros most, for the person who writes to suppliers.
with
priorities as (select * from {{ ref('int_supplier_priorities') }}),

final as (
    select
        reporting_year,
        part_id,
        place,
        installation_code,
        item_code,
        item_name,
        cn_code,
        producer_installation_code,
        origin_country_code,
        seller_codes,
        evidence,
        mass_t,
        emissions_t_co2e,
        shipped_mass_t,
        certificates_t_co2e,
        certificates_eur,
        default_change_t_co2e,
        default_change_eur,
        annex_iv_change_t_co2e,
        annex_iv_change_eur,
        lowest_answer_id,
        lowest_answer_change_t_co2e,
        lowest_answer_change_eur,
        tenth_lower_change_t_co2e,
        tenth_lower_change_eur,
        unpriced_mass_t,
        request_code,
        request_state,
        asked_on,
        silent_days,
        absent_because,
        price_absent_because
    from priorities
)

select * from final
