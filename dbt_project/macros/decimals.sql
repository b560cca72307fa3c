{# Exact decimals, alike on every engine. Amounts are decimal(28,9), factors and shares decimal(28,12), results decimal(38,12).
   Sum unrounded products, round once per output row; rounding goes half away from zero. #}

{% macro round_to(x, scale=12) %}cast({{ x }} as decimal(38, {{ scale }})){% endmacro %}

{# The exact product: sa + sb decimals, so it leaves 38 - sa - sb digits before the point. #}
{% macro mul(a, b, sa=9, sb=12) %}(cast({{ a }} as decimal(38, {{ sa }})) * cast({{ b }} as decimal(38, {{ sb }}))){% endmacro %}

{# A thousandth: kg -> t, kWh -> MWh. #}
{% macro thousandth(x, scale=12) %}cast({{ x }} * cast(0.001 as decimal(4, 3)) as decimal(38, {{ scale }})){% endmacro %}

{% macro f64() %}{{ 'double precision' if target.type == 'postgres' else 'double' }}{% endmacro %}

{# a / b rounded to `scale` places, exactly; both have at most s decimals; x / 0 is null. |a| * 2 * 10^(s + scale) < 1.7e38. #}
{% macro div(a, b, s=9, scale=12) %}{{ adapter.dispatch('div')(a, b, s, scale) }}{% endmacro %}

{% macro default__div(a, b, s, scale) -%}
cast(sign({{ a }}) * sign({{ b }}) * div(abs({{ a }}) * {{ 2 * 10 ** scale }} + abs({{ b }}), nullif(2 * abs({{ b }}), 0)) * 1e-{{ scale }} as decimal(38, {{ scale }}))
{%- endmacro %}

{% macro duckdb__div(a, b, s, scale) -%}
{%- set A = "cast(cast(" ~ a ~ " as decimal(38, " ~ s ~ ")) * " ~ 10 ** s ~ "::decimal(38, 0) as hugeint)" -%}
{%- set B = "cast(cast(" ~ b ~ " as decimal(38, " ~ s ~ ")) * " ~ 10 ** s ~ "::decimal(38, 0) as hugeint)" -%}
cast(cast(cast(sign({{ a }}) * sign({{ b }}) as hugeint) * ((abs({{ A }}) * {{ 2 * 10 ** scale }}::hugeint + abs({{ B }})) // nullif(2::hugeint * abs({{ B }}), 0)) as decimal(38, 0)) * cast(1e-{{ scale }} as decimal(38, {{ scale }})) as decimal(38, {{ scale }}))
{%- endmacro %}

{% macro spark__div(a, b, s, scale) -%}
{%- set A = "cast(" ~ a ~ " * cast(" ~ 10 ** s ~ " as decimal(38, 0)) as decimal(38, 0))" -%}
{%- set B = "cast(" ~ b ~ " * cast(" ~ 10 ** s ~ " as decimal(38, 0)) as decimal(38, 0))" -%}
{%- set X = "cast(abs(" ~ A ~ ") * cast(" ~ 2 * 10 ** scale ~ " as decimal(38, 0)) + abs(" ~ B ~ ") as decimal(38, 0))" -%}
{%- set Y = "nullif(cast(2 as decimal(38, 0)) * abs(" ~ B ~ "), 0)" -%}
cast(cast(sign({{ a }}) * sign({{ b }}) as decimal(38, 0)) * cast(({{ X }} - {{ X }} % {{ Y }}) / {{ Y }} as decimal(38, 0)) * cast(1e-{{ scale }} as decimal(38, {{ scale }})) as decimal(38, {{ scale }}))
{%- endmacro %}

{# The part of `total` between two cumulative shares. The parts of a total sum to it exactly when the shares end at 1. #}
{% macro share_of(total, cum, cum_before, scale=9) -%}
(cast({{ mul(total, cum, scale) }} as decimal(38, {{ scale }})) - cast({{ mul(total, cum_before, scale) }} as decimal(38, {{ scale }})))
{%- endmacro %}

{# Mean of an amount per tonne over rows by their tonnes, to 12 places; null where one row does not know it. #}
{% macro mean_by_mass(amount, mass) -%}
cast(case
    when count(*) > count({{ amount }}) then null
    when min({{ amount }}) = max({{ amount }}) then min({{ amount }})
    else {{ div('cast(sum(' ~ mul(mass, amount) ~ ') as decimal(38, 12))', 'cast(sum(' ~ mass ~ ') as decimal(38, 12))', 12, 12) }}
end as decimal(28, 12))
{%- endmacro %}
