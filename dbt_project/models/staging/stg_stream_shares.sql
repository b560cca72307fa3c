-- How a stream is attributed to processes: one row per stream, process and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'stream_shares') }}),

final as (
    select
        landed.installation_code,
        landed.stream_code,
        landed.process_code,
        landed.key,
        landed.share,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
