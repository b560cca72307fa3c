-- Products of communication workbooks with the figures of the process they come from, and the carbon price they state.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

workbook_processes as (select * from {{ ref('int_workbook_processes') }}),

embedded_emissions as (select * from {{ ref('int_workbook_embedded_emissions') }}),

stated as (
    {{ workbook_block(
        'product',
        words=['process_name', 'cn_code', 'name'],
        optional=['covered_share', 'price_due_per_t', 'rebated_share', 'rebate_per_t']
    ) }}
),

-- the template finds a process by its name: the first of that name
first_of_name as (
    select
        workbook_processes.workbook_id,
        workbook_processes.process_name,
        min(workbook_processes.block_position) as process_position
    from workbook_processes
    group by workbook_processes.workbook_id, workbook_processes.process_name
),

final as (
    select
        stated.workbook_id,
        stated.block_position,
        coalesce(stated.name, stated.process_name, 'product ' || cast(stated.block_position as varchar)) as product_name,
        stated.process_name,
        -- written with blanks or dots, or with the two digits of TARIC, it is the same code
        substr(replace(replace(stated.cn_code, ' ', ''), '.', ''), 1, 8) as cn_code,
        first_of_name.process_position,
        embedded_emissions.see_direct_t_co2e_per_t,
        embedded_emissions.see_indirect_t_co2e_per_t,
        embedded_emissions.see_t_co2e_per_t,
        embedded_emissions.default_share,
        embedded_emissions.electricity_mwh_per_t,
        cast({{ product('embedded_emissions.see_t_co2e_per_t', workbook_number('stated', 'covered_share')) }} as decimal(38, 12))
            as covered_t_co2e_per_t,
        cast({{ product('embedded_emissions.see_t_co2e_per_t', workbook_number('stated', 'rebated_share')) }} as decimal(38, 12))
            as rebated_t_co2e_per_t,
        cast(
            case
                when first_of_name.process_position is not null
                    then {{ workbook_number('stated', 'price_due_per_t') }} - {{ workbook_number('stated', 'rebate_per_t') }}
            end as decimal(38, 12)
        ) as effective_carbon_price_per_t
    from stated
    left join first_of_name
        on stated.workbook_id = first_of_name.workbook_id and stated.process_name = first_of_name.process_name
    left join embedded_emissions
        on
            first_of_name.workbook_id = embedded_emissions.workbook_id
            and first_of_name.process_position = embedded_emissions.block_position
)

select * from final
