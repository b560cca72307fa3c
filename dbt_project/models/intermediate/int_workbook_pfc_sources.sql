-- Perfluorocarbons of aluminium in communication workbooks, by slope or overvoltage.
with
cells as (select * from {{ ref('stg_communication_cells') }}),

gwp_sets as (select * from {{ ref('gwp_sets') }}),

stated as (
    {{ workbook_block(
        'pfc_source',
        words=['method', 'technology'],
        numbers=[
            'aluminium_t', 'frequency', 'duration_min', 'slope', 'overvoltage_mv', 'current_efficiency',
            'overvoltage_coefficient', 'c2f6_fraction'
        ],
        optional=['collection_efficiency']
    ) }}
),

gwps as (
    select
        max(case when gwp_sets.gas = 'CF4' then gwp_sets.gwp end) as cf4,
        max(case when gwp_sets.gas = 'C2F6' then gwp_sets.gwp end) as c2f6
    from gwp_sets
    where gwp_sets.gwp_set = 'eu_2025_2547'
),

tetrafluoromethane as (
    select
        stated.*,
        cast(
            case stated.method
                when 'Slope method'
                    then {{ pfc_cf4_slope_t(
                        'stated.aluminium_t', product('stated.frequency', 'stated.duration_min'), 'stated.slope'
                    ) }}
                when 'Overvoltage method'
                    then {{ pfc_cf4_overvoltage_t(
                        'stated.aluminium_t', 'stated.overvoltage_coefficient', 'stated.overvoltage_mv', 'stated.current_efficiency'
                    ) }}
            end as decimal(38, 12)
        ) as cf4_t,
        -- a share, though the head of the column says per cent
        cast({{ workbook_number('stated', 'collection_efficiency', 1) }} as decimal(38, 12)) as collected_share
    from stated
    where stated.method is not null
),

both_gases as (
    select
        tetrafluoromethane.*,
        cast({{ product('tetrafluoromethane.cf4_t', 'tetrafluoromethane.c2f6_fraction') }} as decimal(38, 12)) as c2f6_t
    from tetrafluoromethane
),

weighed as (
    select
        both_gases.workbook_id,
        both_gases.block_position,
        coalesce(both_gases.technology, 'source ' || cast(both_gases.block_position as varchar)) as source_name,
        both_gases.cf4_t,
        both_gases.c2f6_t,
        both_gases.collected_share,
        cast({{ product('both_gases.cf4_t', 'gwps.cf4') }} as decimal(38, 12)) as cf4_t_co2e,
        cast({{ product('both_gases.c2f6_t', 'gwps.c2f6') }} as decimal(38, 12)) as c2f6_t_co2e
    from both_gases
    cross join gwps
),

final as (
    select
        weighed.workbook_id,
        weighed.block_position,
        weighed.source_name,
        weighed.cf4_t,
        weighed.c2f6_t,
        weighed.cf4_t_co2e,
        weighed.c2f6_t_co2e,
        cast({{ pfc_total('(weighed.cf4_t_co2e + weighed.c2f6_t_co2e)', 'weighed.collected_share') }} as decimal(38, 12))
            as co2e_t
    from weighed
)

select * from final
