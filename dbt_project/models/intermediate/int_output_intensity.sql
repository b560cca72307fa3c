-- Electricity per tonne made, by process and month, against the mean of its year. The installation's last month is
-- still open and no month to judge by.
with
attribution as (
    select * from {{ ref('int_stream_attribution') }}
    where method = 'electricity' and process_code is not null
),

production_output as (select * from {{ ref('stg_production_output') }}),

used as (
    select
        attribution.installation_code,
        attribution.process_code,
        {{ month_of('attribution.period_from') }} as month_from,
        sum(attribution.amount) as energy_kwh
    from attribution
    group by attribution.installation_code, attribution.process_code, {{ month_of('attribution.period_from') }}
),

made as (
    select
        production_output.installation_code,
        production_output.process_code,
        {{ month_of('production_output.period_from') }} as month_from,
        sum(production_output.amount_canonical) as mass_t
    from production_output
    where production_output.kind <> 'scrap'
    group by
        production_output.installation_code,
        production_output.process_code,
        {{ month_of('production_output.period_from') }}
),

last_months as (
    select
        used.installation_code,
        max(used.month_from) as month_from
    from used
    group by used.installation_code
),

months as (
    select
        used.installation_code,
        used.process_code,
        used.month_from,
        cast(used.energy_kwh as decimal(28, 9)) as energy_kwh,
        cast(made.mass_t as decimal(28, 9)) as mass_t
    from used
    inner join made
        on
            used.installation_code = made.installation_code
            and used.process_code = made.process_code
            and used.month_from = made.month_from
    inner join last_months
        on used.installation_code = last_months.installation_code and used.month_from < last_months.month_from
    where made.mass_t > 0
),

beside_their_year as (
    select
        months.*,
        sum(months.energy_kwh) over process_year as year_energy_kwh,
        sum(months.mass_t) over process_year as year_mass_t
    from months
    window
        process_year as (
            partition by months.installation_code, months.process_code, {{ year_of('months.month_from') }}
        )
),

final as (
    select
        beside_their_year.installation_code,
        beside_their_year.month_from,
        'output_and_intensity' as check_name,
        beside_their_year.process_code as subject_code,
        'kwh_per_t' as unit,
        cast({{ div('beside_their_year.energy_kwh', 'beside_their_year.mass_t', 9, 9) }} as decimal(28, 9)) as left_amount,
        cast({{ div('beside_their_year.year_energy_kwh', 'beside_their_year.year_mass_t', 9, 9) }} as decimal(28, 9))
            as right_amount,
        cast(null as bigint) as days_known,
        cast(null as bigint) as days_expected
    from beside_their_year
)

select * from final
