-- Main meters against the meters below them, by month, over the days on which all of them speak.
with
meter_days as (select * from {{ ref('int_meter_days') }}),

meters as (select * from {{ ref('stg_meters') }}),

days as (
    select
        meter_days.installation_code,
        meter_days.meter_code,
        meters.parent_meter_code,
        meter_days.medium,
        meter_days.metered_on,
        meter_days.unit,
        meter_days.measured_amount + meter_days.estimated_amount as amount
    from meter_days
    inner join meters
        on
            meter_days.installation_code = meters.installation_code
            and meter_days.meter_code = meters.meter_code
            and {{ holds_on('meters', 'meter_days.metered_on') }}
),

days_below as (
    select
        days.installation_code,
        days.parent_meter_code,
        days.medium,
        days.metered_on,
        case when count(*) = count(days.amount) then sum(days.amount) end as amount
    from days
    where days.parent_meter_code is not null
    group by days.installation_code, days.parent_meter_code, days.medium, days.metered_on
),

both_sides as (
    select
        days.installation_code,
        days.meter_code,
        {{ month_of('days.metered_on') }} as month_from,
        days.unit,
        days.amount,
        days_below.amount as amount_below,
        days.amount is not null and days_below.amount is not null as is_known
    from days
    -- a steam meter below a gas meter is no part of it
    inner join days_below
        on
            days.installation_code = days_below.installation_code
            and days.meter_code = days_below.parent_meter_code
            and days.medium = days_below.medium
            and days.metered_on = days_below.metered_on
),

final as (
    select
        both_sides.installation_code,
        both_sides.month_from,
        'main_and_subs' as check_name,
        both_sides.meter_code as subject_code,
        max(both_sides.unit) as unit,
        cast(sum(case when both_sides.is_known then both_sides.amount end) as decimal(28, 9)) as left_amount,
        cast(sum(case when both_sides.is_known then both_sides.amount_below end) as decimal(28, 9)) as right_amount,
        cast(count(case when both_sides.is_known then 1 end) as bigint) as days_known,
        cast(count(*) as bigint) as days_expected
    from both_sides
    group by both_sides.installation_code, both_sides.month_from, both_sides.meter_code
)

select * from final
