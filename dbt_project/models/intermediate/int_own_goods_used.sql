-- Goods that another process of the installation used as precursors, losses included, in tonnes and in the precursor's own
-- functional unit (2025/2547 Eq 60). Inside its own process a good is in the bubble (Art 4(9)). What a process outside the
-- goods' boundaries makes outside Annex I, lime or coke, is no precursor and brings no emissions of its making.
with
material_use as (select * from {{ ref('stg_material_use') }}),

products as (select * from {{ ref('stg_products') }}),

processes as (select * from {{ ref('stg_processes') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

contents as (select * from {{ ref('int_product_contents') }}),

used as (
    select
        material_use.installation_code,
        products.process_code as from_process_code,
        material_use.process_code as to_process_code,
        products.product_code,
        products.cn_code,
        material_use.period_from,
        material_use.amount_canonical as mass_t,
        coalesce(cbam_goods.functional_unit, 't_product') as functional_unit,
        contents.functional_units_per_t,
        contents.refused_because
    from material_use
    inner join products
        on
            material_use.installation_code = products.installation_code
            and material_use.component_code = products.product_code
            and {{ holds_on('products', 'material_use.period_from') }}
    left join processes
        on
            products.installation_code = processes.installation_code
            and products.process_code = processes.process_code
            and {{ holds_on('processes', 'material_use.period_from') }}
    left join cbam_goods
        on products.cn_code = cbam_goods.cn_code and {{ holds_on('cbam_goods', 'material_use.period_from') }}
    -- left: a product without a stated content must say so
    left join contents
        on
            products.installation_code = contents.installation_code
            and products.product_code = contents.product_code
            and {{ holds_on('contents', 'material_use.period_from') }}
    where
        material_use.component_kind = 'product'
        and material_use.process_code <> products.process_code
        and (coalesce(processes.kind, 'good') <> 'other' or cbam_goods.cn_code is not null)
),

final as (
    select
        used.installation_code,
        used.from_process_code,
        used.to_process_code,
        used.product_code,
        used.cn_code,
        used.period_from,
        {{ year_of('used.period_from') }} as reporting_year,
        used.functional_unit,
        -- unrounded: the first model that sums rounds once
        cast(used.mass_t as decimal(38, 21)) as mass_t,
        case
            when used.mass_t = 0 then cast(0 as decimal(38, 21))
            when {{ content_of('used.functional_unit') }} is null then cast(used.mass_t as decimal(38, 21))
            else cast({{ mul('used.mass_t', 'used.functional_units_per_t', 12, 12) }} as decimal(38, 21))
        end as amount,
        case
            when
                used.mass_t <> 0
                and {{ content_of('used.functional_unit') }} is not null
                and used.functional_units_per_t is null
                then {{ no_content('used') }}
        end as absent_because
    from used
)

select * from final
