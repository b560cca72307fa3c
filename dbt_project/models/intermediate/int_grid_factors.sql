-- Factors of grids, shipped and landed. From the first day of a landed row on the shipped one of its country and rules no
-- longer counts, not even after the landed one has ended: whoever lands a table keeps it.
with
shipped as (select * from {{ ref('grid_factors') }}),

sources as (select * from {{ ref('sources') }}),

landed as (select * from {{ ref('stg_own_grid_factors') }}),

first_landed as (
    select
        rule_set,
        country_code,
        min(valid_from) as landed_from
    from landed
    group by rule_set, country_code
),

united as (
    select
        shipped.factor_id,
        shipped.rule_set,
        shipped.country_code,
        shipped.basis_unit,
        shipped.gas,
        shipped.gwp_set,
        shipped.amount_kg_per_unit,
        shipped.valid_from,
        -- the earlier of the two ends; null is no end
        case
            when shipped.valid_until <= first_landed.landed_from then shipped.valid_until
            else coalesce(first_landed.landed_from, shipped.valid_until)
        end as valid_until,
        shipped.source_key,
        sources.publisher,
        sources.title,
        shipped.source_locator,
        shipped.licence
    from shipped
    left join sources on shipped.source_key = sources.source_key
    left join first_landed
        on
            shipped.rule_set = first_landed.rule_set
            and shipped.country_code = first_landed.country_code
    where first_landed.landed_from is null or shipped.valid_from < first_landed.landed_from
    union all
    select
        'landed/' || rule_set || '/electricity/' || country_code || '/' || cast(valid_from as varchar) as factor_id,
        rule_set,
        country_code,
        'kwh' as basis_unit,
        'CO2e' as gas,
        case rule_set when 'cbam' then 'eu_2025_2547' else 'cn_guideline' end as gwp_set,
        factor as amount_kg_per_unit, -- t per MWh is kg per kWh
        valid_from,
        valid_until,
        cast(null as varchar) as source_key,
        publisher,
        edition as title,
        page as source_locator,
        licence
    from landed
),

final as (
    select
        united.factor_id,
        united.rule_set,
        united.country_code,
        united.basis_unit,
        united.gas,
        united.gwp_set,
        cast(united.amount_kg_per_unit as decimal(28, 12)) as amount_kg_per_unit,
        united.valid_from,
        united.valid_until,
        united.source_key,
        united.publisher,
        united.title,
        united.source_locator,
        united.licence
    from united
)

select * from final
