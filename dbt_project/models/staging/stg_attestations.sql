-- Verifiers' statements on embedded emissions: one row per statement, producing installation, good and scope;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'attestations') }}),

final as (
    select
        landed.attestation_code,
        landed.verifier_name,
        landed.accreditation_number,
        landed.producer_installation_code,
        landed.cn_code,
        landed.period_from,
        landed.period_until,
        landed.scope,
        landed.issued_on,
        landed.is_satisfactory,
        landed.document_ref,
        landed.evidence,
        coalesce(landed.revision, 0) as revision,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
