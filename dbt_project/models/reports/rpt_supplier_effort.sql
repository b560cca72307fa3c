-- The record of effort: what suppliers were asked, how often they were reminded, and what came of it.
with
requests as (select * from {{ ref('int_supplier_requests') }}),

final as (
    select
        request_code,
        supplier_code,
        supplier_name,
        producer_installation_code,
        cn_code,
        period_from,
        period_until,
        asked_on,
        reminder_count,
        last_contact_on,
        due_on,
        answered_on,
        declined_on,
        answer_period_from,
        unusable_because,
        state,
        as_of,
        silent_days,
        messages
    from requests
)

select * from final
