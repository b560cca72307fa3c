-- CO2 of the stacks beside its calculation (2025/2547 Annex II B.6.4), by month.
with
emissions as (
    select * from {{ ref('int_stream_emissions_by_gas') }}
    where rule_set = 'cbam' and gas = 'CO2'
),

measured as (
    select
        emissions.installation_code,
        emissions.month_from,
        sum(emissions.emissions_t) as emissions_t
    from emissions
    where emissions.method = 'measured'
    group by emissions.installation_code, emissions.month_from
),

calculated as (
    select
        emissions.installation_code,
        emissions.month_from,
        sum(emissions.emissions_t) as emissions_t
    from emissions
    where emissions.is_corroborating
    group by emissions.installation_code, emissions.month_from
),

final as (
    select
        measured.installation_code,
        measured.month_from,
        'measured_and_calculated' as check_name,
        'CO2' as subject_code,
        't' as unit,
        cast(measured.emissions_t as decimal(28, 9)) as left_amount,
        cast(calculated.emissions_t as decimal(28, 9)) as right_amount,
        cast(null as bigint) as days_known,
        cast(null as bigint) as days_expected
    from measured
    -- left: a measurement nothing corroborates must stay visible
    left join calculated
        on
            measured.installation_code = calculated.installation_code
            and measured.month_from = calculated.month_from
)

select * from final
