-- What fills the Commission's form for installations: one row per field of a block's position, named as the form's map of
-- cells names it. A field that is asked for and not known is a row without value.
{%- set blocks = [
    ('streams', 'stream', ['method', 'stream_name as name', 'unit', 'factor_unit'],
        ['amount', 'ncv', 'factor', 'carbon_content', 'biomass_pct']),
    ('processes', 'process', ['category', 'process_name as name'],
        ['dir_em_t_co2e as dir_em_tco2e', 'heat_in_tj', 'heat_in_factor', 'electricity_mwh', 'electricity_factor', 'market_t', 'other_use_t']),
    ('precursors', 'precursor',
        ['category', 'precursor_name as name', 'country_code', 'direct_source', 'direct_source as electricity_source'],
        ['direct_t_co2e_per_t', 'electricity_mwh_per_t', 'electricity_factor']),
] %}
{%- set no_number = 'cast(null as decimal(38, 12)) as number_value' %}
{%- set no_text = 'cast(null as varchar) as text_value' %}
{%- set no_second = 'cast(null as integer)' %}
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
        edges.amount
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
            partition by goods.installation_code, goods.reporting_year order by processes.block_position, goods.cn_code
        ) as block_position,
        processes.process_name,
        goods.cn_code,
        cbam_goods.description as good_name
    from goods
    inner join processes on goods.node_id = processes.node_id and goods.reporting_year = processes.reporting_year
    left join cbam_goods on goods.cn_code = cbam_goods.cn_code
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
        case when count(*) = count(processes.indirect_t_co2e) then sum(processes.indirect_t_co2e) end as indirect_t_co2e
    from processes
    group by processes.installation_code, processes.reporting_year
),

-- the row that held last in the year
installation_years as (
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

stated as (
{%- for relation, block, words, numbers in blocks %}
    {%- for field in words %}
    select
        {{- form_place(relation, block, relation ~ '.block_position', no_second, field.split(' as ')[-1]) }}
        {{ no_number }},
        {{ relation }}.{{ field.split(' as ')[0] }} as text_value
    from {{ relation }}
    union all
    {%- endfor %}
    {%- for field in numbers %}
    select
        {{- form_place(relation, block, relation ~ '.block_position', no_second, field.split(' as ')[-1]) }}
        cast({{ relation }}.{{ field.split(' as ')[0] }} as decimal(38, 12)) as number_value,
        {{ no_text }}
    from {{ relation }}
    union all
    {%- endfor %}
{%- endfor %}
{%- for relation, block, second, field, amount in [
    ('processes', 'process', 'processes.route_line', 'produced_t', 'produced_t'),
    ('passed_on', 'process', 'passed_on.second_position', 'passed_on_t', 'amount'),
    ('precursors', 'precursor', 'precursors.route_line', 'bought_t', 'mass_t'),
    ('used', 'precursor', 'used.second_position', 'used_t', 'mass_t'),
] %}
    select
        {{- form_place(relation, block, relation ~ '.block_position', second, field) }}
        cast({{ relation }}.{{ amount }} as decimal(38, 12)) as number_value,
        {{ no_text }}
    from {{ relation }}
    union all
{%- endfor %}
{%- for relation, block, field, word in [
    ('processes', 'process', 'covers', "'Only direct production'"),
    ('processes', 'process', 'has_heat', "case when processes.heat_in_tj <> 0 then 'true' else 'false' end"),
    ('processes', 'process', 'has_waste_gas', "'false'"),
    ('categories', 'good', 'category', 'categories.category'),
    ('categories', 'good', 'route',
        "case when categories.route_line = 1 then 'All production routes' else 'Unknown production routes' end"),
    ('precursors', 'precursor', 'route',
        "case when precursors.route_line = 1 then 'All production routes' else 'Unknown production routes' end"),
    ('made', 'product', 'process_name', 'made.process_name'),
    ('made', 'product', 'cn_code', 'made.cn_code'),
    ('made', 'product', 'name', 'made.good_name'),
] %}
    select
        {{- form_place(relation, block, relation ~ '.block_position', no_second, field) }}
        {{ no_number }},
        {{ word }} as text_value
    from {{ relation }}
    union all
{%- endfor %}
{%- for field, word in [
    ('english_name', 'installation_name'), ('country_code', 'country_code'), ('unlocode', 'unlocode'),
    ('latitude', 'latitude'), ('longitude', 'longitude'),
] %}
    select
        {{- form_place('installation_years', 'installation', '1', no_second, field) }}
        {{ no_number }},
        cast(installation_years.{{ word }} as varchar) as text_value
    from installation_years
    where installation_years.newest_first = 1
    union all
{%- endfor %}
    select
        {{- form_place('years', 'installation', '1', no_second, 'stated_indirect_tco2e') }}
        cast(years.indirect_t_co2e as decimal(38, 12)) as number_value,
        {{ no_text }}
    from years
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
