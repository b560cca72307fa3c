-- Metered use of every stream by every process and day; what no process took stays a row without a process.
with
attribution as (select * from {{ ref('int_stream_attribution') }} where basis = 'meters'),

stream_activity as (select * from {{ ref('int_stream_activity') }} where basis = 'meters'),

final as (
    select
        attribution.installation_code,
        attribution.stream_code,
        attribution.process_code,
        attribution.period_from as metered_on,
        attribution.method,
        attribution.material_code,
        attribution.attribution,
        attribution.share as process_share,
        attribution.amount,
        attribution.unit,
        attribution.measured_amount,
        attribution.estimated_amount,
        stream_activity.missing_share
    from attribution
    inner join stream_activity
        on
            attribution.installation_code = stream_activity.installation_code
            and attribution.stream_code = stream_activity.stream_code
            and attribution.period_from = stream_activity.period_from
)

select * from final
