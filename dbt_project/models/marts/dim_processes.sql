-- Production processes as readers look them up, those outside CBAM too.
with
processes as (select * from {{ ref('stg_processes') }}),

final as (
    select
        installation_code,
        process_code,
        name as process_name,
        kind,
        route,
        operator_party_code,
        valid_from,
        valid_until
    from processes
)

select * from final
