{{ config(severity='warn') }}
-- More was used in a seller's name, up to the end of a year, than this seller ever delivered until then: the name or the
-- amount is wrong, or receipts are missing.
with
material_use as (select * from {{ ref('stg_material_use') }} where component_kind = 'item'),

receipts as (select * from {{ ref('stg_receipts') }}),

used as (
    select
        installation_code,
        component_code as item_code,
        supplier_code,
        {{ year_of('period_from') }} as reporting_year,
        sum(amount_canonical) as used_t
    from material_use
    where supplier_code not in ('mixed', 'own')
    group by installation_code, component_code, supplier_code, {{ year_of('period_from') }}
),

used_until as (
    select
        used.*,
        sum(used.used_t) over (
            partition by used.installation_code, used.item_code, used.supplier_code
            order by used.reporting_year
        ) as used_until_t
    from used
)

select
    used_until.installation_code,
    used_until.item_code,
    used_until.supplier_code,
    used_until.reporting_year,
    used_until.used_until_t,
    coalesce(sum(receipts.amount_canonical), 0) as received_until_t
from used_until
left join receipts
    on
        used_until.installation_code = receipts.installation_code
        and used_until.item_code = receipts.item_code
        and used_until.supplier_code = receipts.supplier_code
        and {{ year_of('receipts.received_on') }} <= used_until.reporting_year
group by
    used_until.installation_code,
    used_until.item_code,
    used_until.supplier_code,
    used_until.reporting_year,
    used_until.used_until_t
having used_until.used_until_t > coalesce(sum(receipts.amount_canonical), 0)
