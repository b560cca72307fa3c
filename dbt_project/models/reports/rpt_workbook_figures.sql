-- Figures of communication workbooks as printed and as recomputed from their input cells, in the order of the workbook.
with
figures as (select * from {{ ref('int_workbook_figures_compared') }}),

installations as (select * from {{ ref('int_workbook_installations') }}),

final as (
    select
        installations.installation_name,
        installations.period_from,
        installations.period_until,
        installations.template_version,
        figures.sheet || '!' || figures.cell as cell,
        figures.block,
        figures.block_position,
        figures.figure_name,
        figures.subject_name,
        figures.process_name,
        figures.cn_code,
        figures.printed,
        figures.printed_as,
        figures.recomputed,
        figures.relative_difference,
        figures.agrees
    from figures
    inner join installations on figures.workbook_id = installations.workbook_id
)

select * from final
