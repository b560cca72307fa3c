-- The default value of every good and country that has a row, with the year's mark-up: the most specific row of the
-- country, an empty row being none (2025/2621 Annex I).
with
goods as (select * from {{ ref('cbam_goods') }}),

default_values as (select * from {{ ref('cbam_default_values') }}),

markups as (select * from {{ ref('cbam_markups') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

rows_of_good as (
    select
        goods.cn_code,
        goods.markup_class,
        default_values.country_code,
        default_values.factor_id,
        default_values.total_t_co2e_per_t,
        default_values.valid_from,
        default_values.valid_until,
        row_number() over (
            partition by goods.cn_code, default_values.country_code, default_values.valid_from
            order by length(default_values.cn_prefix) desc
        ) as place
    from goods
    inner join default_values on goods.cn_code like default_values.cn_prefix || '%'
),

final as (
    select
        rows_of_good.cn_code,
        rows_of_good.country_code,
        rule_years.reporting_year,
        rows_of_good.factor_id,
        cast(rows_of_good.total_t_co2e_per_t as decimal(28, 12)) as total_t_co2e_per_t,
        cast(markups.markup_share as decimal(28, 12)) as markup_share,
        cast({{ mul('rows_of_good.total_t_co2e_per_t', '(1 + markups.markup_share)', 12, 12) }} as decimal(28, 12))
            as marked_up_t_co2e_per_t
    from rows_of_good
    inner join rule_years
        on {{ holds_on('rows_of_good', first_of_year('rule_years.reporting_year')) }}
    inner join markups
        on
            rows_of_good.markup_class = markups.markup_class
            and rule_years.reporting_year = markups.reporting_year
    where rows_of_good.place = 1 and rows_of_good.total_t_co2e_per_t is not null
)

select * from final
