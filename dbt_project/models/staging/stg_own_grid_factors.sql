-- Grid factors of the house's own copy: one row per country, rule set and validity;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'own_grid_factors') }}),

final as (
    select
        landed.country_code,
        landed.rule_set,
        landed.valid_from,
        landed.valid_until,
        landed.factor,
        landed.publisher,
        landed.edition,
        landed.page,
        landed.licence,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
