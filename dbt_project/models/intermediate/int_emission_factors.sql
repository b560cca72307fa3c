-- Every factor a stream can meet, in kg per canonical unit; each leads to its publisher and page by source_key.
with
fuels as (select * from {{ ref('fuels') }}),

constants as (select * from {{ ref('constants') }}),

process_materials as (select * from {{ ref('process_materials') }}),

grid_factors as (select * from {{ ref('grid_factors') }}),

heat_factors as (select * from {{ ref('heat_factors') }}),

gwp_sets as (select * from {{ ref('gwp_sets') }}),

fuel_steps as (
    select
        fuels.*,
        coalesce(constants.numerator, 1) as numerator,
        coalesce(constants.denominator, 1) as denominator,
        -- as published where the table gives CO2, else from carbon
        {{ round_to(mul('fuels.ncv_gj_per_unit', 'coalesce(fuels.co2_kg_per_gj, fuels.carbon_kg_per_gj)', 12, 12)) }}
            as kg_before_oxidation
    from fuels
    left join constants on fuels.carbon_to_co2 = constants.constant_key
),

fuel_oxidised as (
    select
        fuel_steps.*,
        {{ round_to(mul('fuel_steps.kg_before_oxidation', 'fuel_steps.oxidation_share', 12, 12)) }} as kg_oxidised
    from fuel_steps
),

united as (
    select
        factor_id,
        rule_set,
        'combustion' as method,
        material_code as subject_code,
        basis_unit as unit,
        gas,
        gwp_set,
        ncv_gj_per_unit,
        {{ div(round_to(mul('kg_oxidised', 'numerator', 12, 12)), 'denominator', 12, 12) }} as amount_kg_per_unit,
        fuel_class,
        valid_from,
        valid_until,
        source_key
    from fuel_oxidised
    union all
    select
        factor_id,
        rule_set,
        method,
        material_code as subject_code,
        basis_unit as unit,
        gas,
        gwp_set,
        cast(null as decimal(28, 12)) as ncv_gj_per_unit,
        amount_kg_per_unit,
        cast(null as varchar) as fuel_class,
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
        gas,
        gwp_set,
        cast(null as decimal(28, 12)) as ncv_gj_per_unit,
        amount_kg_per_unit,
        cast(null as varchar) as fuel_class,
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
        gas,
        gwp_set,
        cast(null as decimal(28, 12)) as ncv_gj_per_unit,
        amount_kg_per_unit,
        cast(null as varchar) as fuel_class,
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
        united.gas,
        united.gwp_set,
        cast(gwp_sets.gwp as decimal(28, 12)) as gwp,
        cast(united.ncv_gj_per_unit as decimal(28, 12)) as ncv_gj_per_unit,
        cast(united.amount_kg_per_unit as decimal(28, 12)) as amount_kg_per_unit,
        united.fuel_class,
        united.valid_from,
        united.valid_until,
        united.source_key
    from united
    left join gwp_sets on united.gwp_set = gwp_sets.gwp_set and united.gas = gwp_sets.gas
)

select * from final
