-- What is missing of processes and what goes between them, as leaves without emissions: no figure stands on a gap.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

stream_years as (select * from {{ ref('int_stream_years') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

material_use as (select * from {{ ref('stg_material_use') }}),

products as (select * from {{ ref('stg_products') }}),

missing_months as (select * from {{ ref('int_missing_months') }}),

unmeasured_processes as (select * from {{ ref('int_unmeasured_processes') }}),

output_counted as (select * from {{ ref('int_output_counted') }}),

own_goods_used as (select * from {{ ref('int_own_goods_used') }}),

activity_level as (select * from {{ ref('int_activity_level') }}),

-- a month of output or of a flow that nobody stated: at the taker, and at the giver whose yield it is part of
silent_ends as (
    select
        missing_months.*,
        missing_months.to_process_code as process_code
    from missing_months
    where missing_months.what in ('output', 'flow')
    union all
    select
        missing_months.*,
        missing_months.from_process_code as process_code
    from missing_months
    where missing_months.what = 'flow' and missing_months.from_process_code <> 'outside'
),

silent_processes as (
    select
        silent_ends.installation_code,
        silent_ends.process_code,
        silent_ends.reporting_year,
        'months/' || silent_ends.installation_code || '/' || silent_ends.missing as leaf_id,
        'source_stream' as leaf_kind,
        silent_ends.missing as leaf_name,
        case silent_ends.carrier when 'electricity' then 'own_indirect' else 'own_direct' end as component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        'no ' || silent_ends.missing || ' for '
        || string_agg({{ year_and_month('silent_ends.month_from') }}, ', ' order by silent_ends.month_from)
            as absent_because
    from silent_ends
    group by
        silent_ends.installation_code,
        silent_ends.process_code,
        silent_ends.reporting_year,
        silent_ends.carrier,
        silent_ends.missing
),

-- bought heat that names no stream has no bill and no factor
nameless as (
    select
        process_flows.installation_code,
        process_flows.to_process_code as process_code,
        {{ year_of('process_flows.month_from') }} as reporting_year,
        'heat/' || process_flows.installation_code || '/nameless' as leaf_id,
        'purchased_heat' as leaf_kind,
        'Bought heat without a stream' as leaf_name,
        'own_direct' as component,
        cast(sum(process_flows.amount) as decimal(28, 9)) as activity_amount,
        max(process_flows.unit) as activity_unit,
        'the flow of bought heat names no source stream' as absent_because
    from process_flows
    left join stream_years
        on
            process_flows.installation_code = stream_years.installation_code
            and process_flows.stream_code = stream_years.stream_code
            and {{ year_of('process_flows.month_from') }} = stream_years.reporting_year
    where
        process_flows.from_process_code = 'outside'
        and process_flows.carrier = 'heat'
        and stream_years.stream_code is null
    group by
        process_flows.installation_code,
        process_flows.to_process_code,
        {{ year_of('process_flows.month_from') }}
),

-- a product used as a precursor that no process of the installation makes
strangers as (
    select
        material_use.installation_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }} as reporting_year,
        'precursor/' || material_use.installation_code || '/' || material_use.component_code || '/own' as leaf_id,
        'precursor' as leaf_kind,
        material_use.component_code as leaf_name,
        'precursor_direct' as component,
        cast(sum(material_use.amount_canonical) as decimal(28, 9)) as activity_amount,
        't' as activity_unit,
        'product ' || material_use.component_code || ' is made by no process of ' || material_use.installation_code
            as absent_because
    from material_use
    left join products
        on
            material_use.installation_code = products.installation_code
            and material_use.component_code = products.product_code
            and {{ holds_on('products', 'material_use.period_from') }}
    where material_use.component_kind = 'product' and products.product_code is null
    group by
        material_use.installation_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }},
        material_use.component_code
),

-- a combined heat and power plant that cannot be split
unsplit as (
    select distinct
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        'split/' || nodes.installation_code || '/' || nodes.process_code as leaf_id,
        'source_stream' as leaf_kind,
        'Split of ' || nodes.process_code as leaf_name,
        'own_direct' as component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        nodes.absent_because
    from nodes
    where nodes.absent_because is not null
),

-- nitric acid whose N2O, aluminium whose perfluorocarbons nobody measures all the time
unmeasured as (
    select
        unmeasured_processes.installation_code,
        unmeasured_processes.process_code,
        unmeasured_processes.reporting_year,
        'unmeasured/' || unmeasured_processes.installation_code || '/' || unmeasured_processes.process_code
        || '/' || unmeasured_processes.gas as leaf_id,
        'source_stream' as leaf_kind,
        unmeasured_processes.gas || ' of ' || unmeasured_processes.process_code as leaf_name,
        'own_direct' as component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        unmeasured_processes.gas || ' of process ' || unmeasured_processes.process_code || ' is not measured in '
        || unmeasured_processes.periods as absent_because
    from unmeasured_processes
),

-- goods whose functional units cannot be told: where they are made, and where they are used
uncounted_months as (
    select
        output_counted.installation_code,
        output_counted.process_code,
        output_counted.reporting_year,
        output_counted.product_code,
        {{ year_and_month('output_counted.period_from') }} as month_name,
        output_counted.absent_because
    from output_counted
    where output_counted.absent_because is not null
    union
    select
        own_goods_used.installation_code,
        own_goods_used.to_process_code as process_code,
        own_goods_used.reporting_year,
        own_goods_used.product_code,
        {{ year_and_month('own_goods_used.period_from') }} as month_name,
        own_goods_used.absent_because
    from own_goods_used
    where own_goods_used.absent_because is not null
),

uncounted as (
    select
        uncounted_months.installation_code,
        uncounted_months.process_code,
        uncounted_months.reporting_year,
        'content/' || uncounted_months.installation_code || '/' || uncounted_months.product_code as leaf_id,
        'source_stream' as leaf_kind,
        'Content of ' || uncounted_months.product_code as leaf_name,
        'own_direct' as component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        min(uncounted_months.absent_because) || ' for '
        || string_agg(distinct uncounted_months.month_name, ', ' order by uncounted_months.month_name) as absent_because
    from uncounted_months
    group by
        uncounted_months.installation_code,
        uncounted_months.process_code,
        uncounted_months.reporting_year,
        uncounted_months.product_code
),

-- goods that share no functional unit cannot share a figure
mixed as (
    select
        activity_level.installation_code,
        activity_level.process_code,
        activity_level.reporting_year,
        'unit/' || activity_level.installation_code || '/' || activity_level.process_code as leaf_id,
        'source_stream' as leaf_kind,
        'Functional unit of ' || activity_level.process_code as leaf_name,
        'own_direct' as component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        activity_level.absent_because
    from activity_level
    where activity_level.absent_because is not null
),

final as (
    select * from silent_processes
    union all
    select * from uncounted
    union all
    select * from mixed
    union all
    select * from unmeasured
    union all
    select * from nameless
    union all
    select * from strangers
    union all
    select * from unsplit
)

select * from final
