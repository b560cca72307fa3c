-- What a tonne of a product held of its functional unit in a year: the mean of what was made, month by month (2025/2547 Annex
-- III B, Ck and N of Eq 64-66). Of what was not made in the year, the content in force last counts: it is sold from stock.
with
products as (select * from {{ ref('stg_products') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

contents as (select * from {{ ref('int_product_contents') }}),

output_counted as (select * from {{ ref('int_output_counted') }} where mass_t > 0),

sold as (
    select distinct
        products.installation_code,
        products.product_code,
        rule_years.reporting_year
    from products
    inner join rule_years
        on
            {{ holds_in_year('products', 'rule_years.reporting_year') }}
),

made as (
    select
        output_counted.installation_code,
        output_counted.product_code,
        output_counted.reporting_year,
        min(output_counted.functional_unit) as functional_unit,
        sum(output_counted.mass_t) as mass_t,
        case when count(*) = count(output_counted.amount) then sum(output_counted.amount) end as amount,
        min(output_counted.functional_units_per_t) as least_per_t,
        max(output_counted.functional_units_per_t) as most_per_t,
        min(output_counted.absent_because) as absent_because
    from output_counted
    group by output_counted.installation_code, output_counted.product_code, output_counted.reporting_year
),

in_force as (
    select
        sold.installation_code,
        sold.product_code,
        sold.reporting_year,
        contents.functional_unit,
        contents.functional_units_per_t,
        contents.refused_because,
        row_number() over (
            partition by sold.installation_code, sold.product_code, sold.reporting_year
            order by contents.valid_from desc
        ) as newest_first
    from sold
    inner join contents
        on
            sold.installation_code = contents.installation_code
            and sold.product_code = contents.product_code
            and {{ holds_in_year('contents', 'sold.reporting_year') }}
),

final as (
    select
        sold.installation_code,
        sold.product_code,
        sold.reporting_year,
        coalesce(made.functional_unit, in_force.functional_unit) as functional_unit,
        cast(
            case
                when made.product_code is null then in_force.functional_units_per_t
                -- one content all the year needs no division, and loses no digit in one
                when made.amount is not null and made.least_per_t = made.most_per_t then made.least_per_t
                else {{ div('made.amount', 'made.mass_t', 9, 12) }}
            end as decimal(28, 12)
        ) as functional_units_per_t,
        cast(made.least_per_t as decimal(28, 12)) as least_functional_units_per_t,
        cast(made.most_per_t as decimal(28, 12)) as most_functional_units_per_t,
        case
            when made.product_code is not null then made.absent_because
            when in_force.functional_units_per_t is null
                then coalesce(in_force.refused_because, 'no content of ' || sold.product_code)
        end as absent_because
    from sold
    left join made
        on
            sold.installation_code = made.installation_code
            and sold.product_code = made.product_code
            and sold.reporting_year = made.reporting_year
    left join in_force
        on
            sold.installation_code = in_force.installation_code
            and sold.product_code = in_force.product_code
            and sold.reporting_year = in_force.reporting_year
            and in_force.newest_first = 1
)

select * from final
