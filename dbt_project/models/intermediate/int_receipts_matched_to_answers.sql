-- Every receipt with its mass, its good, and the producer's answer whose period covers the lot's production.
with
receipts as (select * from {{ ref('stg_receipts') }}),

items as (select * from {{ ref('stg_items') }}),

answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

with_good as (
    select
        receipts.*,
        items.cn_code,
        -- a lot whose production is not stated counts as made when it came
        coalesce(receipts.produced_from, receipts.received_on) as made_from,
        coalesce(receipts.produced_until, {{ next_day('coalesce(receipts.produced_from, receipts.received_on)') }}) as made_until
    from receipts
    inner join items on receipts.item_code = items.item_code and {{ holds_on('items', 'receipts.received_on') }}
),

covering as (
    select
        with_good.installation_code,
        with_good.receipt_code,
        -- several answers cover the lot: the one whose period begins last
        max(answers.period_from) as answer_period_from
    from with_good
    inner join answers
        on
            with_good.producer_installation_code = answers.producer_installation_code
            and with_good.cn_code = answers.cn_code
            and answers.period_from <= with_good.made_from
            and with_good.made_until <= answers.period_until
    group by with_good.installation_code, with_good.receipt_code
),

final as (
    select
        with_good.installation_code,
        with_good.receipt_code,
        with_good.item_code,
        with_good.cn_code,
        with_good.supplier_code,
        coalesce(with_good.producer_installation_code, 'unknown') as producer_installation_code,
        with_good.origin_country_code,
        with_good.received_on,
        covering.answer_period_from,
        cast(with_good.amount_canonical as decimal(28, 9)) as mass_t
    from with_good
    left join covering
        on
            with_good.installation_code = covering.installation_code
            and with_good.receipt_code = covering.receipt_code
)

select * from final
