{# Before the new days are added: forget the days whose partition changed or went, and all of them when the code did. #}
{% macro forget_changed_days() -%}
{%- if is_incremental() -%}
delete from {{ this }}
where not exists (
    select 1
    from {{ source('lake', 'partitions') }} as partitions
    cross join {{ source('lake', 'build_state') }} as build_state
    where
        partitions.table_name = 'meter_readings'
        and partitions.state = 'accepted'
        and partitions.installation_code = {{ this.identifier }}.installation_code
        and partitions.partition_key = cast({{ this.identifier }}.metered_on as varchar)
        and partitions.content_hash = {{ this.identifier }}.content_hash
        and build_state.metered_use_state = {{ this.identifier }}.code_state
)
{%- endif -%}
{%- endmacro %}
