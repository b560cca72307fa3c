-- Production processes: one row per installation, process and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'processes') }}),

final as (
    select
        landed.installation_code,
        landed.process_code,
        landed.name,
        landed.kind,
        landed.route,
        landed.attribution,
        landed.operator_party_code,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
