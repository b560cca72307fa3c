{# Formulas of attribution to processes (2025/2547 Annex III A), each stands here once. Energy in TJ or MWh, factors in t
   CO2 per TJ or MWh, at most 12 places; an amount of 0 needs no factor. NULL in, NULL out. #}

{# Heat and electricity that pass a border of the process, t CO2 (Eq 44, 56). #}
{% macro energy_t_co2(amount, factor) -%}
case when {{ amount }} = 0 then 0 else {{ product(amount, factor) }} end
{%- endmacro %}

{# Waste gas taken in, priced as natural gas (Eq 53), and given away, less its lower efficiency (Eq 54). #}
{% macro waste_gas_taken_t_co2(energy, natural_gas) %}{{ product(energy, natural_gas) }}{% endmacro %}
{% macro waste_gas_given_t_co2(energy, natural_gas, efficiency) -%}
{{ product(product(energy, natural_gas), efficiency) }}
{%- endmacro %}

{# What of an amount its source of electricity covers; of a stream that has no rows of `shares`, the whole. #}
{% macro part_of_source(amount, shares) -%}
case
    when {{ shares }}.reporting_year is null then {{ amount }}
    else {{ share_of(amount, shares ~ '.cum_share', shares ~ '.cum_share_before') }}
end
{%- endmacro %}
