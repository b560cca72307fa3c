-- Metered use of every stream by every process and day; what no process took stays a row without a process.
with
attribution as (select * from {{ ref('int_stream_attribution') }} where basis = 'meters'),

final as (
    select
        installation_code,
        stream_code,
        process_code,
        period_from as metered_on,
        method,
        material_code,
        attribution,
        share as process_share,
        amount,
        unit,
        measured_amount,
        estimated_amount
    from attribution
)

select * from final
