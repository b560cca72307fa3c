-- What communication workbooks print beside what their input cells give: one row per printed cell.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

figures as (select * from {{ ref('int_workbook_figures') }}),

check_limits as (
    select * from {{ ref('check_limits') }}
    where check_name = 'workbook_figures'
),

printed as (
    select * from cells
    where role = 'printed' and field <> 'unit'
),

compared as (
    select
        printed.workbook_id,
        printed.block,
        printed.block_position,
        printed.sheet,
        printed.cell,
        printed.field as figure_name,
        figures.subject_name,
        figures.process_name,
        figures.cn_code,
        printed.text_value as printed_as,
        printed.number_value as printed_number,
        figures.recomputed,
        cast(abs(figures.recomputed - printed.number_value) as decimal(38, 12)) as difference,
        cast(abs(printed.number_value) as decimal(38, 12)) as size,
        -- what is left of a difference of large binary numbers is noise of their last digits
        cast(
            case
                when printed.field like 'un%' or printed.field like 'rest%' or printed.field like 'by_other%' then 0.000001
                else 0.000000001
            end as decimal(38, 12)
        ) as noise
    from printed
    inner join figures
        on
            printed.workbook_id = figures.workbook_id
            and printed.block = figures.block
            and printed.block_position = figures.block_position
            and printed.field = figures.figure_name
),

final as (
    select
        compared.workbook_id,
        compared.block,
        compared.block_position,
        compared.sheet,
        compared.cell,
        compared.figure_name,
        compared.subject_name,
        compared.process_name,
        compared.cn_code,
        compared.printed_as,
        cast(compared.printed_number as decimal(38, 12)) as printed,
        compared.recomputed,
        cast(
            case
                when compared.size > 0 then {{ div('compared.difference', 'compared.size', 12, 12) }}
                when compared.difference <= compared.noise then 0
            end as decimal(38, 12)
        ) as relative_difference,
        coalesce(
            compared.difference <= compared.noise
            or compared.difference <= {{ product('compared.size', 'check_limits.limit_share') }},
            false
        ) as agrees
    from compared
    cross join check_limits
)

select * from final
