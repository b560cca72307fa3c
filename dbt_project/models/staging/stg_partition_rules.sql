-- Rules that rows broke, by partition.
with
landed as (select * from {{ source('lake', 'partition_rules') }}),

final as (
    select
        landed.table_name,
        landed.installation_code,
        landed.partition_key,
        landed.rule,
        landed.column_name,
        landed.severity,
        landed.rows as rows_hit,
        landed.sentence
    from landed
)

select * from final
