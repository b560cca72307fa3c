-- By how much certificates of all shipments would change if one part of one precursor stood on another rung, and whether
-- its maker was asked. Placed by the tonnes that a tenth of a tonne per tonne moves, because that needs no guess at the
-- answer; a part whose answer is in use has no place.
with
precursor_rungs as (select * from {{ ref('int_precursor_rungs') }} where rung = 'as_now'),

products_by_rung as (select * from {{ ref('int_products_by_rung') }} where shipped_mass_t is not null),

receipts as (select * from {{ ref('int_receipts_matched_to_answers') }}),

requests as (select * from {{ ref('int_supplier_requests') }}),

parts as (
    select
        reporting_year,
        part_id,
        max(installation_code) as installation_code,
        max(item_code) as item_code,
        max({{ figures_byte_order('item_name') }}) as item_name,
        max(cn_code) as cn_code,
        max(producer_installation_code) as producer_installation_code,
        max(origin_country_code) as origin_country_code,
        max(evidence) as evidence,
        is_answered,
        sum(mass_t) as mass_t,
        {{ sum_of_known('direct_t_co2e + indirect_t_co2e') }} as emissions_t_co2e
    from precursor_rungs
    group by reporting_year, part_id, is_answered
),

sellers as (
    select distinct
        installation_code,
        item_code,
        producer_installation_code,
        {{ year_of('received_on') }} as reporting_year,
        supplier_code
    from receipts
),

named_sellers as (
    select
        installation_code,
        item_code,
        producer_installation_code,
        reporting_year,
        string_agg(supplier_code, ', ' order by {{ figures_byte_order('supplier_code') }}) as seller_codes
    from sellers
    group by installation_code, item_code, producer_installation_code, reporting_year
),

asked as (
    select
        parts.reporting_year,
        parts.part_id,
        requests.request_code,
        requests.state,
        requests.asked_on,
        requests.silent_days,
        row_number() over (
            partition by parts.reporting_year, parts.part_id
            order by requests.asked_on desc, {{ figures_byte_order('requests.request_code') }} desc
        ) as newest_first
    from parts
    inner join requests
        on
            parts.cn_code = requests.cn_code
            and {{ year_of('requests.period_from') }} <= parts.reporting_year
            and requests.period_until > {{ first_of_year('parts.reporting_year') }}
    left join sellers
        on
            requests.producer_installation_code is null
            and requests.supplier_code = sellers.supplier_code
            and parts.installation_code = sellers.installation_code
            and parts.item_code = sellers.item_code
            and parts.producer_installation_code = sellers.producer_installation_code
            and parts.reporting_year = sellers.reporting_year
    where
        requests.producer_installation_code = parts.producer_installation_code
        or sellers.supplier_code is not null
),

changes as (
    select
        rung.reporting_year,
        rung.part_id,
        rung.rung,
        rung.stated_input,
        as_now.shipped_mass_t,
        as_now.unpriced_mass_t,
        as_now.certificates_t_co2e,
        as_now.certificates_eur,
        rung.certificates_t_co2e - as_now.certificates_t_co2e as change_t_co2e,
        rung.certificates_eur - as_now.certificates_eur as change_eur,
        coalesce(as_now.certificates_absent_because, rung.certificates_absent_because) as absent_because,
        as_now.price_absent_because
    from products_by_rung as rung
    inner join products_by_rung as as_now
        on
            rung.installation_code = as_now.installation_code
            and rung.product_code = as_now.product_code
            and rung.reporting_year = as_now.reporting_year
            and rung.part_id = as_now.part_id
            and as_now.rung = 'as_now'
),

sums as (
    select
        reporting_year,
        part_id,
        {{ figures_sum_where('shipped_mass_t', "rung = 'as_now'") }} as shipped_mass_t,
        {{ figures_sum_where('unpriced_mass_t', "rung = 'as_now'") }} as unpriced_mass_t,
        case
            when count(case when rung = 'as_now' then 1 end) = count(case when rung = 'as_now' then certificates_t_co2e end)
                then sum(case when rung = 'as_now' then certificates_t_co2e end)
        end as certificates_t_co2e,
        sum(case when rung = 'as_now' then certificates_eur end) as certificates_eur,
        {% for rung in ('default', 'annex_iv', 'lowest_answer', 'tenth_lower') %}
            -- one product that cannot be told leaves the sum untold
            case
                when count(case when rung = '{{ rung }}' then 1 end) = count(case when rung = '{{ rung }}' then change_t_co2e end)
                    then sum(case when rung = '{{ rung }}' then change_t_co2e end)
            end as {{ rung }}_change_t_co2e,
            case
                when count(case when rung = '{{ rung }}' then 1 end) = count(case when rung = '{{ rung }}' then change_t_co2e end)
                    then sum(case when rung = '{{ rung }}' then change_eur end)
            end as {{ rung }}_change_eur,
        {% endfor %}
        max(case when rung = 'lowest_answer' then stated_input end) as lowest_answer_id,
        max({{ figures_byte_order("(case when rung = 'as_now' then absent_because end)") }}) as absent_because,
        max({{ figures_byte_order('price_absent_because') }}) as price_absent_because
    from changes
    group by reporting_year, part_id
),

joined as (
    select
        parts.*,
        named_sellers.seller_codes,
        sums.shipped_mass_t,
        sums.unpriced_mass_t,
        sums.certificates_t_co2e,
        sums.certificates_eur,
        sums.default_change_t_co2e,
        sums.default_change_eur,
        sums.annex_iv_change_t_co2e,
        sums.annex_iv_change_eur,
        sums.lowest_answer_id,
        sums.lowest_answer_change_t_co2e,
        sums.lowest_answer_change_eur,
        sums.tenth_lower_change_t_co2e,
        sums.tenth_lower_change_eur,
        coalesce(sums.absent_because, case when sums.part_id is null then 'nothing shipped under CBAM' end) as absent_because,
        sums.price_absent_because,
        asked.request_code,
        coalesce(asked.state, 'not_asked') as request_state,
        asked.asked_on,
        asked.silent_days
    from parts
    left join sums on parts.reporting_year = sums.reporting_year and parts.part_id = sums.part_id
    left join asked
        on parts.reporting_year = asked.reporting_year and parts.part_id = asked.part_id and asked.newest_first = 1
    left join named_sellers
        on
            parts.installation_code = named_sellers.installation_code
            and parts.item_code = named_sellers.item_code
            and parts.producer_installation_code = named_sellers.producer_installation_code
            and parts.reporting_year = named_sellers.reporting_year
),

placed as (
    select
        joined.*,
        row_number() over (
            partition by joined.reporting_year, joined.is_answered
            -- what nobody can tell stands last; of what was not shipped the larger mass goes first
            order by
                coalesce(joined.tenth_lower_change_t_co2e, 0), joined.mass_t desc, {{ figures_byte_order('joined.part_id') }}
        ) as place_among_alike
    from joined
),

final as (
    select
        reporting_year,
        part_id,
        cast(case when not is_answered then place_among_alike end as integer) as place,
        installation_code,
        item_code,
        item_name,
        cn_code,
        producer_installation_code,
        origin_country_code,
        seller_codes,
        evidence,
        {{ round_to('mass_t', 9) }} as mass_t,
        {{ round_to('emissions_t_co2e') }} as emissions_t_co2e,
        {{ round_to('shipped_mass_t', 9) }} as shipped_mass_t,
        {{ round_to('certificates_t_co2e') }} as certificates_t_co2e,
        {{ round_to('certificates_eur') }} as certificates_eur,
        {{ round_to('default_change_t_co2e') }} as default_change_t_co2e,
        {{ round_to('default_change_eur') }} as default_change_eur,
        {{ round_to('annex_iv_change_t_co2e') }} as annex_iv_change_t_co2e,
        {{ round_to('annex_iv_change_eur') }} as annex_iv_change_eur,
        lowest_answer_id,
        {{ round_to('lowest_answer_change_t_co2e') }} as lowest_answer_change_t_co2e,
        {{ round_to('lowest_answer_change_eur') }} as lowest_answer_change_eur,
        {{ round_to('tenth_lower_change_t_co2e') }} as tenth_lower_change_t_co2e,
        {{ round_to('tenth_lower_change_eur') }} as tenth_lower_change_eur,
        {{ round_to('unpriced_mass_t', 9) }} as unpriced_mass_t,
        request_code,
        request_state,
        asked_on,
        silent_days,
        absent_because,
        price_absent_because
    from placed
)

select * from final
