-- The parameters Annex IV, point 2, asks for of every good an installation makes, stated or not.
with
process_goods as (select * from {{ ref('stg_process_goods') }}),

products as (select * from {{ ref('stg_products') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

parameter_list as (select * from {{ ref('parameter_list') }} where source_locator like 'Annex IV.2%'),

parameters as (select * from {{ ref('int_parameters_checked') }}),

goods as (
    select distinct
        process_goods.installation_code,
        process_goods.process_code,
        process_goods.cn_code,
        rule_years.reporting_year,
        cbam_goods.aggregated_good
    from process_goods
    inner join rule_years
        on
            {{ holds_in_year('process_goods', 'rule_years.reporting_year') }}
    inner join cbam_goods
        on
            process_goods.cn_code = cbam_goods.cn_code
            and {{ holds_on('cbam_goods', first_of_year('rule_years.reporting_year')) }}
    where not process_goods.is_inside_bubble
),

asked as (
    select distinct
        goods.installation_code,
        goods.process_code,
        goods.reporting_year,
        parameter_list.parameter,
        parameter_list.subject_kind,
        parameter_list.unit as asked_unit,
        parameter_list.description as parameter_meaning,
        case when parameter_list.subject_kind = 'process' then goods.process_code else products.product_code end
            as subject_code
    from goods
    inner join parameter_list
        on ';' || parameter_list.aggregated_goods || ';' like '%;' || goods.aggregated_good || ';%'
    left join products
        on
            goods.installation_code = products.installation_code
            and goods.process_code = products.process_code
            and goods.cn_code = products.cn_code
            and {{ holds_in_year('products', 'goods.reporting_year') }}
    where parameter_list.subject_kind = 'process' or products.product_code is not null
),

final as (
    select
        asked.installation_code,
        asked.process_code,
        asked.reporting_year,
        asked.subject_kind,
        asked.subject_code,
        asked.parameter,
        asked.parameter_meaning,
        parameters.valid_from,
        parameters.valid_until,
        -- cast again: on PostgreSQL a case forgets the places of its decimals
        cast(case when parameters.refused_because is null then parameters.amount end as decimal(28, 12)) as amount,
        asked.asked_unit as unit,
        parameters.basis,
        parameters.document_ref,
        case when parameters.parameter is null then 'nobody stated it' else parameters.refused_because end
            as absent_because
    from asked
    -- left: a parameter nobody stated must say so
    left join parameters
        on
            asked.installation_code = parameters.installation_code
            and asked.subject_kind = parameters.subject_kind
            and asked.subject_code = parameters.subject_code
            and asked.parameter = parameters.parameter
            and {{ holds_in_year('parameters', 'asked.reporting_year') }}
)

select * from final
