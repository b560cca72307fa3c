-- Perfluorocarbons of anode effects, kg per t of aluminium, from the technology's factors and what the cells did
-- (2025/2547 Annex II B.7, Eq 20-25). A stream is one type of cell.
with
activity as (
    select * from {{ ref('int_stream_activity') }}
    where feeds_figure and measured_amount is not null and method in ('pfc_slope', 'pfc_overvoltage')
),

parameters as (
    select
        checked.*,
        {{ parameter_id('checked') }} as parameter_id
    from {{ ref('int_parameters_checked') }} as checked
    where checked.subject_kind = 'stream'
),

pfc_factors as (select * from {{ ref('pfc_factors') }}),

cells as (
    select
        activity.installation_code,
        activity.stream_code,
        activity.period_from,
        activity.method,
        activity.material_code,
        {%- for name in [
            'anode_effect_frequency', 'anode_effect_duration', 'slope_emission_factor', 'anode_effect_overvoltage',
            'overvoltage_coefficient', 'current_efficiency', 'c2f6_fraction', 'pfc_collection_efficiency',
        ] %}
            max(case when parameters.refused_because is null and parameters.parameter = '{{ name }}' then parameters.amount end)
                as {{ name }},
        {%- endfor %}
        max(
            case
                when
                    parameters.parameter
                    = case activity.method when 'pfc_slope' then 'slope_emission_factor' else 'overvoltage_coefficient' end
                    then parameters.parameter_id
            end
        ) as own_factor_id,
        max(case when parameters.parameter = 'c2f6_fraction' then parameters.parameter_id end) as own_fraction_id,
        string_agg(
            case when parameters.refused_because is null then parameters.parameter_id end, ';'
            order by {{ figures_byte_order('parameters.parameter_id') }}
        ) as parameter_ids,
        max(parameters.refused_because) as refused_because
    from activity
    left join parameters
        on
            activity.installation_code = parameters.installation_code
            and activity.stream_code = parameters.subject_code
            and {{ holds_on('parameters', 'activity.period_from') }}
    group by
        activity.installation_code,
        activity.stream_code,
        activity.period_from,
        activity.method,
        activity.material_code
),

technologies as (
    select
        cells.*,
        -- it is stated in per cent; what Eq 24 divides by is open
        cells.current_efficiency * case '{{ var('overvoltage_efficiency') }}' when 'share' then 0.01 else 1 end
            as efficiency_as_read,
        -- a factor of one's own goes before the table's; refused, it has no value
        case
            when cells.own_factor_id is null then pfc_factors.cf4_amount
            when cells.method = 'pfc_slope' then cells.slope_emission_factor
            else cells.overvoltage_coefficient
        end as cf4_amount,
        case when cells.own_fraction_id is null then pfc_factors.c2f6_per_cf4 else cells.c2f6_fraction end as c2f6_per_cf4,
        coalesce(cells.own_factor_id, pfc_factors.factor_id) as factor_id
    from cells
    left join pfc_factors
        on
            pfc_factors.rule_set = 'cbam'
            and cells.method = pfc_factors.method
            and cells.material_code = pfc_factors.cell_type
            and {{ holds_on('pfc_factors', 'cells.period_from') }}
),

in_ducts as (
    select
        technologies.*,
        case technologies.method
            when 'pfc_slope'
                then {{ pfc_cf4_slope_kg_per_t(
                    product('technologies.anode_effect_frequency', 'technologies.anode_effect_duration'),
                    'technologies.cf4_amount'
                ) }}
            else {{ pfc_cf4_overvoltage_kg_per_t(
                'technologies.cf4_amount', 'technologies.anode_effect_overvoltage', 'technologies.efficiency_as_read'
            ) }}
        end as cf4_kg_per_t
    from technologies
),

by_gas as (
    select
        in_ducts.*,
        'CF4' as gas,
        {{ pfc_total('in_ducts.cf4_kg_per_t', 'in_ducts.pfc_collection_efficiency') }} as kg_per_t
    from in_ducts
    union all
    select
        in_ducts.*,
        'C2F6' as gas,
        {{ pfc_total(product('in_ducts.cf4_kg_per_t', 'in_ducts.c2f6_per_cf4'), 'in_ducts.pfc_collection_efficiency') }}
            as kg_per_t
    from in_ducts
),

final as (
    select
        by_gas.installation_code,
        by_gas.stream_code,
        by_gas.period_from,
        by_gas.gas,
        case when by_gas.kg_per_t is not null then by_gas.factor_id end as factor_id,
        cast(by_gas.kg_per_t as decimal(28, 12)) as amount_kg_per_unit,
        by_gas.parameter_ids,
        case
            when by_gas.kg_per_t is not null then null
            when by_gas.refused_because is not null then by_gas.refused_because
            when by_gas.cf4_amount is null
                then
                    'no factor of CF4 for cells ' || coalesce(by_gas.material_code, '') || ' of stream '
                    || by_gas.stream_code
            when by_gas.method = 'pfc_slope' and by_gas.anode_effect_frequency is null
                then 'no parameter anode_effect_frequency of stream ' || by_gas.stream_code
            when by_gas.method = 'pfc_slope' and by_gas.anode_effect_duration is null
                then 'no parameter anode_effect_duration of stream ' || by_gas.stream_code
            when by_gas.method = 'pfc_overvoltage' and by_gas.anode_effect_overvoltage is null
                then 'no parameter anode_effect_overvoltage of stream ' || by_gas.stream_code
            when by_gas.method = 'pfc_overvoltage' and by_gas.current_efficiency is null
                then 'no parameter current_efficiency of stream ' || by_gas.stream_code
            when by_gas.pfc_collection_efficiency is null
                then 'no parameter pfc_collection_efficiency of stream ' || by_gas.stream_code
            else 'no factor of C2F6 for cells ' || coalesce(by_gas.material_code, '') || ' of stream ' || by_gas.stream_code
        end as absent_because
    from by_gas
)

select * from final
