-- Every factor a stream can meet, in kg per canonical unit; each leads to its publisher and page.
with
fuels as (select * from {{ ref('fuels') }}),

constants as (select * from {{ ref('constants') }}),

process_materials as (select * from {{ ref('process_materials') }}),

grid_factors as (select * from {{ ref('int_grid_factors') }}),

heat_factors as (select * from {{ ref('heat_factors') }}),

gwp_sets as (select * from {{ ref('gwp_sets') }}),

carbon_contents as (select * from {{ ref('carbon_contents') }}),

fuel_carbon as (
    select
        fuels.*,
        -- as published where the table gives CO2, else from carbon (Eq 8)
        coalesce(
            fuels.co2_kg_per_gj,
            {{ div(product('fuels.carbon_kg_per_gj', 'constants.numerator'), 'constants.denominator', 12, 12) }}
        ) as kg_co2_per_gj
    from fuels
    left join constants on fuels.carbon_to_co2 = constants.constant_key
),

material_carbon as (
    select
        carbon_contents.*,
        {{ div(
            product('1000 * carbon_contents.carbon_t_per_unit', 'constants.numerator'), 'constants.denominator', 12, 12
        ) }} as kg_co2_per_unit
    from carbon_contents
    inner join constants on carbon_contents.carbon_to_co2 = constants.constant_key
),

-- in a mass balance a fuel counts all its carbon (Eq 13), unless its carbon content is a row of its own
balanced_fuels as (
    select fuel_carbon.*
    from fuel_carbon
    left join carbon_contents
        on
            fuel_carbon.rule_set = carbon_contents.rule_set
            and fuel_carbon.material_code = carbon_contents.material_code
            and fuel_carbon.basis_unit = carbon_contents.basis_unit
    where carbon_contents.factor_id is null
),

united as (
    select
        factor_id,
        rule_set,
        'combustion' as method,
        material_code as subject_code,
        basis_unit as unit,
        country_code,
        gas,
        gwp_set,
        ncv_gj_per_unit,
        kg_co2_per_gj,
        oxidation_share,
        {{ combustion_kg_per_unit('ncv_gj_per_unit', 'kg_co2_per_gj', 'oxidation_share') }} as amount_kg_per_unit,
        fuel_class,
        is_biomass,
        valid_from,
        valid_until,
        source_key
    from fuel_carbon
    union all
    select
        factor_id,
        rule_set,
        'mass_balance' as method,
        material_code as subject_code,
        basis_unit as unit,
        country_code,
        gas,
        gwp_set,
        ncv_gj_per_unit,
        kg_co2_per_gj,
        cast(null as decimal(28, 12)) as oxidation_share,
        {{ combustion_kg_per_unit('ncv_gj_per_unit', 'kg_co2_per_gj') }} as amount_kg_per_unit,
        fuel_class,
        is_biomass,
        valid_from,
        valid_until,
        source_key
    from balanced_fuels
    where rule_set = 'cbam'
    union all
    select
        factor_id,
        rule_set,
        'mass_balance' as method,
        material_code as subject_code,
        basis_unit as unit,
        cast(null as varchar) as country_code,
        'CO2' as gas,
        -- the set of the act that prints the carbon contents
        source_key as gwp_set,
        cast(null as decimal(28, 12)) as ncv_gj_per_unit,
        cast(null as decimal(28, 12)) as kg_co2_per_gj,
        cast(null as decimal(28, 12)) as oxidation_share,
        kg_co2_per_unit as amount_kg_per_unit,
        cast(null as varchar) as fuel_class,
        false as is_biomass,
        valid_from,
        valid_until,
        source_key
    from material_carbon
    union all
    select
        factor_id,
        rule_set,
        method,
        material_code as subject_code,
        basis_unit as unit,
        cast(null as varchar) as country_code,
        gas,
        gwp_set,
        cast(null as decimal(28, 12)) as ncv_gj_per_unit,
        cast(null as decimal(28, 12)) as kg_co2_per_gj,
        cast(null as decimal(28, 12)) as oxidation_share,
        amount_kg_per_unit,
        cast(null as varchar) as fuel_class,
        false as is_biomass,
        valid_from,
        valid_until,
        source_key
    from process_materials
    union all
    select
        factor_id,
        rule_set,
        'electricity' as method,
        country_code as subject_code,
        basis_unit as unit,
        country_code,
        gas,
        gwp_set,
        cast(null as decimal(28, 12)) as ncv_gj_per_unit,
        cast(null as decimal(28, 12)) as kg_co2_per_gj,
        cast(null as decimal(28, 12)) as oxidation_share,
        amount_kg_per_unit,
        cast(null as varchar) as fuel_class,
        false as is_biomass,
        valid_from,
        valid_until,
        source_key
    from grid_factors
    union all
    select
        factor_id,
        rule_set,
        'heat' as method,
        country_code as subject_code,
        basis_unit as unit,
        country_code,
        gas,
        gwp_set,
        cast(null as decimal(28, 12)) as ncv_gj_per_unit,
        cast(null as decimal(28, 12)) as kg_co2_per_gj,
        cast(null as decimal(28, 12)) as oxidation_share,
        amount_kg_per_unit,
        cast(null as varchar) as fuel_class,
        false as is_biomass,
        valid_from,
        valid_until,
        source_key
    from heat_factors
),

final as (
    select
        united.factor_id,
        united.rule_set,
        united.method,
        united.subject_code,
        united.unit,
        united.country_code,
        united.gas,
        united.gwp_set,
        cast(gwp_sets.gwp as decimal(28, 12)) as gwp,
        -- what the act prints itself is of type I, what nations publish of type II and goes before it (B.5.2)
        case when united.source_key = 'eu_2025_2547' then 'I' else 'II' end as value_type,
        cast(united.ncv_gj_per_unit as decimal(28, 12)) as ncv_gj_per_unit,
        cast(united.kg_co2_per_gj as decimal(28, 12)) as kg_co2_per_gj,
        cast(united.oxidation_share as decimal(28, 12)) as oxidation_share,
        cast(united.amount_kg_per_unit as decimal(28, 12)) as amount_kg_per_unit,
        united.fuel_class,
        united.is_biomass,
        united.valid_from,
        united.valid_until,
        united.source_key
    from united
    left join gwp_sets on united.gwp_set = gwp_sets.gwp_set and united.gas = gwp_sets.gas
)

select * from final
