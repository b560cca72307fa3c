-- The verification statement that closes the figure of an own good and year, for those who hand the figure on.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

attestations as (select * from {{ ref('stg_attestations') }} where scope = 'see'),

final as (
    select
        goods.installation_code,
        goods.process_code,
        goods.cn_code,
        goods.reporting_year,
        attestations.attestation_code,
        attestations.verifier_name,
        attestations.accreditation_number,
        attestations.period_from,
        attestations.period_until,
        attestations.issued_on,
        attestations.document_ref
    from goods
    inner join attestations
        on
            goods.attestation_code = attestations.attestation_code
            and goods.installation_code = attestations.producer_installation_code
            and goods.cn_code = attestations.cn_code
)

select * from final
