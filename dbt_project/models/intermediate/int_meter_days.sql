-- Every meter by day, as the figures take it: what was measured, what was estimated (by the sender, or here to fill a
-- gap), what CBAM adds to be on the safe side, and how many minutes nobody knows. What a doubted day showed counts for
-- nothing.
with
meter_days as (select * from {{ ref('int_meter_days_read') }}),

doubted as (select * from {{ ref('int_meter_days_doubted') }}),

estimated_slots as (select * from {{ ref('int_estimated_slots') }}),

filled as (
    select
        estimated_slots.installation_code,
        estimated_slots.meter_code,
        estimated_slots.metered_on,
        max(estimated_slots.unit) as unit,
        sum(estimated_slots.amount) as amount,
        sum(estimated_slots.conservative_amount) as conservative_amount,
        sum(estimated_slots.minutes) as minutes
    from estimated_slots
    group by estimated_slots.installation_code, estimated_slots.meter_code, estimated_slots.metered_on
),

joined as (
    select
        meter_days.*,
        doubted.finding as doubt,
        case when meter_days.direction = 'export' then -1 else 1 end as sign,
        filled.unit as filled_unit,
        filled.amount as filled_amount,
        filled.conservative_amount,
        coalesce(filled.minutes, 0) as minutes_estimated,
        case when doubted.meter_code is null then meter_days.minutes_read else 0 end as minutes_trusted,
        case
            when doubted.meter_code is null and meter_days.measured_amount is not null then meter_days.measured_amount
            when filled.meter_code is not null then 0
        end as trusted_measured,
        case
            when doubted.meter_code is null and meter_days.measured_amount is not null then meter_days.estimated_amount
            when filled.meter_code is not null then 0
        end as trusted_estimated
    from meter_days
    left join doubted
        on
            meter_days.installation_code = doubted.installation_code
            and meter_days.meter_code = doubted.meter_code
            and meter_days.metered_on = doubted.metered_on
    left join filled
        on
            meter_days.installation_code = filled.installation_code
            and meter_days.meter_code = filled.meter_code
            and meter_days.metered_on = filled.metered_on
),

final as (
    select
        joined.installation_code,
        joined.meter_code,
        joined.stream_code,
        joined.process_code,
        joined.role,
        joined.medium,
        joined.kind,
        joined.parent_meter_code,
        joined.metered_on,
        coalesce(joined.unit, joined.filled_unit) as unit,
        cast(joined.sign * joined.trusted_measured as decimal(28, 9)) as measured_amount,
        cast(joined.sign * (joined.trusted_estimated + coalesce(joined.filled_amount, 0)) as decimal(28, 9))
            as estimated_amount,
        cast(
            case
                when joined.trusted_measured is not null
                    then joined.sign * coalesce(joined.conservative_amount - joined.filled_amount, 0)
            end as decimal(28, 9)
        ) as conservative_addition,
        cast(joined.minutes_trusted as bigint) as minutes_read,
        cast(joined.minutes_estimated as bigint) as minutes_estimated,
        joined.minutes_expected,
        joined.is_spread,
        joined.doubt
    from joined
)

select * from final
