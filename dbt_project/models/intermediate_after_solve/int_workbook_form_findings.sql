-- What is odd about the form itself and about what it prints: one row per rule and cell of a communication workbook.
with
cells as (
    select
        *,
        sheet || '!' || cell as place
    from {{ ref('stg_communication_cells') }}
),

installations as (select * from {{ ref('int_workbook_installations') }}),

form as (
    select
        installations.workbook_id,
        'unknown_version' as rule,
        '0_Versions!E9' as place,
        installations.template_version as cell_value,
        'the workbook says it is version ' || installations.template_version
        || ' of the template; cells were read where versions 2.1 and 2.1.1 have them. Compare a few, or use one of these'
            as sentence
    from installations
    where installations.template_version not in ('2.1', '2.1.1')
    union all
    select
        cells.workbook_id,
        'other_language' as rule,
        cells.place,
        cells.text_value as cell_value,
        'the form shows another language than English; cells were found by address and words translated by its own list'
            as sentence
    from cells
    where cells.field = 'language_column' and cells.number_value <> 3
    union all
    select
        installations.workbook_id,
        'no_period' as rule,
        case when installations.period_from is null then 'A_InstData!I9' else 'A_InstData!L9' end as place,
        cast(null as varchar) as cell_value,
        case
            when installations.period_from is null
                then 'the reporting period has no first day; write it as a date. Nothing per tonne was computed'
            else 'the reporting period has no last day; write it as a date. Figures were computed for the year of its first day'
        end as sentence
    from installations
    where installations.period_from is null or installations.period_until is null
    union all
    select
        installations.workbook_id,
        'no_calendar_year' as rule,
        'A_InstData!I9' as place,
        cast(installations.period_from as varchar) as cell_value,
        'the reporting period is no calendar year; figures were computed for it as it is. From 2026 on it is one: ask for one'
            as sentence
    from installations
    where
        installations.period_from <> {{ first_of_year('installations.reporting_year') }}
        or installations.period_until <> {{ first_of_year('installations.reporting_year + 1') }}
),

printed as (
    select
        cells.*,
        count(cells.text_value) over (partition by cells.workbook_id) as filled
    from cells
    where cells.role = 'printed'
),

formulas as (
    select
        printed.workbook_id,
        'never_calculated' as rule,
        min(printed.place) as place,
        cast(null as varchar) as cell_value,
        'the workbook holds no calculated figure at all; open it in a spreadsheet program, save it and send it again' as sentence
    from printed
    where printed.filled = 0
    group by printed.workbook_id
),

of_cells as (
    select
        printed.*,
        'broken_formula' as rule,
        'the workbook prints ' || printed.text_value || ' here' as what,
        '; correct the formula. Nothing can be compared with it' as and_then,
        1 as told_apart
    from printed
    where printed.text_value like '#%'
    union all
    select
        printed.*,
        'no_number_printed' as rule,
        'the workbook prints "' || printed.text_value || '" where a number belongs' as what,
        case
            when printed.field = 'share_from_default_values' and printed.text_value = 'false'
                then '; the template looks the process up where one before it names what it uses. What was recomputed holds'
            else '; fill in what it misses'
        end as and_then,
        1 as told_apart
    from printed
    where printed.field <> 'unit' and printed.number_value is null and printed.text_value not like '#%'
    union all
    select
        printed.*,
        'overwritten_formula' as rule,
        'the formula of the template was replaced by ' || coalesce(printed.text_value, 'nothing') as what,
        '; it was compared as printed and never used. Take the formula from an empty template' as and_then,
        10 as told_apart
    from printed
    where not printed.is_formula and printed.filled > 0
),

-- an error spreads over all that needs it, and who pastes values pastes all: beyond so many cells the first speaks for all
numbered as (
    select
        of_cells.*,
        row_number() over (
            partition by of_cells.workbook_id, of_cells.rule
            order by {{ figures_byte_order('of_cells.sheet') }}, of_cells.source_row
        ) as place_in_line,
        count(*) over (partition by of_cells.workbook_id, of_cells.rule) as times
    from of_cells
),

in_cells as (
    select
        numbered.workbook_id,
        numbered.rule,
        numbered.place,
        numbered.text_value as cell_value,
        numbered.what
        || case
            when numbered.times > numbered.told_apart
                then ', and the same befell ' || cast(numbered.times - 1 as varchar) || ' other printed cells'
            else ''
        end
        || numbered.and_then as sentence
    from numbered
    where numbered.times <= numbered.told_apart or numbered.place_in_line = 1
),

together as (
    select * from form
    union all
    select * from formulas
    union all
    select * from in_cells
),

final as (
    select
        together.workbook_id,
        together.rule,
        together.place as cell,
        together.cell_value,
        together.sentence
    from together
)

select * from final
