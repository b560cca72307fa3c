{# Formulas of direct emissions (2025/2547 Annex II B), each stands here once. Factors are kg of gas per unit of activity,
   kept at 12 places after each product; `.._t` multiplies one with an amount of at most 9 places. NULL in, NULL out. #}

{# A product kept at 12 places: 14 digits are left before the point. #}
{% macro product(a, b) %}{{ round_to(mul(a, b, 12, 12)) }}{% endmacro %}

{# Amount times a factor in kg per unit, in t. #}
{% macro amount_t(amount, kg_per_unit) %}{{ thousandth(mul(amount, kg_per_unit, 9, 12)) }}{% endmacro %}

{# The part of a factor that is rated zero (Eq 10, 15), and the part that counts; the two sum to the factor. #}
{% macro zero_rated(kg_per_unit, biomass) %}{{ product(kg_per_unit, biomass) }}{% endmacro %}
{% macro not_zero_rated(kg_per_unit, biomass) %}({{ kg_per_unit }} - {{ zero_rated(kg_per_unit, biomass) }}){% endmacro %}

{# Eq 5, 6: ncv GJ per unit, ef kg CO2 per GJ (= t per TJ). #}
{% macro combustion_kg_per_unit(ncv, ef, oxidation='1') %}{{ product(product(ncv, ef), oxidation) }}{% endmacro %}
{% macro combustion_t_co2(amount, ncv, ef, oxidation='1', biomass='0') -%}
{{ amount_t(amount, not_zero_rated(combustion_kg_per_unit(ncv, ef, oxidation), biomass)) }}
{%- endmacro %}

{# Eq 7: one less the part of the carbon that stays in ash and dust. #}
{% macro oxidation_share(carbon_in_ash, carbon_in_fuel) %}(1 - {{ div(carbon_in_ash, carbon_in_fuel, 12, 12) }}){% endmacro %}

{# Eq 11: ef kg CO2 per unit of the pure material, content = its share in what is weighed. #}
{% macro process_kg_per_unit(ef, conversion='1', content='1') %}{{ product(product(ef, content), conversion) }}{% endmacro %}
{% macro process_t_co2(amount, ef, conversion='1', biomass='0') -%}
{{ amount_t(amount, not_zero_rated(process_kg_per_unit(ef, conversion), biomass)) }}
{%- endmacro %}

{# Eq 13, 14: kg C per unit from kg CO2 per GJ and GJ per unit, or from kg CO2 per unit; f t CO2 per t C. #}
{% macro carbon_from_energy(ef, ncv, f) %}{{ div(product(ef, ncv), f, 12, 12) }}{% endmacro %}
{% macro carbon_from_mass(ef, f) %}{{ div(ef, f, 12, 12) }}{% endmacro %}

{# Eq 8, 9, 12: carbon kg per unit; the amount of what leaves is negative. #}
{% macro mass_balance_kg_per_unit(carbon, f) %}{{ product(carbon, f) }}{% endmacro %}
{% macro mass_balance_t_co2(amount, carbon, f, biomass='0') -%}
{{ amount_t(amount, not_zero_rated(mass_balance_kg_per_unit(carbon, f), biomass)) }}
{%- endmacro %}

{# Eq 17: g/Nm3 of CO2 as what the other gases leave of the dry flue gas; g_per_nm3 = pure CO2. #}
{% macro remaining_concentration(others_share, g_per_nm3) -%}
{{ round_to(product('1 - ' ~ others_share, g_per_nm3), 9) }}
{%- endmacro %}

{# Eq 16, one hour: g/Nm3 x Nm3. Unrounded: 24 decimals, 14 digits before the point. #}
{% macro measured_t(concentration, flow) %}({{ mul(concentration, flow, 9, 9) }} * cast(0.000001 as decimal(7, 6))){% endmacro %}

{# Eq 19: sigmas = 2. #}
{% macro substitute_concentration(mean, deviation, sigmas) %}({{ mean }} + {{ sigmas }} * {{ deviation }}){% endmacro %}

{# Eq 29: Nm3/h of dry flue gas from the air that goes in and the shares of oxygen. #}
{% macro flue_gas_flow(air, oxygen_in_air, oxygen_in_flue_gas) -%}
{{ div(round_to(mul(air, '1 - ' ~ oxygen_in_air, 9, 12), 12), '(1 - ' ~ oxygen_in_flue_gas ~ ')', 12, 9) }}
{%- endmacro %}

{# Eq 21, 23: kg CF4 per t Al from anode-effect minutes per cell and day, slope (kg CF4/t Al)/(min/cell-day). #}
{% macro pfc_cf4_slope_kg_per_t(minutes, slope) %}{{ product(minutes, slope) }}{% endmacro %}
{% macro pfc_cf4_slope_t(aluminium, minutes, slope) %}{{ amount_t(aluminium, pfc_cf4_slope_kg_per_t(minutes, slope)) }}{% endmacro %}

{# Eq 24: coefficient (kg CF4/t Al)/mV, overvoltage mV, efficiency as a per-cent number (95, not 0.95). #}
{% macro pfc_cf4_overvoltage_kg_per_t(coefficient, overvoltage, efficiency_pct) -%}
{{ div(product(coefficient, overvoltage), efficiency_pct, 12, 12) }}
{%- endmacro %}
{% macro pfc_cf4_overvoltage_t(aluminium, coefficient, overvoltage, efficiency_pct) -%}
{{ amount_t(aluminium, pfc_cf4_overvoltage_kg_per_t(coefficient, overvoltage, efficiency_pct)) }}
{%- endmacro %}

{# Eq 20: what leaves by the duct, over the share of the gas that the duct collects. #}
{% macro pfc_total(duct, collection_share) %}{{ div(duct, collection_share, 12, 12) }}{% endmacro %}

{# B.4.1, Eq 27: what was made, from what was dispatched, received and lay there. #}
{% macro produced(dispatched, received, opening, closing) %}({{ dispatched }} - {{ received }} - {{ opening }} + {{ closing }}){% endmacro %}

{# Eq 28: kg CO2 per t of dust; clinker kg CO2 per t of clinker, calcined = the share of the dust's carbonate that lost
   its CO2. With c = EF / (1 + EF) x d it is c / (1 - c) = EF d / (1 + EF - EF d). #}
{% macro dust_kg_per_t(clinker, calcined) -%}
{{ div(
    '(1000 * ' ~ product(clinker, calcined) ~ ')',
    '(1000 + ' ~ clinker ~ ' - ' ~ product(clinker, calcined) ~ ')',
    12, 12
) }}
{%- endmacro %}

{# Eq 38: t CO2e per MWh that a generator gives, from what its fuels and its flue-gas cleaning emit; t and MWh, 9 places. #}
{% macro generated_t_per_mwh(fuels, flue_gas_cleaning, net_mwh) %}{{ div('(' ~ fuels ~ ' + ' ~ flue_gas_cleaning ~ ')', net_mwh, 9, 12) }}{% endmacro %}
