-- What every stream took, once by its meters and once by its papers; only the stream's own basis feeds a figure.
with
meter_days as (select * from {{ ref('int_meter_days') }} where role = 'billing'),

measured_emissions as (select * from {{ ref('int_measured_emissions') }}),

documented_activity as (select * from {{ ref('int_documented_activity') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

metered as (
    select
        meter_days.installation_code,
        meter_days.stream_code,
        'meters' as basis,
        meter_days.metered_on as period_from,
        {{ next_day('meter_days.metered_on') }} as period_until,
        max(meter_days.unit) as unit,
        sum(meter_days.measured_amount) as measured_amount,
        sum(meter_days.estimated_amount) as estimated_amount,
        sum(meter_days.conservative_addition) as conservative_addition,
        sum(meter_days.minutes_read) as minutes_read,
        sum(meter_days.minutes_estimated) as minutes_estimated,
        sum(meter_days.minutes_expected) as minutes_expected,
        -- a meter read twice over does not make up for another
        sum(greatest(meter_days.minutes_expected - meter_days.minutes_read - meter_days.minutes_estimated, 0))
            as minutes_missing,
        0 as documents
    from meter_days
    group by meter_days.installation_code, meter_days.stream_code, meter_days.metered_on
),

documented as (
    select
        documented_activity.installation_code,
        documented_activity.stream_code,
        documented_activity.basis,
        documented_activity.period_from,
        documented_activity.period_until,
        documented_activity.unit,
        documented_activity.measured_amount,
        documented_activity.estimated_amount,
        case when documented_activity.measured_amount is not null then 0 end as conservative_addition,
        0 as minutes_read,
        0 as minutes_estimated,
        0 as minutes_expected,
        0 as minutes_missing,
        documented_activity.documents
    from documented_activity
),

measured_in_stacks as (
    select
        measured_emissions.installation_code,
        measured_emissions.stream_code,
        'measurements' as basis,
        measured_emissions.measured_on as period_from,
        {{ next_day('measured_emissions.measured_on') }} as period_until,
        't' as unit,
        measured_emissions.measured_t as measured_amount,
        measured_emissions.substituted_t as estimated_amount,
        case when measured_emissions.measured_t is not null then 0 end as conservative_addition,
        60 * measured_emissions.hours_valid as minutes_read,
        60 * measured_emissions.hours_substituted as minutes_estimated,
        coalesce(measured_emissions.minutes_expected, 0) as minutes_expected,
        greatest(
            coalesce(measured_emissions.minutes_expected, 0)
            - 60 * (measured_emissions.hours_valid + measured_emissions.hours_substituted),
            0
        ) as minutes_missing,
        0 as documents
    from measured_emissions
),

all_bases as (
    select * from metered
    union all
    select * from measured_in_stacks
    union all
    select * from documented
),

final as (
    select
        all_bases.installation_code,
        all_bases.stream_code,
        all_bases.basis,
        all_bases.period_from,
        all_bases.period_until,
        source_streams.method,
        source_streams.material_code,
        source_streams.activity_basis = all_bases.basis as feeds_figure,
        all_bases.unit,
        cast(all_bases.measured_amount as decimal(28, 9)) as measured_amount,
        cast(all_bases.estimated_amount as decimal(28, 9)) as estimated_amount,
        cast(all_bases.conservative_addition as decimal(28, 9)) as conservative_addition,
        cast(all_bases.minutes_read as bigint) as minutes_read,
        cast(all_bases.minutes_estimated as bigint) as minutes_estimated,
        cast(all_bases.minutes_expected as bigint) as minutes_expected,
        cast(all_bases.minutes_missing as bigint) as minutes_missing,
        cast({{ div('all_bases.minutes_missing', 'all_bases.minutes_expected', 0, 12) }} as decimal(28, 12)) as missing_share,
        cast(all_bases.documents as bigint) as documents
    from all_bases
    inner join source_streams
        on
            all_bases.installation_code = source_streams.installation_code
            and all_bases.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'all_bases.period_from') }}
)

select * from final
