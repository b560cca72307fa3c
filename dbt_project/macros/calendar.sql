{# Days are local, periods half-open. Engine words for dates stand here and nowhere else. #}

{% macro month_of(day) %}cast(date_trunc('month', {{ day }}) as date){% endmacro %}

{% macro year_of(day) %}cast(extract(year from {{ day }}) as integer){% endmacro %}

{% macro next_month(day) %}cast({{ day }} + interval '1 month' as date){% endmacro %}

{% macro previous_month(day) %}cast({{ day }} - interval '1 month' as date){% endmacro %}

{# True inside valid_from <= day < valid_until, an empty end being open. #}
{% macro holds_on(relation, day) -%}
{{ relation }}.valid_from <= {{ day }} and ({{ relation }}.valid_until is null or {{ day }} < {{ relation }}.valid_until)
{%- endmacro %}

{# True where the validity reaches into first <= day < until. #}
{% macro holds_within(relation, first, until) -%}
{{ relation }}.valid_from < {{ until }} and ({{ relation }}.valid_until is null or {{ first }} < {{ relation }}.valid_until)
{%- endmacro %}

{# True where the validity reaches into the calendar year. #}
{% macro holds_in_year(relation, year) -%}
{{ holds_within(relation, first_of_year(year), first_of_year(year ~ ' + 1')) }}
{%- endmacro %}

{# A table expression: one row per day, `day`, from the first to the last of two dates of a one-row relation. #}
{% macro days_between(relation, first, last) %}{{ adapter.dispatch('days_between')(relation, first, last) }}{% endmacro %}

{% macro default__days_between(relation, first, last) -%}
select {{ relation }}.*, cast(each.day as date) as day
from {{ relation }}, lateral generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 day') as each (day)
{%- endmacro %}

{% macro duckdb__days_between(relation, first, last) -%}
select {{ relation }}.*, cast(each.day as date) as day
from {{ relation }}, lateral (select unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 day')) as day) as each
{%- endmacro %}

{% macro spark__days_between(relation, first, last) -%}
select {{ relation }}.*, each.day as day
from {{ relation }} lateral view explode(sequence({{ first }}, {{ last }}, interval 1 day)) each as day
{%- endmacro %}

{# Minutes of a local day: 1440, or 1380 and 1500 when the clocks change. #}
{% macro minutes_in_local_day(day, zone) %}{{ adapter.dispatch('minutes_in_local_day')(day, zone) }}{% endmacro %}

{% macro default__minutes_in_local_day(day, zone) -%}
cast(extract(epoch from ((cast({{ day }} as timestamp) + interval '1 day') at time zone {{ zone }}) - (cast({{ day }} as timestamp) at time zone {{ zone }})) / 60 as integer)
{%- endmacro %}

{% macro spark__minutes_in_local_day(day, zone) -%}
cast((unix_timestamp(to_utc_timestamp(cast(date_add({{ day }}, 1) as timestamp), {{ zone }})) - unix_timestamp(to_utc_timestamp(cast({{ day }} as timestamp), {{ zone }}))) / 60 as integer)
{%- endmacro %}

{% macro next_day(day) %}{{ adapter.dispatch('next_day')(day) }}{% endmacro %}
{% macro default__next_day(day) %}cast({{ day }} + 1 as date){% endmacro %}
{% macro spark__next_day(day) %}date_add({{ day }}, 1){% endmacro %}

{# 1 January of a year. #}
{% macro first_of_year(year) %}cast(cast({{ year }} as varchar) || '-01-01' as date){% endmacro %}

{# First day of a month, by the numbers of its year and month. #}
{% macro month_of_year(year, month) %}make_date(cast({{ year }} as integer), cast({{ month }} as integer), 1){% endmacro %}

{# A month in words: 2026-03. #}
{% macro year_and_month(day) %}substr(cast({{ day }} as varchar), 1, 7){% endmacro %}

{# The same day a whole number of years later. #}
{% macro plus_years(day, years) %}cast({{ day }} + cast({{ years }} as integer) * interval '1 year' as date){% endmacro %}
