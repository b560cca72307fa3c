-- Stocks stated at the turn of a month, as the opening stock of the month that begins and the closing stock of the one
-- that ends. Where a month has no sheet of its own, its neighbour's of the same day serves: it is the same stock.
with
documents as (select * from {{ ref('int_counted_documents') }}),

stocks as (
    select
        documents.*,
        case documents.kind when 'opening_stock' then documents.period_from else documents.period_until end as stock_on
    from documents
    where documents.kind in ('opening_stock', 'closing_stock')
),

at_turns as (
    select * from stocks
    where stock_on = {{ month_of('stock_on') }}
),

sides as (
    select
        at_turns.*,
        at_turns.stock_on as month_from,
        'opening' as side,
        case when at_turns.kind = 'opening_stock' then 1 else 0 end as own
    from at_turns
    union all
    select
        at_turns.*,
        {{ previous_month('at_turns.stock_on') }} as month_from,
        'closing' as side,
        case when at_turns.kind = 'closing_stock' then 1 else 0 end as own
    from at_turns
),

ranked as (
    select
        sides.*,
        max(sides.own) over (
            partition by sides.installation_code, sides.stream_code, sides.month_from, sides.side
        ) as best
    from sides
),

final as (
    select
        ranked.installation_code,
        ranked.stream_code,
        ranked.month_from,
        ranked.side,
        ranked.document_ref,
        ranked.kind,
        ranked.period_from,
        ranked.own = 1 as is_own,
        ranked.unit,
        ranked.amount,
        ranked.partition_key
    from ranked
    where ranked.own = ranked.best
)

select * from final
