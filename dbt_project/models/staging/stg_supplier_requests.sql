-- Messages about suppliers' embedded emissions: one row per message, sent or received, of a request;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'supplier_requests') }}),

final as (
    select
        landed.request_code,
        landed.event,
        landed.happened_on,
        landed.supplier_code,
        landed.producer_installation_code,
        landed.cn_code,
        landed.period_from,
        landed.period_until,
        landed.due_on,
        landed.channel,
        landed.person,
        landed.document_ref,
        coalesce(landed.revision, 0) as revision,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
