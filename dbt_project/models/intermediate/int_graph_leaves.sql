-- Emissions that enter the CBAM graph at each node in the year: streams, bought heat and electricity, what passes borders
-- of processes, precursors, and what lifts attributed direct emissions to zero; and a leaf without emissions for
-- everything that is missing. A process's amount is parted among its nodes here.
with
nodes as (select * from {{ ref('int_process_nodes') }}),

workbook_leaves as (select * from {{ ref('int_workbook_leaves') }}),

stream_leaves as (select * from {{ ref('int_stream_leaves') }}),

attribution_terms as (select * from {{ ref('int_attribution_terms') }}),

attributed_direct as (select * from {{ ref('int_attributed_direct') }}),

precursor_leaves as (select * from {{ ref('int_precursor_leaves') }}),

stream_gaps as (select * from {{ ref('int_stream_gaps') }}),

process_gaps as (select * from {{ ref('int_process_gaps') }}),

gaps as (
    select * from stream_gaps
    union all
    select * from process_gaps
),

leaves as (
    select * from stream_leaves
    union all
    select * from precursor_leaves
    union all
    select
        attribution_terms.installation_code,
        attribution_terms.process_code,
        attribution_terms.reporting_year,
        attribution_terms.leaf_id,
        attribution_terms.leaf_kind,
        attribution_terms.leaf_name,
        attribution_terms.component,
        attribution_terms.measured_t_co2e,
        attribution_terms.estimated_t_co2e,
        attribution_terms.default_t_co2e,
        attribution_terms.electricity_mwh,
        attribution_terms.factor_id,
        attribution_terms.activity_amount,
        attribution_terms.activity_unit,
        attribution_terms.absent_because
    from attribution_terms
    union all
    select
        attributed_direct.installation_code,
        attributed_direct.process_code,
        attributed_direct.reporting_year,
        'floor/' || attributed_direct.installation_code || '/' || attributed_direct.process_code as leaf_id,
        'floor' as leaf_kind,
        'Lifted to zero (Eq 55): attributed direct emissions of ' || attributed_direct.process_code as leaf_name,
        'own_direct' as component,
        attributed_direct.floor_t_co2e as measured_t_co2e,
        cast(0 as decimal(38, 12)) as estimated_t_co2e,
        cast(0 as decimal(38, 12)) as default_t_co2e,
        cast(null as decimal(28, 9)) as electricity_mwh,
        cast(null as varchar) as factor_id,
        cast(null as decimal(28, 9)) as activity_amount,
        cast(null as varchar) as activity_unit,
        cast(null as varchar) as absent_because
    from attributed_direct
    where attributed_direct.floor_t_co2e > 0
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
