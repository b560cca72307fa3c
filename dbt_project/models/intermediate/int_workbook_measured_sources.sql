-- Continuously measured sources of communication workbooks: concentration x hours x flow.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

gwp_sets as (select * from {{ ref('gwp_sets') }}),

stated as (
    {{ workbook_block(
        'measured_source',
        words=['gas', 'name'],
        numbers=['concentration_g_per_nm3', 'hours', 'flow_knm3_per_h'],
        optional=['biomass_pct', 'energy_tj', 'biogenic_energy_tj']
    ) }}
),

read as (
    select
        stated.workbook_id,
        stated.block_position,
        stated.gas,
        coalesce(stated.name, 'source ' || cast(stated.block_position as varchar)) as source_name,
        cast(
            {{ measured_t('stated.concentration_g_per_nm3', '1000 * ' ~ product('stated.hours', 'stated.flow_knm3_per_h')) }}
            as decimal(38, 12)
        ) as gas_t,
        cast({{ workbook_number('stated', 'biomass_pct') }} * 0.01 as decimal(38, 12)) as biomass_share,
        cast({{ workbook_number('stated', 'energy_tj') }} as decimal(38, 12)) as energy_tj,
        cast({{ workbook_number('stated', 'biogenic_energy_tj') }} as decimal(38, 12)) as biogenic_energy_tj
    from stated
    where stated.gas is not null
),

parted as (
    select
        read.*,
        cast({{ product('read.gas_t', 'read.biomass_share') }} as decimal(38, 12)) as biogenic_gas_t
    from read
),

final as (
    select
        parted.workbook_id,
        parted.block_position,
        parted.source_name,
        parted.gas,
        cast(parted.gas_t - parted.biogenic_gas_t as decimal(38, 12)) as gas_t,
        cast({{ product('(parted.gas_t - parted.biogenic_gas_t)', 'gwp_sets.gwp') }} as decimal(38, 12)) as co2e_t,
        cast({{ product('parted.biogenic_gas_t', 'gwp_sets.gwp') }} as decimal(38, 12)) as biogenic_co2e_t,
        parted.energy_tj,
        parted.biogenic_energy_tj
    from parted
    left join gwp_sets on parted.gas = gwp_sets.gas and gwp_sets.gwp_set = 'eu_2025_2547'
)

select * from final
