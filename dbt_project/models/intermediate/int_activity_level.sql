-- Activity level of every process and calendar year, in tonnes and in the functional unit of its goods (2025/2547 Annex II
-- F). Where that unit cannot be told the year counts in tonnes, and no figure stands on it.
with
output_counted as (select * from {{ ref('int_output_counted') }}),

sums as (
    select
        output_counted.installation_code,
        output_counted.process_code,
        output_counted.reporting_year,
        -- what a process did not make has no say in how it counts
        min(case when output_counted.mass_t <> 0 then {{ unit_of_output('output_counted.functional_unit') }} end) as unit,
        max(case when output_counted.mass_t <> 0 then {{ unit_of_output('output_counted.functional_unit') }} end)
            as another_unit,
        sum(output_counted.mass_t) as mass_t,
        case when count(*) = count(output_counted.amount) then sum(output_counted.amount) end as amount
    from output_counted
    group by output_counted.installation_code, output_counted.process_code, output_counted.reporting_year
),

final as (
    select
        sums.installation_code,
        sums.process_code,
        sums.reporting_year,
        cast(sums.mass_t as decimal(28, 9)) as activity_level_t,
        case when sums.unit = sums.another_unit and sums.amount is not null then sums.unit else 't' end as unit,
        cast(
            case when sums.unit = sums.another_unit then coalesce(sums.amount, sums.mass_t) else sums.mass_t end
            as decimal(28, 9)
        ) as activity_level,
        case
            when sums.unit <> sums.another_unit
                then
                    sums.process_code || ' put out goods per ' || sums.unit || ' and per ' || sums.another_unit
                    || ', and one process counts in one unit'
        end as absent_because
    from sums
)

select * from final
