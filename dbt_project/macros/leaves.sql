{# What the leaves of the graph are called: whoever looks for a leaf again says it as the one who made it. #}

{% macro stream_leaf_id(relation) -%}
case {{ relation }}.method when 'electricity' then 'grid' when 'heat' then 'heat' else 'stream' end
|| '/' || {{ relation }}.installation_code || '/' || {{ relation }}.stream_code
{%- endmacro %}

{% macro precursor_leaf_id(relation) -%}
'precursor/' || {{ relation }}.installation_code || '/' || {{ relation }}.item_code
|| '/' || {{ relation }}.producer_installation_code
{%- endmacro %}

{% macro flow_leaf_id(relation) -%}
'passed_on/' || {{ relation }}.installation_code || '/' || {{ relation }}.carrier
|| '/' || {{ relation }}.from_process_code || '/' || {{ relation }}.to_process_code
{%- endmacro %}
