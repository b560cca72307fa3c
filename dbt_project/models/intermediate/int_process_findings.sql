-- Processes to look at: goods of one group that two of them make at one time (2025/2547 Annex II A.4), and goods inside a bubble
-- that have a benchmark and no free allocation. Nothing is changed by it.
with
reporting_years as (select * from {{ ref('int_reporting_years') }}),

process_goods as (select * from {{ ref('stg_process_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

groups as (select * from {{ ref('cbam_multifunctional_groups') }}),

material_use as (select * from {{ ref('stg_material_use') }}),

items as (select * from {{ ref('stg_items') }}),

own_goods_used as (select * from {{ ref('int_own_goods_used') }}),

free_allocations as (select * from {{ ref('int_free_allocations') }} where benchmark_column = 'A'),

goods as (
    select distinct
        process_goods.installation_code,
        process_goods.process_code,
        process_goods.cn_code,
        process_goods.is_inside_bubble,
        process_goods.valid_from,
        coalesce(process_goods.valid_until, date '9999-12-31') as valid_until,
        reporting_years.reporting_year,
        cbam_goods.aggregated_good
    from reporting_years
    inner join process_goods
        on
            reporting_years.installation_code = process_goods.installation_code
            and {{ holds_in_year('process_goods', 'reporting_years.reporting_year') }}
    inner join cbam_goods
        on
            process_goods.cn_code = cbam_goods.cn_code
            and {{ holds_on('cbam_goods', first_of_year('reporting_years.reporting_year')) }}
),

codes_used as (
    select
        own_goods_used.installation_code,
        own_goods_used.to_process_code as process_code,
        own_goods_used.reporting_year,
        own_goods_used.cn_code
    from own_goods_used
    union
    select
        material_use.installation_code,
        material_use.process_code,
        {{ year_of('material_use.period_from') }} as reporting_year,
        items.cn_code
    from material_use
    inner join items
        on
            material_use.component_kind = 'item'
            and material_use.component_code = items.item_code
            and {{ holds_on('items', 'material_use.period_from') }}
),

precursors_used as (
    select
        codes_used.installation_code,
        codes_used.process_code,
        codes_used.reporting_year,
        string_agg(codes_used.cn_code, ', ' order by {{ figures_byte_order('codes_used.cn_code') }}) as cn_codes
    from codes_used
    inner join cbam_goods
        on
            codes_used.cn_code = cbam_goods.cn_code
            and {{ holds_on('cbam_goods', first_of_year('codes_used.reporting_year')) }}
    group by codes_used.installation_code, codes_used.process_code, codes_used.reporting_year
),

grouped as (
    select distinct
        goods.installation_code,
        goods.process_code,
        goods.reporting_year,
        goods.valid_from,
        goods.valid_until,
        groups.group_name,
        groups.asks_same_precursors,
        precursors_used.cn_codes
    from goods
    inner join groups
        on
            goods.aggregated_good = groups.aggregated_good
            and goods.cn_code like coalesce(groups.cn_prefix, '') || '%'
            and {{ holds_on('groups', first_of_year('goods.reporting_year')) }}
    left join precursors_used
        on
            goods.installation_code = precursors_used.installation_code
            and goods.process_code = precursors_used.process_code
            and goods.reporting_year = precursors_used.reporting_year
    where not goods.is_inside_bubble
),

final as (
    select
        one.installation_code,
        one.process_code,
        {{ first_of_year('one.reporting_year') }} as period_from,
        {{ first_of_year('one.reporting_year + 1') }} as period_until,
        'made_alike_in_two_processes' as finding,
        one.process_code || ' and ' || another.process_code || ' make ' || one.group_name
        || case
            when one.asks_same_precursors
                then
                    coalesce(
                        ' of the same precursors (' || one.cn_codes || '): where the goods differ in size or shape alone and '
                        || 'take these in the same proportions',
                        ', both of no precursor that has landed: where the goods differ in size or shape alone'
                    )
            else ': where the goods are one substance or take the same precursors'
        end
        || ', declare them as goods of one process (2025/2547 Annex II A.4)' as sentence
    from grouped as one
    inner join grouped as another
        on
            one.installation_code = another.installation_code
            and one.reporting_year = another.reporting_year
            and one.group_name = another.group_name
            and one.process_code < another.process_code
            and one.valid_from < another.valid_until
            and another.valid_from < one.valid_until
    -- nothing and nothing are the same: scrap and alumina are no precursors
    where not one.asks_same_precursors or one.cn_codes is not distinct from another.cn_codes
    -- a good of several validities is told once a year
    union
    select
        goods.installation_code,
        goods.process_code,
        {{ first_of_year('goods.reporting_year') }} as period_from,
        {{ first_of_year('goods.reporting_year + 1') }} as period_until,
        'inside_good_without_allocation' as finding,
        goods.cn_code || ' is made inside ' || goods.process_code || ' and has a benchmark of its own, which counts nowhere: '
        || 'give it a process of its own to have its free allocation by actual data' as sentence
    from goods
    where
        goods.is_inside_bubble
        and exists (
            select 1
            from free_allocations
            where
                free_allocations.cn_code = goods.cn_code
                and free_allocations.reporting_year = goods.reporting_year
                and free_allocations.free_allocation_t_co2e_per_t > 0
        )
)

select * from final
