-- Meter against invoice, for the person who checks bills; no figure hangs on it.
with
balance as (select * from {{ ref('int_stream_balance') }}),

final as (
    select
        installation_code,
        stream_code,
        month_from,
        unit,
        metered_amount,
        documented_amount as invoiced_amount,
        difference as difference_amount
    from balance
)

select * from final
