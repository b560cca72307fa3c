-- Two rows of one subject that hold on the same day would count everything they are joined to twice.
{%- set keys = {
    'stg_installations': ['installation_code'],
    'stg_processes': ['installation_code', 'process_code'],
    'stg_process_goods': ['installation_code', 'process_code', 'cn_code'],
    'stg_products': ['installation_code', 'product_code'],
    'stg_items': ['item_code'],
    'stg_parties': ['party_code'],
    'stg_meters': ['installation_code', 'meter_code'],
    'stg_source_streams': ['installation_code', 'stream_code'],
    'stg_electricity_contracts': ['installation_code', 'contract_code'],
    'stg_stream_shares': ['installation_code', 'stream_code', 'process_code'],
    'stg_parameters': ['installation_code', 'subject_kind', 'subject_code', 'parameter'],
    'stg_exchange_rates': ['currency'],
    'stg_own_grid_factors': ['rule_set', 'country_code'],
    'cbam_goods': ['cn_code'],
    'cbam_production_routes': ['aggregated_good', 'route'],
    'cbam_zero_origins': ['country_code'],
} %}
{% for model, columns in keys.items() %}
    select
        '{{ model }}' as relation,
        {{ columns | map('string') | join(" || '/' || ") }} as subject,
        valid_from
    from (
        select
            {{ columns | join(', ') }},
            valid_from,
            lead(valid_from) over (partition by {{ columns | join(', ') }} order by valid_from) as next_from,
            valid_until
        from {{ ref(model) }}
    ) as spans
    where next_from < coalesce(valid_until, date '9999-12-31')
    {% if not loop.last %}union all{% endif %}
{% endfor %}
