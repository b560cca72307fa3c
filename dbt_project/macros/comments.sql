{# Comments of a relation and its columns, in one statement on both engines. dbt's own macro asks the database
   twice for the columns of every relation first; here the contract says them. #}
{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
  {%- set comments = [] -%}
  {%- if for_relation and config.persist_relation_docs() and model.description -%}
    {%- do comments.append(comment_on(relation.type ~ ' ' ~ relation, model.description)) -%}
  {%- endif -%}
  {%- if for_columns and config.persist_column_docs() -%}
    {%- for column in model.columns.values() if column.description -%}
      {%- do comments.append(comment_on('column ' ~ relation ~ '.' ~ column.name, column.description)) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- if comments -%}
    {%- call statement('comments') -%} {{ comments | join(';\n') }} {%- endcall -%}
  {%- endif -%}
{%- endmacro %}


{% macro comment_on(what, words) -%}
  comment on {{ what }} is {{ dbt.string_literal(dbt.escape_single_quotes(words)) }}
{%- endmacro %}
