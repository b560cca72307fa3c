{# A part of a node's yearly amount that one functional unit of a target answers for: `needed` units of the node's
   output per functional unit, times the node's amount, over its output. Decimals in, decimal(38,12) out, rounded half
   away from zero. The product is cut to 12 places before the division so that it fits the exact division's range; NULL
   when the node has no output. #}
{% macro figures_per_unit(needed, amount, output) -%}
{{ div(round_to(mul(needed, amount, 12, 12), 12), output, 12, 12) }}
{%- endmacro %}

{# Sum of a decimal over the rows that meet a condition, 0 where none does: the figure then has no such part. #}
{% macro figures_sum_where(amount, condition) -%}
cast(sum(case when {{ condition }} then {{ amount }} else 0 end) as decimal(38,12))
{%- endmacro %}

{# Sum of a decimal, decimal(38,12) out; null where one of the rows does not know it. #}
{% macro sum_of_known(amount) -%}
cast(case when count(*) = count({{ amount }}) then sum({{ amount }}) end as decimal(38,12))
{%- endmacro %}

{# Why nothing can be said per unit of a node. #}
{% macro figures_no_output(node, year) -%}
{{ node }} || ' yielded nothing in ' || {{ year }} || ': there is no unit to put its inputs on'
{%- endmacro %}

{# The key of a month's lake partition, for example 2026-03. #}
{% macro figures_month_key(day) -%}
substr(cast({{ day }} as varchar), 1, 7)
{%- endmacro %}

{# A text in an order that no engine's or server's language changes: cumulative shares, the row that is picked and the
   largest of several texts depend on it. #}
{% macro figures_byte_order(text) -%}
{{ text }}{{ ' collate "C"' if target.type == 'postgres' }}
{%- endmacro %}

{# Certificates of a year as the setting rounds them: none, up, or nearest with a half up; none is below zero. #}
{% macro certificates_as_read(total) -%}
{%- set reading = var('certificates_rounding') -%}
{{ round_to({'up': 'ceil(' ~ total ~ ')', 'nearest': 'cast(' ~ total ~ ' as decimal(38, 0))'}.get(reading, total)) }}
{%- endmacro %}

{# What a factor that a parameter states is called: its landed row, and with it the document. #}
{% macro parameter_id(relation) -%}
'parameter/' || {{ relation }}.installation_code || '/' || {{ relation }}.subject_code || '/' || {{ relation }}.parameter || '/' || cast({{ relation }}.valid_from as varchar)
{%- endmacro %}
