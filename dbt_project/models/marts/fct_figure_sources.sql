-- What a figure hangs on: factors by emissions, lake partitions by the amounts read from them, and the partitions it is
-- divided by, split by or takes a factor from.
with
weights as (select * from {{ ref('int_figure_source_weights') }}),

figure_partitions as (select * from {{ ref('int_figure_partitions') }}),

cumulated as (
    select
        figure_key,
        source_kind,
        source_id,
        weight_t_co2e_per_fu,
        sum(weight_t_co2e_per_fu) over (
            partition by figure_key, source_kind order by {{ figures_byte_order('source_id') }}
            rows between unbounded preceding and current row
        ) as weight_cum,
        sum(weight_t_co2e_per_fu) over (partition by figure_key, source_kind) as weight_total
    from weights
),

final as (
    select
        figure_key,
        source_kind,
        'emissions' as role,
        source_id,
        -- differences of rounded cumulative shares sum to exactly 1
        cast(
            {{ div('weight_cum', 'weight_total', 12, 12) }}
            - {{ div('(weight_cum - weight_t_co2e_per_fu)', 'weight_total', 12, 12) }} as decimal(38,12)
        ) as share
    from cumulated
    union all
    select
        figure_key,
        'lake_partition' as source_kind,
        role,
        partition_name as source_id,
        cast(null as decimal(38,12)) as share
    from figure_partitions
)

select * from final
