{# Instants are UTC, days local. Engine words for instants stand here and nowhere else. #}

{# The instant a local day begins. #}
{% macro local_midnight(day, zone) %}{{ adapter.dispatch('local_midnight')(day, zone) }}{% endmacro %}
{% macro default__local_midnight(day, zone) %}(cast({{ day }} as timestamp) at time zone {{ zone }}){% endmacro %}
{% macro spark__local_midnight(day, zone) %}to_utc_timestamp(cast({{ day }} as timestamp), {{ zone }}){% endmacro %}

{# What a clock on the wall shows at an instant: a timestamp without zone. #}
{% macro wall_time(instant, zone) %}{{ adapter.dispatch('wall_time')(instant, zone) }}{% endmacro %}
{% macro default__wall_time(instant, zone) %}({{ instant }} at time zone {{ zone }}){% endmacro %}
{% macro spark__wall_time(instant, zone) %}from_utc_timestamp({{ instant }}, {{ zone }}){% endmacro %}

{# Whole seconds from one instant to another. #}
{% macro seconds_between(first, last) %}{{ adapter.dispatch('seconds_between')(first, last) }}{% endmacro %}
{% macro default__seconds_between(first, last) %}cast(extract(epoch from {{ last }} - {{ first }}) as bigint){% endmacro %}
{% macro spark__seconds_between(first, last) %}(unix_timestamp({{ last }}) - unix_timestamp({{ first }})){% endmacro %}

{% macro plus_minutes(instant, minutes) %}{{ adapter.dispatch('plus_minutes')(instant, minutes) }}{% endmacro %}
{% macro default__plus_minutes(instant, minutes) %}({{ instant }} + {{ minutes }} * interval '1 minute'){% endmacro %}
{% macro spark__plus_minutes(instant, minutes) %}timestampadd(minute, {{ minutes }}, {{ instant }}){% endmacro %}

{# A table expression: the relation's rows once per instant `at` = first, first + minutes, ... before last. #}
{% macro instants_between(relation, first, last, minutes) %}{{ adapter.dispatch('instants_between')(relation, first, last, minutes) }}{% endmacro %}

{% macro default__instants_between(relation, first, last, minutes) -%}
select {{ relation }}.*, each.at
from {{ relation }}, lateral generate_series({{ first }}, {{ last }} - interval '1 second', {{ minutes }} * interval '1 minute') as each (at)
{%- endmacro %}

{% macro duckdb__instants_between(relation, first, last, minutes) -%}
select {{ relation }}.*, each.at
from {{ relation }}, lateral (select unnest(generate_series({{ first }}, {{ last }} - interval '1 second', {{ minutes }} * interval '1 minute')) as at) as each
{%- endmacro %}

{% macro spark__instants_between(relation, first, last, minutes) -%}
select {{ relation }}.*, each.at
from {{ relation }} lateral view explode(sequence({{ first }}, {{ last }} - interval 1 second, make_dt_interval(0, 0, {{ minutes }}, 0))) each as at
{%- endmacro %}

{# The root of an exact decimal, rounded up at a place, alike on every engine: a double finds it to within one place,
   exact products decide. Up to 10^9 at 6 places, 10^6 at 9. #}
{% macro root_up(x, places=6) %}
{%- set near = "cast(cast(floor(sqrt(cast(" ~ x ~ " as " ~ f64() ~ ")) * " ~ 10 ** places ~ ") as bigint) as decimal(19, 0))" -%}
{%- set one = "cast(1e-" ~ places ~ " as decimal(19, " ~ places ~ "))" -%}
{%- set at = [] -%}
{%- for step in (-1, 0, 1, 2) %}{% do at.append("cast((" ~ near ~ " + " ~ step ~ ") * " ~ one ~ " as decimal(19, " ~ places ~ "))") %}{% endfor -%}
case
    {% for root in at -%}
    when {{ root }} >= 0 and {{ root }} * {{ root }} >= {{ x }} then {{ root }}
    {% endfor -%}
end
{%- endmacro %}

{% macro plus_days(day, days) %}{{ adapter.dispatch('plus_days')(day, days) }}{% endmacro %}
{% macro default__plus_days(day, days) %}cast({{ day }} + {{ days }} as date){% endmacro %}
{% macro spark__plus_days(day, days) %}date_add({{ day }}, {{ days }}){% endmacro %}
