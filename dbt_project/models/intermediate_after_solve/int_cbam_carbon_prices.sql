-- Carbon price paid for the declared embedded emissions of a good (2023/956 Art 9): for its process, for the own processes
-- whose goods it draws on, and by the makers of what they bought, where an answer covers the production. What an answer does
-- not tell, the emissions paid for, is at most what the precursor carries and the figure counts.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

requirements as (
    select * from {{ source('solve', 'requirements') }}
    where boundary = 'cbam' and direct_amount > 0
),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam' and kind in ('good', 'other')),

own_prices as (select * from {{ ref('int_carbon_prices_paid') }}),

precursors as (
    select * from {{ ref('int_precursor_emissions') }}
    where evidence in ('actual_verified', 'actual_unverified')
),

makers_prices as (select * from {{ ref('int_answer_carbon_prices') }} where absent_because is null),

paid as (
    select
        installation_code,
        process_code,
        reporting_year,
        paid_eur,
        paid_for_t_co2e,
        absent_because
    from own_prices
    union all
    select
        precursors.installation_code,
        precursors.process_code,
        precursors.reporting_year,
        cast(
            sum({{ round_to(mul('precursors.amount_answered', 'makers_prices.paid_eur_per_fu')) }}) as decimal(28, 9)
        ) as paid_eur,
        cast(
            sum(
                precursors.direct_t_co2e
                -- of a good in Annex II they do not count
                + case when precursors.is_annex_ii then 0 else coalesce(precursors.indirect_t_co2e, 0) end
            ) as decimal(28, 9)
        ) as paid_for_t_co2e,
        cast(null as varchar) as absent_because
    from precursors
    inner join makers_prices
        on
            precursors.producer_installation_code = makers_prices.producer_installation_code
            and precursors.cn_code = makers_prices.cn_code
            and precursors.answer_period_from = makers_prices.period_from
    group by
        precursors.installation_code,
        precursors.process_code,
        precursors.reporting_year
),

parts as (
    select
        goods.figure_stem,
        {{ figures_per_unit('requirements.direct_amount', 'paid.paid_eur', 'graph_nodes.output_amount') }} as paid_eur,
        {{ figures_per_unit('requirements.direct_amount', 'paid.paid_for_t_co2e', 'graph_nodes.output_amount') }}
            as paid_for_t_co2e,
        paid.absent_because
    from goods
    inner join requirements
        on goods.node_id = requirements.target_node_id and goods.reporting_year = requirements.reporting_year
    inner join graph_nodes
        on requirements.node_id = graph_nodes.node_id and requirements.reporting_year = graph_nodes.reporting_year
    inner join paid
        on
            graph_nodes.installation_code = paid.installation_code
            and graph_nodes.process_code = paid.process_code
            and graph_nodes.reporting_year = paid.reporting_year
),

final as (
    select
        figure_stem,
        -- one price that cannot be told leaves the sum untold
        cast(case when count(absent_because) = 0 then sum(paid_eur) end as decimal(38, 12)) as paid_eur_per_fu,
        cast(case when count(absent_because) = 0 then sum(paid_for_t_co2e) end as decimal(38, 12))
            as paid_for_t_co2e_per_fu,
        string_agg(absent_because, '; ' order by {{ figures_byte_order('absent_because') }}) as absent_because
    from parts
    group by figure_stem
)

select * from final
