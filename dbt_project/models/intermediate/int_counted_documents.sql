-- Document lines that count, in the unit of their stream. An accrual counts until a document of its stream names it.
with
documents as (select * from {{ ref('stg_activity_data') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

cleared as (
    select distinct
        documents.installation_code,
        documents.stream_code,
        documents.clears_document_ref as document_ref
    from documents
    where documents.clears_document_ref is not null and documents.kind <> 'accrual'
),

final as (
    select
        documents.installation_code,
        documents.stream_code,
        documents.document_ref,
        documents.kind,
        documents.period_from,
        documents.period_until,
        source_streams.period_profile,
        case when source_streams.method = 'heat' then 'gj' else documents.canonical_unit end as unit,
        cast(
            case when source_streams.method = 'heat' then documents.energy_gj else documents.amount_canonical end
            as decimal(38, 18)
        ) as amount,
        documents.kind = 'accrual' as is_estimated,
        documents.partition_key
    from documents
    inner join source_streams
        on
            documents.installation_code = source_streams.installation_code
            and documents.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'documents.period_from') }}
    left join cleared
        on
            documents.kind = 'accrual'
            and documents.installation_code = cleared.installation_code
            and documents.stream_code = cleared.stream_code
            and documents.document_ref = cleared.document_ref
    where cleared.document_ref is null
)

select * from final
