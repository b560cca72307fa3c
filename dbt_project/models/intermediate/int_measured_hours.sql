-- Hours of continuous measurement with the concentration and flow they count with. An hour too few of whose points are
-- valid takes the mean of its year's valid hours and twice their standard deviation (2025/2547 Annex II B.6.2.6, Eq 19).
with
measurements as (select * from {{ ref('stg_emission_measurements') }}),

constants as (select * from {{ ref('constants') }}),

limits as (
    select
        max(case when constants.constant_key = 'valid_share_of_an_hour' then constants.numerator end) as valid_share,
        max(case when constants.constant_key = 'sigmas_of_a_substitute' then constants.numerator end) as sigmas,
        max(case when constants.constant_key = 'oxygen_in_air' then constants.numerator end) as oxygen_in_air,
        max(
            case
                when constants.constant_key = 'co2_at_0c'
                    then {{ div('constants.numerator', 'constants.denominator', 12, 12) }}
            end
        ) as co2_g_per_nm3
    from constants
),

hours as (
    select
        measurements.installation_code,
        measurements.stream_code,
        measurements.gas,
        measurements.hour_at,
        measurements.measured_on,
        {{ year_of('measurements.measured_on') }} as reporting_year,
        cast(
            coalesce(
                measurements.concentration_g_per_nm3,
                {{ remaining_concentration('measurements.other_gases_share', 'limits.co2_g_per_nm3') }}
            ) as decimal(28, 9)
        ) as concentration_g_per_nm3,
        -- what goes in and the oxygen left over tell the flow of a nitric acid plant better than a flow meter (B.9.3.2)
        cast(
            coalesce(
                {{ flue_gas_flow('measurements.air_nm3_per_h', 'limits.oxygen_in_air', 'measurements.oxygen_share') }},
                measurements.flow_nm3_per_h
            ) as decimal(28, 9)
        ) as flow_nm3_per_h,
        coalesce(measurements.concentration_g_per_nm3, measurements.other_gases_share) is not null
        and measurements.valid_share >= limits.valid_share as is_valid,
        limits.sigmas,
        measurements.partition_key
    from measurements
    cross join limits
),

-- a plant that stands still says nothing of its flue gas
sums as (
    select
        hours.installation_code,
        hours.stream_code,
        hours.gas,
        hours.reporting_year,
        count(*) as valid_hours,
        sum(hours.concentration_g_per_nm3) as total,
        sum({{ mul('hours.concentration_g_per_nm3', 'hours.concentration_g_per_nm3', 9, 9) }}) as squares
    from hours
    where hours.is_valid and hours.flow_nm3_per_h > 0
    group by hours.installation_code, hours.stream_code, hours.gas, hours.reporting_year
),

spreads as (
    select
        sums.*,
        {{ div('sums.total', 'sums.valid_hours', 9, 12) }} as mean,
        {{ div(
            'cast(sums.valid_hours * sums.squares - ' ~ mul('sums.total', 'sums.total', 9, 9) ~ ' as decimal(38, 12))',
            'sums.valid_hours * (sums.valid_hours - 1)', 12, 12
        ) }} as variance
    from sums
),

substitutes as (
    select
        spreads.*,
        {{ root_up('spreads.variance', 9) }} as deviation
    from spreads
),

used as (
    select
        hours.*,
        cast(
            case
                when hours.is_valid or hours.flow_nm3_per_h = 0 then coalesce(hours.concentration_g_per_nm3, 0)
                else {{ substitute_concentration('substitutes.mean', 'substitutes.deviation', 'hours.sigmas') }}
            end as decimal(28, 9)
        ) as used_concentration_g_per_nm3
    from hours
    left join substitutes
        on
            hours.installation_code = substitutes.installation_code
            and hours.stream_code = substitutes.stream_code
            and hours.gas = substitutes.gas
            and hours.reporting_year = substitutes.reporting_year
),

final as (
    select
        used.installation_code,
        used.stream_code,
        used.gas,
        used.hour_at,
        used.measured_on,
        case
            when used.is_valid or used.flow_nm3_per_h = 0 then 'valid'
            when used.used_concentration_g_per_nm3 is not null then 'substituted'
            else 'unknown'
        end as state,
        used.concentration_g_per_nm3,
        used.used_concentration_g_per_nm3,
        used.flow_nm3_per_h,
        cast({{ measured_t('used.used_concentration_g_per_nm3', 'used.flow_nm3_per_h') }} as decimal(38, 24)) as emissions_t,
        used.partition_key
    from used
)

select * from final
