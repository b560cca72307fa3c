-- The default value of every good, origin and year, with the year's mark-up on the printed total. The longest code that
-- fits counts, headings apart. A country that prints none takes the whole row of "Other countries and territories", its
-- route too; an unknown origin takes Annex IV (2025/2621).
with
goods as (select * from {{ ref('cbam_goods') }}),

default_values as (select * from {{ ref('cbam_default_values') }} where status <> 'heading'),

origins as (select * from {{ ref('int_origins') }}),

markups as (select * from {{ ref('cbam_markups') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

codes as (
    {% for digits in (4, 6, 8) %}
        select
            cn_code,
            markup_class,
            valid_from as good_from,
            valid_until as good_until,
            substr(cn_code, 1, {{ digits }}) as cn_prefix
        from goods
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- ten digits tell two goods of one code apart; a lone ten-digit row speaks for its whole code
suffixes as (
    select
        substr(cn_prefix, 1, 8) as cn_code,
        count(distinct cn_prefix) as how_many
    from default_values
    where length(cn_prefix) = 10
    group by substr(cn_prefix, 1, 8)
),

rows_of_good as (
    select
        codes.cn_code,
        codes.markup_class,
        codes.good_from,
        codes.good_until,
        case
            when length(default_values.cn_prefix) = 10 and suffixes.how_many > 1 then substr(default_values.cn_prefix, 9, 2)
            else ''
        end as taric_suffix,
        default_values.cn_prefix,
        default_values.country_code,
        default_values.factor_id,
        default_values.status,
        default_values.total_t_co2e_per_t,
        default_values.route,
        default_values.valid_from,
        default_values.valid_until
    from codes
    inner join default_values on codes.cn_prefix = substr(default_values.cn_prefix, 1, 8)
    left join suffixes on codes.cn_code = suffixes.cn_code
),

most_specific as (
    select
        rows_of_good.*,
        row_number() over (
            partition by
                rows_of_good.cn_code,
                rows_of_good.good_from,
                rows_of_good.taric_suffix,
                rows_of_good.country_code,
                rows_of_good.valid_from
            order by length(rows_of_good.cn_prefix) desc
        ) as place
    from rows_of_good
),

by_origin as (
    select
        origins.origin_country_code,
        rule_years.reporting_year,
        most_specific.*,
        row_number() over (
            partition by
                origins.origin_country_code, rule_years.reporting_year,
                most_specific.cn_code, most_specific.taric_suffix
            order by case when most_specific.country_code = 'OTHER' then 1 else 0 end
        ) as own_first
    from origins
    cross join rule_years
    inner join most_specific
        on
            {{ holds_on('most_specific', first_of_year('rule_years.reporting_year')) }}
            and most_specific.good_from <= {{ first_of_year('rule_years.reporting_year') }}
            and (
                most_specific.good_until is null
                or most_specific.good_until > {{ first_of_year('rule_years.reporting_year') }}
            )
            and most_specific.place = 1
            and most_specific.status = 'value'
            and (
                most_specific.country_code
                = case when origins.origin_country_code = 'unknown' then 'UNKNOWN' else origins.origin_country_code end
                or (most_specific.country_code = 'OTHER' and origins.origin_country_code <> 'unknown')
            )
),

final as (
    select
        by_origin.cn_code,
        by_origin.taric_suffix,
        by_origin.origin_country_code,
        by_origin.reporting_year,
        by_origin.factor_id,
        by_origin.route,
        cast(by_origin.total_t_co2e_per_t as decimal(28, 12)) as total_t_co2e_per_t,
        cast(markups.markup_share as decimal(28, 12)) as markup_share,
        cast({{ mul('by_origin.total_t_co2e_per_t', '(1 + markups.markup_share)', 12, 12) }} as decimal(28, 12))
            as marked_up_t_co2e_per_t
    from by_origin
    inner join markups
        on
            by_origin.markup_class = markups.markup_class
            and by_origin.reporting_year = markups.reporting_year
    where by_origin.own_first = 1
)

select * from final
