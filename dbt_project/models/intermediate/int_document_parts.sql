-- Documents by the months they speak of. What spans months is divided by days or, where the stream says so and its
-- billing meters were read on every day of the document, as they ran. Parts are differences of rounded cumulative
-- shares, so they sum to the document.
with
documents as (
    select * from {{ ref('int_counted_documents') }}
    where kind in ('delivery', 'consumption', 'correction', 'dispatch', 'accrual')
),

meter_days as (select * from {{ ref('int_meter_days') }} where role = 'billing'),

-- a day of which one meter says nothing has no amount
stream_days as (
    select
        meter_days.installation_code,
        meter_days.stream_code,
        meter_days.metered_on,
        case
            when count(*) = count(meter_days.measured_amount + meter_days.estimated_amount)
                then sum(meter_days.measured_amount + meter_days.estimated_amount)
        end as amount
    from meter_days
    group by meter_days.installation_code, meter_days.stream_code, meter_days.metered_on
),

long_documents as (
    select * from documents
    where period_until > {{ next_month(month_of('period_from')) }}
),

document_days as (
    {{ days_between('long_documents', 'long_documents.period_from', 'long_documents.period_until') }}
),

document_months as (
    select
        document_days.installation_code,
        document_days.stream_code,
        document_days.document_ref,
        document_days.kind,
        document_days.period_from,
        document_days.period_profile,
        {{ month_of('document_days.day') }} as month_from,
        count(*) as days,
        count(stream_days.amount) as days_metered,
        coalesce(sum(stream_days.amount), 0) as metered_amount
    from document_days
    left join stream_days
        on
            document_days.installation_code = stream_days.installation_code
            and document_days.stream_code = stream_days.stream_code
            and document_days.day = stream_days.metered_on
    where document_days.day < document_days.period_until
    group by
        document_days.installation_code,
        document_days.stream_code,
        document_days.document_ref,
        document_days.kind,
        document_days.period_from,
        document_days.period_profile,
        {{ month_of('document_days.day') }}
),

profiled as (
    select
        document_months.*,
        document_months.period_profile = 'meters'
        and sum(document_months.days) over document = sum(document_months.days_metered) over document
        and sum(document_months.metered_amount) over document > 0
        and min(document_months.metered_amount) over document >= 0 as is_by_meters
    from document_months
    window
        document as (
            partition by
                document_months.installation_code,
                document_months.stream_code,
                document_months.document_ref,
                document_months.kind,
                document_months.period_from
        )
),

weighed as (
    select
        profiled.*,
        cast(case when profiled.is_by_meters then profiled.metered_amount else profiled.days end as decimal(28, 9)) as weight
    from profiled
),

cumulated as (
    select
        weighed.*,
        sum(weighed.weight) over (
            partition by
                weighed.installation_code,
                weighed.stream_code,
                weighed.document_ref,
                weighed.kind,
                weighed.period_from
        ) as weight_total,
        sum(weighed.weight) over (
            partition by
                weighed.installation_code,
                weighed.stream_code,
                weighed.document_ref,
                weighed.kind,
                weighed.period_from
            order by weighed.month_from
            rows between unbounded preceding and current row
        ) as weight_cum
    from weighed
),

shared as (
    select
        cumulated.*,
        {{ div('cumulated.weight_cum', 'cumulated.weight_total', 9, 12) }} as cum,
        {{ div('cumulated.weight_cum - cumulated.weight', 'cumulated.weight_total', 9, 12) }} as cum_before
    from cumulated
),

final as (
    select
        documents.installation_code,
        documents.stream_code,
        documents.document_ref,
        documents.kind,
        documents.period_from,
        documents.period_until,
        coalesce(shared.month_from, {{ month_of('documents.period_from') }}) as month_from,
        case
            when shared.month_from is null then 'nothing'
            when shared.is_by_meters then 'meters'
            else 'days'
        end as divided_by,
        documents.unit,
        -- unrounded where nothing is divided: the first model that sums rounds once
        cast(
            case
                when shared.month_from is null then documents.amount
                else {{ share_of('documents.amount', 'shared.cum', 'shared.cum_before', 12) }}
            end as decimal(38, 18)
        ) as amount,
        documents.is_estimated,
        documents.partition_key
    from documents
    -- left: what lies inside one month is not divided
    left join shared
        on
            documents.installation_code = shared.installation_code
            and documents.stream_code = shared.stream_code
            and documents.document_ref = shared.document_ref
            and documents.kind = shared.kind
            and documents.period_from = shared.period_from
)

select * from final
