{# Formulas of attribution to processes (2025/2547 Annex III A), each stands here once. Energy in TJ or MWh, factors in t
   CO2 per TJ or MWh, at most 12 places; an amount of 0 needs no factor. NULL in, NULL out. #}

{# Eq 31: t of the heat carrier, kJ per kg given and returned; GJ, unrounded. #}
{% macro net_heat_gj(mass, flow, return) %}{{ mul(mass, thousandth('(' ~ flow ~ ' - ' ~ return ~ ')'), 9, 12) }}{% endmacro %}

{# Eq 32: energy of the fuel burnt for the heat, GJ, and the efficiency as a share; GJ, unrounded. #}
{% macro heat_of_fuel_gj(fuel_energy, efficiency) %}{{ mul(fuel_energy, efficiency, 9, 12) }}{% endmacro %}

{# Energy of waste gas: m3 at 0 °C, GJ per 1 000 m3; GJ, unrounded. #}
{% macro gas_gj(volume, ncv) %}{{ mul(volume, thousandth(ncv), 9, 12) }}{% endmacro %}

{# t CO2 per GJ of heat from kg CO2 per GJ of fuel, over the efficiency of the boiler (Eq 44). #}
{% macro heat_factor(kg_per_gj, efficiency) %}{{ div(thousandth(kg_per_gj), efficiency, 12, 12) }}{% endmacro %}

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

{# Fuel class of Annex III C that waste gases belong to: coke oven, blast furnace and other recovered gas. #}
{% macro waste_gas_fuel_class() %}G13{% endmacro %}

{# The same of waste heat, that of exothermic reactions too. #}
{% macro waste_heat_fuel_class() %}O14{% endmacro %}

{# Sum of one term of Eq 55 over `parts`: 0 where there is none, null where a part of it is not known. #}
{% macro attributed_term(term) -%}
case
    when count(case when parts.term = '{{ term }}' and parts.emissions_t is null then 1 end) = 0
        then sum(case when parts.term = '{{ term }}' then parts.emissions_t else 0 end)
end
{%- endmacro %}

{# Whether attributed direct emissions below zero are set to zero, as Eq 55 has it and the communication template has not. #}
{% macro has_floor_at_zero() -%}
{%- set reading = var('attributed_direct_floor') -%}
{%- if reading not in ('law', 'template') -%}
{%- do exceptions.raise_compiler_error("attributed_direct_floor is law or template, not " ~ reading) -%}
{%- endif -%}
{{ return(reading == 'law') }}
{%- endmacro %}
