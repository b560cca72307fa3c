-- Lake partitions a figure hangs on without a share of its emissions: what they are divided by, what splits them, and
-- what states a factor. Master data applies to every figure and is not listed.
with
figures as (
    select
        goods.figure_stem,
        goods.node_id,
        goods.reporting_year,
        coalesce(goods.is_indirect_counted, false) as is_indirect_counted
    from {{ ref('int_cbam_goods') }} as goods
    inner join {{ ref('int_cbam_figures') }} as sums on goods.figure_stem = sums.figure_stem
    where sums.absent_because is null
),

requirements as (select * from {{ source('solve', 'requirements') }} where boundary = 'cbam'),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam'),

contributions as (select * from {{ ref('int_cbam_contributions') }} where is_counted),

attribution as (select * from {{ ref('int_stream_attribution') }} where attribution in ('flow', 'metered', 'output', 'moles')),

precursors as (select * from {{ ref('int_precursor_emissions') }}),

production_output as (select * from {{ ref('stg_production_output') }}),

process_flows as (select * from {{ ref('stg_process_flows') }}),

material_use as (select * from {{ ref('stg_material_use') }} where component_kind = 'product'),

products as (select * from {{ ref('stg_products') }}),

receipts as (select * from {{ ref('stg_receipts') }}),

answers as (select * from {{ ref('stg_supplier_embedded_emissions') }}),

sub_meter_days as (select * from {{ ref('int_meter_day_partitions') }} where role = 'sub'),

billing_meter_days as (select * from {{ ref('int_meter_day_partitions') }} where role = 'billing'),

documents_by_meters as (select * from {{ ref('int_document_parts') }} where divided_by = 'meters'),

-- what only electricity leads to counts where indirect emissions do, those of the good or of an own precursor
needed_nodes as (
    select
        figures.figure_stem,
        figures.reporting_year,
        figures.is_indirect_counted,
        graph_nodes.installation_code,
        graph_nodes.process_code,
        graph_nodes.kind in ('heat', 'electricity') as is_energy
    from figures
    inner join requirements
        on
            figures.node_id = requirements.target_node_id
            and figures.reporting_year = requirements.reporting_year
    inner join graph_nodes
        on
            requirements.node_id = graph_nodes.node_id
            and requirements.reporting_year = graph_nodes.reporting_year
    where
        requirements.direct_amount > 0
        or (figures.is_indirect_counted and requirements.total_amount > 0)
        or exists (
            select 1
            from contributions
            where
                contributions.figure_stem = figures.figure_stem
                and contributions.node_id = requirements.node_id
                and contributions.component = 'precursor_indirect_counted'
        )
),

counted_leaves as (
    select distinct
        figures.figure_stem,
        figures.reporting_year,
        graph_nodes.installation_code,
        graph_nodes.process_code,
        contributions.leaf_id
    from figures
    inner join contributions on figures.figure_stem = contributions.figure_stem
    inner join graph_nodes
        on
            contributions.node_id = graph_nodes.node_id
            and contributions.reporting_year = graph_nodes.reporting_year
),

shared_streams as (
    select distinct
        counted_leaves.figure_stem,
        counted_leaves.reporting_year,
        counted_leaves.installation_code,
        attribution.stream_code,
        attribution.attribution
    from counted_leaves
    inner join attribution
        on
            counted_leaves.installation_code = attribution.installation_code
            and counted_leaves.process_code = attribution.process_code
            and counted_leaves.reporting_year = {{ year_of('attribution.period_from') }}
            and counted_leaves.leaf_id
            = {{ stream_leaf_id('attribution') }}
),

bought as (
    select
        counted_leaves.figure_stem,
        precursors.*
    from counted_leaves
    inner join precursors
        on
            counted_leaves.installation_code = precursors.installation_code
            and counted_leaves.process_code = precursors.process_code
            and counted_leaves.reporting_year = precursors.reporting_year
            and counted_leaves.leaf_id
            = {{ precursor_leaf_id('precursors') }}
),

listed as (
    select
        needed_nodes.figure_stem,
        'denominator' as role,
        'production_output' as table_name,
        production_output.installation_code,
        production_output.partition_key
    from needed_nodes
    inner join production_output
        on
            needed_nodes.installation_code = production_output.installation_code
            and needed_nodes.process_code = production_output.process_code
            and needed_nodes.reporting_year = {{ year_of('production_output.period_from') }}
    where not needed_nodes.is_energy
    union all
    -- heat and power given off are the output of a boiler or a power plant, and split its inputs between the two
    select
        needed_nodes.figure_stem,
        'denominator' as role,
        'process_flows' as table_name,
        process_flows.installation_code,
        process_flows.partition_key
    from needed_nodes
    inner join process_flows
        on
            needed_nodes.installation_code = process_flows.installation_code
            and needed_nodes.process_code = process_flows.from_process_code
            and needed_nodes.reporting_year = {{ year_of('process_flows.period_from') }}
    where needed_nodes.is_energy
    union all
    select
        needed_nodes.figure_stem,
        'distribution' as role,
        'process_flows' as table_name,
        process_flows.installation_code,
        process_flows.partition_key
    from needed_nodes
    inner join process_flows
        on
            needed_nodes.installation_code = process_flows.installation_code
            and needed_nodes.process_code = process_flows.to_process_code
            and needed_nodes.reporting_year = {{ year_of('process_flows.period_from') }}
    where
        process_flows.from_process_code <> 'outside'
        and (process_flows.carrier = 'heat' or needed_nodes.is_indirect_counted)
    union all
    select
        needed_nodes.figure_stem,
        'distribution' as role,
        'material_use' as table_name,
        material_use.installation_code,
        material_use.partition_key
    from needed_nodes
    inner join material_use
        on
            needed_nodes.installation_code = material_use.installation_code
            and needed_nodes.process_code = material_use.process_code
            and needed_nodes.reporting_year = {{ year_of('material_use.period_from') }}
    inner join products
        on
            material_use.installation_code = products.installation_code
            and material_use.component_code = products.product_code
            and {{ holds_on('products', 'material_use.period_from') }}
    where products.process_code <> material_use.process_code
    union all
    select
        shared_streams.figure_stem,
        'distribution' as role,
        'process_flows' as table_name,
        process_flows.installation_code,
        process_flows.partition_key
    from shared_streams
    inner join process_flows
        on
            shared_streams.installation_code = process_flows.installation_code
            and shared_streams.stream_code = process_flows.stream_code
            and shared_streams.reporting_year = {{ year_of('process_flows.period_from') }}
    where shared_streams.attribution = 'flow' and process_flows.from_process_code = 'outside'
    union all
    select
        shared_streams.figure_stem,
        'factor' as role,
        'process_flows' as table_name,
        process_flows.installation_code,
        process_flows.partition_key
    from shared_streams
    inner join process_flows
        on
            shared_streams.installation_code = process_flows.installation_code
            and shared_streams.stream_code = process_flows.stream_code
            and shared_streams.reporting_year = {{ year_of('process_flows.period_from') }}
    where
        shared_streams.attribution = 'flow'
        and process_flows.from_process_code = 'outside'
        and process_flows.carrier = 'heat'
        and process_flows.factor is not null
    union all
    select
        shared_streams.figure_stem,
        'distribution' as role,
        'meter_readings' as table_name,
        sub_meter_days.installation_code,
        sub_meter_days.partition_key
    from shared_streams
    inner join sub_meter_days
        on
            shared_streams.installation_code = sub_meter_days.installation_code
            and shared_streams.stream_code = sub_meter_days.stream_code
            and shared_streams.reporting_year = {{ year_of('sub_meter_days.metered_on') }}
    where shared_streams.attribution = 'metered'
    union all
    -- what all who share a stream put out divides it
    select
        shared_streams.figure_stem,
        'distribution' as role,
        'production_output' as table_name,
        production_output.installation_code,
        production_output.partition_key
    from shared_streams
    inner join attribution
        on
            shared_streams.installation_code = attribution.installation_code
            and shared_streams.stream_code = attribution.stream_code
            and shared_streams.reporting_year = {{ year_of('attribution.period_from') }}
    inner join production_output
        on
            attribution.installation_code = production_output.installation_code
            and attribution.process_code = production_output.process_code
            and shared_streams.reporting_year = {{ year_of('production_output.period_from') }}
    where shared_streams.attribution in ('output', 'moles')
    union all
    -- a bill across months was divided as the meters ran
    select
        counted_leaves.figure_stem,
        'distribution' as role,
        'meter_readings' as table_name,
        billing_meter_days.installation_code,
        billing_meter_days.partition_key
    from counted_leaves
    inner join documents_by_meters
        on
            counted_leaves.installation_code = documents_by_meters.installation_code
            and counted_leaves.reporting_year = {{ year_of('documents_by_meters.month_from') }}
            and counted_leaves.leaf_id in (
                'grid/' || documents_by_meters.installation_code || '/' || documents_by_meters.stream_code,
                'heat/' || documents_by_meters.installation_code || '/' || documents_by_meters.stream_code,
                'stream/' || documents_by_meters.installation_code || '/' || documents_by_meters.stream_code
            )
    inner join billing_meter_days
        on
            documents_by_meters.installation_code = billing_meter_days.installation_code
            and documents_by_meters.stream_code = billing_meter_days.stream_code
            and documents_by_meters.period_from <= billing_meter_days.metered_on
            and billing_meter_days.metered_on < documents_by_meters.period_until
    union all
    select
        bought.figure_stem,
        'distribution' as role,
        'receipts' as table_name,
        receipts.installation_code,
        receipts.partition_key
    from bought
    inner join receipts
        on
            bought.installation_code = receipts.installation_code
            and bought.item_code = receipts.item_code
            and bought.seller_code in (receipts.supplier_code, 'mixed')
            and bought.reporting_year = {{ year_of('receipts.received_on') }}
    union all
    -- the whole company's answers lie in one partition
    select
        bought.figure_stem,
        'factor' as role,
        'supplier_embedded_emissions' as table_name,
        '_all' as installation_code,
        answers.partition_key
    from bought
    inner join answers
        on
            bought.producer_installation_code = answers.producer_installation_code
            and bought.cn_code = answers.cn_code
            and bought.answer_period_from = answers.period_from
    where bought.evidence like 'actual%'
),

final as (
    select distinct
        figure_stem || '/see_counted' as figure_key,
        role,
        table_name || '/' || installation_code || '/' || partition_key as partition_name
    from listed
)

select * from final
