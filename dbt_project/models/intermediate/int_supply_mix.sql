-- Who made what was received, and under which code it came: parts of each item's mass by producer, per seller and over all
-- sellers (`mixed`).
with
receipts as (select * from {{ ref('int_receipts_matched_to_answers') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

with_markup_year as (
    select
        receipts.*,
        case '{{ var('precursor_markup_year') }}'
            when 'production'
                -- never a year before the rules began (2023/956 Art 7)
                then greatest(receipts.production_year, (select min(rule_years.reporting_year) from rule_years))
            else {{ year_of('receipts.received_on') }}
        end as markup_year
    from receipts
),

by_seller as (
    select
        with_markup_year.*,
        with_markup_year.supplier_code as seller_code
    from with_markup_year
    union all
    select
        with_markup_year.*,
        'mixed' as seller_code
    from with_markup_year
),

lots as (
    select
        by_seller.installation_code,
        by_seller.item_code,
        by_seller.seller_code,
        {{ year_of('by_seller.received_on') }} as reporting_year,
        by_seller.producer_installation_code,
        coalesce(by_seller.origin_country_code, 'unknown') as origin_country_code,
        by_seller.cn_code,
        by_seller.taric_suffix,
        by_seller.answer_period_from,
        by_seller.is_provisional,
        by_seller.markup_year,
        sum(by_seller.mass_t) as mass_t
    from by_seller
    group by
        by_seller.installation_code,
        by_seller.item_code,
        by_seller.seller_code,
        {{ year_of('by_seller.received_on') }},
        by_seller.producer_installation_code,
        coalesce(by_seller.origin_country_code, 'unknown'),
        by_seller.cn_code,
        by_seller.taric_suffix,
        by_seller.answer_period_from,
        by_seller.is_provisional,
        by_seller.markup_year
),

cumulated as (
    select
        lots.*,
        sum(lots.mass_t) over (
            partition by lots.installation_code, lots.item_code, lots.seller_code, lots.reporting_year
        ) as total_t,
        sum(lots.mass_t) over (
            partition by lots.installation_code, lots.item_code, lots.seller_code, lots.reporting_year
            order by
                {{ figures_byte_order('lots.producer_installation_code') }}, {{ figures_byte_order('lots.origin_country_code') }},
                {{ figures_byte_order('lots.cn_code') }}, {{ figures_byte_order('lots.taric_suffix') }},
                coalesce(lots.answer_period_from, date '0001-01-01'), lots.is_provisional, lots.markup_year
            rows between unbounded preceding and current row
        ) as mass_cum_t
    from lots
),

final as (
    select
        cumulated.installation_code,
        cumulated.item_code,
        cumulated.seller_code,
        cumulated.reporting_year,
        cumulated.producer_installation_code,
        cumulated.origin_country_code,
        cumulated.cn_code,
        cumulated.taric_suffix,
        cumulated.answer_period_from,
        cumulated.is_provisional,
        cumulated.markup_year,
        cast(cumulated.mass_t as decimal(28, 9)) as mass_t,
        cast({{ div('cumulated.mass_cum_t', 'cumulated.total_t') }} as decimal(28, 12)) as cum_share,
        cast({{ div('cumulated.mass_cum_t - cumulated.mass_t', 'cumulated.total_t') }} as decimal(28, 12)) as cum_share_before
    from cumulated
)

select * from final
