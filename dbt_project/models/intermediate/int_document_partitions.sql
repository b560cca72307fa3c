-- Lake partitions that a month's documents were read from, and which part of the month stands in each: a document lies
-- where its period begins, which may be another month.
with
document_parts as (select * from {{ ref('int_document_parts') }}),

stocks_used as (select * from {{ ref('int_stocks_used') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

lines as (
    select
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.month_from,
        document_parts.kind = 'consumption' as is_consumption,
        false as is_stock,
        document_parts.partition_key,
        abs(document_parts.amount) as amount
    from document_parts
    union all
    select
        stocks_used.installation_code,
        stocks_used.stream_code,
        stocks_used.month_from,
        false as is_consumption,
        true as is_stock,
        stocks_used.partition_key,
        abs(stocks_used.amount) as amount
    from stocks_used
),

-- a stream's own basis says which lines its activity was read from
used as (
    select
        lines.installation_code,
        lines.stream_code,
        lines.month_from,
        lines.partition_key,
        cast(sum(lines.amount) as decimal(28, 9)) as amount
    from lines
    inner join source_streams
        on
            lines.installation_code = source_streams.installation_code
            and lines.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'lines.month_from') }}
    where
        (source_streams.activity_basis = 'documents' and not lines.is_stock)
        or (source_streams.activity_basis in ('stock_balance', 'output_balance') and not lines.is_consumption)
    group by lines.installation_code, lines.stream_code, lines.month_from, lines.partition_key
),

weighed as (
    select
        used.*,
        -- documents of zero are divided evenly
        case when sum(used.amount) over stream_month = 0 then 1 else used.amount end as weight
    from used
    window stream_month as (partition by used.installation_code, used.stream_code, used.month_from)
),

cumulated as (
    select
        weighed.*,
        sum(weighed.weight) over (
            partition by weighed.installation_code, weighed.stream_code, weighed.month_from
        ) as weight_total,
        sum(weighed.weight) over (
            partition by weighed.installation_code, weighed.stream_code, weighed.month_from
            order by {{ figures_byte_order('weighed.partition_key') }}
            rows between unbounded preceding and current row
        ) as weight_cum
    from weighed
),

final as (
    select
        cumulated.installation_code,
        cumulated.stream_code,
        cumulated.month_from,
        cumulated.partition_key,
        cast({{ div('cumulated.weight_cum', 'cumulated.weight_total', 9, 12) }} as decimal(28, 12)) as cum_share,
        cast({{ div('cumulated.weight_cum - cumulated.weight', 'cumulated.weight_total', 9, 12) }} as decimal(28, 12))
            as cum_share_before
    from cumulated
)

select * from final
