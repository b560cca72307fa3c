-- What of every row of output is activity level, in tonnes and in the functional unit of its good: what was sold, used as a
-- precursor, or sold as off-spec. Scrap and unsold off-spec are no output, nor is a good that never leaves its process
-- (2025/2547 Art 4(9)).
with
production_output as (select * from {{ ref('stg_production_output') }}),

products as (select * from {{ ref('stg_products') }}),

process_goods as (select * from {{ ref('stg_process_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

contents as (select * from {{ ref('int_product_contents') }}),

judged as (
    select
        production_output.installation_code,
        production_output.process_code,
        production_output.product_code,
        production_output.period_from,
        products.cn_code,
        coalesce(cbam_goods.functional_unit, 't_product') as functional_unit,
        production_output.amount_canonical,
        production_output.kind in ('saleable', 'internal', 'off_spec_sold')
        and not coalesce(process_goods.is_inside_bubble, false) as is_counted
    from production_output
    left join products
        on
            production_output.installation_code = products.installation_code
            and production_output.product_code = products.product_code
            and {{ holds_on('products', 'production_output.period_from') }}
    left join cbam_goods
        on products.cn_code = cbam_goods.cn_code and {{ holds_on('cbam_goods', 'production_output.period_from') }}
    left join process_goods
        on
            production_output.installation_code = process_goods.installation_code
            and production_output.process_code = process_goods.process_code
            and products.cn_code = process_goods.cn_code
            and {{ holds_on('process_goods', 'production_output.period_from') }}
),

with_contents as (
    select
        judged.*,
        case when judged.is_counted then judged.amount_canonical else 0 end as mass_t,
        case
            when {{ content_of('judged.functional_unit') }} is null then 1
            else contents.functional_units_per_t
        end as functional_units_per_t,
        contents.refused_because
    from judged
    -- left: a product without a stated content must say so
    left join contents
        on
            judged.installation_code = contents.installation_code
            and judged.product_code = contents.product_code
            and {{ holds_on('contents', 'judged.period_from') }}
),

final as (
    select
        with_contents.installation_code,
        with_contents.process_code,
        with_contents.product_code,
        with_contents.period_from,
        {{ year_of('with_contents.period_from') }} as reporting_year,
        with_contents.cn_code,
        with_contents.is_counted,
        case when with_contents.is_counted then with_contents.functional_unit end as functional_unit,
        -- unrounded: the first model that sums rounds once
        cast(with_contents.mass_t as decimal(38, 21)) as mass_t,
        cast(with_contents.functional_units_per_t as decimal(28, 12)) as functional_units_per_t,
        case
            -- nothing made needs no content
            when with_contents.mass_t = 0 then cast(0 as decimal(38, 21))
            when {{ content_of('with_contents.functional_unit') }} is null
                then cast(with_contents.mass_t as decimal(38, 21))
            else cast({{ mul('with_contents.mass_t', 'with_contents.functional_units_per_t', 12, 12) }} as decimal(38, 21))
        end as amount,
        case
            when with_contents.mass_t <> 0 and with_contents.functional_units_per_t is null
                then {{ no_content('with_contents') }}
        end as absent_because
    from with_contents
)

select * from final
