-- What a reader of a communication workbook should know: which cells to look at, and what was done about them.
with
installations as (select * from {{ ref('int_workbook_installations') }}),

findings as (
    select * from {{ ref('int_workbook_form_findings') }}
    union all
    select * from {{ ref('int_workbook_input_findings') }}
    union all
    select * from {{ ref('int_workbook_product_findings') }}
    union all
    select * from {{ ref('int_workbook_balance_findings') }}
),

final as (
    select
        installations.installation_name,
        installations.period_from,
        findings.rule,
        findings.cell,
        findings.cell_value,
        findings.sentence
    from findings
    inner join installations on findings.workbook_id = installations.workbook_id
)

select * from final
