-- How this warehouse reads what the law leaves open. The settings stand here by name: a reading that nobody knows has
-- no row, and the test on the number of rows says so. A point with one reading is settled and has no setting.
with
legal_readings as (select * from {{ ref('legal_readings') }}),

chosen as (
    {%- for setting in [
        'attributed_direct_floor', 'benchmark_without_a_route', 'certificates_rounding', 'clinker_stock_variation', 'overvoltage_efficiency',
        'precursor_markup_year', 'undated_precursors',
    ] %}
        select
            '{{ setting }}' as setting,
            '{{ var(setting) }}' as reading
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

final as (
    select
        legal_readings.setting,
        legal_readings.reading,
        legal_readings.is_default,
        legal_readings.sentence,
        legal_readings.source_key,
        legal_readings.source_locator
    from legal_readings
    left join chosen on legal_readings.setting = chosen.setting
    where chosen.setting is null or legal_readings.reading = chosen.reading
)

select * from final
