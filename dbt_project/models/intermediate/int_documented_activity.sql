-- What every stream took by its papers: by documents, and by the stocks where stocks are stated. A stream that goes by
-- its stocks has no sum of documents: its deliveries are no consumption.
with
document_parts as (select * from {{ ref('int_document_parts') }}),

stock_balance as (select * from {{ ref('int_stock_balance') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

documented as (
    select
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.month_from,
        max(document_parts.unit) as unit,
        sum(
            case
                when document_parts.is_estimated then 0
                -- what is sent on was not used; of what leaves, it is the amount itself
                when document_parts.kind = 'dispatch' and coalesce(source_streams.direction, 'input') = 'input'
                    then -document_parts.amount
                else document_parts.amount
            end
        ) as measured_amount,
        sum(case when document_parts.is_estimated then document_parts.amount else 0 end) as estimated_amount,
        count(*) as documents
    from document_parts
    left join source_streams
        on
            document_parts.installation_code = source_streams.installation_code
            and document_parts.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'document_parts.month_from') }}
    where coalesce(source_streams.activity_basis, 'documents') not in ('stock_balance', 'output_balance')
    group by document_parts.installation_code, document_parts.stream_code, document_parts.month_from
),

on_paper as (
    select
        documented.installation_code,
        documented.stream_code,
        'documents' as basis,
        documented.month_from,
        documented.unit,
        documented.measured_amount,
        documented.estimated_amount,
        documented.documents
    from documented
    union all
    select
        stock_balance.installation_code,
        stock_balance.stream_code,
        case when source_streams.activity_basis = 'output_balance' then 'output_balance' else 'stock_balance' end as basis,
        stock_balance.month_from,
        stock_balance.unit,
        case
            when source_streams.activity_basis = 'output_balance'
                then stock_balance.produced_amount + stock_balance.accrued_amount
            else stock_balance.consumed_amount - stock_balance.accrued_amount
        end as measured_amount,
        case
            when stock_balance.consumed_amount is null then null
            -- what came and is not billed yet was not made here
            when source_streams.activity_basis = 'output_balance' then -stock_balance.accrued_amount
            else stock_balance.accrued_amount
        end as estimated_amount,
        stock_balance.documents
    from stock_balance
    left join source_streams
        on
            stock_balance.installation_code = source_streams.installation_code
            and stock_balance.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'stock_balance.month_from') }}
),

final as (
    select
        on_paper.installation_code,
        on_paper.stream_code,
        on_paper.basis,
        on_paper.month_from as period_from,
        {{ next_month('on_paper.month_from') }} as period_until,
        on_paper.unit,
        cast(on_paper.measured_amount as decimal(28, 9)) as measured_amount,
        cast(on_paper.estimated_amount as decimal(28, 9)) as estimated_amount,
        cast(on_paper.documents as bigint) as documents
    from on_paper
)

select * from final
