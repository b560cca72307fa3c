-- Processes that make nitric acid in a year and have no measured stream of N2O in a part of it (2025/2547 Annex II B.6.1,
-- B.9.3), or smelt aluminium and have no stream of their cells (B.7): their gas is not known, which is not zero. A stream
-- tells a month that it does not leave before the month, or the making in it, ends.
with
reporting_years as (select * from {{ ref('int_reporting_years') }}),

processes as (select * from {{ ref('stg_processes') }}),

process_goods as (select * from {{ ref('stg_process_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

production_output as (select * from {{ ref('stg_production_output') }}),

stream_shares as (select * from {{ ref('stg_stream_shares') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

months_of_output as (
    select distinct
        production_output.installation_code,
        production_output.process_code,
        production_output.route,
        {{ month_of('production_output.period_from') }} as month_from
    from production_output
    where production_output.amount_canonical <> 0
),

-- every month in which it made something; the whole year where it states no output
made as (
    select
        reporting_years.boundary,
        reporting_years.reporting_year,
        reporting_years.installation_code,
        process_goods.process_code,
        cbam_goods.aggregated_good,
        months_of_output.route,
        coalesce(months_of_output.month_from, {{ first_of_year('reporting_years.reporting_year') }}) as period_from,
        least(
            coalesce(
                {{ next_month('months_of_output.month_from') }}, {{ first_of_year('reporting_years.reporting_year + 1') }}
            ),
            process_goods.valid_until
        ) as period_until,
        coalesce(
            {{ year_and_month('months_of_output.month_from') }}, cast(reporting_years.reporting_year as varchar)
        ) as period_name
    from reporting_years
    inner join process_goods
        on
            reporting_years.installation_code = process_goods.installation_code
            and {{ holds_within(
                'process_goods',
                first_of_year('reporting_years.reporting_year'),
                first_of_year('reporting_years.reporting_year + 1')
            ) }}
    inner join cbam_goods
        on
            process_goods.cn_code = cbam_goods.cn_code
            and {{ holds_on('cbam_goods', first_of_year('reporting_years.reporting_year')) }}
    left join months_of_output
        on
            process_goods.installation_code = months_of_output.installation_code
            and process_goods.process_code = months_of_output.process_code
            and reporting_years.reporting_year = {{ year_of('months_of_output.month_from') }}
    where
        months_of_output.month_from is null
        or {{ holds_within('process_goods', 'months_of_output.month_from', next_month('months_of_output.month_from')) }}
),

asked as (
    select
        made.boundary,
        made.reporting_year,
        made.installation_code,
        made.process_code,
        case made.aggregated_good when 'nitric acid' then 'N2O' else 'PFC' end as gas,
        made.period_from,
        max(least(made.period_until, processes.valid_until)) as period_until,
        made.period_name
    from made
    left join processes
        on
            made.installation_code = processes.installation_code
            and made.process_code = processes.process_code
            and {{ holds_within('processes', 'made.period_from', 'made.period_until') }}
    where
        made.aggregated_good = 'nitric acid'
        or (made.aggregated_good = 'unwrought aluminium' and 'primary smelting' in (processes.route, made.route))
    group by
        made.boundary,
        made.reporting_year,
        made.installation_code,
        made.process_code,
        made.aggregated_good,
        made.period_from,
        made.period_name
),

told as (
    select distinct
        asked.installation_code,
        asked.process_code,
        asked.gas,
        asked.period_from
    from asked
    inner join stream_shares
        on
            asked.installation_code = stream_shares.installation_code
            and asked.process_code = stream_shares.process_code
            and {{ holds_within('stream_shares', 'asked.period_from', 'asked.period_until') }}
            and asked.period_until <= coalesce(stream_shares.valid_until, asked.period_until)
    inner join source_streams
        on
            stream_shares.installation_code = source_streams.installation_code
            and stream_shares.stream_code = source_streams.stream_code
            and {{ holds_within('source_streams', 'asked.period_from', 'asked.period_until') }}
            and asked.period_until <= coalesce(source_streams.valid_until, asked.period_until)
    where
        case asked.gas
            when 'N2O' then source_streams.method = 'measured' and source_streams.material_code = 'N2O'
            else source_streams.method in ('pfc_slope', 'pfc_overvoltage')
        end
        -- only a stated share has a number
        and coalesce(stream_shares.share, 1) > 0
),

final as (
    select
        asked.boundary,
        asked.reporting_year,
        asked.installation_code,
        asked.process_code,
        asked.gas,
        string_agg(asked.period_name, ', ' order by asked.period_name) as periods
    from asked
    left join told
        on
            asked.installation_code = told.installation_code
            and asked.process_code = told.process_code
            and asked.gas = told.gas
            and asked.period_from = told.period_from
    where told.process_code is null
    group by asked.boundary, asked.reporting_year, asked.installation_code, asked.process_code, asked.gas
)

select * from final
