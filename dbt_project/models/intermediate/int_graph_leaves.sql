-- Emissions that enter the CBAM graph at each node in the year: streams, bought heat and electricity, precursors; and
-- a leaf without emissions for everything that is missing, so that no figure stands on a gap.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

workbook_leaves as (select * from {{ ref('int_workbook_leaves') }}),

emissions as (
    select * from {{ ref('int_stream_emissions_by_gas') }}
    where rule_set = 'cbam'
),

activity_by_month as (select * from {{ ref('int_stream_activity_by_month') }}),

stream_shares as (select * from {{ ref('stg_stream_shares') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

material_use as (select * from {{ ref('stg_material_use') }}),

products as (select * from {{ ref('stg_products') }}),

precursors as (select * from {{ ref('int_precursor_emissions') }}),

missing_months as (select * from {{ ref('int_missing_months') }}),

stream_years as (
    select
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }} as reporting_year,
        max(activity_by_month.stream_name) as stream_name,
        max(activity_by_month.method) as method,
        max(activity_by_month.activity_basis) as activity_basis,
        count(activity_by_month.amount) as months_known
    from activity_by_month
    group by
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }}
),

stream_words as (
    select
        stream_years.*,
        case stream_years.method when 'electricity' then 'grid' when 'heat' then 'heat' else 'stream' end
        || '/' || stream_years.installation_code || '/' || stream_years.stream_code as leaf_id,
        case stream_years.method
            when 'electricity' then 'grid_electricity' when 'heat' then 'purchased_heat' else 'source_stream'
        end as leaf_kind,
        case stream_years.method when 'electricity' then 'own_indirect' else 'own_direct' end as component
    from stream_years
),

-- amounts of a whole process and year; nodes take them in their parts below
stream_leaves as (
    select
        emissions.installation_code,
        emissions.process_code,
        stream_words.reporting_year,
        stream_words.leaf_id,
        stream_words.leaf_kind,
        stream_words.stream_name as leaf_name,
        stream_words.component,
        case when count(*) = count(emissions.emissions_t_co2e) then sum(emissions.measured_t_co2e) end as measured_t_co2e,
        -- with what CBAM adds to estimates: activity, electricity and emissions of a leaf belong together
        case
            when count(*) = count(emissions.emissions_t_co2e)
                then sum(emissions.estimated_t_co2e + emissions.conservative_addition_t_co2e)
        end as estimated_t_co2e,
        case when count(*) = count(emissions.emissions_t_co2e) then 0 end as default_t_co2e,
        case
            when stream_words.method = 'electricity'
                then {{ thousandth('sum(emissions.amount + emissions.conservative_addition)', 9) }}
        end as electricity_mwh,
        emissions.factor_id,
        sum(emissions.amount + emissions.conservative_addition) as activity_amount,
        max(emissions.unit) as activity_unit,
        max(emissions.absent_because) as absent_because
    from emissions
    inner join stream_words
        on
            emissions.installation_code = stream_words.installation_code
            and emissions.stream_code = stream_words.stream_code
            and {{ year_of('emissions.month_from') }} = stream_words.reporting_year
    where emissions.process_code is not null
    group by
        emissions.installation_code,
        emissions.process_code,
        stream_words.reporting_year,
        stream_words.leaf_id,
        stream_words.leaf_kind,
        stream_words.stream_name,
        stream_words.component,
        stream_words.method,
        emissions.factor_id
),

precursor_parts as (
    select
        precursors.*,
        'precursor_direct' as component,
        precursors.direct_t_co2e - precursors.direct_by_default_t_co2e as measured_t_co2e,
        precursors.direct_by_default_t_co2e as default_t_co2e,
        cast(null as decimal(28, 9)) as part_electricity_mwh,
        cast(null as varchar) as part_absent_because
    from precursors
    where precursors.evidence in ('actual', 'exempt')
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
    where precursors.evidence = 'actual'
    union all
    select
        precursors.*,
        'precursor_default_undivided' as component,
        case when precursors.default_undivided_t_co2e is not null then 0 end as measured_t_co2e,
        precursors.default_undivided_t_co2e as default_t_co2e,
        cast(null as decimal(28, 9)) as part_electricity_mwh,
        precursors.absent_because as part_absent_because
    from precursors
    where precursors.evidence in ('default', 'absent')
),

precursor_leaves as (
    select
        precursor_parts.installation_code,
        precursor_parts.process_code,
        precursor_parts.reporting_year,
        'precursor/' || precursor_parts.installation_code || '/' || precursor_parts.item_code || '/'
        || precursor_parts.producer_installation_code as leaf_id,
        'precursor' as leaf_kind,
        max(precursor_parts.item_name) || ' from ' || precursor_parts.producer_installation_code as leaf_name,
        precursor_parts.component,
        case
            when count(*) = count(precursor_parts.measured_t_co2e) then sum(precursor_parts.measured_t_co2e)
        end as measured_t_co2e,
        case when count(*) = count(precursor_parts.measured_t_co2e) then 0 end as estimated_t_co2e,
        case when count(*) = count(precursor_parts.default_t_co2e) then sum(precursor_parts.default_t_co2e) end as default_t_co2e,
        sum(precursor_parts.part_electricity_mwh) as electricity_mwh,
        precursor_parts.factor_id,
        sum(precursor_parts.mass_t) as activity_amount,
        't' as activity_unit,
        max(precursor_parts.part_absent_because) as absent_because
    from precursor_parts
    group by
        precursor_parts.installation_code,
        precursor_parts.process_code,
        precursor_parts.reporting_year,
        precursor_parts.item_code,
        precursor_parts.producer_installation_code,
        precursor_parts.component,
        precursor_parts.factor_id
),

-- what no process takes burdens every good of the installation
unattributed as (
    select
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        'unattributed/' || nodes.installation_code || '/' || stream_words.stream_code as leaf_id,
        stream_words.leaf_kind,
        stream_words.stream_name as leaf_name,
        stream_words.component,
        sum(emissions.amount) as activity_amount,
        max(emissions.unit) as activity_unit,
        'a part of stream ' || stream_words.stream_code || ' is attributed to no process' as absent_because
    from emissions
    inner join stream_words
        on
            emissions.installation_code = stream_words.installation_code
            and emissions.stream_code = stream_words.stream_code
            and {{ year_of('emissions.month_from') }} = stream_words.reporting_year
    inner join nodes
        on
            emissions.installation_code = nodes.installation_code
            and stream_words.reporting_year = nodes.reporting_year
            and nodes.kind = 'good'
    where emissions.process_code is null and emissions.amount <> 0
    group by
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        stream_words.stream_code,
        stream_words.leaf_kind,
        stream_words.stream_name,
        stream_words.component
),

takers as (
    select distinct
        stream_shares.installation_code,
        stream_shares.stream_code,
        stream_shares.process_code
    from stream_shares
    union
    select
        process_flows.installation_code,
        process_flows.stream_code,
        process_flows.to_process_code as process_code
    from process_flows
    where process_flows.from_process_code = 'outside' and process_flows.stream_code is not null
),

-- a stream of which nothing is known all year burdens those who share it, or every good where nobody does
unknown as (
    select
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        'unknown/' || nodes.installation_code || '/' || stream_words.stream_code as leaf_id,
        stream_words.leaf_kind,
        stream_words.stream_name as leaf_name,
        stream_words.component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        'no ' || case stream_words.activity_basis when 'meters' then 'reading' else 'document' end
        || ' of stream ' || stream_words.stream_code || ' in ' || cast(nodes.reporting_year as varchar)
            as absent_because
    from stream_words
    inner join nodes
        on
            stream_words.installation_code = nodes.installation_code
            and stream_words.reporting_year = nodes.reporting_year
    left join takers
        on
            stream_words.installation_code = takers.installation_code
            and stream_words.stream_code = takers.stream_code
            and nodes.process_code = takers.process_code
    where
        stream_words.months_known = 0
        and (
            takers.process_code is not null
            or (
                nodes.kind = 'good'
                and not exists (
                    select 1
                    from takers as anybody
                    where
                        anybody.installation_code = stream_words.installation_code
                        and anybody.stream_code = stream_words.stream_code
                )
            )
        )
    group by
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        stream_words.stream_code,
        stream_words.leaf_kind,
        stream_words.stream_name,
        stream_words.component,
        stream_words.activity_basis
),

silent_streams as (
    select
        missing_months.installation_code,
        missing_months.reporting_year,
        missing_months.stream_code,
        'no ' || missing_months.missing || ' for '
        || string_agg({{ year_and_month('missing_months.month_from') }}, ', ' order by missing_months.month_from)
            as absent_because
    from missing_months
    where missing_months.what = 'stream'
    group by
        missing_months.installation_code,
        missing_months.reporting_year,
        missing_months.stream_code,
        missing_months.missing
),

-- what is known in other months and silent in these is not zero in these
silent_months as (
    select
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        'months/' || nodes.installation_code || '/' || stream_words.stream_code as leaf_id,
        stream_words.leaf_kind,
        stream_words.stream_name as leaf_name,
        stream_words.component,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        silent_streams.absent_because
    from silent_streams
    inner join stream_words
        on
            silent_streams.installation_code = stream_words.installation_code
            and silent_streams.stream_code = stream_words.stream_code
            and silent_streams.reporting_year = stream_words.reporting_year
    inner join nodes
        on
            silent_streams.installation_code = nodes.installation_code
            and silent_streams.reporting_year = nodes.reporting_year
    left join takers
        on
            silent_streams.installation_code = takers.installation_code
            and silent_streams.stream_code = takers.stream_code
            and nodes.process_code = takers.process_code
    where
        stream_words.months_known > 0
        and (
            takers.process_code is not null
            or (
                nodes.kind = 'good'
                and not exists (
                    select 1
                    from takers as anybody
                    where
                        anybody.installation_code = silent_streams.installation_code
                        and anybody.stream_code = silent_streams.stream_code
                )
            )
        )
    group by
        nodes.installation_code,
        nodes.process_code,
        nodes.reporting_year,
        stream_words.stream_code,
        stream_words.leaf_kind,
        stream_words.stream_name,
        stream_words.component,
        silent_streams.absent_because
),

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
    where missing_months.what = 'flow'
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
        sum(process_flows.amount) as activity_amount,
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

gaps as (
    select * from unattributed
    union all
    select * from unknown
    union all
    select * from silent_months
    union all
    select * from silent_processes
    union all
    select * from nameless
    union all
    select * from strangers
    union all
    select * from unsplit
),

leaves as (
    select * from stream_leaves
    union all
    select * from precursor_leaves
    union all
    select
        gaps.installation_code,
        gaps.process_code,
        gaps.reporting_year,
        gaps.leaf_id,
        gaps.leaf_kind,
        gaps.leaf_name,
        gaps.component,
        cast(null as decimal(38, 12)) as measured_t_co2e,
        cast(null as decimal(38, 12)) as estimated_t_co2e,
        cast(null as decimal(38, 12)) as default_t_co2e,
        cast(null as decimal(28, 9)) as electricity_mwh,
        cast(null as varchar) as factor_id,
        gaps.activity_amount,
        gaps.activity_unit,
        gaps.absent_because
    from gaps
),

at_nodes as (
    select
        nodes.boundary,
        leaves.reporting_year,
        nodes.node_id,
        leaves.leaf_id,
        leaves.leaf_kind,
        leaves.leaf_name,
        leaves.component,
        {{ share_of('leaves.measured_t_co2e', 'nodes.cum_share', 'nodes.cum_share_before', 12) }} as measured_t_co2e,
        {{ share_of('leaves.estimated_t_co2e', 'nodes.cum_share', 'nodes.cum_share_before', 12) }} as estimated_t_co2e,
        {{ share_of('leaves.default_t_co2e', 'nodes.cum_share', 'nodes.cum_share_before', 12) }} as default_t_co2e,
        {{ share_of('leaves.electricity_mwh', 'nodes.cum_share', 'nodes.cum_share_before') }} as electricity_mwh,
        leaves.factor_id,
        {{ share_of('leaves.activity_amount', 'nodes.cum_share', 'nodes.cum_share_before') }} as activity_amount,
        leaves.activity_unit,
        coalesce(leaves.absent_because, nodes.absent_because) as absent_because
    from leaves
    inner join nodes
        on
            leaves.installation_code = nodes.installation_code
            and leaves.process_code = nodes.process_code
            and leaves.reporting_year = nodes.reporting_year
),

final as (
    select
        at_nodes.boundary,
        at_nodes.reporting_year,
        at_nodes.node_id,
        at_nodes.leaf_id,
        at_nodes.leaf_kind,
        at_nodes.leaf_name,
        at_nodes.component,
        {{ round_to('at_nodes.measured_t_co2e + at_nodes.estimated_t_co2e + at_nodes.default_t_co2e') }} as emissions_t_co2e,
        at_nodes.absent_because,
        cast(at_nodes.measured_t_co2e as decimal(38, 12)) as measured_t_co2e,
        cast(at_nodes.estimated_t_co2e as decimal(38, 12)) as estimated_t_co2e,
        cast(at_nodes.default_t_co2e as decimal(38, 12)) as default_t_co2e,
        cast(at_nodes.electricity_mwh as decimal(28, 9)) as electricity_mwh,
        at_nodes.factor_id,
        cast(at_nodes.activity_amount as decimal(28, 9)) as activity_amount,
        at_nodes.activity_unit
    from at_nodes
)

select * from final
union all
select
    boundary,
    reporting_year,
    node_id,
    leaf_id,
    leaf_kind,
    leaf_name,
    component,
    emissions_t_co2e,
    absent_because,
    measured_t_co2e,
    estimated_t_co2e,
    default_t_co2e,
    electricity_mwh,
    factor_id,
    activity_amount,
    activity_unit
from workbook_leaves
