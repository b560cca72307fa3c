-- What was counted twice, for the person who looks for lost energy and wrong bills; no figure hangs on it.
with
energy_balance as (select * from {{ ref('int_energy_balance') }}),

final as (
    select
        installation_code,
        month_from,
        check_name,
        subject_code,
        unit,
        left_amount,
        right_amount,
        unexplained_amount,
        ratio,
        is_beyond_limit,
        days_known,
        days_expected
    from energy_balance
)

select * from final
