-- What is odd about products: one row per rule and cell of a communication workbook.
with
cells as (
    select
        *,
        sheet || '!' || cell as place
    from {{ ref('stg_communication_cells') }}
),

-- a form of any year is judged by the list of today
cbam_goods as (select * from {{ ref('cbam_goods') }} where valid_until is null),

workbook_products as (select * from {{ ref('int_workbook_products') }}),

products as (
    select
        workbook_products.*,
        goods.cn_code as known_cn_code,
        goods.functional_unit
    from workbook_products
    left join cbam_goods as goods on workbook_products.cn_code = goods.cn_code
),

parameters as (
    select
        cells.workbook_id,
        cells.block_position,
        max(case when cells.field = 'clinker_factor' then cells.number_value end) as clinker_factor,
        max(case when cells.field like 'nitrogen%' or cells.field = 'concentration' then cells.number_value end) as nitrogen
    from cells
    where cells.block = 'product'
    group by cells.workbook_id, cells.block_position
),

-- a workbook that was never calculated misses more than units, and is told so once
calculated as (
    select distinct cells.workbook_id
    from cells
    where cells.role = 'printed' and cells.text_value is not null
),

product_findings as (
    select
        products.workbook_id,
        products.block_position,
        'cn_code' as field,
        'cn_code_out_of_scope' as rule,
        'CN code ' || products.cn_code || ' of ' || products.product_name
        || ' is no good of Annex I to Regulation (EU) 2023/956; correct it, or leave the product out. Its figures were'
        || ' recomputed all the same' as sentence
    from products
    where products.cn_code is not null and products.known_cn_code is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'cn_code' as field,
        'no_cn_code' as rule,
        'product ' || products.product_name || ' has no CN code; write its eight digits' as sentence
    from products
    where products.cn_code is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'process_name' as field,
        'unknown_process' as rule,
        'product ' || products.product_name || ' names no process of this workbook; choose one. It has no figures' as sentence
    from products
    where products.process_position is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'unit' as field,
        'missing_functional_unit' as rule,
        'the unit of ' || products.product_name || ' is missing; choose a process with a category, and the template writes it'
            as sentence
    from products
    inner join cells
        on
            products.workbook_id = cells.workbook_id
            and cells.block = 'product'
            and products.block_position = cells.block_position
            and cells.field = 'unit'
    inner join calculated on products.workbook_id = calculated.workbook_id
    where cells.text_value is null
    union all
    select
        products.workbook_id,
        products.block_position,
        'clinker_factor' as field,
        'missing_parameter' as rule,
        'the clinker factor of ' || products.product_name
        || ' is missing; write it. The figure was told per tonne of product, and cannot be per tonne of clinker, as the law'
        || ' counts it from 2026' as sentence
    from products
    inner join parameters
        on products.workbook_id = parameters.workbook_id and products.block_position = parameters.block_position
    where
        products.functional_unit = 't_clinker'
        and products.cn_code not like '252310%'
        and coalesce(parameters.clinker_factor, 0) = 0
    union all
    select
        products.workbook_id,
        products.block_position,
        'nitrogen' as field,
        'missing_parameter' as rule,
        'the nitrogen content of ' || products.product_name
        || ' is missing; write it. The figure was told per tonne of product, and cannot be per kilogram of nitrogen, as the'
        || ' law counts it from 2026' as sentence
    from products
    inner join parameters
        on products.workbook_id = parameters.workbook_id and products.block_position = parameters.block_position
    where products.functional_unit = 'kg_n' and coalesce(parameters.nitrogen, 0) = 0
),

of_products as (
    select
        product_findings.workbook_id,
        product_findings.rule,
        cells.place,
        cells.text_value as cell_value,
        product_findings.sentence
    from product_findings
    inner join cells
        on
            product_findings.workbook_id = cells.workbook_id
            and cells.block = 'product'
            and product_findings.block_position = cells.block_position
            and product_findings.field = cells.field
            and cells.role = case when product_findings.field = 'unit' then 'printed' else 'input' end
),

final as (
    select
        of_products.workbook_id,
        of_products.rule,
        of_products.place as cell,
        of_products.cell_value,
        of_products.sentence
    from of_products
)

select * from final
