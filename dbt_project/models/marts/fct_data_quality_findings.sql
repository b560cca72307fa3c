-- What a person should look at, in the meters, in the papers, in the factors, in suppliers' answers, in what products are
-- made of and in how processes part them. Books of partitions stand in fct_data_quality, rules that rows broke in fct_data_quality_rules.
with
meter_findings as (select * from {{ ref('int_meter_findings') }}),

stream_findings as (select * from {{ ref('int_stream_findings') }}),

electricity_findings as (select * from {{ ref('int_electricity_findings') }}),

document_findings as (select * from {{ ref('int_document_findings') }}),

composition_findings as (select * from {{ ref('int_composition_findings') }}),

answer_findings as (select * from {{ ref('int_answer_findings') }}),

process_findings as (select * from {{ ref('int_process_findings') }}),

final as (
    select
        meter_findings.installation_code,
        'meter' as subject_kind,
        meter_findings.meter_code as subject_code,
        meter_findings.period_from,
        meter_findings.period_until,
        meter_findings.finding,
        meter_findings.state,
        meter_findings.minutes,
        cast(null as varchar) as document_refs,
        meter_findings.sentence
    from meter_findings
    union all
    select
        document_findings.installation_code,
        'stream' as subject_kind,
        document_findings.stream_code as subject_code,
        document_findings.period_from,
        document_findings.period_until,
        document_findings.finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        document_findings.document_refs,
        document_findings.sentence
    from document_findings
    union all
    select
        stream_findings.installation_code,
        stream_findings.subject_kind,
        stream_findings.subject_code,
        stream_findings.period_from,
        stream_findings.period_until,
        stream_findings.finding,
        stream_findings.state,
        stream_findings.minutes,
        cast(null as varchar) as document_refs,
        stream_findings.sentence
    from stream_findings
    union all
    select
        composition_findings.installation_code,
        'product' as subject_kind,
        composition_findings.product_code as subject_code,
        composition_findings.period_from,
        composition_findings.period_until,
        composition_findings.finding,
        composition_findings.state,
        cast(null as bigint) as minutes,
        cast(null as varchar) as document_refs,
        composition_findings.sentence
    from composition_findings
    union all
    select
        answer_findings.installation_code,
        'answer' as subject_kind,
        answer_findings.answer_code as subject_code,
        answer_findings.period_from,
        answer_findings.period_until,
        answer_findings.finding,
        answer_findings.state,
        cast(null as bigint) as minutes,
        cast(null as varchar) as document_refs,
        answer_findings.sentence
    from answer_findings
    union all
    select
        electricity_findings.installation_code,
        'stream' as subject_kind,
        electricity_findings.stream_code as subject_code,
        electricity_findings.period_from,
        electricity_findings.period_until,
        electricity_findings.finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        electricity_findings.contract_code as document_refs,
        electricity_findings.sentence
    from electricity_findings
    union all
    select
        process_findings.installation_code,
        'process' as subject_kind,
        process_findings.process_code as subject_code,
        process_findings.period_from,
        process_findings.period_until,
        process_findings.finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        cast(null as varchar) as document_refs,
        process_findings.sentence
    from process_findings
)

select * from final
