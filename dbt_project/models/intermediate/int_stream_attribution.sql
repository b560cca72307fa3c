-- Who took what a stream brought in: by stated share, by sub-meters, by output or its moles, or by the flows that name it.
-- Parts are differences of rounded cumulative shares, so they sum to the stream; what no process takes is a row
-- without a process, and so is what only corroborates a measurement.
with
activity as (select * from {{ ref('int_stream_activity') }} where feeds_figure),

known as (
    select * from activity
    where measured_amount is not null
),

stream_shares as (select * from {{ ref('stg_stream_shares') }}),

corroborating_streams as (select * from {{ ref('int_corroborating_streams') }}),

sub_meter_days as (select * from {{ ref('int_meter_days') }} where role = 'sub'),

activity_level as (select * from {{ ref('int_activity_level') }}),

molar_masses as (
    select * from {{ ref('int_parameters_checked') }}
    where parameter = 'molar_mass' and subject_kind = 'process' and refused_because is null
),

process_flows as (select * from {{ ref('int_process_flows') }} where from_process_code = 'outside'),

all_shares as (
    select
        known.installation_code,
        known.stream_code,
        known.period_from,
        stream_shares.process_code,
        stream_shares.key as attribution,
        stream_shares.share,
        min(stream_shares.key) over (
            partition by known.installation_code, known.stream_code, known.period_from
        ) as first_key,
        max(stream_shares.key) over (
            partition by known.installation_code, known.stream_code, known.period_from
        ) as last_key
    from known
    inner join stream_shares
        on
            known.installation_code = stream_shares.installation_code
            and known.stream_code = stream_shares.stream_code
            and {{ holds_on('stream_shares', 'known.period_from') }}
),

-- stated and metered shares of one stream cannot both be meant: then nobody takes it
stated_shares as (
    select all_shares.*
    from all_shares
    left join corroborating_streams
        on
            all_shares.installation_code = corroborating_streams.installation_code
            and all_shares.stream_code = corroborating_streams.stream_code
            and {{ month_of('all_shares.period_from') }} = corroborating_streams.month_from
    where
        all_shares.first_key = all_shares.last_key
        -- a share of zero that says what is corroborated takes nothing
        and (corroborating_streams.stream_code is null or coalesce(all_shares.share, 1) > 0)
),

sub_days as (
    select
        sub_meter_days.installation_code,
        sub_meter_days.stream_code,
        sub_meter_days.process_code,
        sub_meter_days.metered_on,
        sum(sub_meter_days.measured_amount + sub_meter_days.estimated_amount) as amount
    from sub_meter_days
    group by
        sub_meter_days.installation_code,
        sub_meter_days.stream_code,
        sub_meter_days.process_code,
        sub_meter_days.metered_on
),

sub_months as (
    select
        sub_days.installation_code,
        sub_days.stream_code,
        sub_days.process_code,
        {{ month_of('sub_days.metered_on') }} as month_from,
        sum(sub_days.amount) as amount
    from sub_days
    group by
        sub_days.installation_code,
        sub_days.stream_code,
        sub_days.process_code,
        {{ month_of('sub_days.metered_on') }}
),

metered_weights as (
    select
        stated_shares.installation_code,
        stated_shares.stream_code,
        stated_shares.period_from,
        stated_shares.process_code,
        case when known.basis = 'meters' then sub_days.amount end as day_amount,
        sub_months.amount as month_amount,
        sum(case when known.basis = 'meters' then sub_days.amount end) over (
            partition by stated_shares.installation_code, stated_shares.stream_code, stated_shares.period_from
        ) as day_total
    from stated_shares
    inner join known
        on
            stated_shares.installation_code = known.installation_code
            and stated_shares.stream_code = known.stream_code
            and stated_shares.period_from = known.period_from
    left join sub_days
        on
            stated_shares.installation_code = sub_days.installation_code
            and stated_shares.stream_code = sub_days.stream_code
            and stated_shares.process_code = sub_days.process_code
            and stated_shares.period_from = sub_days.metered_on
    left join sub_months
        on
            stated_shares.installation_code = sub_months.installation_code
            and stated_shares.stream_code = sub_months.stream_code
            and stated_shares.process_code = sub_months.process_code
            and {{ month_of('stated_shares.period_from') }} = sub_months.month_from
    where stated_shares.attribution = 'metered'
),

output_weights as (
    select
        stated_shares.installation_code,
        stated_shares.stream_code,
        stated_shares.period_from,
        stated_shares.process_code,
        stated_shares.attribution,
        coalesce(activity_level.activity_level_t, 0) as output_t,
        {{ div('1000 * coalesce(activity_level.activity_level_t, 0)', 'molar_masses.amount', 12, 9) }} as output_kmol,
        count(case when molar_masses.amount is null then 1 end) over (
            partition by stated_shares.installation_code, stated_shares.stream_code, stated_shares.period_from
        ) as unknown_moles
    from stated_shares
    left join activity_level
        on
            stated_shares.installation_code = activity_level.installation_code
            and stated_shares.process_code = activity_level.process_code
            and {{ year_of('stated_shares.period_from') }} = activity_level.reporting_year
    left join molar_masses
        on
            stated_shares.installation_code = molar_masses.installation_code
            and stated_shares.process_code = molar_masses.subject_code
            and {{ holds_on('molar_masses', 'stated_shares.period_from') }}
    where stated_shares.attribution in ('output', 'moles')
),

flow_weights as (
    select
        known.installation_code,
        known.stream_code,
        known.period_from,
        process_flows.to_process_code as process_code,
        process_flows.amount,
        process_flows.factor_t_co2e_per_unit,
        process_flows.factor_source
    from known
    inner join process_flows
        on
            known.installation_code = process_flows.installation_code
            and known.stream_code = process_flows.stream_code
            and {{ month_of('known.period_from') }} = process_flows.month_from
    -- shares stated for the stream go before its flows
    left join all_shares
        on
            known.installation_code = all_shares.installation_code
            and known.stream_code = all_shares.stream_code
            and known.period_from = all_shares.period_from
    where all_shares.process_code is null
),

weights as (
    select
        installation_code,
        stream_code,
        period_from,
        process_code,
        attribution,
        share as weight,
        cast(null as decimal(28, 12)) as factor_t_co2e_per_unit,
        cast(null as varchar) as factor_source
    from stated_shares
    where attribution = 'share'
    union all
    select
        installation_code,
        stream_code,
        period_from,
        process_code,
        'metered' as attribution,
        -- a day on which no sub-meter spoke is shared like its month
        cast(coalesce(case when day_total > 0 then coalesce(day_amount, 0) else month_amount end, 0) as decimal(28, 9)) as weight,
        cast(null as decimal(28, 12)) as factor_t_co2e_per_unit,
        cast(null as varchar) as factor_source
    from metered_weights
    union all
    select
        installation_code,
        stream_code,
        period_from,
        process_code,
        attribution,
        -- Eq 43; by mass where one molar mass is not known
        cast(case when attribution = 'moles' and unknown_moles = 0 then output_kmol else output_t end as decimal(28, 9))
            as weight,
        cast(null as decimal(28, 12)) as factor_t_co2e_per_unit,
        cast(null as varchar) as factor_source
    from output_weights
    union all
    select
        installation_code,
        stream_code,
        period_from,
        process_code,
        'flow' as attribution,
        amount as weight,
        factor_t_co2e_per_unit,
        factor_source
    from flow_weights
),

cumulated as (
    select
        weights.*,
        sum(weights.weight) over stream_period as weight_total,
        sum(weights.weight) over (
            partition by weights.installation_code, weights.stream_code, weights.period_from
            order by {{ figures_byte_order('weights.attribution') }}, {{ figures_byte_order('weights.process_code') }}
            rows between unbounded preceding and current row
        ) as weight_cum
    from weights
    window stream_period as (partition by weights.installation_code, weights.stream_code, weights.period_from)
),

shared as (
    select
        cumulated.*,
        cast(
            case
                when cumulated.attribution = 'share' then cumulated.weight_cum
                when cumulated.weight_total > 0 then {{ div('cumulated.weight_cum', 'cumulated.weight_total', 9, 12) }}
                else 0
            end as decimal(38, 12)
        ) as cum,
        cast(
            case
                when cumulated.attribution = 'share' then cumulated.weight_cum - cumulated.weight
                when cumulated.weight_total > 0
                    then {{ div('cumulated.weight_cum - cumulated.weight', 'cumulated.weight_total', 9, 12) }}
                else 0
            end as decimal(38, 12)
        ) as cum_before
    from cumulated
),

shared_out as (
    select
        shared.installation_code,
        shared.stream_code,
        shared.period_from,
        max(shared.cum) as cum
    from shared
    group by shared.installation_code, shared.stream_code, shared.period_from
),

parts as (
    select
        shared.installation_code,
        shared.stream_code,
        shared.period_from,
        shared.process_code,
        shared.attribution,
        shared.cum - shared.cum_before as share,
        {{ share_of('known.measured_amount', 'shared.cum', 'shared.cum_before') }} as measured_amount,
        {{ share_of('known.estimated_amount', 'shared.cum', 'shared.cum_before') }} as estimated_amount,
        {{ share_of('known.conservative_addition', 'shared.cum', 'shared.cum_before') }} as conservative_addition,
        shared.factor_t_co2e_per_unit,
        shared.factor_source
    from shared
    inner join known
        on
            shared.installation_code = known.installation_code
            and shared.stream_code = known.stream_code
            and shared.period_from = known.period_from
    union all
    select
        known.installation_code,
        known.stream_code,
        known.period_from,
        cast(null as varchar) as process_code,
        case
            when corroborating_streams.stream_code is not null and coalesce(shared_out.cum, 0) = 0 then 'corroborates'
            else 'none'
        end as attribution,
        1 - coalesce(shared_out.cum, 0) as share,
        {{ share_of('known.measured_amount', '1', 'coalesce(shared_out.cum, 0)') }} as measured_amount,
        {{ share_of('known.estimated_amount', '1', 'coalesce(shared_out.cum, 0)') }} as estimated_amount,
        {{ share_of('known.conservative_addition', '1', 'coalesce(shared_out.cum, 0)') }} as conservative_addition,
        cast(null as decimal(28, 12)) as factor_t_co2e_per_unit,
        cast(null as varchar) as factor_source
    from known
    left join shared_out
        on
            known.installation_code = shared_out.installation_code
            and known.stream_code = shared_out.stream_code
            and known.period_from = shared_out.period_from
    left join corroborating_streams
        on
            known.installation_code = corroborating_streams.installation_code
            and known.stream_code = corroborating_streams.stream_code
            and {{ month_of('known.period_from') }} = corroborating_streams.month_from
    where coalesce(shared_out.cum, 0) <> 1
),

final as (
    select
        parts.installation_code,
        parts.stream_code,
        parts.process_code,
        parts.period_from,
        known.period_until,
        known.method,
        known.material_code,
        known.basis,
        parts.attribution,
        cast(parts.share as decimal(28, 12)) as share,
        known.unit,
        cast(parts.measured_amount + parts.estimated_amount as decimal(28, 9)) as amount,
        cast(parts.measured_amount as decimal(28, 9)) as measured_amount,
        cast(parts.estimated_amount as decimal(28, 9)) as estimated_amount,
        cast(parts.conservative_addition as decimal(28, 9)) as conservative_addition,
        parts.factor_t_co2e_per_unit,
        parts.factor_source
    from parts
    inner join known
        on
            parts.installation_code = known.installation_code
            and parts.stream_code = known.stream_code
            and parts.period_from = known.period_from
)

select * from final
