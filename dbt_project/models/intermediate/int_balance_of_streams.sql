-- Bill against meter, and stock against burn, by month. A check speaks where the stream has both sides at all; a month
-- of which one side is silent stays and has no difference.
with
stream_activity as (select * from {{ ref('int_stream_activity') }}),

document_parts as (select * from {{ ref('int_document_parts') }}),

by_basis as (
    select
        stream_activity.installation_code,
        stream_activity.stream_code,
        {{ month_of('stream_activity.period_from') }} as month_from,
        stream_activity.basis,
        stream_activity.unit,
        stream_activity.measured_amount + stream_activity.estimated_amount as amount
    from stream_activity
    union all
    select
        document_parts.installation_code,
        document_parts.stream_code,
        document_parts.month_from,
        'burnt' as basis,
        document_parts.unit,
        document_parts.amount
    from document_parts
    where document_parts.kind = 'consumption'
),

by_month as (
    select
        by_basis.installation_code,
        by_basis.stream_code,
        by_basis.month_from,
        max(by_basis.unit) as unit,
        sum(case when by_basis.basis = 'documents' then by_basis.amount end) as billed_amount,
        sum(case when by_basis.basis = 'meters' then by_basis.amount end) as metered_amount,
        sum(case when by_basis.basis = 'stock_balance' then by_basis.amount end) as stocked_amount,
        sum(case when by_basis.basis = 'burnt' then by_basis.amount end) as burnt_amount,
        count(case when by_basis.basis = 'meters' then by_basis.amount end) as days_known,
        count(case when by_basis.basis = 'meters' then 1 end) as days_expected
    from by_basis
    group by by_basis.installation_code, by_basis.stream_code, by_basis.month_from
),

looked_over as (
    select
        by_month.*,
        count(by_month.billed_amount) over stream > 0 as is_billed,
        count(by_month.metered_amount) over stream > 0 as is_metered,
        count(by_month.stocked_amount) over stream > 0 as is_stocked,
        count(by_month.burnt_amount) over stream > 0 as is_burnt
    from by_month
    window stream as (partition by by_month.installation_code, by_month.stream_code)
),

checks as (
    select
        looked_over.*,
        'bill_and_meter' as check_name,
        looked_over.billed_amount as left_amount,
        looked_over.metered_amount as right_amount
    from looked_over
    where looked_over.is_billed and looked_over.is_metered
    union all
    -- what was burnt is told by the meters, else by the notes of what was used
    select
        looked_over.*,
        'stock_and_burn' as check_name,
        looked_over.stocked_amount as left_amount,
        case when looked_over.is_metered then looked_over.metered_amount else looked_over.burnt_amount end as right_amount
    from looked_over
    where looked_over.is_stocked and (looked_over.is_metered or looked_over.is_burnt)
),

final as (
    select
        checks.installation_code,
        checks.month_from,
        checks.check_name,
        checks.stream_code as subject_code,
        checks.unit,
        cast(checks.left_amount as decimal(28, 9)) as left_amount,
        cast(checks.right_amount as decimal(28, 9)) as right_amount,
        case when checks.is_metered then cast(checks.days_known as bigint) end as days_known,
        case when checks.is_metered then cast(checks.days_expected as bigint) end as days_expected
    from checks
    where checks.left_amount is not null or checks.right_amount is not null
)

select * from final
