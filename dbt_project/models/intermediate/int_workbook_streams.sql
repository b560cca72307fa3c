-- Source streams of communication workbooks by the formulas of the template: combustion, process emissions, mass balance
-- with outputs negative. Percentages are numbers from 0 to 100; an empty oxidation or conversion factor is 100.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

constants as (select * from {{ ref('constants') }}),

stated as (
    {{ workbook_block(
        'stream',
        words=['method', 'name', 'unit', 'factor_unit'],
        numbers=['amount', 'factor', 'carbon_content'],
        optional=['ncv', 'oxidation_pct', 'conversion_pct', 'biomass_pct']
    ) }}
),

read as (
    select
        stated.workbook_id,
        stated.block_position,
        stated.method,
        coalesce(stated.name, 'stream ' || cast(stated.block_position as varchar)) as stream_name,
        cast(stated.amount as decimal(38, 9)) as amount,
        stated.unit,
        stated.factor_unit,
        stated.ncv,
        cast({{ workbook_number('stated', 'ncv') }} as decimal(38, 12)) as ncv_or_zero,
        stated.factor,
        stated.factor * 1000 as factor_kg,
        stated.carbon_content * 1000 as carbon_kg,
        -- percent to share
        cast({{ workbook_number('stated', 'biomass_pct') }} * 0.01 as decimal(38, 12)) as biomass_share,
        cast(
            case stated.method
                when 'Combustion' then {{ workbook_number('stated', 'oxidation_pct', 100) }}
                when 'Process emissions' then {{ workbook_number('stated', 'conversion_pct', 100) }}
            end * 0.01 as decimal(38, 12)
        ) as released_share,
        stated.method in ('Combustion', 'Process emissions') as is_by_factor,
        stated.factor_unit = 'tCO2/TJ' as is_by_energy,
        stated.factor_unit = 'tCO2/TJ'
        or (stated.unit = 't' and stated.factor_unit = 'tCO2/t')
        or (stated.unit = '1000Nm3' and stated.factor_unit = 'tCO2/1000Nm3') as has_fitting_units
    from stated
    where stated.method is not null
),

worked as (
    select
        read.*,
        case
            when read.is_by_factor and read.has_fitting_units and read.is_by_energy
                then {{ combustion_t_co2('read.amount', 'read.ncv', 'read.factor', 'read.released_share', 'read.biomass_share') }}
            when read.is_by_factor and read.has_fitting_units
                then {{ process_t_co2('read.amount', 'read.factor_kg', 'read.released_share', 'read.biomass_share') }}
            when read.method = 'Mass Balance'
                then {{ mass_balance_t_co2('read.amount', 'read.carbon_kg', 'constants.numerator', 'read.biomass_share') }}
        end as fossil_t_co2,
        case
            when read.is_by_factor and read.has_fitting_units and read.is_by_energy
                then {{ combustion_t_co2('read.amount', 'read.ncv', 'read.factor', 'read.released_share') }}
            when read.is_by_factor and read.has_fitting_units
                then {{ process_t_co2('read.amount', 'read.factor_kg', 'read.released_share') }}
            when read.method = 'Mass Balance'
                then {{ mass_balance_t_co2('read.amount', 'read.carbon_kg', 'constants.numerator') }}
        end as all_t_co2,
        -- GJ to TJ; a stream that states no heating value has no energy in the template
        {{ amount_t('read.amount', 'read.ncv_or_zero') }} as energy_tj
    from read
    cross join constants
    where constants.constant_key = 'c_to_co2_cbam'
),

final as (
    select
        worked.workbook_id,
        worked.block_position,
        worked.stream_name,
        worked.method,
        cast(worked.fossil_t_co2 as decimal(38, 12)) as co2e_t,
        cast(worked.all_t_co2 - worked.fossil_t_co2 as decimal(38, 12)) as biogenic_co2_t,
        cast(worked.energy_tj - {{ product('worked.energy_tj', 'worked.biomass_share') }} as decimal(38, 12)) as energy_tj,
        cast({{ product('worked.energy_tj', 'worked.biomass_share') }} as decimal(38, 12)) as biogenic_energy_tj,
        case
            when worked.fossil_t_co2 is not null then null
            when worked.is_by_factor and not coalesce(worked.has_fitting_units, false)
                then 'the factor''s unit does not fit the amount''s'
            else 'amount, factor, heating value, carbon content or a percentage is missing'
        end as absent_because
    from worked
)

select * from final
