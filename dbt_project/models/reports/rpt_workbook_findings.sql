-- What a reader of a communication workbook should know, for people.
with
findings as (select * from {{ ref('int_workbook_findings') }}),

installations as (select * from {{ ref('int_workbook_installations') }}),

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
