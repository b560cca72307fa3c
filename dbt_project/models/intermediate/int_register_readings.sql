-- Readings of registers with the device they were taken from, and why one counts for nothing: its device cannot show
-- it, it was estimated and a measured reading says otherwise, or the readings around it contradict it. What is left
-- stands in line.
with
readings as (select * from {{ ref('stg_meter_readings') }}),

meters as (select * from {{ ref('stg_meters') }} where kind = 'register'),

devices as (select * from {{ ref('int_register_devices') }}),

-- device 0 is one the master data do not know
taken as (
    select
        readings.*,
        meters.unit as meter_unit,
        meters.max_per_hour,
        meters.direction,
        coalesce(devices.device_no, 0) as device_no,
        devices.digits,
        coalesce(
            readings.amount >= cast(power(10, devices.digits) as decimal(19, 0))
            or floor({{ mul('readings.amount', 'cast(power(10, devices.decimals) as decimal(19, 0))', 9, 0) }})
            <> {{ mul('readings.amount', 'cast(power(10, devices.decimals) as decimal(19, 0))', 9, 0) }}, false
        ) as is_beyond_display
    from readings
    inner join meters
        on
            readings.installation_code = meters.installation_code
            and readings.meter_code = meters.meter_code
            and {{ holds_on('meters', 'readings.metered_on') }}
    left join devices
        on
            readings.installation_code = devices.installation_code
            and readings.meter_code = devices.meter_code
            and devices.fitted_at <= readings.read_at
            and (devices.replaced_at is null or readings.read_at < devices.replaced_at)
),

shown as (
    select
        taken.*,
        count(case when taken.quality = 'actual' then 1 end) over (
            partition by taken.installation_code, taken.meter_code, taken.device_no, taken.unit
            order by taken.read_at
        ) as actuals_until,
        count(case when taken.quality = 'actual' then 1 end) over (
            partition by taken.installation_code, taken.meter_code, taken.device_no, taken.unit
            order by taken.read_at desc
        ) as actuals_from
    from taken
    where not taken.is_beyond_display
),

-- the measured reading before and after; of an actual one itself
between_actuals as (
    select
        shown.*,
        max(case when shown.quality = 'actual' then shown.amount end) over (
            partition by shown.installation_code, shown.meter_code, shown.device_no, shown.unit, shown.actuals_until
        ) as actual_before,
        max(case when shown.quality = 'actual' then shown.amount end) over (
            partition by shown.installation_code, shown.meter_code, shown.device_no, shown.unit, shown.actuals_from
        ) as actual_after
    from shown
),

overtaken as (
    select
        between_actuals.*,
        coalesce(
            case
                when between_actuals.actual_before <= between_actuals.actual_after
                    then
                        between_actuals.amount < between_actuals.actual_before
                        or between_actuals.amount > between_actuals.actual_after
                -- the counter went round in between
                else
                    between_actuals.amount < between_actuals.actual_before
                    and between_actuals.amount > between_actuals.actual_after
            end, false
        ) as is_overtaken
    from between_actuals
),

lined as (
    select
        overtaken.installation_code,
        overtaken.meter_code,
        overtaken.device_no,
        overtaken.unit,
        overtaken.read_at,
        overtaken.amount,
        row_number() over one_line as place,
        count(*) over whole_line as places,
        cast(power(10, coalesce(overtaken.digits, max(overtaken.register_digits) over whole_line)) as decimal(19, 0))
            as register_range,
        lag(overtaken.amount) over one_line as amount_before,
        -- what an export counter gave away by turning back, as its sender says
        coalesce(overtaken.direction = 'export' and overtaken.stated_amount < 0, false) as turns_back
    from overtaken
    where not overtaken.is_overtaken
    window
        whole_line as (
            partition by overtaken.installation_code, overtaken.meter_code, overtaken.device_no, overtaken.unit
        ),
        one_line as (
            partition by overtaken.installation_code, overtaken.meter_code, overtaken.device_no, overtaken.unit
            order by overtaken.read_at
        )
),

-- half of what a fall is measured by parts a counter that climbs from a leap: of the fall itself, or of the way round
-- where it is near enough
falls as (
    select
        lined.*,
        case
            when 2 * (lined.amount_before - lined.amount) > lined.register_range then lined.register_range
            else lined.amount_before - lined.amount
        end as measure
    from lined
    where lined.amount < lined.amount_before and not lined.turns_back
),

-- the last reading before a fall that is no higher than what it fell to, the first after it that is no lower than what
-- it fell from
turns as (
    select
        falls.installation_code,
        falls.meter_code,
        falls.device_no,
        falls.unit,
        falls.place,
        falls.places,
        falls.measure,
        max(case when lined.place < falls.place and lined.amount <= falls.amount then lined.place end) as low_place,
        min(case when lined.place > falls.place and lined.amount >= falls.amount_before then lined.place end) as high_place
    from falls
    inner join lined
        on
            falls.installation_code = lined.installation_code
            and falls.meter_code = lined.meter_code
            and falls.device_no = lined.device_no
            and falls.unit = lined.unit
    group by
        falls.installation_code,
        falls.meter_code,
        falls.device_no,
        falls.unit,
        falls.place,
        falls.places,
        falls.measure
),

leaps as (
    select
        turns.*,
        turns.place - 1 - turns.low_place as readings_above,
        coalesce(turns.high_place, turns.places + 1) - turns.place as readings_below,
        max(
            case
                when lined.place > turns.low_place and lined.place < turns.place then lined.amount - lined.amount_before
            end
        ) as leap_up,
        max(
            case
                when lined.place > turns.place and lined.place <= turns.high_place then lined.amount - lined.amount_before
            end
        ) as leap_back
    from turns
    inner join lined
        on
            turns.installation_code = lined.installation_code
            and turns.meter_code = lined.meter_code
            and turns.device_no = lined.device_no
            and turns.unit = lined.unit
    group by
        turns.installation_code,
        turns.meter_code,
        turns.device_no,
        turns.unit,
        turns.place,
        turns.places,
        turns.measure,
        turns.low_place,
        turns.high_place
),

-- a counter that went round or began anew climbs step by step; a wrong reading is reached or left at a leap
explained as (
    select
        leaps.*,
        coalesce(2 * leaps.leap_up > leaps.measure, false) as may_be_too_high,
        coalesce(2 * leaps.leap_back > leaps.measure, false) as may_be_too_low
    from leaps
),

-- of the two sides of a fall the one with fewer readings is wrong; of two alike nobody can tell
contradicted as (
    select
        lined.installation_code,
        lined.meter_code,
        lined.read_at
    from explained
    inner join lined
        on
            explained.installation_code = lined.installation_code
            and explained.meter_code = lined.meter_code
            and explained.device_no = lined.device_no
            and explained.unit = lined.unit
    where
        (
            explained.may_be_too_high
            and explained.readings_above <= explained.readings_below
            and lined.place > explained.low_place
            and lined.place < explained.place
        )
        or (
            explained.may_be_too_low
            and (not explained.may_be_too_high or explained.readings_below <= explained.readings_above)
            and lined.place >= explained.place
            and lined.place < explained.high_place
        )
    group by lined.installation_code, lined.meter_code, lined.read_at
),

final as (
    select
        taken.installation_code,
        taken.meter_code,
        taken.read_at,
        taken.metered_on,
        taken.device_no,
        taken.amount,
        taken.unit,
        taken.quality,
        taken.register_digits,
        taken.stated_amount,
        taken.canonical_unit,
        taken.canonical_per_unit,
        taken.gj_per_unit,
        taken.meter_unit,
        taken.max_per_hour,
        taken.direction,
        case
            when taken.is_beyond_display then 'register_beyond_display'
            when overtaken.is_overtaken then 'estimate_overtaken'
            when contradicted.read_at is not null then 'register_contradicted'
        end as left_out_because,
        taken.source_file,
        taken.source_row,
        taken.partition_key
    from taken
    left join overtaken
        on
            taken.installation_code = overtaken.installation_code
            and taken.meter_code = overtaken.meter_code
            and taken.read_at = overtaken.read_at
    left join contradicted
        on
            taken.installation_code = contradicted.installation_code
            and taken.meter_code = contradicted.meter_code
            and taken.read_at = contradicted.read_at
)

select * from final
