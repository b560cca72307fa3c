-- Document lines that count, in the unit of their stream.
with
document_lines as (select * from {{ ref('int_document_lines') }}),

final as (
    select
        document_lines.installation_code,
        document_lines.stream_code,
        document_lines.document_ref,
        document_lines.kind,
        document_lines.period_from,
        document_lines.period_until,
        document_lines.period_profile,
        document_lines.unit,
        document_lines.amount,
        document_lines.is_estimated,
        document_lines.partition_key
    from document_lines
    where document_lines.left_out_because is null
)

select * from final
