-- Everything that can be counted twice, side by side, by month: the two amounts, what neither explains, and the ratio.
-- It moves no figure.
with
check_limits as (select * from {{ ref('check_limits') }}),

checks as (
    select * from {{ ref('int_balance_of_meters') }}
    union all
    select * from {{ ref('int_balance_of_streams') }}
    union all
    select * from {{ ref('int_reconciliation') }}
    union all
    select * from {{ ref('int_output_intensity') }}
    union all
    select * from {{ ref('int_measured_and_calculated') }}
),

final as (
    select
        checks.installation_code,
        checks.month_from,
        checks.check_name,
        checks.subject_code,
        checks.unit,
        checks.left_amount,
        checks.right_amount,
        cast(checks.left_amount - checks.right_amount as decimal(28, 9)) as unexplained_amount,
        {{ div('checks.left_amount', 'checks.right_amount', 9, 12) }} as ratio,
        abs(checks.left_amount - checks.right_amount) > abs({{ mul('checks.right_amount', 'check_limits.limit_share') }})
            as is_beyond_limit,
        checks.days_known,
        checks.days_expected
    from checks
    -- left: a check without a limit only shows its rest
    left join check_limits on checks.check_name = check_limits.check_name
)

select * from final
