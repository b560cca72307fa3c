-- The figure of a product's good, per functional unit, per tonne of the product by its own content (2025/2547 Eq 64-66) and per
-- the unit it is sold in.
with
products as (select * from {{ ref('stg_products') }}),

goods as (select * from {{ ref('int_cbam_goods') }}),

figures as (select * from {{ ref('int_cbam_embedded_emissions') }}),

obligations as (select * from {{ ref('int_cbam_obligations_by_product') }}),

compositions as (select * from {{ ref('int_product_compositions') }}),

years as (select distinct
    installation_code,
    reporting_year
from goods),

sold_in_the_year as (
    select
        products.installation_code,
        products.product_code,
        products.name as product_name,
        products.cn_code,
        products.process_code,
        products.declared_unit,
        products.mass_kg_per_unit,
        years.reporting_year,
        row_number() over (
            partition by products.installation_code, products.product_code, years.reporting_year
            order by products.valid_from desc
        ) as newest_first
    from years
    inner join products
        on
            years.installation_code = products.installation_code
            and {{ holds_in_year('products', 'years.reporting_year') }}
),

final as (
    select
        sold.installation_code,
        sold.product_code,
        sold.product_name,
        sold.cn_code,
        sold.process_code,
        sold.reporting_year,
        coalesce(
            figures.figure_key,
            'cbam/' || sold.installation_code || '/' || sold.cn_code || '/' || sold.reporting_year || '/see_counted'
        ) as figure_key,
        figures.functional_unit,
        compositions.functional_units_per_t,
        figures.see_direct_t_co2e_per_fu,
        figures.see_indirect_t_co2e_per_fu,
        figures.see_counted_t_co2e_per_fu,
        {{ per_tonne('figures.see_direct_t_co2e_per_fu', 'compositions.functional_units_per_t') }}
            as see_direct_t_co2e_per_t,
        {{ per_tonne('figures.see_indirect_t_co2e_per_fu', 'compositions.functional_units_per_t') }}
            as see_indirect_t_co2e_per_t,
        {{ per_tonne('figures.see_counted_t_co2e_per_fu', 'compositions.functional_units_per_t') }}
            as see_counted_t_co2e_per_t,
        figures.is_indirect_counted,
        figures.measured_share,
        figures.estimated_share,
        figures.default_share,
        sold.declared_unit,
        sold.mass_kg_per_unit,
        -- t CO2e per t of product = kg CO2e per kg
        {{ round_to(mul(
            per_tonne('figures.see_counted_t_co2e_per_fu', 'compositions.functional_units_per_t'),
            'sold.mass_kg_per_unit', 12, 12
        )) }} as per_declared_unit_kg_co2e,
        obligations.shipped_mass_t,
        obligations.actual_certificates_per_t,
        obligations.default_certificates_per_t,
        obligations.saved_eur,
        obligations.unpriced_mass_t,
        obligations.certificates_absent_because,
        figures.evidence_rung,
        coalesce(figures.is_claimable, false) as is_claimable,
        case
            when figures.figure_key is null
                then 'no figure: CN code ' || sold.cn_code || ' is no good of process ' || sold.process_code
            else figures.unclaimable_because
        end as unclaimable_because,
        figures.attestation_codes,
        figures.coverage_share,
        figures.missing_share,
        coalesce(figures.status, 'absent') as status,
        case
            when figures.figure_key is null
                then
                    'CN code ' || sold.cn_code || ' is no good of process ' || sold.process_code || ' in '
                    || sold.reporting_year
            else coalesce(figures.absent_because, compositions.absent_because)
        end as absent_because,
        figures.indirect_absent_because
    from sold_in_the_year as sold
    -- left: a product whose good nobody declared must stay visible
    left join figures
        on
            sold.installation_code = figures.installation_code
            and sold.process_code = figures.process_code
            and sold.cn_code = figures.cn_code
            and sold.reporting_year = figures.reporting_year
    left join compositions
        on
            sold.installation_code = compositions.installation_code
            and sold.product_code = compositions.product_code
            and sold.reporting_year = compositions.reporting_year
    left join obligations
        on
            sold.installation_code = obligations.installation_code
            and sold.product_code = obligations.product_code
            and sold.reporting_year = obligations.reporting_year
    where sold.newest_first = 1
)

select * from final
