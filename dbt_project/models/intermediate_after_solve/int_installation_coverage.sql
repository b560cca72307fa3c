-- On how many days of a reporting year every billing meter of an installation was read at least once, and how much of
-- its billing meters' time nobody knows.
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
        -- the least read meter decides: a day on which one meter is silent all day is not covered; what is missing within
        -- a day stands in missing_minutes
        min(minutes_read) > 0 as is_covered,
        sum(minutes_expected) as minutes_expected,
        -- a day read twice over does not make up for another
        sum(greatest(minutes_expected - minutes_read - minutes_estimated, 0)) as minutes_missing
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
        count(installation_days.metered_on) as declared_days,
        cast(sum(installation_days.minutes_expected) as bigint) as minutes_expected,
        cast(sum(installation_days.minutes_missing) as bigint) as minutes_missing
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
        case when declared_days > 0 then {{ div('covered_days', 'year_days', 0, 12) }} end as coverage_share,
        minutes_expected,
        minutes_missing,
        {{ div('minutes_missing', 'minutes_expected', 0, 12) }} as missing_share
    from counted
)

select * from final
