-- Bought precursors of an installation and year as the Commission's form asks for them: what one tonne carries, once per
-- item, producer, code and the answer or default it rests on. A default value has no legal split: it is direct as a whole, and
-- its electricity is none, not unknown.
with
precursors as (select * from {{ ref('int_precursor_emissions') }} where mass_t > 0),

goods as (select * from {{ ref('cbam_goods') }}),

summed as (
    select
        precursors.installation_code,
        precursors.reporting_year,
        precursors.item_code,
        precursors.producer_installation_code,
        precursors.origin_country_code,
        precursors.cn_code,
        precursors.evidence,
        precursors.factor_id,
        max({{ figures_byte_order('precursors.item_name') }}) as item_name,
        sum(precursors.mass_t) as mass_t,
        sum(
            case
                when precursors.evidence like 'default%' then precursors.default_undivided_t_co2e
                else precursors.direct_t_co2e
            end
        ) as direct_t_co2e,
        sum(
            case
                when precursors.evidence like 'default%' or precursors.evidence = 'exempt' then 0
                else precursors.electricity_mwh
            end
        ) as electricity_mwh,
        sum(
            case
                when precursors.evidence like 'default%' or precursors.evidence = 'exempt' then 0
                else precursors.indirect_t_co2e
            end
        ) as indirect_t_co2e,
        max({{ figures_byte_order('(coalesce(precursors.absent_because, precursors.indirect_absent_because))') }})
            as absent_because
    from precursors
    group by
        precursors.installation_code,
        precursors.reporting_year,
        precursors.item_code,
        precursors.producer_installation_code,
        precursors.origin_country_code,
        precursors.cn_code,
        precursors.evidence,
        precursors.factor_id
),

named as (
    select
        summed.*,
        summed.item_name || ' from ' || summed.producer_installation_code as plain_name,
        row_number() over (
            partition by summed.installation_code, summed.reporting_year
            order by
                {{ figures_byte_order('summed.item_code') }}, {{ figures_byte_order('summed.producer_installation_code') }},
                {{ figures_byte_order('summed.origin_country_code') }}, {{ figures_byte_order('summed.cn_code') }},
                {{ figures_byte_order('summed.factor_id') }}
        ) as block_position,
        row_number() over (
            partition by summed.installation_code, summed.reporting_year, summed.item_name, summed.producer_installation_code
            order by
                {{ figures_byte_order('summed.item_code') }}, {{ figures_byte_order('summed.origin_country_code') }},
                {{ figures_byte_order('summed.cn_code') }}, {{ figures_byte_order('summed.factor_id') }}
        ) as same_name
    from summed
),

final as (
    select
        named.installation_code,
        cast(named.reporting_year as integer) as reporting_year,
        cast(named.block_position as integer) as block_position,
        named.item_code,
        named.producer_installation_code,
        named.origin_country_code,
        named.cn_code,
        named.evidence,
        named.factor_id,
        -- the form finds a precursor by its name
        named.plain_name || case when named.same_name > 1 then ' (' || cast(named.same_name as varchar) || ')' else '' end
            as precursor_name,
        {{ workbook_category('goods.aggregated_good') }} as category,
        {{ workbook_route_line('goods.aggregated_good') }} as route_line,
        case when named.origin_country_code <> 'unknown' then named.origin_country_code end as country_code,
        cast(named.mass_t as decimal(28, 9)) as mass_t,
        cast({{ div('named.direct_t_co2e', 'named.mass_t', 12, 12) }} as decimal(38, 12)) as direct_t_co2e_per_t,
        case when named.evidence like 'default%' then 'Default' when named.evidence like 'actual%' then 'Measured' end
            as direct_source,
        cast({{ div('named.electricity_mwh', 'named.mass_t', 9, 12) }} as decimal(38, 12)) as electricity_mwh_per_t,
        cast(
            case
                when named.electricity_mwh = 0 then 0
                else {{ div('named.indirect_t_co2e', 'named.electricity_mwh', 12, 12) }}
            end as decimal(38, 12)
        ) as electricity_factor,
        named.absent_because
    from named
    -- left: an item nobody declared must not vanish
    left join goods
        on named.cn_code = goods.cn_code and {{ holds_on('goods', first_of_year('named.reporting_year')) }}
)

select * from final
