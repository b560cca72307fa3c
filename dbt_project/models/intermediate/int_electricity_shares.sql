-- The part of each stream of bought electricity that a line or agreement proves, by year. Several sources make one mean,
-- weighted by what was taken, for the whole installation (2025/2547 Art 9); a line that supplies one process alone, and
-- whose stream goes to that process alone, keeps its own factor. The row without a factor is the grid's; a stream
-- of which nothing is proven has no rows.
with
supply as (select * from {{ ref('int_electricity_supply') }} where source <> 'own_plant'),

contracts as (select * from {{ ref('int_electricity_contracts') }} where refused_because is null),

attribution as (select * from {{ ref('int_stream_attribution') }} where method = 'electricity'),

takers as (
    select
        attribution.installation_code,
        attribution.stream_code,
        {{ year_of('attribution.period_from') }} as reporting_year,
        min(attribution.process_code) as process_code
    from attribution
    group by attribution.installation_code, attribution.stream_code, {{ year_of('attribution.period_from') }}
    having count(distinct coalesce(attribution.process_code, '')) = 1
),

lines_of_their_own as (
    select distinct
        takers.installation_code,
        takers.stream_code,
        takers.reporting_year
    from takers
    inner join contracts
        on
            takers.installation_code = contracts.installation_code
            and takers.stream_code = contracts.stream_code
            and takers.process_code = contracts.process_code
),

pooled as (
    select
        supply.installation_code,
        supply.source_code as stream_code,
        {{ year_of('supply.month_from') }} as reporting_year,
        coalesce(lines_of_their_own.stream_code, '') as pool,
        case when supply.source <> 'grid' then supply.factor_id end as factor_id,
        supply.factor_t_co2e_per_mwh,
        supply.amount_kwh
    from supply
    left join lines_of_their_own
        on
            supply.installation_code = lines_of_their_own.installation_code
            and supply.source_code = lines_of_their_own.stream_code
            and {{ year_of('supply.month_from') }} = lines_of_their_own.reporting_year
),

totals as (
    select
        pooled.installation_code,
        pooled.reporting_year,
        pooled.pool,
        sum(pooled.amount_kwh) as amount_kwh
    from pooled
    group by pooled.installation_code, pooled.reporting_year, pooled.pool
),

sources as (
    select
        pooled.installation_code,
        pooled.reporting_year,
        pooled.pool,
        pooled.factor_id,
        max(pooled.factor_t_co2e_per_mwh) as factor_t_co2e_per_mwh,
        sum(pooled.amount_kwh) as amount_kwh
    from pooled
    where pooled.factor_id is not null
    group by pooled.installation_code, pooled.reporting_year, pooled.pool, pooled.factor_id
    having sum(pooled.amount_kwh) > 0
),

cumulated as (
    select
        sources.*,
        totals.amount_kwh as total_kwh,
        sum(sources.amount_kwh) over (
            partition by sources.installation_code, sources.reporting_year, sources.pool
            order by {{ figures_byte_order('sources.factor_id') }}
            rows between unbounded preceding and current row
        ) as amount_cum
    from sources
    inner join totals
        on
            sources.installation_code = totals.installation_code
            and sources.reporting_year = totals.reporting_year
            and sources.pool = totals.pool
    where totals.amount_kwh > 0
),

shares as (
    select
        cumulated.*,
        -- where a month gave back more than it took, the proven part is at most all
        least({{ div('cumulated.amount_cum', 'cumulated.total_kwh', 9, 12) }}, 1) as cum_share,
        least({{ div('cumulated.amount_cum - cumulated.amount_kwh', 'cumulated.total_kwh', 9, 12) }}, 1) as cum_share_before
    from cumulated
),

streams as (
    select distinct
        pooled.installation_code,
        pooled.reporting_year,
        pooled.pool,
        pooled.stream_code
    from pooled
),

parts as (
    select
        shares.installation_code,
        shares.reporting_year,
        shares.pool,
        shares.factor_id,
        shares.factor_t_co2e_per_mwh,
        shares.cum_share,
        shares.cum_share_before
    from shares
    union all
    select
        shares.installation_code,
        shares.reporting_year,
        shares.pool,
        cast(null as varchar) as factor_id,
        cast(null as decimal(28, 12)) as factor_t_co2e_per_mwh,
        1 as cum_share,
        max(shares.cum_share) as cum_share_before
    from shares
    group by shares.installation_code, shares.reporting_year, shares.pool
),

final as (
    select
        streams.installation_code,
        streams.stream_code,
        streams.reporting_year,
        parts.factor_id,
        cast(parts.factor_t_co2e_per_mwh as decimal(28, 12)) as factor_t_co2e_per_mwh,
        cast(parts.cum_share as decimal(28, 12)) as cum_share,
        cast(parts.cum_share_before as decimal(28, 12)) as cum_share_before
    from parts
    inner join streams
        on
            parts.installation_code = streams.installation_code
            and parts.reporting_year = streams.reporting_year
            and parts.pool = streams.pool
    where parts.cum_share > parts.cum_share_before
)

select * from final
