-- What every stream took, once by its meters and once by its documents; only the stream's own basis feeds a figure.
with
meter_days as (select * from {{ ref('int_meter_days') }} where role = 'billing'),

documents as (select * from {{ ref('stg_activity_data') }}),

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
        sum(meter_days.slots_read) as slots_read,
        sum(meter_days.slots_expected) as slots_expected,
        0 as documents
    from meter_days
    group by meter_days.installation_code, meter_days.stream_code, meter_days.metered_on
),

documented as (
    select
        documents.installation_code,
        documents.stream_code,
        'documents' as basis,
        {{ month_of('documents.period_from') }} as period_from,
        {{ next_month(month_of('documents.period_from')) }} as period_until,
        max(case when source_streams.method = 'heat' then 'gj' else documents.canonical_unit end) as unit,
        sum(case when source_streams.method = 'heat' then documents.energy_gj else documents.amount_canonical end)
            as measured_amount,
        0 as estimated_amount,
        0 as slots_read,
        0 as slots_expected,
        count(*) as documents
    from documents
    inner join source_streams
        on
            documents.installation_code = source_streams.installation_code
            and documents.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'documents.period_from') }}
    group by documents.installation_code, documents.stream_code, {{ month_of('documents.period_from') }}
),

both_bases as (
    select * from metered
    union all
    select * from documented
),

final as (
    select
        both_bases.installation_code,
        both_bases.stream_code,
        both_bases.basis,
        both_bases.period_from,
        both_bases.period_until,
        source_streams.method,
        source_streams.material_code,
        source_streams.activity_basis = both_bases.basis as feeds_figure,
        both_bases.unit,
        cast(both_bases.measured_amount as decimal(28, 9)) as measured_amount,
        cast(both_bases.estimated_amount as decimal(28, 9)) as estimated_amount,
        cast(both_bases.slots_read as bigint) as slots_read,
        cast(both_bases.slots_expected as bigint) as slots_expected,
        cast(both_bases.documents as bigint) as documents
    from both_bases
    inner join source_streams
        on
            both_bases.installation_code = source_streams.installation_code
            and both_bases.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'both_bases.period_from') }}
)

select * from final
