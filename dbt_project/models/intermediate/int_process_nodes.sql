-- Nodes of the supply graph: a process is one, a combined heat and power plant is two, which take its inputs in the
-- parts of its split.
with
processes as (select * from {{ ref('stg_processes') }}),

reporting_years as (select * from {{ ref('int_reporting_years') }}),

chp_split as (select * from {{ ref('int_chp_split') }}),

in_the_year as (
    select
        reporting_years.boundary,
        reporting_years.reporting_year,
        processes.installation_code,
        processes.process_code,
        max(processes.kind) as kind
    from reporting_years
    inner join processes
        on
            reporting_years.installation_code = processes.installation_code
            and processes.valid_from < {{ first_of_year('reporting_years.reporting_year + 1') }}
            and (
                processes.valid_until is null
                or {{ first_of_year('reporting_years.reporting_year') }} < processes.valid_until
            )
    group by
        reporting_years.boundary,
        reporting_years.reporting_year,
        processes.installation_code,
        processes.process_code
),

whole as (
    select
        in_the_year.boundary,
        in_the_year.reporting_year,
        in_the_year.installation_code,
        in_the_year.process_code,
        in_the_year.installation_code || '/' || in_the_year.process_code as node_id,
        in_the_year.kind,
        case in_the_year.kind when 'heat' then 'gj' else 't' end as unit,
        0 as cum_share_before,
        1 as cum_share,
        cast(null as varchar) as absent_because
    from in_the_year
    where in_the_year.kind <> 'power'
),

halves as (
    select
        chp_split.boundary,
        chp_split.reporting_year,
        chp_split.installation_code,
        chp_split.process_code,
        chp_split.installation_code || '/' || chp_split.process_code || '/heat' as node_id,
        'heat' as kind,
        'gj' as unit,
        0 as cum_share_before,
        chp_split.heat_share as cum_share,
        chp_split.absent_because
    from chp_split
    union all
    select
        chp_split.boundary,
        chp_split.reporting_year,
        chp_split.installation_code,
        chp_split.process_code,
        chp_split.installation_code || '/' || chp_split.process_code || '/electricity' as node_id,
        'electricity' as kind,
        'mwh' as unit,
        chp_split.heat_share as cum_share_before,
        case when chp_split.heat_share is not null then 1 end as cum_share,
        chp_split.absent_because
    from chp_split
),

united as (
    select * from whole
    union all
    select * from halves
),

final as (
    select
        united.boundary,
        united.reporting_year,
        united.installation_code,
        united.process_code,
        united.node_id,
        united.kind,
        united.unit,
        cast(united.cum_share_before as decimal(28, 12)) as cum_share_before,
        cast(united.cum_share as decimal(28, 12)) as cum_share,
        united.absent_because
    from united
)

select * from final
