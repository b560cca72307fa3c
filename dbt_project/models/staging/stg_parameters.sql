-- Properties of fuels, processes, products and items: one row per subject, parameter and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'parameters') }}),

final as (
    select
        landed.installation_code,
        landed.subject_kind,
        landed.subject_code,
        landed.parameter,
        landed.valid_from,
        landed.valid_until,
        landed.amount,
        landed.unit,
        landed.basis,
        landed.evidence,
        landed.document_ref,
        landed.determined_on,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
