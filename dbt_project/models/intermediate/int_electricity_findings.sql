-- Lines, agreements and certificates that prove nothing, or less than they say: the country's factor counts instead.
with
contracts as (select * from {{ ref('int_electricity_contracts') }}),

activity as (select * from {{ ref('int_stream_activity') }} where feeds_figure),

matched_hours as (select * from {{ ref('int_electricity_matched_hours') }}),

attribution as (select * from {{ ref('int_stream_attribution') }} where method = 'electricity'),

-- the days on which its stream took anything: a contract nothing is bought under asks for nobody's attention
in_use as (
    select
        contracts.installation_code,
        contracts.contract_code,
        contracts.kind,
        contracts.stream_code,
        contracts.process_code,
        contracts.valid_from,
        contracts.refused_because,
        min(activity.period_from) as period_from,
        max(activity.period_until) as period_until
    from contracts
    inner join activity
        on
            contracts.installation_code = activity.installation_code
            and contracts.stream_code = activity.stream_code
            and {{ holds_on('contracts', 'activity.period_from') }}
    group by
        contracts.installation_code,
        contracts.contract_code,
        contracts.kind,
        contracts.stream_code,
        contracts.process_code,
        contracts.valid_from,
        contracts.refused_because
),

matched as (
    select
        matched_hours.installation_code,
        matched_hours.contract_code,
        matched_hours.valid_from,
        sum(matched_hours.matched_kwh) as matched_kwh
    from matched_hours
    group by matched_hours.installation_code, matched_hours.contract_code, matched_hours.valid_from
),

others_supplied as (
    select distinct
        in_use.installation_code,
        in_use.contract_code,
        in_use.valid_from
    from in_use
    inner join attribution
        on
            in_use.installation_code = attribution.installation_code
            and in_use.stream_code = attribution.stream_code
            and {{ year_of('in_use.period_from') }} <= {{ year_of('attribution.period_from') }}
            and {{ year_of('attribution.period_from') }} <= {{ year_of('in_use.period_until') }}
            and in_use.process_code <> coalesce(attribution.process_code, '')
),

found as (
    select
        in_use.*,
        case
            when in_use.kind = 'certificate' then 'certificate_not_counted'
            when in_use.refused_because is not null then 'contract_refused'
            when in_use.kind = 'ppa' and coalesce(matched.matched_kwh, 0) = 0 then 'no_hour_matched'
            when others_supplied.contract_code is not null then 'line_shared'
        end as finding
    from in_use
    left join matched
        on
            in_use.installation_code = matched.installation_code
            and in_use.contract_code = matched.contract_code
            and in_use.valid_from = matched.valid_from
    left join others_supplied
        on
            in_use.installation_code = others_supplied.installation_code
            and in_use.contract_code = others_supplied.contract_code
            and in_use.valid_from = others_supplied.valid_from
),

final as (
    select
        found.installation_code,
        found.stream_code,
        found.contract_code,
        found.period_from,
        found.period_until,
        found.finding,
        case found.finding
            when 'no_hour_matched'
                then
                    'Of agreement ' || found.contract_code || ' no hour has both measured generation and a stream read in '
                    || 'full, so the country''s factor counts: send hourly readings of the generator and of all billing '
                    || 'meters of ' || found.stream_code || '.'
            when 'line_shared'
                then
                    'Line ' || found.contract_code || ' is said to supply ' || found.process_code || ' alone, and '
                    || found.stream_code || ' goes to others too, so all share its factor: give the line a stream of its own.'
            else
                upper(substr(found.refused_because, 1, 1)) || substr(found.refused_because, 2) || ' ('
                || found.contract_code || '), so the country''s factor counts for ' || found.stream_code || '.'
        end as sentence
    from found
    where found.finding is not null
)

select * from final
