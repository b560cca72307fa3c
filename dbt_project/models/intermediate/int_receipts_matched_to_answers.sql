-- Every receipt with its mass, its good, and the producer's answer that speaks for the lot: one whose period covers its
-- production, else, provisionally, the nearest earlier one. Of a lot that nobody dates Art 13 of 2025/2547 presumes the year
-- of the complex good, which is the year it came in, for its use is split over what came in the same year.
with
receipts as (select * from {{ ref('stg_receipts') }}),

items as (select * from {{ ref('stg_items') }}),

answers as (select * from {{ ref('int_answers_attested') }} where is_usable),

with_good as (
    select
        receipts.*,
        items.cn_code,
        coalesce(items.taric_suffix, '') as taric_suffix,
        -- null: nothing tells when, and no answer covers it; a first day alone is the day it was made
        {% if var('undated_precursors') == 'year_of_use' -%}
            case
                when receipts.produced_from is null and receipts.produced_until is null
                    then {{ first_of_year(year_of('receipts.received_on')) }}
                else receipts.produced_from
            end as made_from,
            case
                when receipts.produced_from is null and receipts.produced_until is null
                    then {{ first_of_year(year_of('receipts.received_on') ~ ' + 1') }}
                else coalesce(receipts.produced_until, {{ next_day('receipts.produced_from') }})
            end as made_until,
        {%- else -%}
            receipts.produced_from as made_from,
            coalesce(receipts.produced_until, {{ next_day('receipts.produced_from') }}) as made_until,
        {%- endif %}
        -- who does not know when a lot was made knows that it was before it came
        coalesce(receipts.produced_from, receipts.received_on) as made_by
    from receipts
    inner join items on receipts.item_code = items.item_code and {{ holds_on('items', 'receipts.received_on') }}
),

speaking as (
    select
        with_good.installation_code,
        with_good.receipt_code,
        -- several answers speak: the one whose period begins last
        max(
            case
                when answers.period_from <= with_good.made_from and with_good.made_until <= answers.period_until
                    then answers.period_from
            end
        ) as covering_from,
        -- a zero is believed of the production that was verified, and of no other
        max(case when answers.see_direct_t_co2e_per_fu = 0 then null else answers.period_from end) as nearest_from
    from with_good
    inner join answers
        on
            with_good.producer_installation_code = answers.producer_installation_code
            and with_good.cn_code = answers.cn_code
            and answers.period_from <= with_good.made_by
    group by with_good.installation_code, with_good.receipt_code
),

final as (
    select
        with_good.installation_code,
        with_good.receipt_code,
        with_good.item_code,
        with_good.cn_code,
        with_good.taric_suffix,
        with_good.supplier_code,
        coalesce(with_good.producer_installation_code, 'unknown') as producer_installation_code,
        with_good.origin_country_code,
        with_good.received_on,
        {{ year_of('with_good.made_by') }} as production_year,
        coalesce(speaking.covering_from, speaking.nearest_from) as answer_period_from,
        speaking.nearest_from is not null and speaking.covering_from is null as is_provisional,
        cast(with_good.amount_canonical as decimal(28, 9)) as mass_t
    from with_good
    left join speaking
        on
            with_good.installation_code = speaking.installation_code
            and with_good.receipt_code = speaking.receipt_code
)

select * from final
