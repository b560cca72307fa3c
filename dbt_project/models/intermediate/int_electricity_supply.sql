-- Where the electricity of an installation came from, by month: direct lines, agreements matched by hour, own plants and,
-- for the rest of what was bought, the grid.
with
activity as (
    select * from {{ ref('int_stream_activity') }}
    where feeds_figure and method = 'electricity' and measured_amount is not null
),

contracts as (select * from {{ ref('int_electricity_contracts') }} where refused_because is null),

matched_hours as (select * from {{ ref('int_electricity_matched_hours') }}),

process_flows as (select * from {{ ref('int_process_flows') }}),

factors as (select * from {{ ref('int_stream_factors') }} where rule_set = 'cbam'),

bought as (
    select
        activity.installation_code,
        activity.stream_code,
        {{ month_of('activity.period_from') }} as month_from,
        sum(activity.measured_amount + activity.estimated_amount) as amount_kwh,
        max(factors.factor_id) as factor_id,
        max(factors.amount_kg_per_unit) as factor_t_co2e_per_mwh
    from activity
    -- left: without a factor of its country electricity is still bought
    left join factors
        on
            activity.installation_code = factors.installation_code
            and activity.stream_code = factors.stream_code
            and activity.period_from = factors.period_from
    group by activity.installation_code, activity.stream_code, {{ month_of('activity.period_from') }}
),

claims as (
    select
        contracts.installation_code,
        contracts.stream_code,
        {{ month_of('activity.period_from') }} as month_from,
        contracts.factor_id,
        0 as rank_of_kind,
        sum(activity.measured_amount + activity.estimated_amount) as amount_kwh
    from contracts
    inner join activity
        on
            contracts.installation_code = activity.installation_code
            and contracts.stream_code = activity.stream_code
            and {{ holds_on('contracts', 'activity.period_from') }}
    where contracts.kind = 'direct_line'
    group by
        contracts.installation_code,
        contracts.stream_code,
        {{ month_of('activity.period_from') }},
        contracts.factor_id
    union all
    select
        contracts.installation_code,
        contracts.stream_code,
        {{ month_of('matched_hours.metered_on') }} as month_from,
        contracts.factor_id,
        1 as rank_of_kind,
        sum(matched_hours.matched_kwh) as amount_kwh
    from contracts
    inner join matched_hours
        on
            contracts.installation_code = matched_hours.installation_code
            and contracts.contract_code = matched_hours.contract_code
            and contracts.valid_from = matched_hours.valid_from
    group by
        contracts.installation_code,
        contracts.stream_code,
        {{ month_of('matched_hours.metered_on') }},
        contracts.factor_id
),

cumulated as (
    select
        claims.installation_code,
        claims.stream_code,
        claims.month_from,
        claims.factor_id,
        greatest(bought.amount_kwh, 0) as bought_kwh,
        greatest(claims.amount_kwh, 0) as claimed_kwh,
        sum(greatest(claims.amount_kwh, 0)) over (
            partition by claims.installation_code, claims.stream_code, claims.month_from
            order by claims.rank_of_kind, {{ figures_byte_order('claims.factor_id') }}
            rows between unbounded preceding and current row
        ) as claimed_cum
    from claims
    inner join bought
        on
            claims.installation_code = bought.installation_code
            and claims.stream_code = bought.stream_code
            and claims.month_from = bought.month_from
),

-- no more is proven than the figures count
proven as (
    select
        cumulated.installation_code,
        cumulated.stream_code,
        cumulated.month_from,
        cumulated.factor_id,
        least(cumulated.claimed_cum, cumulated.bought_kwh)
        - least(cumulated.claimed_cum - cumulated.claimed_kwh, cumulated.bought_kwh) as amount_kwh
    from cumulated
),

proven_sums as (
    select
        proven.installation_code,
        proven.stream_code,
        proven.month_from,
        sum(proven.amount_kwh) as amount_kwh
    from proven
    group by proven.installation_code, proven.stream_code, proven.month_from
),

final as (
    select
        proven.installation_code,
        proven.month_from,
        contracts.kind as source,
        proven.stream_code as source_code,
        contracts.factor_id,
        cast(proven.amount_kwh as decimal(28, 9)) as amount_kwh,
        contracts.factor_t_co2e_per_mwh,
        contracts.evidence
    from proven
    inner join contracts on proven.factor_id = contracts.factor_id
    union all
    select
        bought.installation_code,
        bought.month_from,
        'grid' as source,
        bought.stream_code as source_code,
        bought.factor_id,
        cast(bought.amount_kwh - coalesce(proven_sums.amount_kwh, 0) as decimal(28, 9)) as amount_kwh,
        cast(bought.factor_t_co2e_per_mwh as decimal(28, 12)) as factor_t_co2e_per_mwh,
        cast(null as varchar) as evidence
    from bought
    left join proven_sums
        on
            bought.installation_code = proven_sums.installation_code
            and bought.stream_code = proven_sums.stream_code
            and bought.month_from = proven_sums.month_from
    union all
    -- counted where it was made: its fuel goes with it through the graph
    select
        process_flows.installation_code,
        process_flows.month_from,
        'own_plant' as source,
        process_flows.from_process_code as source_code,
        cast(null as varchar) as factor_id,
        cast(sum(1000 * process_flows.amount) as decimal(28, 9)) as amount_kwh,
        cast(null as decimal(28, 12)) as factor_t_co2e_per_mwh,
        cast(null as varchar) as evidence
    from process_flows
    where
        process_flows.carrier = 'electricity'
        and process_flows.from_process_code <> 'outside'
        and process_flows.to_process_code <> 'outside'
    group by process_flows.installation_code, process_flows.month_from, process_flows.from_process_code
)

select * from final
