-- Products whose functional units cannot be told or are not built, and products whose composition of the year is wider than
-- one range (2025/2547 Annex III B).
with
compositions as (select * from {{ ref('int_product_compositions') }}),

output_counted as (select * from {{ ref('int_output_counted') }}),

limits as (select * from {{ ref('check_limits') }} where check_name = 'composition_range'),

-- limits are tonnes per tonne; nitrogen is counted in kilograms
widths as (
    select
        compositions.*,
        case compositions.functional_unit
            when 'kg_n' then {{ thousandth(
                '(compositions.most_functional_units_per_t - compositions.least_functional_units_per_t)', 12
            ) }}
            else compositions.most_functional_units_per_t - compositions.least_functional_units_per_t
        end as width_t_per_t
    from compositions
),

final as (
    select
        widths.installation_code,
        widths.product_code,
        {{ first_of_year('widths.reporting_year') }} as period_from,
        {{ first_of_year('widths.reporting_year + 1') }} as period_until,
        'composition_too_wide' as finding,
        'warning' as state,
        'Contents of ' || widths.product_code || ' reach from '
        || cast(cast(widths.least_functional_units_per_t as decimal(28, 3)) as varchar) || ' to '
        || cast(cast(widths.most_functional_units_per_t as decimal(28, 3)) as varchar) || ' ' || widths.functional_unit
        || ' per t, further than one range of composition: give each range a product of its own' as sentence
    from widths
    cross join limits
    where widths.width_t_per_t > limits.limit_share
    union all
    select
        output_counted.installation_code,
        output_counted.product_code,
        {{ month_of('output_counted.period_from') }} as period_from,
        {{ next_month(month_of('output_counted.period_from')) }} as period_until,
        'content_missing' as finding,
        'missing' as state,
        max(output_counted.absent_because) || ': state it as a parameter of the product' as sentence
    from output_counted
    where output_counted.absent_because is not null
    group by
        output_counted.installation_code,
        output_counted.product_code,
        {{ month_of('output_counted.period_from') }}
    union all
    select
        output_counted.installation_code,
        output_counted.product_code,
        {{ first_of_year('output_counted.reporting_year') }} as period_from,
        {{ first_of_year('output_counted.reporting_year + 1') }} as period_until,
        'functional_unit_not_built' as finding,
        'missing' as state,
        max({{ unit_not_built('output_counted.functional_unit', 'output_counted.cn_code') }}) as sentence
    from output_counted
    where {{ unit_not_built('output_counted.functional_unit', 'output_counted.cn_code') }} is not null
    group by
        output_counted.installation_code,
        output_counted.product_code,
        output_counted.reporting_year
)

select * from final
