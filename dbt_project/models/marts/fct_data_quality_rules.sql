-- Rules that rows or whole partitions broke at the gate: the reasons behind the counts of fct_data_quality.
with
rules as (select * from {{ ref('stg_partition_rules') }}),

final as (
    select
        table_name,
        installation_code,
        partition_key,
        rule,
        column_name,
        severity,
        rows_hit,
        sentence
    from rules
)

select * from final
