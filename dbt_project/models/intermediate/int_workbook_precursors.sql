-- Precursors bought, as communication workbooks state them: what one tonne carries, and where the tonnes went.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

stated as (
    {{ workbook_block(
        'precursor',
        words=['category', 'name', 'country_code', 'direct_source', 'electricity_source'],
        numbers=['direct_t_co2e_per_t', 'electricity_mwh_per_t', 'electricity_factor'],
        optional=['other_use_t', 'covered_share', 'price_per_tco2e', 'rebate_per_tco2e']
    ) }}
),

sums as (
    select
        cells.workbook_id,
        cells.block_position,
        {{ workbook_total('bought_t', 8, 0) }} as bought_t,
        {{ workbook_total('used_t', 10, 0) }} as used_t
    from cells
    where cells.block = 'precursor' and cells.role = 'input'
    group by cells.workbook_id, cells.block_position
),

final as (
    select
        stated.workbook_id,
        stated.block_position,
        coalesce(stated.name, 'PP' || cast(stated.block_position as varchar) || ' - ' || stated.category) as precursor_name,
        stated.category,
        stated.country_code,
        coalesce(stated.direct_source = 'Default', false) as is_direct_default,
        coalesce(stated.electricity_source = 'Default', false) as is_indirect_default,
        cast(sums.bought_t as decimal(38, 12)) as bought_t,
        cast(sums.bought_t - sums.used_t - {{ workbook_number('stated', 'other_use_t') }} as decimal(38, 12)) as unaccounted_t,
        cast(stated.direct_t_co2e_per_t as decimal(38, 12)) as direct_t_co2e_per_t,
        cast(stated.electricity_mwh_per_t as decimal(38, 12)) as electricity_mwh_per_t,
        cast({{ energy_t_co2('stated.electricity_mwh_per_t', 'stated.electricity_factor') }} as decimal(38, 12))
            as indirect_t_co2e_per_t,
        cast({{ workbook_number('stated', 'covered_share') }} as decimal(38, 12)) as covered_share,
        cast({{ workbook_number('stated', 'price_per_tco2e') }} as decimal(38, 12)) as price_per_t_co2e,
        cast({{ workbook_number('stated', 'rebate_per_tco2e') }} as decimal(38, 12)) as rebate_per_t_co2e
    from stated
    inner join sums on stated.workbook_id = sums.workbook_id and stated.block_position = sums.block_position
    where stated.category is not null
)

select * from final
