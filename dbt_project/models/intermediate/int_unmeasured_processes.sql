-- Processes that make nitric acid in a year and have no measured stream of N2O (2025/2547 Annex II B.6.1, B.9.3): their N2O
-- is not known, which is not zero.
with
reporting_years as (select * from {{ ref('int_reporting_years') }}),

process_goods as (select * from {{ ref('stg_process_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

stream_shares as (select * from {{ ref('stg_stream_shares') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

measured as (
    select distinct
        stream_shares.installation_code,
        stream_shares.process_code
    from stream_shares
    inner join source_streams
        on
            stream_shares.installation_code = source_streams.installation_code
            and stream_shares.stream_code = source_streams.stream_code
    where source_streams.method = 'measured' and source_streams.material_code = 'N2O'
),

final as (
    select distinct
        reporting_years.boundary,
        reporting_years.reporting_year,
        reporting_years.installation_code,
        process_goods.process_code
    from reporting_years
    inner join process_goods
        on
            reporting_years.installation_code = process_goods.installation_code
            and process_goods.valid_from < {{ first_of_year('reporting_years.reporting_year + 1') }}
            and (
                process_goods.valid_until is null
                or {{ first_of_year('reporting_years.reporting_year') }} < process_goods.valid_until
            )
    inner join cbam_goods
        on
            process_goods.cn_code = cbam_goods.cn_code
            and {{ holds_on('cbam_goods', first_of_year('reporting_years.reporting_year')) }}
    left join measured
        on
            process_goods.installation_code = measured.installation_code
            and process_goods.process_code = measured.process_code
    where cbam_goods.aggregated_good = 'nitric acid' and measured.process_code is null
)

select * from final
