-- Days on which a meter showed exactly nothing although it must have counted: its zeros are missing, not zero.
with
meter_days as (select * from {{ ref('int_meter_days_read') }}),

production_output as (select * from {{ ref('stg_production_output') }}),

zero_days as (
    select * from meter_days
    where minutes_read > 0 and measured_amount + estimated_amount = 0
),

-- output of a month does not say on which of its days it was made: then every day of it must be zero
periods_of_output as (
    select distinct
        production_output.installation_code,
        production_output.process_code,
        production_output.period_from,
        production_output.period_until
    from production_output
    where production_output.amount > 0
),

idle_periods as (
    select
        zero_days.installation_code,
        zero_days.meter_code,
        periods_of_output.period_from,
        periods_of_output.period_until
    from zero_days
    inner join periods_of_output
        on
            zero_days.installation_code = periods_of_output.installation_code
            and zero_days.process_code = periods_of_output.process_code
            and zero_days.metered_on >= periods_of_output.period_from
            and zero_days.metered_on < periods_of_output.period_until
    -- a process may do without gas or heat for a day; not without power
    where zero_days.medium = 'electricity'
    group by
        zero_days.installation_code,
        zero_days.meter_code,
        periods_of_output.period_from,
        periods_of_output.period_until
    having count(*) = periods_of_output.period_until - periods_of_output.period_from
),

reasons as (
    select
        zero_days.installation_code,
        zero_days.meter_code,
        zero_days.metered_on,
        1 as reason_rank,
        'process ' || zero_days.process_code || ' made something that day' as reason
    from zero_days
    inner join idle_periods
        on
            zero_days.installation_code = idle_periods.installation_code
            and zero_days.meter_code = idle_periods.meter_code
            and zero_days.metered_on >= idle_periods.period_from
            and zero_days.metered_on < idle_periods.period_until
    union
    select
        zero_days.installation_code,
        zero_days.meter_code,
        zero_days.metered_on,
        2 as reason_rank,
        'meter ' || below.meter_code || ' below it counted' as reason
    from zero_days
    inner join meter_days as below
        on
            zero_days.installation_code = below.installation_code
            and zero_days.meter_code = below.parent_meter_code
            and zero_days.metered_on = below.metered_on
            and zero_days.medium = below.medium
            and zero_days.direction = below.direction
    where below.measured_amount + below.estimated_amount > 0
),

ranked as (
    select
        reasons.*,
        row_number() over (
            partition by reasons.installation_code, reasons.meter_code, reasons.metered_on
            order by reasons.reason_rank, {{ figures_byte_order('reasons.reason') }}
        ) as place
    from reasons
),

final as (
    select
        zero_days.installation_code,
        zero_days.meter_code,
        zero_days.metered_on,
        case zero_days.kind when 'register' then 'frozen_register' else 'dead_meter' end as finding,
        'showed 0 although ' || ranked.reason as because
    from zero_days
    inner join ranked
        on
            zero_days.installation_code = ranked.installation_code
            and zero_days.meter_code = ranked.meter_code
            and zero_days.metered_on = ranked.metered_on
            and ranked.place = 1
)

select * from final
