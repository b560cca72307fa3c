-- The calculation factors of source streams in a year, as CBAM figures take them.
with
stream_factors as (select * from {{ ref('int_stream_factors') }} where rule_set = 'cbam' and factor_id is not null),

final as (
    select
        installation_code,
        stream_code,
        {{ year_of('period_from') }} as reporting_year,
        gas,
        factor_id,
        unit,
        -- no single value speaks for a year in which it changed
        cast(
            case when min(ncv_gj_per_unit) = max(ncv_gj_per_unit) then max(ncv_gj_per_unit) end as decimal(28, 12)
        ) as ncv_gj_per_unit,
        cast(
            case when min(amount_kg_per_unit) = max(amount_kg_per_unit) then max(amount_kg_per_unit) end
            as decimal(28, 12)
        ) as factor_kg_per_unit,
        count(distinct amount_kg_per_unit) as factor_values,
        max(parameter_ids) as parameter_ids
    from stream_factors
    group by installation_code, stream_code, {{ year_of('period_from') }}, gas, factor_id, unit
)

select * from final
