-- Lines of documents in the unit of their stream, and why one counts nothing: a later revision of its document leaves it
-- out, or it is an accrual and what came in its place counts, or a correction that takes back a whole accrual.
with
documents as (select * from {{ ref('stg_activity_data') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

in_units as (
    select
        documents.installation_code,
        documents.stream_code,
        documents.document_ref,
        documents.kind,
        documents.period_from,
        documents.period_until,
        documents.clears_document_ref,
        documents.revision,
        source_streams.period_profile,
        case when source_streams.method = 'heat' then 'gj' else documents.canonical_unit end as unit,
        cast(
            case when source_streams.method = 'heat' then documents.energy_gj else documents.amount_canonical end
            as decimal(38, 18)
        ) as amount,
        documents.partition_key
    from documents
    inner join source_streams
        on
            documents.installation_code = source_streams.installation_code
            and documents.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'documents.period_from') }}
),

-- one sheet states two stocks, each revised by itself
revised as (
    select
        in_units.*,
        in_units.revision < max(in_units.revision) over (
            partition by
                in_units.installation_code,
                in_units.stream_code,
                in_units.document_ref,
                case when in_units.kind in ('opening_stock', 'closing_stock') then in_units.kind end
        ) as is_revised
    from in_units
),

standing as (
    select
        revised.*,
        revised.kind = 'correction' and revised.amount < 0 and revised.clears_document_ref is not null as takes_back
    from revised
    where not revised.is_revised
),

clearing as (
    select
        standing.installation_code,
        standing.stream_code,
        standing.clears_document_ref as document_ref,
        max(standing.period_until) as cleared_until,
        count(case when not standing.takes_back then 1 end) as documents,
        sum(case when standing.takes_back then standing.amount end) as taken_back
    from standing
    where standing.clears_document_ref is not null and standing.kind <> 'accrual'
    group by standing.installation_code, standing.stream_code, standing.clears_document_ref
),

-- a number used again, for days after all that clears it, stands for something else
accruals as (
    select
        standing.*,
        clearing.documents,
        clearing.taken_back,
        coalesce(
            standing.period_from >= clearing.cleared_until
            and count(*) over (
                partition by standing.installation_code, standing.stream_code, standing.document_ref
            ) > 1, false
        ) as is_number_reused
    from standing
    left join clearing
        on
            standing.installation_code = clearing.installation_code
            and standing.stream_code = clearing.stream_code
            and standing.document_ref = clearing.document_ref
    where standing.kind = 'accrual'
),

numbers as (
    select
        accruals.installation_code,
        accruals.stream_code,
        accruals.document_ref,
        coalesce(max(accruals.documents) > 0, false) as is_billed,
        coalesce(max(accruals.taken_back) = -sum(accruals.amount), false) as is_taken_back
    from accruals
    where not accruals.is_number_reused
    group by accruals.installation_code, accruals.stream_code, accruals.document_ref
),

final as (
    select
        revised.installation_code,
        revised.stream_code,
        revised.document_ref,
        revised.kind,
        revised.period_from,
        revised.period_until,
        revised.clears_document_ref,
        revised.period_profile,
        revised.unit,
        revised.amount,
        -- what corrects an estimate that stands is a part of it
        revised.kind = 'accrual'
        or coalesce(revised.amount < 0 and not numbers.is_billed and not numbers.is_taken_back, false) as is_estimated,
        coalesce(accruals.is_number_reused, false) as is_number_reused,
        coalesce(revised.amount < 0 and not numbers.is_taken_back, false) as takes_back_another_amount,
        case
            when revised.is_revised then 'revised'
            when revised.kind = 'accrual' and not accruals.is_number_reused and numbers.is_billed then 'billed'
            when revised.kind = 'accrual' and not accruals.is_number_reused and numbers.is_taken_back then 'taken_back'
            when revised.amount < 0 and numbers.is_taken_back then 'taken_back'
        end as left_out_because,
        revised.partition_key
    from revised
    left join accruals
        on
            not revised.is_revised
            and revised.kind = 'accrual'
            and revised.installation_code = accruals.installation_code
            and revised.stream_code = accruals.stream_code
            and revised.document_ref = accruals.document_ref
            and revised.period_from = accruals.period_from
    left join numbers
        on
            not revised.is_revised
            and revised.installation_code = numbers.installation_code
            and revised.stream_code = numbers.stream_code
            and case
                when revised.kind = 'accrual' then revised.document_ref
                when revised.kind = 'correction' then revised.clears_document_ref
            end = numbers.document_ref
)

select * from final
