-- Countries whose default values can be asked for: where lots came from, where our works stand, and `unknown`.
with
receipts as (select * from {{ ref('stg_receipts') }}),

installations as (select * from {{ ref('stg_installations') }}),

final as (
    select coalesce(origin_country_code, 'unknown') as origin_country_code from receipts
    union
    select country_code as origin_country_code from installations
    union
    select 'unknown' as origin_country_code
)

select * from final
