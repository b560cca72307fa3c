-- Companies dealt with: one row per party and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'parties') }}),

final as (
    select
        landed.party_code,
        landed.name,
        landed.country_code,
        landed.role,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
