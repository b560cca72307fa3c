-- Books of the lake: what each partition read, accepted, rejected.
with
landed as (select * from {{ source('lake', 'partitions') }}),

final as (
    select
        landed.table_name,
        landed.installation_code,
        landed.partition_key,
        landed.table_name || '/' || landed.installation_code || '/' || landed.partition_key as partition_name,
        landed.state,
        landed.content_hash,
        landed.input_hash,
        landed.issued_at,
        landed.rows_read,
        landed.rows_accepted,
        landed.rows_rejected,
        landed.rows_superseded,
        landed.rows_marked
    from landed
)

select * from final
