-- What does not fit together in the documents of a stream. Nothing is changed by it: the amounts count as they were
-- sent, and a person decides.
with
documents as (select * from {{ ref('int_counted_documents') }}),

document_lines as (select * from {{ ref('int_document_lines') }}),

sent_documents as (select * from {{ ref('stg_activity_data') }}),

document_parts as (select * from {{ ref('int_document_parts') }}),

stock_balance as (select * from {{ ref('int_stock_balance') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

-- deliveries and corrections happen when they happen; a bill, and what stands in for one, covers its days
bills as (
    select
        documents.*,
        {{ figures_byte_order('documents.document_ref') }} as ordered_ref,
        max(documents.period_until) over (
            partition by documents.installation_code, documents.stream_code
            order by
                documents.period_from,
                documents.period_until,
                {{ figures_byte_order('documents.document_ref') }},
                documents.kind
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from documents
    where documents.kind in ('consumption', 'accrual')
),

shared_days as (
    select
        bills.installation_code,
        bills.stream_code,
        others.period_from,
        case when bills.period_until < others.period_until then bills.period_until else others.period_until end
            as period_until,
        'overlap' as finding,
        bills.document_ref || ', ' || others.document_ref as document_refs,
        bills.document_ref || ' and ' || others.document_ref || ' both speak of these days of ' || bills.stream_code
        || '; if they bill the same use, correct one of them or let the bill name the accrual it clears.' as sentence
    from bills
    inner join bills as others
        on
            bills.installation_code = others.installation_code
            and bills.stream_code = others.stream_code
            and others.period_from < bills.period_until
            and (
                bills.period_from < others.period_from
                or (
                    bills.period_from = others.period_from
                    and (
                        bills.ordered_ref < others.ordered_ref
                        or (bills.ordered_ref = others.ordered_ref and bills.kind < others.kind)
                    )
                )
            )
),

missing_days as (
    select
        bills.installation_code,
        bills.stream_code,
        bills.covered_until as period_from,
        bills.period_from as period_until,
        'missing_days' as finding,
        bills.document_ref as document_refs,
        'No document of ' || bills.stream_code || ' speaks of the ' || cast(bills.period_from - bills.covered_until as varchar)
        || ' days before ' || bills.document_ref || '; ask for it, or state 0 where nothing was used.' as sentence
    from bills
    where bills.period_from > bills.covered_until
),

unknown_accruals as (
    select
        clearing.installation_code,
        clearing.stream_code,
        clearing.period_from,
        clearing.period_until,
        'unknown_accrual' as finding,
        clearing.document_ref || ', ' || clearing.clears_document_ref as document_refs,
        clearing.document_ref || ' clears ' || clearing.clears_document_ref || ', which is no accrual of '
        || clearing.stream_code || '; correct the number in clears_document_ref, or send the accrual.' as sentence
    from sent_documents as clearing
    left join sent_documents as accruals
        on
            accruals.kind = 'accrual'
            and clearing.installation_code = accruals.installation_code
            and clearing.stream_code = accruals.stream_code
            and clearing.clears_document_ref = accruals.document_ref
    where clearing.clears_document_ref is not null and accruals.document_ref is null
),

revised_lines as (
    select
        document_lines.installation_code,
        document_lines.stream_code,
        document_lines.period_from,
        document_lines.period_until,
        'earlier_revision' as finding,
        document_lines.document_ref as document_refs,
        'A later revision of ' || document_lines.document_ref || ' does not tell of these days, so they count nothing; send'
        || ' all lines of the document if they still hold.' as sentence
    from document_lines
    where document_lines.left_out_because = 'revised'
    group by
        document_lines.installation_code,
        document_lines.stream_code,
        document_lines.period_from,
        document_lines.period_until,
        document_lines.document_ref
),

reused_numbers as (
    select
        document_lines.installation_code,
        document_lines.stream_code,
        document_lines.period_from,
        document_lines.period_until,
        'accrual_number_reused' as finding,
        document_lines.document_ref as document_refs,
        'An accrual ' || document_lines.document_ref || ' was cleared before these days begin, so this one counts until a'
        || ' document of its days names it; give it a number of its own.' as sentence
    from document_lines
    where document_lines.is_number_reused
),

differing_reversals as (
    select
        document_lines.installation_code,
        document_lines.stream_code,
        document_lines.period_from,
        document_lines.period_until,
        'reversal_differs' as finding,
        document_lines.document_ref || ', ' || document_lines.clears_document_ref as document_refs,
        document_lines.document_ref || ' names ' || document_lines.clears_document_ref
        || ' and takes back another amount, so it counts as it was sent; take the accrual back whole, or name the bill that is'
        || ' corrected.' as sentence
    from document_lines
    where document_lines.takes_back_another_amount
),

divided_by_days as (
    select
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.period_from,
        document_parts.period_until,
        'divided_by_days' as finding,
        document_parts.document_ref as document_refs,
        document_parts.document_ref || ' spans months and was divided evenly by day: the meters of '
        || document_parts.stream_code || ' were not read on each of its days; send the readings.' as sentence
    from document_parts
    inner join documents
        on
            document_parts.installation_code = documents.installation_code
            and document_parts.stream_code = documents.stream_code
            and document_parts.document_ref = documents.document_ref
            and document_parts.kind = documents.kind
            and document_parts.period_from = documents.period_from
    where document_parts.divided_by = 'days' and documents.period_profile = 'meters'
    group by
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.period_from,
        document_parts.period_until,
        document_parts.document_ref
),

undeclared_months as (
    select
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.month_from as period_from,
        {{ next_month('document_parts.month_from') }} as period_until,
        'undeclared_month' as finding,
        document_parts.document_ref as document_refs,
        document_parts.document_ref || ' counts nothing in this month: ' || document_parts.stream_code
        || ' is not in force on its first day; correct valid_from or valid_until in the list of streams.' as sentence
    from document_parts
    left join source_streams
        on
            document_parts.installation_code = source_streams.installation_code
            and document_parts.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'document_parts.month_from') }}
    where source_streams.stream_code is null
),

stocks as (
    select
        documents.*,
        case documents.kind when 'opening_stock' then documents.period_from else documents.period_until end as stock_on
    from documents
    where documents.kind in ('opening_stock', 'closing_stock')
),

stocks_inside_months as (
    select
        stocks.installation_code,
        stocks.stream_code,
        stocks.period_from,
        stocks.period_until,
        'stock_inside_month' as finding,
        stocks.document_ref as document_refs,
        stocks.document_ref || ' states a stock of ' || stocks.stream_code
        || ' inside a month, which is used by nothing; state the stock at the turn of the month.' as sentence
    from stocks
    where stocks.stock_on <> {{ month_of('stocks.stock_on') }}
),

stock_turns as (
    select
        stocks.installation_code,
        stocks.stream_code,
        stocks.stock_on,
        max(stocks.unit) as unit,
        cast(sum(case when stocks.kind = 'closing_stock' then stocks.amount end) as decimal(28, 9)) as closing_amount,
        cast(sum(case when stocks.kind = 'opening_stock' then stocks.amount end) as decimal(28, 9)) as opening_amount,
        string_agg(stocks.document_ref, ', ' order by stocks.kind, {{ figures_byte_order('stocks.document_ref') }})
            as document_refs
    from stocks
    group by stocks.installation_code, stocks.stream_code, stocks.stock_on
),

stocks_that_differ as (
    select
        stock_turns.installation_code,
        stock_turns.stream_code,
        stock_turns.stock_on as period_from,
        {{ next_day('stock_turns.stock_on') }} as period_until,
        'stocks_differ' as finding,
        stock_turns.document_refs,
        'The closing stock of ' || stock_turns.stream_code || ' is not the opening stock of the same day; the difference of '
        || cast(stock_turns.closing_amount - stock_turns.opening_amount as varchar) || ' ' || stock_turns.unit
        || ' is in no month: correct one of the two.' as sentence
    from stock_turns
    where stock_turns.closing_amount <> stock_turns.opening_amount
),

stock_months as (
    select
        stock_balance.*,
        {{ next_month('stock_balance.month_from') }} as month_until,
        max(stock_balance.month_from) over (
            partition by stock_balance.installation_code, stock_balance.stream_code
        ) as last_month
    from stock_balance
),

missing_stocks as (
    select
        stock_months.installation_code,
        stock_months.stream_code,
        stock_months.month_from as period_from,
        stock_months.month_until as period_until,
        'missing_stock' as finding,
        cast(null as varchar) as document_refs,
        'Nobody states the ' || case when stock_months.opening_amount is null then 'opening' else 'closing' end
        || ' stock of ' || stock_months.stream_code
        || ' for this month, so what it consumed is not known; send the sheet, 0 where nothing lay there.' as sentence
    from stock_months
    -- the last month may still be open
    where stock_months.consumed_amount is null and stock_months.month_from < stock_months.last_month
),

negative_consumption as (
    select
        stock_months.installation_code,
        stock_months.stream_code,
        stock_months.month_from as period_from,
        stock_months.month_until as period_until,
        'negative_consumption' as finding,
        cast(null as varchar) as document_refs,
        'More of ' || stock_months.stream_code || ' lay there at the end than lay there and came; look for a delivery note'
        || ' of this month in the next, or a stock counted too high.' as sentence
    from stock_months
    left join source_streams
        on
            stock_months.installation_code = source_streams.installation_code
            and stock_months.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'stock_months.month_from') }}
    -- what is made by the stocks may be less than what came and was dispatched
    where stock_months.consumed_amount < 0 and coalesce(source_streams.activity_basis, '') <> 'output_balance'
),

negative_documents as (
    select
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.month_from as period_from,
        {{ next_month('document_parts.month_from') }} as period_until,
        'negative_documents' as finding,
        cast(null as varchar) as document_refs,
        'Documents of ' || document_parts.stream_code || ' take back more than they state in this month; look for a correction'
        || ' that belongs to another month, or whose document is missing.' as sentence
    from document_parts
    group by document_parts.installation_code, document_parts.stream_code, document_parts.month_from
    having sum(document_parts.amount) < 0
),

final as (
    select * from shared_days
    union all
    select * from missing_days
    union all
    select * from unknown_accruals
    union all
    select * from revised_lines
    union all
    select * from reused_numbers
    union all
    select * from differing_reversals
    union all
    select * from divided_by_days
    union all
    select * from undeclared_months
    union all
    select * from stocks_inside_months
    union all
    select * from stocks_that_differ
    union all
    select * from missing_stocks
    union all
    select * from negative_consumption
    union all
    select * from negative_documents
)

select * from final
