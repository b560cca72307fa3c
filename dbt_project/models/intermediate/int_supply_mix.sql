-- Who made what was received, and under which code it came: parts of each item's mass by producer, per seller and over all
-- sellers (`mixed`). What was used in a seller's name is not there for the others to use.
with
receipts as (select * from {{ ref('int_receipts_matched_to_answers') }}),

material_use as (select * from {{ ref('stg_material_use') }} where component_kind = 'item' and supplier_code <> 'mixed'),

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

used_by_name as (
    select
        installation_code,
        component_code as item_code,
        supplier_code,
        {{ year_of('period_from') }} as reporting_year,
        sum(amount_canonical) as mass_t
    from material_use
    group by installation_code, component_code, supplier_code, {{ year_of('period_from') }}
),

received as (
    select
        with_markup_year.*,
        {{ year_of('with_markup_year.received_on') }} as reporting_year,
        sum(with_markup_year.mass_t) over (
            partition by
                with_markup_year.installation_code, with_markup_year.item_code, with_markup_year.supplier_code,
                {{ year_of('with_markup_year.received_on') }}
        ) as seller_mass_t
    from with_markup_year
),

with_rest as (
    select
        received.*,
        {{ div(
            mul('received.mass_t', 'greatest(received.seller_mass_t - coalesce(used_by_name.mass_t, 0), 0)', 9, 9),
            'received.seller_mass_t', 9, 9
        ) }} as rest_t
    from received
    left join used_by_name
        on
            received.installation_code = used_by_name.installation_code
            and received.item_code = used_by_name.item_code
            and received.supplier_code = used_by_name.supplier_code
            and received.reporting_year = used_by_name.reporting_year
),

with_all_rests as (
    select
        with_rest.*,
        sum(with_rest.rest_t) over (
            partition by with_rest.installation_code, with_rest.item_code, with_rest.reporting_year
        ) as all_rests_t
    from with_rest
),

by_seller as (
    select
        with_all_rests.*,
        with_all_rests.supplier_code as seller_code,
        with_all_rests.mass_t as part_t
    from with_all_rests
    union all
    select
        with_all_rests.*,
        'mixed' as seller_code,
        -- more was used than came: the year's makers stand for it
        case when with_all_rests.all_rests_t = 0 then with_all_rests.mass_t else with_all_rests.rest_t end as part_t
    from with_all_rests
),

lots as (
    select
        by_seller.installation_code,
        by_seller.item_code,
        by_seller.seller_code,
        by_seller.reporting_year,
        by_seller.producer_installation_code,
        coalesce(by_seller.origin_country_code, 'unknown') as origin_country_code,
        by_seller.cn_code,
        by_seller.taric_suffix,
        by_seller.answer_period_from,
        by_seller.is_provisional,
        by_seller.markup_year,
        sum(by_seller.part_t) as mass_t
    from by_seller
    group by
        by_seller.installation_code,
        by_seller.item_code,
        by_seller.seller_code,
        by_seller.reporting_year,
        by_seller.producer_installation_code,
        coalesce(by_seller.origin_country_code, 'unknown'),
        by_seller.cn_code,
        by_seller.taric_suffix,
        by_seller.answer_period_from,
        by_seller.is_provisional,
        by_seller.markup_year
    -- what was all used by name
    having sum(by_seller.part_t) > 0
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
