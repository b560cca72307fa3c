-- What was consumed by the stocks, opening stock + deliveries - dispatches - closing stock, or made by them, the same
-- with its sign turned (2025/2547 Annex II B.4.1), by month. A month whose stock nobody stated has neither, which is not
-- zero.
with
stocks_used as (select * from {{ ref('int_stocks_used') }}),

document_parts as (select * from {{ ref('int_document_parts') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

-- several sheets of one day are several places where the material lies
stocks as (
    select
        stocks_used.installation_code,
        stocks_used.stream_code,
        stocks_used.month_from,
        max(stocks_used.unit) as unit,
        sum(case when stocks_used.side = 'opening' then stocks_used.amount end) as opening_amount,
        sum(case when stocks_used.side = 'closing' then stocks_used.amount end) as closing_amount,
        count(case when stocks_used.is_own then 1 end) as own_documents,
        count(*) as documents
    from stocks_used
    group by stocks_used.installation_code, stocks_used.stream_code, stocks_used.month_from
),

stocked_streams as (
    select
        stocks.installation_code,
        stocks.stream_code
    from stocks
    union
    select
        source_streams.installation_code,
        source_streams.stream_code
    from source_streams
    where source_streams.activity_basis in ('stock_balance', 'output_balance')
),

-- what Eq 27 means by a variation of stocks is open
turned_round as (
    select distinct
        source_streams.installation_code,
        source_streams.stream_code
    from source_streams
    where
        source_streams.activity_basis = 'output_balance'
        and source_streams.material_code = 'cement_clinker'
        and '{{ var('clinker_stock_variation') }}' = 'closing_less_opening'
),

deliveries as (
    select
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.month_from,
        max(document_parts.unit) as unit,
        sum(
            case when document_parts.is_estimated or document_parts.kind = 'dispatch' then 0 else document_parts.amount end
        ) as delivered_amount,
        sum(case when document_parts.kind = 'dispatch' then document_parts.amount else 0 end) as dispatched_amount,
        sum(case when document_parts.is_estimated then document_parts.amount else 0 end) as accrued_amount,
        count(*) as documents
    from document_parts
    inner join stocked_streams
        on
            document_parts.installation_code = stocked_streams.installation_code
            and document_parts.stream_code = stocked_streams.stream_code
    -- consumption is what the balance is compared with
    where document_parts.kind <> 'consumption'
    group by document_parts.installation_code, document_parts.stream_code, document_parts.month_from
),

-- a neighbour's sheet alone makes no month
months as (
    select
        deliveries.installation_code,
        deliveries.stream_code,
        deliveries.month_from
    from deliveries
    union
    select
        stocks.installation_code,
        stocks.stream_code,
        stocks.month_from
    from stocks
    where stocks.own_documents > 0
),

joined as (
    select
        months.installation_code,
        months.stream_code,
        months.month_from,
        coalesce(stocks.unit, deliveries.unit) as unit,
        stocks.opening_amount,
        coalesce(deliveries.delivered_amount, 0) as delivered_amount,
        coalesce(deliveries.dispatched_amount, 0) as dispatched_amount,
        coalesce(deliveries.accrued_amount, 0) as accrued_amount,
        stocks.closing_amount,
        case when turned_round.stream_code is null then stocks.opening_amount else stocks.closing_amount end as taken_off,
        case when turned_round.stream_code is null then stocks.closing_amount else stocks.opening_amount end as added,
        coalesce(stocks.documents, 0) + coalesce(deliveries.documents, 0) as documents
    from months
    left join deliveries
        on
            months.installation_code = deliveries.installation_code
            and months.stream_code = deliveries.stream_code
            and months.month_from = deliveries.month_from
    left join stocks
        on
            months.installation_code = stocks.installation_code
            and months.stream_code = stocks.stream_code
            and months.month_from = stocks.month_from
    left join turned_round
        on
            months.installation_code = turned_round.installation_code
            and months.stream_code = turned_round.stream_code
),

final as (
    select
        joined.installation_code,
        joined.stream_code,
        joined.month_from,
        joined.unit,
        cast(joined.opening_amount as decimal(28, 9)) as opening_amount,
        cast(joined.delivered_amount as decimal(28, 9)) as delivered_amount,
        cast(joined.dispatched_amount as decimal(28, 9)) as dispatched_amount,
        cast(joined.accrued_amount as decimal(28, 9)) as accrued_amount,
        cast(joined.closing_amount as decimal(28, 9)) as closing_amount,
        cast(
            -{{ produced(
                'joined.dispatched_amount', '(joined.delivered_amount + joined.accrued_amount)',
                'joined.opening_amount', 'joined.closing_amount'
            ) }} as decimal(28, 9)
        ) as consumed_amount,
        cast(
            {{ produced(
                'joined.dispatched_amount', '(joined.delivered_amount + joined.accrued_amount)',
                'joined.taken_off', 'joined.added'
            ) }} as decimal(28, 9)
        ) as produced_amount,
        cast(joined.documents as bigint) as documents
    from joined
)

select * from final
