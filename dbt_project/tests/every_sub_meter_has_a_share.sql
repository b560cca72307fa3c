{{ config(severity='warn') }}
-- A sub-meter of a process that has no metered share of its stream takes no part in the attribution.
select
    meters.installation_code,
    meters.meter_code,
    meters.stream_code,
    meters.process_code
from {{ ref('stg_meters') }} as meters
left join {{ ref('stg_stream_shares') }} as stream_shares
    on
        meters.installation_code = stream_shares.installation_code
        and meters.stream_code = stream_shares.stream_code
        and meters.process_code = stream_shares.process_code
        and stream_shares.key = 'metered'
where meters.role = 'sub' and stream_shares.process_code is null
