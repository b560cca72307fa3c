-- Lines, agreements and certificates with the factor they prove, or the reason why the country's default counts in their
-- stead (2025/2547 Annex II D.4). Of two that show all they must and claim the same electricity the first by code counts.
with
shown as (
    select
        contracts.*,
        case
            when contracts.kind = 'certificate' then 'a certificate alone proves no emission factor'
            when not coalesce(contracts.is_hourly_metered, false)
                then 'nothing shows smart meters read hourly at both ends'
            when contracts.kind = 'ppa' and not coalesce(contracts.is_grid_connected, false)
                then 'nothing shows that generator and works hang on one grid'
            when contracts.kind = 'ppa' and not coalesce(contracts.is_direct_contract, false)
                then 'nothing shows a single contract with the generator'
        end as not_shown
    from {{ ref('stg_electricity_contracts') }} as contracts
),

overlapping as (
    select
        shown.installation_code,
        shown.contract_code,
        shown.valid_from,
        others.contract_code as earlier_code,
        others.valid_from as earlier_from
    from shown
    inner join shown as others
        on
            shown.installation_code = others.installation_code
            and shown.kind = others.kind
            and others.contract_code < shown.contract_code
            and others.not_shown is null
            and others.valid_from < coalesce(shown.valid_until, date '9999-12-31')
            and shown.valid_from < coalesce(others.valid_until, date '9999-12-31')
            and (
                (shown.kind = 'direct_line' and shown.stream_code = others.stream_code)
                or (shown.kind = 'ppa' and shown.generator_meter_code = others.generator_meter_code)
            )
),

-- what is refused claims nothing: each round leaves out the claims of what the round before refused; an odd number of
-- rounds refuses too much in a longer chain, never too little
{% for round in (1, 2, 3) %}
    claimed_{{ round }} as (
        select
            overlapping.installation_code,
            overlapping.contract_code,
            overlapping.valid_from,
            min(overlapping.earlier_code) as claimed_by
        from overlapping
        {% if not loop.first %}
            left join claimed_{{ round - 1 }} as refused
                on
                    overlapping.installation_code = refused.installation_code
                    and overlapping.earlier_code = refused.contract_code
                    and overlapping.earlier_from = refused.valid_from
            where refused.contract_code is null
        {% endif %}
        group by overlapping.installation_code, overlapping.contract_code, overlapping.valid_from
    ),
{% endfor %}

final as (
    select
        shown.installation_code,
        shown.contract_code,
        shown.kind,
        shown.stream_code,
        shown.process_code,
        shown.generator_name,
        shown.generator_meter_code,
        shown.valid_from,
        shown.valid_until,
        'contract/' || shown.installation_code || '/' || shown.contract_code || '/'
        || cast(shown.valid_from as varchar) as factor_id,
        cast(
            coalesce(
                shown.factor,
                {{ generated_t_per_mwh('shown.fuel_t_co2e', 'shown.flue_gas_cleaning_t_co2e', 'shown.net_mwh') }}
            ) as decimal(28, 12)
        ) as factor_t_co2e_per_mwh,
        shown.factor_source,
        shown.evidence,
        coalesce(shown.not_shown, 'contract ' || claimed_3.claimed_by || ' claims the same electricity') as refused_because
    from shown
    left join claimed_3
        on
            shown.installation_code = claimed_3.installation_code
            and shown.contract_code = claimed_3.contract_code
            and shown.valid_from = claimed_3.valid_from
)

select * from final
