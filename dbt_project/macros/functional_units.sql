{# The parameter that turns tonnes of a good into its functional unit (2025/2547 Art 4); null where none does. #}
{% macro content_of(functional_unit) -%}
case {{ functional_unit }} when 't_clinker' then 'clinker_content' when 'kg_n' then 'nitrogen_content' end
{%- endmacro %}
