-- Lake partitions that the amount of a leaf was read from, with how much of it stands in each.
with
attribution as (select * from {{ ref('int_stream_attribution') }} where process_code is not null),

meter_day_partitions as (select * from {{ ref('int_meter_day_partitions') }} where role = 'billing'),

document_partitions as (select * from {{ ref('int_document_partitions') }}),

measured_emissions as (select * from {{ ref('int_measured_emissions') }}),

precursors as (select * from {{ ref('int_precursor_emissions') }}),

flows as (select * from {{ ref('int_flow_energy') }}),

material_use as (select * from {{ ref('stg_material_use') }} where component_kind = 'item'),

stream_leaves as (
    select
        attribution.*,
        {{ year_of('attribution.period_from') }} as reporting_year,
        {{ stream_leaf_id('attribution') }} as leaf_id,
        -- amounts sold are part of what was read, too
        abs(attribution.amount) as amount_read
    from attribution
),

metered_parts as (
    select
        stream_leaves.installation_code,
        stream_leaves.process_code,
        stream_leaves.reporting_year,
        stream_leaves.leaf_id,
        'meter_readings/' || stream_leaves.installation_code || '/' || meter_day_partitions.partition_key as partition_name,
        {{ share_of(
            'stream_leaves.amount_read', 'meter_day_partitions.cum_share', 'meter_day_partitions.cum_share_before'
        ) }} as amount
    from stream_leaves
    inner join meter_day_partitions
        on
            stream_leaves.installation_code = meter_day_partitions.installation_code
            and stream_leaves.stream_code = meter_day_partitions.stream_code
            and stream_leaves.period_from = meter_day_partitions.metered_on
    where stream_leaves.basis = 'meters'
),

documented_parts as (
    select
        stream_leaves.installation_code,
        stream_leaves.process_code,
        stream_leaves.reporting_year,
        stream_leaves.leaf_id,
        'activity_data/' || stream_leaves.installation_code || '/' || document_partitions.partition_key as partition_name,
        {{ share_of(
            'stream_leaves.amount_read', 'document_partitions.cum_share', 'document_partitions.cum_share_before'
        ) }} as amount
    from stream_leaves
    inner join document_partitions
        on
            stream_leaves.installation_code = document_partitions.installation_code
            and stream_leaves.stream_code = document_partitions.stream_code
            and stream_leaves.period_from = document_partitions.month_from
    where stream_leaves.basis not in ('meters', 'measurements')
),

measured_parts as (
    select
        stream_leaves.installation_code,
        stream_leaves.process_code,
        stream_leaves.reporting_year,
        stream_leaves.leaf_id,
        'emission_measurements/' || stream_leaves.installation_code || '/' || measured_emissions.partition_key as partition_name,
        stream_leaves.amount_read as amount
    from stream_leaves
    inner join measured_emissions
        on
            stream_leaves.installation_code = measured_emissions.installation_code
            and stream_leaves.stream_code = measured_emissions.stream_code
            and stream_leaves.period_from = measured_emissions.measured_on
    where stream_leaves.basis = 'measurements'
),

flow_ends as (
    select
        flows.*,
        flows.to_process_code as process_code
    from flows
    where flows.to_process_code <> 'outside'
    union all
    select
        flows.*,
        flows.from_process_code as process_code
    from flows
    where flows.from_process_code <> 'outside'
),

flow_parts as (
    select
        flow_ends.installation_code,
        flow_ends.process_code,
        {{ year_of('flow_ends.period_from') }} as reporting_year,
        {{ flow_leaf_id('flow_ends') }} as leaf_id,
        'process_flows/' || flow_ends.installation_code || '/' || flow_ends.partition_key as partition_name,
        flow_ends.energy_gj as amount
    from flow_ends
),

sold_in_months as (
    select
        installation_code,
        process_code,
        component_code as item_code,
        supplier_code as seller_code,
        {{ year_of('period_from') }} as reporting_year,
        'material_use/' || installation_code || '/' || partition_key as partition_name,
        cast(sum(amount_canonical) as decimal(28,9)) as mass_t
    from material_use
    group by
        installation_code, process_code, component_code, supplier_code, {{ year_of('period_from') }}, partition_key
),

sold_in_years as (
    select
        installation_code,
        process_code,
        item_code,
        seller_code,
        reporting_year,
        sum(mass_t) as mass_t
    from sold_in_months
    group by installation_code, process_code, item_code, seller_code, reporting_year
),

precursor_parts as (
    select
        precursors.installation_code,
        precursors.process_code,
        precursors.reporting_year,
        {{ precursor_leaf_id('precursors') }} as leaf_id,
        sold_in_months.partition_name,
        -- a seller's producers have the same parts of its lots in every month
        {{ div(
            round_to(mul('precursors.mass_t', 'sold_in_months.mass_t', 9, 9), 9), 'sold_in_years.mass_t', 9, 9
        ) }} as amount
    from precursors
    inner join sold_in_years
        on
            precursors.installation_code = sold_in_years.installation_code
            and precursors.process_code = sold_in_years.process_code
            and precursors.item_code = sold_in_years.item_code
            and precursors.seller_code = sold_in_years.seller_code
            and precursors.reporting_year = sold_in_years.reporting_year
    inner join sold_in_months
        on
            sold_in_years.installation_code = sold_in_months.installation_code
            and sold_in_years.process_code = sold_in_months.process_code
            and sold_in_years.item_code = sold_in_months.item_code
            and sold_in_years.seller_code = sold_in_months.seller_code
            and sold_in_years.reporting_year = sold_in_months.reporting_year
),

parts as (
    select * from metered_parts
    union all
    select * from documented_parts
    union all
    select * from measured_parts
    union all
    select * from flow_parts
    union all
    select * from precursor_parts
),

final as (
    select
        installation_code,
        process_code,
        reporting_year,
        leaf_id,
        partition_name,
        cast(sum(amount) as decimal(28,9)) as amount
    from parts
    group by installation_code, process_code, reporting_year, leaf_id, partition_name
)

select * from final
