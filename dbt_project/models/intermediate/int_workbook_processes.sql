-- Production processes of communication workbooks: what was made, and the emissions attributed as the template does it,
-- without the floor at zero that the act has (2025/2547 Annex III A, Eq 55).
with
cells as (select * from {{ ref('int_workbook_cells') }}),

constants as (select * from {{ ref('constants') }}),

stated as (
    {{ workbook_block(
        'process',
        words=['category', 'name', 'electricity_source'],
        numbers=['dir_em_tco2e', 'electricity_mwh', 'heat_in_factor', 'heat_out_factor', 'electricity_factor', 'exported_factor'],
        optional=[
            'market_t', 'other_use_t', 'heat_in_tj', 'heat_out_tj', 'waste_gas_in_tj', 'waste_gas_out_tj', 'exported_mwh',
            'covered_share', 'price_per_tco2e', 'rebate_per_tco2e'
        ]
    ) }}
),

-- a route or a use of which the cell could not be read leaves the sum unknown
sums as (
    select
        cells.workbook_id,
        cells.block_position,
        {{ workbook_total('produced_t', 8) }} as produced_t,
        {{ workbook_total('passed_on_t', 9, 0) }} as passed_on_t
    from cells
    where cells.block = 'process' and cells.role = 'input'
    group by cells.workbook_id, cells.block_position
),

gas as (
    select
        max(case when constants.constant_key = 'natural_gas_cbam' then constants.numerator end) as t_co2_per_tj,
        max(case when constants.constant_key = 'waste_gas_export_ratio' then constants.numerator end) as export_ratio
    from constants
),

read as (
    select
        stated.workbook_id,
        stated.block_position,
        stated.category,
        coalesce(stated.name, 'P' || cast(stated.block_position as varchar) || ' - ' || stated.category) as process_name,
        stated.electricity_source,
        sums.produced_t,
        sums.passed_on_t,
        {{ workbook_number('stated', 'market_t') }} as market_t,
        {{ workbook_number('stated', 'other_use_t') }} as other_use_t,
        stated.dir_em_tco2e,
        stated.electricity_mwh,
        stated.electricity_factor,
        stated.heat_in_factor,
        stated.heat_out_factor,
        stated.exported_factor,
        {{ workbook_number('stated', 'heat_in_tj') }} as heat_in_tj,
        {{ workbook_number('stated', 'heat_out_tj') }} as heat_out_tj,
        {{ workbook_number('stated', 'waste_gas_in_tj') }} as waste_gas_in_tj,
        {{ workbook_number('stated', 'waste_gas_out_tj') }} as waste_gas_out_tj,
        {{ workbook_number('stated', 'exported_mwh') }} as exported_mwh,
        {{ workbook_number('stated', 'covered_share') }} as covered_share,
        {{ workbook_number('stated', 'price_per_tco2e') }} as price_per_tco2e,
        {{ workbook_number('stated', 'rebate_per_tco2e') }} as rebate_per_tco2e
    from stated
    inner join sums on stated.workbook_id = sums.workbook_id and stated.block_position = sums.block_position
    where stated.category is not null
),

terms as (
    select
        read.*,
        {{ energy_t_co2('read.heat_in_tj', 'read.heat_in_factor') }}
        - {{ energy_t_co2('read.heat_out_tj', 'read.heat_out_factor') }} as heat_t,
        {{ waste_gas_taken_t_co2('read.waste_gas_in_tj', 'gas.t_co2_per_tj') }}
        - {{ waste_gas_given_t_co2('read.waste_gas_out_tj', 'gas.t_co2_per_tj', 'gas.export_ratio') }} as waste_gas_t,
        {{ energy_t_co2('read.exported_mwh', 'read.exported_factor') }} as exported_t,
        {{ energy_t_co2('read.electricity_mwh', 'read.electricity_factor') }} as indirect_t
    from read
    cross join gas
),

final as (
    select
        terms.workbook_id,
        terms.block_position,
        terms.process_name,
        terms.category,
        terms.electricity_source,
        cast(terms.produced_t as decimal(38, 12)) as produced_t,
        cast(terms.produced_t - terms.market_t - terms.passed_on_t - terms.other_use_t as decimal(38, 12)) as unaccounted_t,
        cast(terms.dir_em_tco2e as decimal(38, 12)) as dir_em_t_co2e,
        cast(terms.heat_t as decimal(38, 12)) as heat_t_co2e,
        cast(terms.waste_gas_t as decimal(38, 12)) as waste_gas_t_co2e,
        cast(terms.dir_em_tco2e + terms.heat_t + terms.waste_gas_t as decimal(38, 12)) as direct_before_export_t_co2e,
        cast(terms.dir_em_tco2e + terms.heat_t + terms.waste_gas_t - terms.exported_t as decimal(38, 12)) as direct_t_co2e,
        cast(terms.indirect_t as decimal(38, 12)) as indirect_t_co2e,
        cast(terms.electricity_mwh as decimal(38, 12)) as electricity_mwh,
        cast(terms.covered_share as decimal(38, 12)) as covered_share,
        cast(terms.price_per_tco2e as decimal(38, 12)) as price_per_t_co2e,
        cast(terms.rebate_per_tco2e as decimal(38, 12)) as rebate_per_t_co2e
    from terms
)

select * from final
