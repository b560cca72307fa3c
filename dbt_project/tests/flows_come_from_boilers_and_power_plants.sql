{{ config(severity='warn') }}
-- Heat or power given by any other process carries nothing (2025/2547 Annex III A); such a flow is no edge.
select
    process_flows.installation_code,
    process_flows.carrier,
    process_flows.from_process_code,
    sum(process_flows.amount) as amount
from {{ ref('int_process_flows') }} as process_flows
left join {{ ref('stg_processes') }} as processes
    on
        process_flows.installation_code = processes.installation_code
        and process_flows.from_process_code = processes.process_code
        and {{ holds_on('processes', 'process_flows.month_from') }}
where process_flows.from_process_code <> 'outside' and coalesce(processes.kind, 'none') not in ('heat', 'power')
group by process_flows.installation_code, process_flows.carrier, process_flows.from_process_code
