-- Missing intervals that a stated rule can fill: a short gap by a straight line between the readings beside it, a longer
-- one by the mean of the same local interval on like days. The rest stays missing. A row goes as soon as the reading
-- comes. CBAM takes the conservative amount (2025/2547 Eq 19 by analogy): the mean of the like intervals and two standard
-- deviations, upwards for what comes in, downwards for what goes out.
with
slots as (select * from {{ ref('int_missing_slots') }}),

known as (select * from {{ ref('int_gap_evidence') }}),

rules as (select * from {{ ref('estimation_rules') }}),

limits as (
    select
        max(case when rules.rule = 'like_days_least' then rules.amount end) as like_days_least,
        max(case when rules.rule = 'conservative_sigmas' then rules.amount end) as conservative_sigmas
    from rules
),

sums as (
    select
        known.installation_code,
        known.meter_code,
        known.from_at,
        max(known.unit) as unit,
        max(case when known.place = 'before' then known.amount end) as amount_before,
        max(case when known.place = 'after' then known.amount end) as amount_after,
        count(case when known.place = 'like' and known.quality = 'actual' then 1 end) as like_slots,
        cast(sum(case when known.place = 'like' and known.quality = 'actual' then known.amount end) as decimal(38, 9))
            as like_sum,
        cast(
            sum(
                case
                    when known.place = 'like' and known.quality = 'actual' then {{ mul('known.amount', 'known.amount', 9, 9) }}
                end
            ) as decimal(38, 18)
        ) as like_squares
    from known
    group by known.installation_code, known.meter_code, known.from_at
),

means as (
    select
        sums.*,
        case when sums.like_slots >= limits.like_days_least then {{ div('sums.like_sum', 'sums.like_slots', 9, 9) }} end
            as like_mean
    from sums
    cross join limits
),

variances as (
    select
        means.*,
        {{ div(
            'cast(means.like_squares - 2 * ' ~ mul('means.like_sum', 'means.like_mean', 9, 9)
            ~ ' + means.like_slots * ' ~ mul('means.like_mean', 'means.like_mean', 9, 9) ~ ' as decimal(38, 12))',
            'means.like_slots - 1', 12, 12
        ) }} as like_variance
    from means
),

spreads as (
    select
        variances.*,
        {{ root_up('variances.like_variance') }} as like_sigma
    from variances
),

estimates as (
    select
        slots.*,
        spreads.unit,
        spreads.amount_before,
        spreads.amount_after,
        spreads.like_slots,
        spreads.like_mean,
        cast(spreads.like_sigma * limits.conservative_sigmas as decimal(28, 9)) as margin,
        case
            when spreads.amount_before is not null and spreads.amount_after is not null then 'interpolation'
            when spreads.like_mean is not null then 'like_days'
        end as rule,
        case
            when spreads.amount_before is not null and spreads.amount_after is not null
                then
                    spreads.amount_before
                    + {{ div('(spreads.amount_after - spreads.amount_before) * slots.slot_no', 'slots.slots_in_run + 1', 9, 9) }}
            else spreads.like_mean
        end as amount
    from slots
    cross join limits
    inner join spreads
        on
            slots.installation_code = spreads.installation_code
            and slots.meter_code = spreads.meter_code
            and slots.from_at = spreads.from_at
),

final as (
    select
        estimates.installation_code,
        estimates.meter_code,
        estimates.metered_on,
        estimates.from_at,
        estimates.until_at,
        estimates.minutes,
        estimates.rule,
        estimates.unit,
        cast(estimates.amount as decimal(28, 9)) as amount,
        -- without like days the reading beside the gap that is the less favourable
        cast(
            case estimates.direction
                when 'export'
                    then
                        least(
                            estimates.amount,
                            case
                                when estimates.like_mean is null
                                    then least(estimates.amount_before, estimates.amount_after)
                                else greatest(0, estimates.like_mean - estimates.margin)
                            end
                        )
                else
                    greatest(
                        estimates.amount,
                        case
                            when estimates.like_mean is null
                                then greatest(estimates.amount_before, estimates.amount_after)
                            else estimates.like_mean + estimates.margin
                        end
                    )
            end as decimal(28, 9)
        ) as conservative_amount,
        cast(estimates.like_slots as integer) as like_slots
    from estimates
    where estimates.rule is not null
)

select * from final
