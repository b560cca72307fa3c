-- Emissions of streams by process and year, with the factor they rest on.
with
emissions as (
    select * from {{ ref('int_stream_emissions_by_gas') }}
    where rule_set = 'cbam' and process_code is not null
),

stream_years as (select * from {{ ref('int_stream_years') }}),

final as (
    select
        emissions.installation_code,
        emissions.process_code,
        stream_years.reporting_year,
        stream_years.leaf_id,
        case when emissions.factor_id like 'contract/%' then 'contracted_electricity' else stream_years.leaf_kind end
            as leaf_kind,
        stream_years.stream_name as leaf_name,
        stream_years.component,
        cast(
            case
                when count(*) = count(emissions.emissions_t_co2e)
                    then sum(case when emissions.is_default then 0 else emissions.measured_t_co2e end)
            end as decimal(38, 12)
        ) as measured_t_co2e,
        -- with what CBAM adds to estimates: activity, electricity and emissions of a leaf belong together
        cast(
            case
                when count(*) = count(emissions.emissions_t_co2e)
                    then
                        sum(
                            case
                                when emissions.is_default then 0
                                else emissions.estimated_t_co2e + emissions.conservative_addition_t_co2e
                            end
                        )
            end as decimal(38, 12)
        ) as estimated_t_co2e,
        cast(
            case
                when count(*) = count(emissions.emissions_t_co2e)
                    then
                        sum(
                            case
                                when emissions.is_default
                                    then emissions.emissions_t_co2e + emissions.conservative_addition_t_co2e
                                else 0
                            end
                        )
            end as decimal(38, 12)
        ) as default_t_co2e,
        cast(
            case
                when stream_years.is_electricity
                    then {{ thousandth('sum(emissions.amount + emissions.conservative_addition)', 9) }}
            end as decimal(28, 9)
        ) as electricity_mwh,
        emissions.factor_id,
        -- both perfluorocarbons come of the same aluminium
        cast(
            sum(case when emissions.gas = 'C2F6' then 0 else emissions.amount + emissions.conservative_addition end)
            as decimal(28, 9)
        ) as activity_amount,
        max(emissions.unit) as activity_unit,
        max(emissions.absent_because) as absent_because
    from emissions
    inner join stream_years
        on
            emissions.installation_code = stream_years.installation_code
            and emissions.stream_code = stream_years.stream_code
            and {{ year_of('emissions.month_from') }} = stream_years.reporting_year
    group by
        emissions.installation_code,
        emissions.process_code,
        stream_years.reporting_year,
        stream_years.leaf_id,
        stream_years.leaf_kind,
        stream_years.stream_name,
        stream_years.component,
        stream_years.is_electricity,
        emissions.factor_id
)

select * from final
