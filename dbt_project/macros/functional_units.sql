{# Functional units of 2025/2547 Art 4: what a good is counted in, and what tells how much of it a tonne of the good holds. #}

{# The parameter that states functional units per tonne; null for a good that is counted in tonnes. #}
{% macro content_of(functional_unit) -%}
case {{ functional_unit }} when 't_clinker' then 'clinker_content' when 'kg_n' then 'nitrogen_content' end
{%- endmacro %}

{# Unit of a node that puts out such goods; units that no content leads to are counted in tonnes, and have no figure. #}
{% macro unit_of_output(functional_unit) -%}
case when {{ functional_unit }} in ('t_clinker', 'kg_n') then {{ functional_unit }} else 't' end
{%- endmacro %}

{# Why goods of a unit have no figure of actual data, where the unit is not built; else null. #}
{% macro unit_not_built(functional_unit, cn_code) -%}
case {{ functional_unit }}
    when 'kwh' then {{ cn_code }} || ' is electricity, which is not calculated as a good: it has no figure'
    when 'supplementary_unit'
        then {{ cn_code }} || ' counts in its supplementary unit, which is not settled: its default value stands alone'
end
{%- endmacro %}

{# What is missing where a content is. #}
{% macro no_content(relation) -%}
coalesce({{ relation }}.refused_because, 'no ' || {{ content_of(relation ~ '.functional_unit') }} || ' of ' || {{ relation }}.product_code)
{%- endmacro %}

{# Specific embedded free allocation per tonne of a good: its process's is per tonne already, what it carries goes by what the
   tonne holds (2025/2620 Eq 4). #}
{% macro sefa_per_tonne(relation, functional_units_per_t) -%}
{{ relation }}.own_allocation_t_co2e_per_t
+ {{ per_tonne(relation ~ '.carried_allocation_t_co2e_per_fu', functional_units_per_t) }}
{%- endmacro %}

{# What is per functional unit, per tonne of a good that holds so many of them (2025/2547 Eq 64-66). #}
{% macro per_tonne(per_functional_unit, functional_units_per_t) -%}
{{ round_to(mul(per_functional_unit, functional_units_per_t, 12, 12), 12) }}
{%- endmacro %}
