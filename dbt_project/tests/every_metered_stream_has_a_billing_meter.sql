{{ config(severity='warn') }}
-- A stream that is to be read from meters, and has none that counts for it.
select
    source_streams.installation_code,
    source_streams.stream_code
from {{ ref('stg_source_streams') }} as source_streams
left join {{ ref('stg_meters') }} as meters
    on
        source_streams.installation_code = meters.installation_code
        and source_streams.stream_code = meters.stream_code
        and meters.role = 'billing'
where source_streams.activity_basis = 'meters' and meters.meter_code is null
