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
