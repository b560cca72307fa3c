-- Every figure names its factors and its lake partitions, and the shares of each kind sum to exactly 1.
with
figures as (
    select figure_key from {{ ref('fct_cbam_embedded_emissions') }}
    where status <> 'absent' and see_counted_t_co2e_per_fu > 0
),

kinds as (
    select 'factor' as source_kind
    union all
    select 'lake_partition' as source_kind
),

sums as (
    select
        figure_key,
        source_kind,
        sum(share) as share
    from {{ ref('fct_figure_sources') }}
    where role = 'emissions'
    group by figure_key, source_kind
)

select
    figures.figure_key,
    kinds.source_kind,
    sums.share
from figures
cross join kinds
left join sums on figures.figure_key = sums.figure_key and kinds.source_kind = sums.source_kind
where sums.share is null or sums.share <> 1
