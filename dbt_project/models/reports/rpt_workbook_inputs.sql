-- What fills the Commission's form for installations: one row per field of a block's position, named as the form's map of
-- cells names it. A field that is asked for and not known is a row without value.
{% set route = "case when {}.route_line = 1 then 'All production routes' else 'Unknown production routes' end" %}
{% set numbers = [
    ('years', 'installation', 'stated_indirect_tco2e', 'years.indirect_t_co2e'),
    ('streams', 'stream', 'amount', 'streams.amount'),
    ('streams', 'stream', 'ncv', 'streams.ncv'),
    ('streams', 'stream', 'factor', 'streams.factor'),
    ('streams', 'stream', 'carbon_content', 'streams.carbon_content'),
    ('streams', 'stream', 'biomass_pct', 'streams.biomass_pct'),
    ('processes', 'process', 'produced_t', 'processes.produced_t'),
    ('processes', 'process', 'market_t', 'processes.market_t'),
    ('passed_on', 'process', 'passed_on_t', 'passed_on.amount'),
    ('processes', 'process', 'other_use_t', 'processes.other_use_t'),
    ('processes', 'process', 'dir_em_tco2e', 'processes.dir_em_t_co2e'),
    ('processes', 'process', 'heat_in_tj', 'processes.heat_in_tj'),
    ('processes', 'process', 'heat_in_factor', 'processes.heat_in_factor'),
    ('processes', 'process', 'heat_out_tj', 'processes.heat_out_tj'),
    ('processes', 'process', 'heat_out_factor', 'processes.heat_out_factor'),
    ('processes', 'process', 'waste_gas_in_tj', 'processes.waste_gas_in_tj'),
    ('processes', 'process', 'waste_gas_out_tj', 'processes.waste_gas_out_tj'),
    ('processes', 'process', 'exported_mwh', 'processes.exported_mwh'),
    ('processes', 'process', 'exported_factor', 'processes.exported_factor'),
    ('processes', 'process', 'electricity_mwh', 'processes.electricity_mwh'),
    ('processes', 'process', 'electricity_factor', 'processes.electricity_factor'),
    ('precursors', 'precursor', 'bought_t', 'precursors.mass_t'),
    ('used', 'precursor', 'used_t', 'used.mass_t'),
    ('precursors', 'precursor', 'direct_t_co2e_per_t', 'precursors.direct_t_co2e_per_t'),
    ('precursors', 'precursor', 'electricity_mwh_per_t', 'precursors.electricity_mwh_per_t'),
    ('precursors', 'precursor', 'electricity_factor', 'precursors.electricity_factor'),
] %}
{% set seconds = {
    ('processes', 'produced_t'): 'processes.route_line',
    ('passed_on', 'passed_on_t'): 'passed_on.second_position',
    ('precursors', 'bought_t'): 'precursors.route_line',
    ('used', 'used_t'): 'used.second_position',
} %}
{% set words = [
    ('installation_years', 'installation', 'english_name', 'installation_years.installation_name'),
    ('installation_years', 'installation', 'street', 'installation_years.installation_address'),
    ('installation_years', 'installation', 'economic_activity', 'installation_years.economic_activity'),
    ('installation_years', 'installation', 'representative', 'installation_years.contact'),
    ('installation_years', 'installation', 'country_code', 'installation_years.country_code'),
    ('installation_years', 'installation', 'unlocode', 'installation_years.unlocode'),
    ('installation_years', 'installation', 'latitude', 'installation_years.latitude'),
    ('installation_years', 'installation', 'longitude', 'installation_years.longitude'),
    ('categories', 'good', 'category', 'categories.category'),
    ('categories', 'good', 'route', route.format('categories')),
    ('streams', 'stream', 'method', 'streams.method'),
    ('streams', 'stream', 'name', 'streams.stream_name'),
    ('streams', 'stream', 'unit', 'streams.unit'),
    ('streams', 'stream', 'factor_unit', 'streams.factor_unit'),
    ('processes', 'process', 'category', 'processes.category'),
    ('processes', 'process', 'name', 'processes.process_name'),
    ('processes', 'process', 'covers', "'Only direct production'"),
    ('processes', 'process', 'has_heat',
        "case when processes.heat_in_tj <> 0 or processes.heat_out_tj <> 0 then 'true' else 'false' end"),
    ('processes', 'process', 'has_waste_gas',
        "case when processes.waste_gas_in_tj = 0 and processes.waste_gas_out_tj = 0 then 'false' else 'true' end"),
    ('precursors', 'precursor', 'category', 'precursors.category'),
    ('precursors', 'precursor', 'name', 'precursors.precursor_name'),
    ('precursors', 'precursor', 'country_code', 'precursors.country_code'),
    ('precursors', 'precursor', 'route', route.format('precursors')),
    ('precursors', 'precursor', 'direct_source', 'precursors.direct_source'),
    ('precursors', 'precursor', 'electricity_source', 'precursors.direct_source'),
    ('made', 'product', 'process_name', 'made.process_name'),
    ('made', 'product', 'cn_code', 'made.cn_code'),
    ('made', 'product', 'name', 'made.good_name'),
] %}

with
streams as (select * from {{ ref('int_form_streams') }}),

processes as (select * from {{ ref('int_form_processes') }}),

precursors as (select * from {{ ref('int_form_precursors') }}),

precursor_use as (select * from {{ ref('int_precursor_emissions') }} where mass_t > 0),

edges as (select * from {{ ref('int_graph_edges') }} where boundary = 'cbam' and carrier = 'material'),

goods as (select * from {{ ref('int_cbam_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

installations as (select * from {{ ref('dim_installations') }}),

passed_on as (
    select
        suppliers.installation_code,
        suppliers.reporting_year,
        suppliers.block_position,
        consumers.block_position as second_position,
        cast({{ mul('edges.amount', 'suppliers.t_per_unit') }} as decimal(28, 9)) as amount
    from edges
    inner join processes as suppliers
        on edges.supplier_node_id = suppliers.node_id and edges.reporting_year = suppliers.reporting_year
    inner join processes as consumers
        on edges.consumer_node_id = consumers.node_id and edges.reporting_year = consumers.reporting_year
),

used as (
    select
        precursors.installation_code,
        precursors.reporting_year,
        precursors.block_position,
        processes.block_position as second_position,
        sum(precursor_use.mass_t) as mass_t
    from precursors
    inner join precursor_use
        on
            precursors.installation_code = precursor_use.installation_code
            and precursors.reporting_year = precursor_use.reporting_year
            and precursors.item_code = precursor_use.item_code
            and precursors.producer_installation_code = precursor_use.producer_installation_code
            and precursors.origin_country_code = precursor_use.origin_country_code
            and precursors.cn_code is not distinct from precursor_use.cn_code
            and precursors.evidence = precursor_use.evidence
            and coalesce(precursors.factor_id, '') = coalesce(precursor_use.factor_id, '')
    inner join processes
        on
            precursor_use.installation_code = processes.installation_code
            and precursor_use.reporting_year = processes.reporting_year
            and precursor_use.process_code = processes.process_code
    group by
        precursors.installation_code,
        precursors.reporting_year,
        precursors.block_position,
        processes.block_position
),

made as (
    select
        goods.installation_code,
        goods.reporting_year,
        row_number() over (
            partition by goods.installation_code, goods.reporting_year
            order by processes.block_position, {{ figures_byte_order('goods.cn_code') }}
        ) as block_position,
        processes.process_name,
        goods.cn_code,
        cbam_goods.description as good_name
    from goods
    inner join processes on goods.node_id = processes.node_id and goods.reporting_year = processes.reporting_year
    left join cbam_goods
        on goods.cn_code = cbam_goods.cn_code and {{ holds_on('cbam_goods', first_of_year('goods.reporting_year')) }}
),

categories as (
    select
        processes.installation_code,
        processes.reporting_year,
        row_number() over (
            partition by processes.installation_code, processes.reporting_year order by min(processes.block_position)
        ) as block_position,
        processes.category,
        max(processes.route_line) as route_line
    from processes
    group by processes.installation_code, processes.reporting_year, processes.category
),

years as (
    select
        processes.installation_code,
        processes.reporting_year,
        1 as block_position,
        case when count(*) = count(processes.indirect_t_co2e) then sum(processes.indirect_t_co2e) end as indirect_t_co2e
    from processes
    group by processes.installation_code, processes.reporting_year
),

held as (
    select
        years.reporting_year,
        installations.*,
        row_number() over (
            partition by years.installation_code, years.reporting_year order by installations.valid_from desc
        ) as newest_first
    from years
    inner join installations
        on
            years.installation_code = installations.installation_code
            and installations.valid_from < {{ first_of_year('years.reporting_year + 1') }}
            and (
                installations.valid_until is null
                or {{ first_of_year('years.reporting_year') }} < installations.valid_until
            )
),

-- the row that held last in the year
installation_years as (
    select
        held.*,
        1 as block_position
    from held
    where held.newest_first = 1
),

stated as (
    {{ form_values(numbers, words, seconds) }}
),

final as (
    select
        stated.installation_code,
        cast(stated.reporting_year as integer) as reporting_year,
        stated.block,
        cast(stated.block_position as integer) as block_position,
        stated.field,
        cast(stated.second_position as integer) as second_position,
        cast(stated.number_value as decimal(38, 12)) as number_value,
        stated.text_value
    from stated
)

select * from final
