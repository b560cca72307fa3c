-- Processes of communication workbooks as nodes of the supply graph, under a boundary of their own.
with
workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

installations as (select * from {{ ref('int_workbook_installations') }}),

final as (
    select
        '{{ workbook_boundary() }}' as boundary,
        installations.reporting_year,
        {{ workbook_node('workbook_processes.workbook_id', 'workbook_processes.block_position') }} as node_id,
        installations.installation_name as installation_code,
        workbook_processes.process_name as process_code,
        'good' as kind,
        't' as unit,
        cast(coalesce(workbook_processes.produced_t, 0) as decimal(28, 9)) as output_amount,
        workbook_processes.workbook_id,
        workbook_processes.block_position
    from workbook_processes
    inner join installations on workbook_processes.workbook_id = installations.workbook_id
    -- a workbook without a period belongs to no year, and nothing of it can be solved
    where installations.reporting_year is not null
)

select * from final
