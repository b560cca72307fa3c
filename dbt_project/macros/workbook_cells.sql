{# A block of the communication workbook with a column per input field: one row per workbook and position. Beside each
   number that may be empty stands whether its cell could be read: an empty cell is a row, an unreadable one is not. #}
{% macro workbook_block(block, words=[], numbers=[], optional=[]) -%}
select
    cells.workbook_id,
    cells.block_position
    {%- for field in words %},
    max(case when cells.field = '{{ field }}' then cells.text_value end) as {{ field }}
    {%- endfor %}
    {%- for field in numbers + optional %},
    max(case when cells.field = '{{ field }}' then cells.number_value end) as {{ field }}
    {%- endfor %}
    {%- for field in optional %},
    count(case when cells.field = '{{ field }}' then 1 end) > 0 as has_{{ field }}
    {%- endfor %}
from cells
where cells.block = '{{ block }}' and cells.role = 'input'
group by cells.workbook_id, cells.block_position
{%- endmacro %}

{# The number of a cell that may be empty: `otherwise` when it is, null when it could not be read. #}
{% macro workbook_number(relation, field, otherwise=0) -%}
case when {{ relation }}.has_{{ field }} then coalesce({{ relation }}.{{ field }}, {{ otherwise }}) end
{%- endmacro %}

{# Sum of a field over its second positions, of which the form has so many: `otherwise` when all are empty, unknown when
   one could not be read. #}
{% macro workbook_total(field, count, otherwise='null') -%}
case
    when count(case when cells.field = '{{ field }}' then 1 end) = {{ count }}
        then coalesce(sum(case when cells.field = '{{ field }}' then cells.number_value end), {{ otherwise }})
end
{%- endmacro %}

{# Sum of a column over the rows of an outer-joined relation that meet a condition; unknown when one of them is, 0 when
   there is none. #}
{% macro workbook_sum(relation, column, condition='true') -%}
case
    when
        count(case when {{ condition }} then {{ relation }}.{{ column }} end)
        = count(case when {{ condition }} then {{ relation }}.workbook_id end)
        then coalesce(sum(case when {{ condition }} then {{ relation }}.{{ column }} end), 0)
end
{%- endmacro %}

{# Boundary under which the processes of workbooks are solved, and the name of one of them. #}
{% macro workbook_boundary() %}cbam_transitional_template{% endmacro %}
{% macro workbook_node(workbook_id, position) %}{{ workbook_id }} || '/P' || cast({{ position }} as varchar){% endmacro %}

{# Columns of a relation as rows: one per figure name and the column that holds it. #}
{% macro workbook_figures(relation, block, columns) -%}
{%- for name, column in columns.items() -%}
select
    {{ relation }}.workbook_id,
    '{{ block }}' as block,
    {{ relation }}.block_position,
    '{{ name }}' as figure_name,
    {{ relation }}.subject_name,
    {{ relation }}.owner_name as process_name,
    {{ relation }}.cn_code,
    cast({{ relation }}.{{ column }} as decimal(38, 12)) as recomputed
from {{ relation }}
{%- if not loop.last %}
union all
{% endif -%}
{%- endfor -%}
{%- endmacro %}

{# The form's own word for a category of goods; it knows the alloys as one. #}
{% macro workbook_category(aggregated_good) -%}
case
    when {{ aggregated_good }} like 'ferro-%' then 'Alloys (FeMn, FeCr, FeNi)'
    when {{ aggregated_good }} = 'calcined clay' then 'Calcined clays '
    when {{ aggregated_good }} = 'sintered ore' then 'Sintered Ore'
    else upper(substr({{ aggregated_good }}, 1, 1)) || substr({{ aggregated_good }}, 2)
end
{%- endmacro %}

{# Where the form lists routes of a category, its last line is the one for routes that are not known. #}
{% macro workbook_route_line(aggregated_good) -%}
case
    when {{ aggregated_good }} = 'hydrogen' then 5
    when {{ aggregated_good }} in ('crude steel', 'pig iron', 'ammonia', 'unwrought aluminium') then 4
    else 1
end
{%- endmacro %}

{# The sum of an amount over the rows of a kind, to the 12th place; null when one of them is not known. #}
{% macro form_sum(which, amount) -%}
case
    when count(case when {{ which }} then 1 end) = count(case when {{ which }} then {{ amount }} end)
        then coalesce(sum(cast(case when {{ which }} then {{ amount }} end as decimal(38, 12))), 0)
end
{%- endmacro %}

{# Values on their way to the form, each (relation, block, field, expression); `seconds`: (relation, field) -> its second
   position. `relation` has installation_code, reporting_year and block_position. #}
{% macro form_values(numbers, words, seconds) -%}
{%- for relation, block, field, value in numbers + words %}
select
    {{ relation }}.installation_code,
    {{ relation }}.reporting_year,
    '{{ block }}' as block,
    {{ relation }}.block_position,
    '{{ field }}' as field,
    cast({{ seconds.get((relation, field), 'null') }} as integer) as second_position,
    cast({{ value if loop.index <= numbers | length else 'null' }} as decimal(38, 12)) as number_value,
    cast({{ 'null' if loop.index <= numbers | length else value }} as varchar) as text_value
from {{ relation }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
