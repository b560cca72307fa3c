-- On how many days of a reporting year every billing meter of an installation was read at least once.
with
goods as (select distinct
    installation_code,
    reporting_year
from {{ ref('int_cbam_goods') }}),

meter_days as (select * from {{ ref('int_meter_days') }} where role = 'billing'),

installation_days as (
    select
        installation_code,
        metered_on,
        {{ year_of('metered_on') }} as metered_year,
        -- the least read meter decides: a day on which one meter is silent all day is not covered; slots missing within
        -- a day are told by fct_data_quality
        min(slots_read) > 0 as is_covered
    from meter_days
    group by installation_code, metered_on
),

counted as (
    select
        goods.installation_code,
        goods.reporting_year,
        cast(count(case when installation_days.is_covered then 1 end) as integer) as covered_days,
        cast(
            {{ first_of_year('goods.reporting_year + 1') }} - {{ first_of_year('goods.reporting_year') }}
            as integer
        ) as year_days,
        count(installation_days.metered_on) as declared_days
    from goods
    left join installation_days
        on
            goods.installation_code = installation_days.installation_code
            and goods.reporting_year = installation_days.metered_year
    group by goods.installation_code, goods.reporting_year
),

final as (
    select
        installation_code,
        reporting_year,
        covered_days,
        year_days,
        case when declared_days > 0 then {{ div('covered_days', 'year_days', 0, 12) }} end as coverage_share
    from counted
)

select * from final
