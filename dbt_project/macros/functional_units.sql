{# Functional units of 2025/2547 Art 4: what a good is counted in, and what tells how much of it a tonne of the good holds. #}

{# The parameter that states functional units per tonne; null for a good that is counted in tonnes. #}
{% macro content_parameter(functional_unit) -%}
case {{ functional_unit }} when 't_clinker' then 'clinker_content' when 'kg_n' then 'nitrogen_content' end
{%- endmacro %}
