-- What registers counted, by local day: a span over several days is divided by its duration. Parts are differences of
-- rounded cumulative shares, so they sum to what was counted.
with
consumption as (select * from {{ ref('int_register_consumption') }} where amount is not null),

installations as (select * from {{ ref('stg_installations') }}),

spans as (
    select
        consumption.*,
        installations.time_zone
    from consumption
    inner join installations
        on
            consumption.installation_code = installations.installation_code
            and {{ holds_on('installations', 'consumption.until_on') }}
),

span_days as (
    {{ days_between('spans', 'spans.from_on', 'spans.until_on') }}
),

cuts as (
    select
        span_days.*,
        greatest(span_days.from_at, {{ local_midnight('span_days.day', 'span_days.time_zone') }}) as cut_from_at,
        least(span_days.until_at, {{ local_midnight(next_day('span_days.day'), 'span_days.time_zone') }}) as cut_until_at
    from span_days
),

shares as (
    select
        cuts.*,
        {{ seconds_between('cuts.cut_from_at', 'cuts.cut_until_at') }} as seconds_in_day,
        {{ div(seconds_between('cuts.from_at', 'cuts.cut_until_at'), 'cuts.seconds', 0, 12) }} as cum,
        {{ div(seconds_between('cuts.from_at', 'cuts.cut_from_at'), 'cuts.seconds', 0, 12) }} as cum_before
    from cuts
    -- read at midnight: the day that begins then has no part
    where cuts.cut_until_at > cuts.cut_from_at
),

parts as (
    select
        shares.installation_code,
        shares.meter_code,
        shares.day as metered_on,
        shares.canonical_unit,
        shares.quality = 'actual' as is_measured,
        {{ share_of('shares.amount_canonical', 'shares.cum', 'shares.cum_before') }} as amount,
        {{ share_of('shares.energy_gj', 'shares.cum', 'shares.cum_before') }} as energy_gj,
        shares.seconds_in_day,
        shares.seconds_in_day < shares.seconds as is_spread
    from shares
),

final as (
    select
        parts.installation_code,
        parts.meter_code,
        parts.metered_on,
        parts.canonical_unit,
        cast(sum(case when parts.is_measured then parts.amount else 0 end) as decimal(28, 9)) as measured_amount,
        cast(sum(case when parts.is_measured then 0 else parts.amount end) as decimal(28, 9)) as estimated_amount,
        cast(sum(case when parts.is_measured then parts.energy_gj end) as decimal(28, 9)) as measured_energy_gj,
        cast(sum(case when not parts.is_measured then parts.energy_gj end) as decimal(28, 9)) as estimated_energy_gj,
        cast(floor(sum(parts.seconds_in_day) / 60) as bigint) as minutes_read,
        count(case when parts.is_spread then 1 end) > 0 as is_spread
    from parts
    group by parts.installation_code, parts.meter_code, parts.metered_on, parts.canonical_unit
)

select * from final
