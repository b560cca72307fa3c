-- What a euro costs in other currencies: one row per currency and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'exchange_rates') }}),

final as (
    select
        landed.currency,
        landed.valid_from,
        landed.valid_until,
        landed.per_eur,
        landed.source,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
