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
        'A_InstData!I9' as place,
        cast(null as varchar) as cell_value,
        'the reporting period has no first or last day; write both as dates. Nothing per tonne was computed' as sentence
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
    union all
    select
        printed.workbook_id,
        'broken_formula' as rule,
        printed.place,
        printed.text_value as cell_value,
        'the workbook prints ' || printed.text_value || ' here; correct the formula. Nothing can be compared with it' as sentence
    from printed
    where printed.text_value like '#%'
    union all
    select
        printed.workbook_id,
        'no_number_printed' as rule,
        printed.place,
        printed.text_value as cell_value,
        'the workbook prints "' || printed.text_value || '" where a number belongs; fill in what it misses' as sentence
    from printed
    where printed.field <> 'unit' and printed.number_value is null and printed.text_value not like '#%'
    union all
    select
        printed.workbook_id,
        'overwritten_formula' as rule,
        printed.place,
        printed.text_value as cell_value,
        'the formula of the template was replaced by ' || coalesce(printed.text_value, 'nothing')
        || '; it was compared as printed and never used. Take the formula from an empty template' as sentence
    from printed
    where not printed.is_formula and printed.filled > 0
),

together as (
    select * from form
    union all
    select * from formulas
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
