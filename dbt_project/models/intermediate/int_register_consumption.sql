-- What register meters counted between two consecutive readings that count. A counter that went round is read on past
-- its last digit; over an exchange of devices each counts its own part. Where nobody can tell, or the feeder cannot carry
-- it, there is no amount and the row says why: that is missing, not zero.
with
readings as (select * from {{ ref('int_register_readings') }} where left_out_because is null),

devices as (select * from {{ ref('int_register_devices') }}),

-- each reading and the one before it
closings as (
    select
        readings.*,
        lag(readings.read_at) over meter_readings as from_at,
        lag(readings.metered_on) over meter_readings as from_on,
        lag(readings.amount) over meter_readings as opening_register,
        lag(readings.unit) over meter_readings as opening_unit,
        lag(readings.quality) over meter_readings as opening_quality,
        lag(readings.register_digits) over meter_readings as opening_digits,
        lag(readings.source_file) over meter_readings as opening_file,
        lag(readings.source_row) over meter_readings as opening_row,
        lag(readings.partition_key) over meter_readings as opening_partition_key,
        lag(readings.device_no) over meter_readings as opening_device_no
    from readings
    window meter_readings as (
        partition by readings.installation_code, readings.meter_code order by readings.read_at
    )
),

spans as (
    select * from closings
    where from_at is not null
),

-- one part per device that counted between the two readings
ends as (
    select
        spans.installation_code,
        spans.meter_code,
        spans.read_at,
        coalesce(devices.multiplier, 1) as multiplier,
        -- a display whose decimals nobody stated may show whole units
        cast(power(10, -coalesce(devices.decimals, 0)) as decimal(28, 9)) as last_digit,
        case
            when devices.device_no is null or devices.device_no = spans.opening_device_no then spans.opening_register
            else devices.first_register
        end as first_register,
        case
            when devices.device_no is null or devices.device_no = spans.device_no then spans.amount
            else devices.last_register
        end as last_register,
        -- a power of ten of at most 15 digits is exact on the way through a double
        cast(
            power(
                10,
                coalesce(
                    devices.digits,
                    case
                        when spans.opening_device_no = spans.device_no
                            then greatest(spans.opening_digits, spans.register_digits)
                        when devices.device_no = spans.opening_device_no then spans.opening_digits
                        when devices.device_no = spans.device_no then spans.register_digits
                    end
                )
            ) as decimal(19, 0)
        ) as register_range
    from spans
    left join devices
        on
            spans.installation_code = devices.installation_code
            and spans.meter_code = devices.meter_code
            and devices.device_no between spans.opening_device_no and spans.device_no
),

parts as (
    select
        ends.*,
        ends.last_register < ends.first_register as is_rolled_over,
        case
            when ends.last_register >= ends.first_register then ends.last_register - ends.first_register
            -- more than half way round is a counter that ran back, not one that went round
            when
                ends.last_register + ends.register_range >= ends.first_register
                and 2 * (ends.last_register + ends.register_range - ends.first_register) < ends.register_range
                then ends.last_register + ends.register_range - ends.first_register
        end as registers_counted
    from ends
),

counted as (
    select
        parts.installation_code,
        parts.meter_code,
        parts.read_at,
        case
            when count(*) = count(parts.registers_counted)
                then cast(sum({{ mul('parts.registers_counted', 'parts.multiplier', 9, 9) }}) as decimal(28, 9))
        end as amount,
        count(case when parts.is_rolled_over then 1 end) > 0 as is_rolled_over,
        count(*) > count(parts.last_register) as lacks_last_register,
        -- a display runs ahead of what flowed by its last digit at most
        cast(sum({{ mul('parts.last_digit', 'parts.multiplier', 9, 9) }}) as decimal(28, 9)) as display_step,
        -- of the one device that was there all the time
        case when count(*) = 1 then max(parts.multiplier) end as multiplier
    from parts
    group by parts.installation_code, parts.meter_code, parts.read_at
),

-- an old counter turns back while power goes out; only the sender's own word for the same amount tells it from a slip
with_exports as (
    select
        spans.*,
        {{ seconds_between('spans.from_at', 'spans.read_at') }} as seconds,
        counted.is_rolled_over and counted.amount is not null as is_rolled_over,
        counted.lacks_last_register,
        counted.display_step,
        case
            when counted.amount is not null then counted.amount
            when
                spans.direction = 'export'
                and spans.opening_device_no = spans.device_no
                and spans.stated_amount < 0
                and spans.stated_amount = (spans.amount - spans.opening_register) * counted.multiplier
                then - spans.stated_amount
        end as amount_counted
    from spans
    inner join counted
        on
            spans.installation_code = counted.installation_code
            and spans.meter_code = counted.meter_code
            and spans.read_at = counted.read_at
),

judged as (
    select
        with_exports.*,
        case
            when with_exports.opening_unit <> with_exports.unit then 'register_changed_unit'
            when
                with_exports.lacks_last_register or (with_exports.opening_device_no = 0 and with_exports.device_no > 0)
                then 'exchange_without_last_register'
            when with_exports.amount_counted is null then 'register_ran_back'
            when
                with_exports.unit = with_exports.meter_unit
                and (with_exports.amount_counted - with_exports.display_step) * 3600
                > with_exports.max_per_hour * with_exports.seconds
                then case when with_exports.is_rolled_over then 'register_ran_back' else 'beyond_nameplate' end
        end as absent_because
    from with_exports
),

-- a sender states what was used since its own last reading, which need not be the one before: a reading that came later
-- may lie in between
sums as (
    select
        judged.*,
        sum(case when judged.absent_because is null then judged.amount_counted else 0 end) over (
            partition by judged.installation_code, judged.meter_code
            order by judged.read_at
            rows between unbounded preceding and current row
        ) as counted_until
    from judged
),

as_stated as (
    select distinct
        sums.installation_code,
        sums.meter_code,
        sums.read_at
    from sums
    inner join sums as openings
        on
            sums.installation_code = openings.installation_code
            and sums.meter_code = openings.meter_code
            and sums.read_at >= openings.read_at
            and openings.counted_until - case when openings.absent_because is null then openings.amount_counted else 0 end
            = sums.counted_until - abs(sums.stated_amount)
),

final as (
    select
        judged.installation_code,
        judged.meter_code,
        judged.from_at,
        judged.read_at as until_at,
        judged.from_on,
        judged.metered_on as until_on,
        judged.seconds,
        judged.unit,
        judged.canonical_unit,
        cast(case when judged.absent_because is null then judged.amount_counted end as decimal(28, 9)) as amount,
        cast(
            case
                when judged.absent_because is null
                    then {{ mul('judged.amount_counted', 'judged.canonical_per_unit') }}
            end as decimal(28, 9)
        ) as amount_canonical,
        cast(
            case
                when judged.absent_because is null
                    then {{ mul('judged.amount_counted', 'judged.gj_per_unit') }}
            end as decimal(28, 9)
        ) as energy_gj,
        case when judged.opening_quality = 'actual' and judged.quality = 'actual' then 'actual' else 'estimated' end
            as quality,
        judged.opening_quality,
        judged.quality as closing_quality,
        judged.opening_register,
        judged.amount as closing_register,
        coalesce(judged.is_rolled_over and judged.absent_because is null, false) as is_rolled_over,
        judged.opening_device_no <> judged.device_no as is_exchange,
        judged.stated_amount,
        case
            when judged.absent_because is null and judged.stated_amount is not null then as_stated.meter_code is not null
        end as is_as_stated,
        judged.absent_because,
        judged.opening_file,
        judged.opening_row,
        judged.source_file as closing_file,
        judged.source_row as closing_row,
        judged.opening_partition_key,
        judged.partition_key as closing_partition_key
    from judged
    left join as_stated
        on
            judged.installation_code = as_stated.installation_code
            and judged.meter_code = as_stated.meter_code
            and judged.read_at = as_stated.read_at
)

select * from final
