-- Every supplier's answer with the satisfactory statements its whole period lies in, and whether it may be used: zero
-- direct emissions are a blank form until a verifier says otherwise. The latest word counts: a statement that is not
-- satisfactory takes back what was issued up to its day on any part of the answer's period.
with
answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

attestations as (select * from {{ ref('stg_attestations') }}),

spoken_of as (
    select
        answers.producer_installation_code,
        answers.cn_code,
        answers.period_from,
        attestations.scope,
        attestations.attestation_code,
        attestations.issued_on,
        attestations.is_satisfactory
        and attestations.period_from <= answers.period_from
        and answers.period_until <= attestations.period_until as is_holding,
        max(case when not attestations.is_satisfactory then attestations.issued_on end) over (
            partition by
                answers.producer_installation_code, answers.cn_code, answers.period_from, attestations.scope
        ) as refused_on
    from answers
    inner join attestations
        on
            answers.producer_installation_code = attestations.producer_installation_code
            and answers.cn_code = attestations.cn_code
            and attestations.period_from < answers.period_until
            and answers.period_from < attestations.period_until
),

covering as (
    select
        spoken_of.*,
        row_number() over (
            partition by
                spoken_of.producer_installation_code, spoken_of.cn_code, spoken_of.period_from, spoken_of.scope
            order by spoken_of.issued_on desc, {{ figures_byte_order('spoken_of.attestation_code') }}
        ) as newest_first
    from spoken_of
    where spoken_of.is_holding and (spoken_of.refused_on is null or spoken_of.refused_on < spoken_of.issued_on)
),

final as (
    select
        answers.producer_installation_code,
        answers.cn_code,
        answers.period_from,
        answers.period_until,
        answers.supplier_code,
        answers.see_direct_t_co2e_per_fu,
        see.attestation_code,
        sefa.attestation_code as sefa_attestation_code,
        carbon_price.attestation_code as carbon_price_attestation_code,
        answers.see_direct_t_co2e_per_fu <> 0 or see.attestation_code is not null as is_usable
    from answers
    left join covering as see
        on
            answers.producer_installation_code = see.producer_installation_code
            and answers.cn_code = see.cn_code
            and answers.period_from = see.period_from
            and see.scope = 'see'
            and see.newest_first = 1
    left join covering as sefa
        on
            answers.producer_installation_code = sefa.producer_installation_code
            and answers.cn_code = sefa.cn_code
            and answers.period_from = sefa.period_from
            and sefa.scope = 'sefa'
            and sefa.newest_first = 1
    left join covering as carbon_price
        on
            answers.producer_installation_code = carbon_price.producer_installation_code
            and answers.cn_code = carbon_price.cn_code
            and answers.period_from = carbon_price.period_from
            and carbon_price.scope = 'carbon_price'
            and carbon_price.newest_first = 1
)

select * from final
