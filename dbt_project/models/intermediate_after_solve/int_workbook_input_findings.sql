-- What is odd about input cells: one row per rule and cell of a communication workbook. Cells that could not be read are
-- not here: the gate has rejected them, each with its own sentence.
with
cells as (
    select
        *,
        sheet || '!' || cell as place
    from {{ ref('stg_communication_cells') }}
),

precursors as (select * from {{ ref('int_workbook_precursors') }}),

workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

inputs as (
    select
        cells.*,
        coalesce('precursor ' || precursors.precursor_name, 'process ' || workbook_processes.process_name) as owner,
        stated.is_stated
    from cells
    left join precursors
        on
            cells.workbook_id = precursors.workbook_id
            and cells.block = 'precursor'
            and cells.block_position = precursors.block_position
    left join workbook_processes
        on
            cells.workbook_id = workbook_processes.workbook_id
            and cells.block = 'process'
            and cells.block_position = workbook_processes.block_position
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

-- an operator may calculate in a cell of his own; arithmetic of cells is followed, else what it last came to was read
calculated as (
    select
        inputs.workbook_id,
        'formulas_in_input_cells' as rule,
        min(inputs.place) as place,
        cast(count(*) as varchar) as cell_value,
        'input cells hold formulas of the operator, and were followed to the cells they name: '
        || string_agg(inputs.place, ', ' order by {{ figures_byte_order('inputs.place') }})
        || coalesce(
            '; these go beyond arithmetic, and the values they last came to were read: '
            || string_agg(
                case when inputs.follows is null then inputs.place end, ', ' order by {{ figures_byte_order('inputs.place') }}
            )
            || '. Save the workbook in a spreadsheet program after a change',
            ''
        ) as sentence
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
        'no_percentage' as rule,
        inputs.place,
        inputs.text_value as cell_value,
        inputs.text_value || ' % is less than nothing or more than all; write a number from 0 to 100. It was calculated with as'
        || ' it stands' as sentence
    from inputs
    where
        inputs.field in ('oxidation_pct', 'conversion_pct', 'biomass_pct')
        and (inputs.number_value < 0 or inputs.number_value > 100)
    union all
    select
        inputs.workbook_id,
        'share_as_percentage' as rule,
        inputs.place,
        inputs.text_value as cell_value,
        inputs.text_value || ' is read as a share, as the template reads it, and a share is not above 1; write 0.98 for 98 %'
            as sentence
    from inputs
    where
        (
            inputs.field in ('collection_efficiency', 'c2f6_fraction', 'covered_share', 'rebated_share', 'clinker_factor')
            or inputs.field like 'nitrogen%'
        )
        and inputs.number_value > 1
    union all
    select
        inputs.workbook_id,
        'zero_for_unknown' as rule,
        inputs.place,
        inputs.text_value as cell_value,
        inputs.owner || case inputs.block when 'process' then ' is said to have' else ' is said to carry' end
        || ' no direct emissions at all; zero is a statement, not a gap. It was counted as 0: ask the '
        || case inputs.block when 'process' then 'operator' else 'producer, or take a default value and say so' end as sentence
    from inputs
    where inputs.field in ('direct_t_co2e_per_t', 'dir_em_tco2e') and inputs.number_value = 0 and inputs.is_stated
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
        and inputs.follows is null
        and (
            inputs.field in (
                'amount', 'dir_em_tco2e', 'electricity_mwh', 'direct_t_co2e_per_t', 'electricity_mwh_per_t', 'aluminium_t',
                'concentration_g_per_nm3', 'hours', 'flow_knm3_per_h'
            )
            and inputs.is_stated
            or inputs.field = 'stated_indirect_tco2e'
        )
),

-- (what is stated, as which word, or else as a number that is not zero) asks for another cell
needs as (
    select needs.*
    from (
        values
        ('stream', 'method', 'Combustion', 'factor'),
        ('stream', 'method', 'Process emissions', 'factor'),
        ('stream', 'method', 'Mass Balance', 'carbon_content'),
        ('stream', 'factor_unit', 'tCO2/TJ', 'ncv'),
        ('pfc_source', 'method', 'Slope method', 'frequency'),
        ('pfc_source', 'method', 'Slope method', 'duration_min'),
        ('pfc_source', 'method', 'Slope method', 'slope'),
        ('pfc_source', 'method', 'Slope method', 'c2f6_fraction'),
        ('pfc_source', 'method', 'Overvoltage method', 'overvoltage_mv'),
        ('pfc_source', 'method', 'Overvoltage method', 'current_efficiency'),
        ('pfc_source', 'method', 'Overvoltage method', 'overvoltage_coefficient'),
        ('pfc_source', 'method', 'Overvoltage method', 'c2f6_fraction'),
        ('process', 'heat_in_tj', '', 'heat_in_factor'),
        ('process', 'heat_out_tj', '', 'heat_out_factor'),
        ('process', 'electricity_mwh', '', 'electricity_factor'),
        ('process', 'exported_mwh', '', 'exported_factor'),
        ('precursor', 'electricity_mwh_per_t', '', 'electricity_factor')
    ) as needs (block, field, word, needed_field)
),

needed as (
    select distinct
        inputs.workbook_id,
        'missing_input' as rule,
        inputs.place,
        cast(null as varchar) as cell_value,
        'the cell of ' || inputs.field || ' is empty beside ' || needs.field
        || ', and empty is not zero; write the number. What needs it is not computed' as sentence
    from inputs
    inner join needs on inputs.block = needs.block and inputs.field = needs.needed_field
    inner join inputs as stated
        on
            inputs.workbook_id = stated.workbook_id
            and inputs.block = stated.block
            and inputs.block_position = stated.block_position
            and needs.field = stated.field
    where
        inputs.text_value is null
        and inputs.follows is null
        and inputs.is_stated
        and (stated.text_value = needs.word or (needs.word = '' and stated.number_value <> 0))
),

stream_words as (
    {{ workbook_block('stream', words=['method', 'name', 'unit', 'factor_unit']) }}
),

rows_of_the_form as (
    select
        inputs.workbook_id,
        'units_do_not_fit' as rule,
        inputs.place,
        inputs.text_value as cell_value,
        'a factor in ' || coalesce(inputs.text_value, 'no unit') || ' does not fit an amount in '
        || coalesce(stream_words.unit, 'no unit') || '; choose units that do. The stream and what needs it are not computed'
            as sentence
    from inputs
    inner join stream_words
        on inputs.workbook_id = stream_words.workbook_id and inputs.block_position = stream_words.block_position
    where
        inputs.block = 'stream'
        and inputs.field = 'factor_unit'
        and stream_words.method in ('Combustion', 'Process emissions')
        and coalesce(inputs.text_value, '') <> 'tCO2/TJ'
        and coalesce(inputs.text_value, '') <> 'tCO2/' || coalesce(stream_words.unit, 'no unit')
    union all
    select
        inputs.workbook_id,
        'missing_input' as rule,
        inputs.place,
        cast(null as varchar) as cell_value,
        'the stream has no ' || inputs.field || ', and the template leaves such a line out of its sums; here it was counted. '
        || 'Write it' as sentence
    from inputs
    inner join stream_words
        on inputs.workbook_id = stream_words.workbook_id and inputs.block_position = stream_words.block_position
    where
        inputs.block = 'stream'
        and inputs.text_value is null
        and inputs.is_stated
        and (inputs.field = 'name' or (inputs.field = 'unit' and stream_words.factor_unit = 'tCO2/TJ'))
    union all
    select
        inputs.workbook_id,
        'missing_input' as rule,
        inputs.place,
        cast(null as varchar) as cell_value,
        inputs.block || ' ' || names.text_value || ' has no category, and was left out, as the template leaves it out; choose one'
            as sentence
    from inputs
    inner join inputs as names
        on
            inputs.workbook_id = names.workbook_id
            and inputs.block = names.block
            and inputs.block_position = names.block_position
            and names.field = 'name'
    where
        inputs.block in ('process', 'precursor')
        and inputs.field = 'category'
        and inputs.text_value is null
        and names.text_value is not null
    union all
    select
        inputs.workbook_id,
        'missing_input' as rule,
        inputs.place,
        inputs.text_value as cell_value,
        inputs.owner || ' made nothing; write its production. Nothing per tonne was computed, where the template prints 0'
            as sentence
    from inputs
    inner join (
        select
            cells.workbook_id,
            cells.block_position
        from cells
        where cells.field = 'produced_t' and cells.role = 'input'
        group by cells.workbook_id, cells.block_position
        -- a cell that could not be read has its own finding
        having count(*) = 8 and coalesce(sum(cells.number_value), 0) = 0
    ) as idle
        on inputs.workbook_id = idle.workbook_id and inputs.block_position = idle.block_position
    where inputs.block = 'process' and inputs.field = 'produced_t' and inputs.second_position = 1 and inputs.is_stated
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

together as (
    select * from calculated
    union all
    select * from numbers
    union all
    select * from needed
    union all
    select * from rows_of_the_form
    union all
    select * from blended
    union all
    select * from doubles
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
