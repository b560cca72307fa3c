-- What every shipment costs its importer, with actual and with default data side by side: emissions less free allocation
-- (2025/2620 Eq 1) less the carbon price paid, never below zero and never netted between goods (2023/956 Art 9 and 22).
-- Actual emissions go with column A, defaults with column B; a carbon price reduces actual emissions alone. All is per tonne of
-- the good: of one counted in another unit, by the content of the product shipped (2025/2547 Eq 64-66).
with
shipments as (select * from {{ ref('stg_shipments') }}),

products as (select * from {{ ref('stg_products') }}),

installations as (select * from {{ ref('stg_installations') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

zero_origins as (select * from {{ ref('cbam_zero_origins') }}),

figures as (select * from {{ ref('int_cbam_embedded_emissions') }}),

compositions as (select * from {{ ref('int_product_compositions') }}),

default_values as (select * from {{ ref('int_default_values') }}),

default_allocations as (select * from {{ ref('int_default_allocations') }}),

prices as (select * from {{ ref('cbam_certificate_prices') }}),

shipped as (
    select
        shipments.installation_code,
        shipments.shipment_code,
        shipments.product_code,
        shipments.importer_code,
        shipments.destination_country_code,
        shipments.released_on,
        {{ year_of('shipments.released_on') }} as reporting_year,
        cast(extract(quarter from shipments.released_on) as integer) as price_quarter,
        shipments.cn_code,
        coalesce(shipments.taric_suffix, '') as taric_suffix,
        products.process_code,
        installations.country_code as origin_country_code,
        {{ round_to('shipments.amount_canonical', 9) }} as mass_t,
        cbam_goods.aggregated_good,
        case
            when rule_years.reporting_year is null
                then 'no CBAM rules for ' || cast({{ year_of('shipments.released_on') }} as varchar)
            when cbam_goods.cn_code is null
                then 'CN code ' || shipments.cn_code || ' is no good of Annex I to Regulation (EU) 2023/956'
            when destinations.country_code is null
                then shipments.destination_country_code || ' is outside the Union: no CBAM is due there'
            when exempt.country_code is not null
                then 'goods of ' || installations.country_code || ' are exempt'
        end as not_liable_because
    from shipments
    left join products
        on
            shipments.installation_code = products.installation_code
            and shipments.product_code = products.product_code
            and {{ holds_on('products', 'shipments.released_on') }}
    left join installations
        on
            shipments.installation_code = installations.installation_code
            and {{ holds_on('installations', 'shipments.released_on') }}
    left join cbam_goods
        on shipments.cn_code = cbam_goods.cn_code and {{ holds_on('cbam_goods', 'shipments.released_on') }}
    left join zero_origins as destinations
        on
            shipments.destination_country_code = destinations.country_code
            and destinations.reason = 'Union'
            and {{ holds_on('destinations', 'shipments.released_on') }}
    left join zero_origins as exempt
        on installations.country_code = exempt.country_code and {{ holds_on('exempt', 'shipments.released_on') }}
    left join rule_years on {{ year_of('shipments.released_on') }} = rule_years.reporting_year
),

known as (
    select
        shipped.*,
        figures.figure_key,
        figures.evidence_rung,
        figures.default_share,
        {{ per_tonne('figures.see_counted_t_co2e_per_fu', 'compositions.functional_units_per_t') }}
            as actual_see_t_co2e_per_t,
        {{ sefa_per_tonne('figures', 'compositions.functional_units_per_t') }} as actual_sefa_t_co2e_per_t,
        {{ per_tonne('figures.carbon_price_paid_eur_per_fu', 'compositions.functional_units_per_t') }}
            as carbon_price_paid_eur_per_t,
        {{ per_tonne('figures.carbon_price_paid_for_t_co2e_per_fu', 'compositions.functional_units_per_t') }}
            as carbon_price_paid_for_t_co2e_per_t,
        default_values.factor_id as default_factor_id,
        default_values.marked_up_t_co2e_per_t as default_see_t_co2e_per_t,
        default_allocations.benchmark_id as default_benchmark_id,
        default_allocations.free_allocation_t_co2e_per_t as default_sefa_t_co2e_per_t,
        prices.price_eur_per_certificate,
        coalesce(
            shipped.not_liable_because,
            case
                when shipped.process_code is null
                    then 'product ' || shipped.product_code || ' is not in the master data'
                when figures.figure_key is null
                    then
                        'CN code ' || shipped.cn_code || ' is no good of process ' || shipped.process_code || ' in '
                        || cast(shipped.reporting_year as varchar)
            end,
            figures.absent_because,
            figures.sefa_absent_because,
            case
                when compositions.functional_unit <> figures.functional_unit
                    then
                        'product ' || shipped.product_code || ' counts per ' || compositions.functional_unit
                        || ', what was declared per ' || figures.functional_unit
                when compositions.functional_units_per_t is null
                    then coalesce(compositions.absent_because, 'no content of ' || shipped.product_code)
            end
        ) as actual_absent_because,
        coalesce(
            shipped.not_liable_because,
            case
                when default_values.factor_id is null
                    then
                        'no default value for ' || shipped.cn_code || shipped.taric_suffix || ' from '
                        || coalesce(shipped.origin_country_code, 'an undeclared installation')
            end,
            default_allocations.absent_because
        ) as default_absent_because,
        coalesce(
            figures.carbon_price_absent_because,
            case
                when figures.carbon_price_paid_eur_per_fu is not null and prices.price_eur_per_certificate is null
                    then 'without the price of certificates a carbon price cannot be turned into tonnes'
            end
        ) as reduction_absent_because,
        case
            when shipped.not_liable_because is null and prices.price_eur_per_certificate is null
                then
                    'the price of quarter ' || cast(shipped.price_quarter as varchar) || ' of '
                    || cast(shipped.reporting_year as varchar) || ' is not known'
        end as price_absent_because
    from shipped
    left join figures
        on
            shipped.installation_code = figures.installation_code
            and shipped.process_code = figures.process_code
            and shipped.cn_code = figures.cn_code
            and shipped.reporting_year = figures.reporting_year
    left join compositions
        on
            shipped.installation_code = compositions.installation_code
            and shipped.product_code = compositions.product_code
            and shipped.reporting_year = compositions.reporting_year
    left join default_values
        on
            shipped.cn_code = default_values.cn_code
            and default_values.taric_suffix in ('', shipped.taric_suffix)
            and shipped.origin_country_code = default_values.origin_country_code
            and shipped.reporting_year = default_values.reporting_year
    left join default_allocations
        on
            default_values.cn_code = default_allocations.cn_code
            and default_values.taric_suffix = default_allocations.taric_suffix
            and default_values.origin_country_code = default_allocations.origin_country_code
            and default_values.reporting_year = default_allocations.reporting_year
    left join prices
        on
            shipped.reporting_year = prices.price_year
            and shipped.price_quarter = prices.price_quarter
),

amounts as (
    select
        known.*,
        case when known.actual_absent_because is null then {{ round_to(mul('mass_t', 'actual_see_t_co2e_per_t')) }} end
            as actual_emissions_t_co2e,
        case when known.actual_absent_because is null then {{ round_to(mul('mass_t', 'actual_sefa_t_co2e_per_t')) }} end
            as actual_free_allocation_t_co2e,
        case
            when known.actual_absent_because is null and known.reduction_absent_because is null
                -- above the price of certificates a tonne paid for still takes off one
                then least(
                    {{ div(
                        round_to(mul('mass_t', 'carbon_price_paid_eur_per_t'), 9), 'price_eur_per_certificate', 9, 12
                    ) }},
                    {{ round_to(mul('mass_t', 'carbon_price_paid_for_t_co2e_per_t')) }}
                )
        end as carbon_price_reduction_t_co2e,
        case when known.default_absent_because is null then {{ round_to(mul('mass_t', 'default_see_t_co2e_per_t')) }} end
            as default_emissions_t_co2e,
        case when known.default_absent_because is null then {{ round_to(mul('mass_t', 'default_sefa_t_co2e_per_t')) }} end
            as default_free_allocation_t_co2e
    from known
),

certificates as (
    select
        amounts.*,
        case
            when amounts.actual_absent_because is null
                then greatest(
                    -- a reduction that cannot be told is not taken
                    amounts.actual_emissions_t_co2e
                    - amounts.actual_free_allocation_t_co2e
                    - coalesce(amounts.carbon_price_reduction_t_co2e, 0),
                    0
                )
        end as actual_certificates_t_co2e,
        case
            when amounts.default_absent_because is null
                then greatest(amounts.default_emissions_t_co2e - amounts.default_free_allocation_t_co2e, 0)
        end as default_certificates_t_co2e
    from amounts
),

final as (
    select
        installation_code,
        shipment_code,
        product_code,
        importer_code,
        destination_country_code,
        released_on,
        reporting_year,
        price_quarter,
        cn_code,
        taric_suffix,
        aggregated_good,
        process_code,
        origin_country_code,
        mass_t,
        not_liable_because is null as is_liable,
        figure_key,
        evidence_rung,
        default_share,
        {{ round_to('actual_emissions_t_co2e') }} as actual_emissions_t_co2e,
        {{ round_to('actual_free_allocation_t_co2e') }} as actual_free_allocation_t_co2e,
        {{ round_to('carbon_price_reduction_t_co2e') }} as carbon_price_reduction_t_co2e,
        {{ round_to('actual_certificates_t_co2e') }} as actual_certificates_t_co2e,
        default_factor_id,
        default_benchmark_id,
        {{ round_to('default_emissions_t_co2e') }} as default_emissions_t_co2e,
        {{ round_to('default_free_allocation_t_co2e') }} as default_free_allocation_t_co2e,
        {{ round_to('default_certificates_t_co2e') }} as default_certificates_t_co2e,
        {{ round_to('default_certificates_t_co2e - actual_certificates_t_co2e') }} as saved_certificates_t_co2e,
        cast(price_eur_per_certificate as decimal(28, 12)) as price_eur_per_certificate,
        {{ round_to(mul('actual_certificates_t_co2e', 'price_eur_per_certificate', 12, 12)) }} as actual_eur,
        {{ round_to(mul('default_certificates_t_co2e', 'price_eur_per_certificate', 12, 12)) }} as default_eur,
        {{ round_to(mul(
            '(default_certificates_t_co2e - actual_certificates_t_co2e)', 'price_eur_per_certificate', 12, 12
        )) }} as saved_eur,
        actual_absent_because,
        case when actual_absent_because is null then reduction_absent_because end as reduction_absent_because,
        default_absent_because,
        price_absent_because
    from certificates
)

select * from final
