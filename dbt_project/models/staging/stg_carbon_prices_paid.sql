-- Carbon prices paid for a process: one row per process, scheme and period;
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'carbon_prices_paid') }}),

final as (
    select
        landed.installation_code,
        landed.process_code,
        landed.scheme,
        landed.period_from,
        landed.period_until,
        landed.covered_t_co2e,
        landed.free_allowances_t_co2e,
        landed.amount,
        landed.currency,
        landed.rebate_amount,
        landed.certified_by,
        landed.evidence,
        coalesce(landed.revision, 0) as revision,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
