-- Boilers, power plants and processes without goods serve own precursors too. What part of what a good needs of them it needs
-- through precursors whose indirect emissions count, and through those whose do not (2025/2547 Annex I 3.1).
with
requirements as (select * from {{ source('solve', 'requirements') }} where boundary = 'cbam'),

goods as (select * from {{ ref('int_cbam_goods') }}),

makers as (
    select
        node_id,
        reporting_year,
        min(case when is_indirect_counted then 1 else 0 end) = 1 as is_indirect_counted
    from goods
    group by node_id, reporting_year
),

-- the last process of a good before the node
taken as (
    select
        needed.reporting_year,
        needed.target_node_id,
        own.node_id,
        case when needed.node_id <> needed.target_node_id then makers.is_indirect_counted end as is_indirect_counted,
        needed.direct_amount,
        needed.total_amount - needed.direct_amount as electric_amount,
        own.own_direct_amount,
        own.own_total_amount
    from requirements as needed
    inner join requirements as own
        on
            needed.reporting_year = own.reporting_year
            and needed.node_id = own.target_node_id
    left join makers
        on
            needed.reporting_year = makers.reporting_year
            and needed.node_id = makers.node_id
    where
        own.own_total_amount > 0
        and not exists (
            select 1
            from makers as goods_nodes
            where goods_nodes.reporting_year = own.reporting_year and goods_nodes.node_id = own.node_id
        )
),

paths as (
    select
        reporting_year,
        target_node_id,
        node_id,
        'carried' as via,
        is_indirect_counted,
        {{ round_to(mul('direct_amount', 'own_direct_amount', 12, 12)) }} as amount
    from taken
    union all
    select
        reporting_year,
        target_node_id,
        node_id,
        'electricity' as via,
        is_indirect_counted,
        {{ round_to(mul('direct_amount', '(own_total_amount - own_direct_amount)', 12, 12)) }} as amount
    from taken
    union all
    -- a precursor of the power itself goes by the good
    select
        reporting_year,
        target_node_id,
        node_id,
        'electricity' as via,
        cast(null as boolean) as is_indirect_counted,
        {{ round_to(mul('electric_amount', 'own_total_amount', 12, 12)) }} as amount
    from taken
),

summed as (
    select
        reporting_year,
        target_node_id,
        node_id,
        via,
        sum(amount) as amount,
        sum(case when is_indirect_counted then amount else 0 end) as counted_amount,
        sum(case when not is_indirect_counted then amount else 0 end) as uncounted_amount
    from paths
    group by reporting_year, target_node_id, node_id, via
),

final as (
    select
        reporting_year,
        target_node_id,
        node_id,
        via,
        cast({{ div('counted_amount', 'amount', 12, 12) }} as decimal(28, 12)) as counted_share,
        cast({{ div('uncounted_amount', 'amount', 12, 12) }} as decimal(28, 12)) as uncounted_share
    from summed
    where counted_amount + uncounted_amount > 0
)

select * from final
