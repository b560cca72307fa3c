{# dbt writes a placeholder for every cell of a seed one by one, which for the default values of all countries takes longer
   than all models together; a row of them is the same text each time. DuckDB copies the file itself. #}
{% macro postgres__load_csv_rows(model, agate_table) %}
{%- set columns = get_seed_column_quoted_csv(model, agate_table.column_names) -%}
{%- set row = "(" ~ ([get_binding_char()] * agate_table.column_names | length) | join(", ") ~ ")" -%}
{%- set said = [] -%}
{%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
    {%- set bindings = [] -%}
    {%- for cells in chunk %}{% do bindings.extend(cells) %}{% endfor -%}
    {%- set sql = "insert into " ~ this.render() ~ " (" ~ columns ~ ") values " ~ ([row] * chunk | length) | join(", ") -%}
    {%- do adapter.add_query(sql, bindings=bindings, abridge_sql_log=True) -%}
    {%- do said.append(sql) -%}
{%- endfor -%}
{{ return(said | first) }}
{%- endmacro %}
