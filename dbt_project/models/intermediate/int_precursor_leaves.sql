-- Emissions of precursors by process, item, producer and year, parted as CBAM counts them.
with
precursors as (select * from {{ ref('int_precursor_emissions') }}),

precursor_parts as (
    select
        precursors.*,
        'precursor_direct' as component,
        precursors.direct_t_co2e - precursors.direct_by_default_t_co2e as measured_t_co2e,
        precursors.direct_by_default_t_co2e as default_t_co2e,
        cast(null as decimal(28, 9)) as part_electricity_mwh,
        cast(null as varchar) as part_absent_because
    from precursors
    where precursors.direct_t_co2e is not null
    union all
    select
        precursors.*,
        -- the precursor's own place in Annex II decides, not the good's
        case when precursors.is_annex_ii then 'precursor_indirect_informational' else 'precursor_indirect_counted' end
            as component,
        precursors.indirect_t_co2e - precursors.indirect_by_default_t_co2e as measured_t_co2e,
        precursors.indirect_by_default_t_co2e as default_t_co2e,
        precursors.electricity_mwh as part_electricity_mwh,
        precursors.indirect_absent_because as part_absent_because
    from precursors
    where precursors.evidence like 'actual%'
    union all
    select
        precursors.*,
        'precursor_default_undivided' as component,
        case when precursors.default_undivided_t_co2e is not null then 0 end as measured_t_co2e,
        precursors.default_undivided_t_co2e as default_t_co2e,
        cast(null as decimal(28, 9)) as part_electricity_mwh,
        precursors.absent_because as part_absent_because
    from precursors
    where precursors.evidence like 'default%' or precursors.evidence = 'absent'
),

final as (
    select
        precursor_parts.installation_code,
        precursor_parts.process_code,
        precursor_parts.reporting_year,
        {{ precursor_leaf_id('precursor_parts') }} as leaf_id,
        'precursor' as leaf_kind,
        max({{ figures_byte_order('precursor_parts.item_name') }}) || ' from ' || precursor_parts.producer_installation_code
            as leaf_name,
        precursor_parts.component,
        cast(
            case when count(*) = count(precursor_parts.measured_t_co2e) then sum(precursor_parts.measured_t_co2e) end
            as decimal(38, 12)
        ) as measured_t_co2e,
        cast(case when count(*) = count(precursor_parts.measured_t_co2e) then 0 end as decimal(38, 12)) as estimated_t_co2e,
        cast(
            case when count(*) = count(precursor_parts.default_t_co2e) then sum(precursor_parts.default_t_co2e) end
            as decimal(38, 12)
        ) as default_t_co2e,
        cast(sum(precursor_parts.part_electricity_mwh) as decimal(28, 9)) as electricity_mwh,
        precursor_parts.factor_id,
        cast(sum(precursor_parts.mass_t) as decimal(28, 9)) as activity_amount,
        't' as activity_unit,
        max({{ figures_byte_order('precursor_parts.part_absent_because') }}) as absent_because
    from precursor_parts
    group by
        precursor_parts.installation_code,
        precursor_parts.process_code,
        precursor_parts.reporting_year,
        precursor_parts.item_code,
        precursor_parts.producer_installation_code,
        precursor_parts.component,
        precursor_parts.factor_id
)

select * from final
