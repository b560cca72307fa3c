-- What a reader of a communication workbook should know: one row per rule and cell, with what was done about it. Cells
-- that could not be read are not here: the gate has rejected them, each with its own sentence.
with
cells as (
    select
        *,
        sheet || '!' || cell as place
    from {{ ref('stg_communication_cells') }}
),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

installations as (select * from {{ ref('int_workbook_installations') }}),

workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

precursors as (select * from {{ ref('int_workbook_precursors') }}),

workbook_products as (select * from {{ ref('int_workbook_products') }}),

check_limits as (
    select * from {{ ref('check_limits') }}
    where check_name = 'workbook_balances'
),

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
        'the reporting period is no calendar year; the figures speak of it as it is. From 2026 on a period is a calendar year'
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

inputs as (
    select
        cells.*,
        precursors.precursor_name,
        stated.is_stated
    from cells
    left join precursors
        on
            cells.workbook_id = precursors.workbook_id
            and cells.block = 'precursor'
            and cells.block_position = precursors.block_position
    -- only what has a method, a gas or a category is used
    left join (
        select distinct
            cells.workbook_id,
            cells.block,
            cells.block_position,
            true as is_stated
        from cells
        where cells.field in ('method', 'gas', 'category') and cells.text_value is not null
    ) as stated
        on
            cells.workbook_id = stated.workbook_id
            and cells.block = stated.block
            and cells.block_position = stated.block_position
    where cells.role = 'input'
),

-- an operator may calculate in a cell of his own: what it last came to is all the file says
calculated as (
    select
        inputs.workbook_id,
        'formulas_in_input_cells' as rule,
        min(inputs.place) as place,
        cast(count(*) as varchar) as cell_value,
        'input cells hold formulas of the operator: ' || string_agg(inputs.place, ', ' order by inputs.place)
        || '; the values they last came to were read. Save the workbook in a spreadsheet program after a change' as sentence
    from inputs
    where inputs.is_formula
    group by inputs.workbook_id
),

numbers as (
    select
        inputs.workbook_id,
        'percentage_as_fraction' as rule,
        inputs.place,
        inputs.text_value as cell_value,
        inputs.text_value || ' is read as ' || inputs.text_value
        || ' %, as the template reads it; if a share is meant, write it as a number from 0 to 100' as sentence
    from inputs
    where
        inputs.field in ('oxidation_pct', 'conversion_pct', 'biomass_pct')
        and inputs.number_value > 0
        and inputs.number_value <= 1
    union all
    select
        inputs.workbook_id,
        'zero_for_unknown' as rule,
        inputs.place,
        inputs.text_value as cell_value,
        'precursor ' || inputs.precursor_name
        || ' is said to carry no direct emissions at all; zero is a statement, not a gap. It was counted as 0: ask the'
        || ' producer, or take a default value and say so' as sentence
    from inputs
    where inputs.field = 'direct_t_co2e_per_t' and inputs.number_value = 0 and inputs.is_stated
    union all
    select
        inputs.workbook_id,
        'missing_input' as rule,
        inputs.place,
        cast(null as varchar) as cell_value,
        'the cell of ' || inputs.field || ' is empty, and empty is not zero; write the number. What needs it is not computed'
            as sentence
    from inputs
    where
        inputs.text_value is null
        and (
            inputs.field in (
                'amount', 'dir_em_tco2e', 'electricity_mwh', 'direct_t_co2e_per_t', 'electricity_mwh_per_t', 'aluminium_t',
                'concentration_g_per_nm3', 'hours', 'flow_knm3_per_h'
            )
            and inputs.is_stated
            or inputs.field = 'stated_indirect_tco2e'
        )
),

blended as (
    select
        cells.workbook_id,
        'blended_routes' as rule,
        min(cells.place) as place,
        cast(count(*) as varchar) as cell_value,
        case when min(cells.block) = 'process' then 'the process was run' else 'the precursor was made' end || ' by '
        || cast(count(*) as varchar) || ' routes; the figure is that of all of them together' as sentence
    from cells
    where cells.field in ('produced_t', 'bought_t') and cells.role = 'input' and cells.number_value > 0
    group by cells.workbook_id, cells.block, cells.block_position
    having count(*) > 1
),

named as (
    select
        cells.*,
        row_number() over (
            partition by cells.workbook_id, cells.block, lower(trim(cells.text_value))
            order by cells.block_position
        ) as times
    from cells
    where cells.block in ('process', 'precursor') and cells.field = 'name' and cells.text_value is not null
),

doubles as (
    select
        named.workbook_id,
        'listed_twice' as rule,
        named.place,
        named.text_value as cell_value,
        named.block || ' ' || named.text_value
        || ' is listed twice; here each entry counts once, the template adds what both of one name were used for to each. Make'
        || ' them one entry, or give them two names' as sentence
    from named
    where named.times > 1
),

products as (
    select
        workbook_products.*,
        goods.cn_code as known_cn_code,
        goods.functional_unit
    from workbook_products
    left join cbam_goods as goods on workbook_products.cn_code = goods.cn_code
),

parameters as (
    select
        cells.workbook_id,
        cells.block_position,
        max(case when cells.field = 'clinker_factor' then cells.number_value end) as clinker_factor,
        max(case when cells.field like 'nitrogen%' or cells.field = 'concentration' then cells.number_value end) as nitrogen
    from cells
    where cells.block = 'product'
    group by cells.workbook_id, cells.block_position
),

product_findings as (
    select
        products.workbook_id,
        products.block_position,
        'cn_code' as field,
        'cn_code_out_of_scope' as rule,
        'CN code ' || products.cn_code || ' of ' || products.product_name
        || ' is no good of Annex I to Regulation (EU) 2023/956; correct it, or leave the product out' as sentence
    from products
    where products.cn_code is not null and products.known_cn_code is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'cn_code' as field,
        'no_cn_code' as rule,
        'product ' || products.product_name || ' has no CN code; write its eight digits' as sentence
    from products
    where products.cn_code is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'process_name' as field,
        'unknown_process' as rule,
        'product ' || products.product_name || ' names no process of this workbook; choose one. It has no figures' as sentence
    from products
    where products.process_position is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'unit' as field,
        'missing_functional_unit' as rule,
        'the unit of ' || products.product_name || ' is missing; choose a process with a category, and the template writes it'
            as sentence
    from products
    inner join cells
        on
            products.workbook_id = cells.workbook_id
            and cells.block = 'product'
            and products.block_position = cells.block_position
            and cells.field = 'unit'
    where cells.text_value is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'clinker_factor' as field,
        'missing_parameter' as rule,
        'the clinker factor of ' || products.product_name
        || ' is missing; without it the figure cannot be told per tonne of clinker, as the law counts it from 2026' as sentence
    from products
    inner join parameters
        on products.workbook_id = parameters.workbook_id and products.block_position = parameters.block_position
    where
        products.functional_unit = 't_clinker'
        and products.cn_code not like '252310%'
        and coalesce(parameters.clinker_factor, 0) = 0
    union all
    select
        products.workbook_id,
        products.block_position,
        'nitrogen' as field,
        'missing_parameter' as rule,
        'the nitrogen content of ' || products.product_name
        || ' is missing; without it the figure cannot be told per kilogram of nitrogen, as the law counts it from 2026'
            as sentence
    from products
    inner join parameters
        on products.workbook_id = parameters.workbook_id and products.block_position = parameters.block_position
    where products.functional_unit = 'kg_n' and coalesce(parameters.nitrogen, 0) = 0
),

of_products as (
    select
        product_findings.workbook_id,
        product_findings.rule,
        cells.place,
        cells.text_value as cell_value,
        product_findings.sentence
    from product_findings
    inner join cells
        on
            product_findings.workbook_id = cells.workbook_id
            and cells.block = 'product'
            and product_findings.block_position = cells.block_position
            and product_findings.field = cells.field
            and cells.role = case when product_findings.field = 'unit' then 'printed' else 'input' end
),

gaps as (
    select
        workbook_processes.workbook_id,
        'process' as block,
        workbook_processes.block_position,
        'unaccounted_production_t' as field,
        workbook_processes.unaccounted_t as gap,
        workbook_processes.produced_t as total,
        't' as unit,
        'of what ' || workbook_processes.process_name || ' made' as what
    from workbook_processes
    union all
    select
        precursors.workbook_id,
        'precursor' as block,
        precursors.block_position,
        'unaccounted_precursor_t' as field,
        precursors.unaccounted_t as gap,
        precursors.bought_t as total,
        't' as unit,
        'of precursor ' || precursors.precursor_name as what
    from precursors
    union all
    select
        installations.workbook_id,
        'installation' as block,
        1 as block_position,
        'rest_of_fuel_energy_tj' as field,
        -- a total that nobody split has no rest
        case
            when installations.rest_of_fuel_energy_tj <> installations.total_fuel_energy_tj
                then installations.rest_of_fuel_energy_tj
        end as gap,
        installations.total_fuel_energy_tj as total,
        'TJ' as unit,
        'of the fuels'' energy' as what
    from installations
    union all
    select
        installations.workbook_id,
        'installation' as block,
        1 as block_position,
        'unattributed_direct_tco2e' as field,
        installations.unattributed_direct_t_co2e as gap,
        installations.total_direct_t_co2e as total,
        't CO2e' as unit,
        'of the installation''s direct emissions' as what
    from installations
    union all
    select
        installations.workbook_id,
        'installation' as block,
        1 as block_position,
        'unattributed_indirect_tco2e' as field,
        installations.unattributed_indirect_t_co2e as gap,
        installations.total_indirect_t_co2e as total,
        't CO2e' as unit,
        'of the installation''s indirect emissions, a total written by hand,' as what
    from installations
),

balances as (
    select
        gaps.workbook_id,
        'balance_does_not_close' as rule,
        cells.place,
        cells.text_value as cell_value,
        cast(cast(abs(gaps.gap) as decimal(38, 6)) as varchar) || ' ' || gaps.unit || ' ' || gaps.what
        || case when gaps.gap > 0 then ' are accounted for nowhere' else ' are accounted for beyond what there is' end
        || '; figures were computed as the cells say' as sentence
    from gaps
    cross join check_limits
    inner join cells
        on
            gaps.workbook_id = cells.workbook_id
            and gaps.block = cells.block
            and gaps.block_position = cells.block_position
            and gaps.field = cells.field
    where abs(gaps.gap) > {{ product('abs(coalesce(gaps.total, 0))', 'check_limits.limit_share') }} + 0.000001
),

together as (
    select * from form
    union all
    select * from formulas
    union all
    select * from calculated
    union all
    select * from numbers
    union all
    select * from blended
    union all
    select * from doubles
    union all
    select * from of_products
    union all
    select * from balances
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
