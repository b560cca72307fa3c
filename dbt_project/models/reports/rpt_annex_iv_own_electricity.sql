-- Electricity of own plants: what they made and what it carries, by the solve's answer, to nine places.
with
balances as (select * from {{ ref('fct_process_balances') }} where carrier = 'electricity' and produced_amount <> 0),

graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam' and kind = 'electricity'),

intensities as (select * from {{ source('solve', 'intensities') }} where boundary = 'cbam'),

processes as (select * from {{ ref('stg_processes') }}),

kinds as (
    select
        processes.installation_code,
        processes.process_code,
        max(processes.kind) as kind
    from processes
    group by processes.installation_code, processes.process_code
),

final as (
    select
        balances.installation_code,
        balances.process_code,
        balances.reporting_year,
        case when kinds.kind = 'power' then 'cogeneration' else 'separate generation' end as generation,
        balances.produced_amount as produced_mwh,
        balances.exported_amount as exported_mwh,
        cast(intensities.total_t_co2e as decimal(28, 9)) as factor_t_co2e_per_mwh
    from balances
    left join kinds
        on balances.installation_code = kinds.installation_code and balances.process_code = kinds.process_code
    -- left: a plant whose factor nobody could solve made power all the same
    left join graph_nodes
        on
            balances.installation_code = graph_nodes.installation_code
            and balances.process_code = graph_nodes.process_code
            and balances.reporting_year = graph_nodes.reporting_year
    left join intensities
        on
            graph_nodes.node_id = intensities.node_id
            and graph_nodes.reporting_year = intensities.reporting_year
)

select * from final
