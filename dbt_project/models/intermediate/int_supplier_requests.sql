-- Every request to a supplier with what was done about it and what came back, as of the last day of data. A request is
-- what its first message says. An answer in the lake closes it, whether or not anybody wrote that it came; one that no
-- figure may use does not.
with
messages as (select * from {{ ref('stg_supplier_requests') }}),

answers as (select * from {{ ref('int_answers_attested') }}),

parties as (select * from {{ ref('stg_parties') }}),

meter_days as (select * from {{ ref('int_meter_days') }}),

receipts as (select * from {{ ref('stg_receipts') }}),

days_with_data as (
    select max(metered_on) as day from meter_days
    union all
    select max(received_on) as day from receipts
    union all
    select max(happened_on) as day from messages
),

last_day as (select max(day) as as_of from days_with_data),

in_order as (
    select
        messages.*,
        row_number() over (
            partition by messages.request_code
            order by
                messages.happened_on,
                case messages.event when 'asked' then 1 when 'reminded' then 2 when 'declined' then 3 else 4 end
        ) as place
    from messages
),

told as (
    select
        request_code,
        min(happened_on) as asked_on,
        cast(count(case when event = 'reminded' then 1 end) as integer) as reminder_count,
        max(happened_on) as last_contact_on,
        max(due_on) as due_on,
        max(case when event = 'answered' then happened_on end) as answered_on,
        max(case when event = 'declined' then happened_on end) as declined_on,
        string_agg(
            cast(happened_on as varchar) || ' ' || event || coalesce(' by ' || channel, '')
            || coalesce(' (' || document_ref || ')', ''),
            '; ' order by place
        ) as messages
    from in_order
    group by request_code
),

answered as (
    select
        in_order.request_code,
        -- several answers cover what was asked about: the one whose period begins last; null = they cover a part alone
        max(
            case
                when
                    answers.is_usable
                    and answers.period_from <= in_order.period_from
                    and in_order.period_until <= answers.period_until
                    then answers.period_from
            end
        ) as answer_period_from,
        count(case when answers.is_usable then 1 end) as usable_answers,
        string_agg(
            case
                when not answers.is_usable
                    then
                        'the answer of ' || answers.producer_installation_code || ' from '
                        || cast(answers.period_from as varchar) || ' states direct emissions of zero that no statement verifies'
            end,
            '; ' order by {{ figures_byte_order('answers.producer_installation_code') }}, answers.period_from
        ) as unusable_because
    from in_order
    inner join answers
        on
            in_order.cn_code = answers.cn_code
            and answers.period_from < in_order.period_until
            and in_order.period_from < answers.period_until
            and (
                in_order.producer_installation_code = answers.producer_installation_code
                or (in_order.producer_installation_code is null and in_order.supplier_code = answers.supplier_code)
            )
    where in_order.place = 1
    group by in_order.request_code
),

states as (
    select
        in_order.request_code,
        in_order.supplier_code,
        parties.name as supplier_name,
        in_order.producer_installation_code,
        in_order.cn_code,
        in_order.period_from,
        in_order.period_until,
        told.asked_on,
        told.reminder_count,
        told.last_contact_on,
        told.due_on,
        told.answered_on,
        told.declined_on,
        answered.answer_period_from,
        answered.unusable_because,
        case
            when answered.answer_period_from is not null then 'answered'
            when answered.usable_answers > 0 then 'answered_in_part'
            when answered.request_code is not null then 'answer_not_usable'
            when told.declined_on is not null and told.declined_on >= coalesce(told.answered_on, told.declined_on)
                then 'declined'
            when told.answered_on is not null then 'answer_not_landed'
            when told.due_on >= last_day.as_of then 'waiting'
            else 'silent'
        end as state,
        last_day.as_of,
        told.messages
    from in_order
    inner join told on in_order.request_code = told.request_code
    cross join last_day
    left join answered on in_order.request_code = answered.request_code
    left join parties
        on in_order.supplier_code = parties.party_code and {{ holds_on('parties', 'in_order.happened_on') }}
    where in_order.place = 1
),

final as (
    select
        states.request_code,
        states.supplier_code,
        states.supplier_name,
        states.producer_installation_code,
        states.cn_code,
        states.period_from,
        states.period_until,
        states.asked_on,
        states.reminder_count,
        states.last_contact_on,
        states.due_on,
        states.answered_on,
        states.declined_on,
        states.answer_period_from,
        states.unusable_because,
        states.state,
        states.as_of,
        case when states.state in ('silent', 'waiting') then cast(states.as_of - states.asked_on as integer) end as silent_days,
        states.messages
    from states
)

select * from final
