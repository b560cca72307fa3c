-- Free allocation of the process that makes a good, its precursors apart: column A (2025/2620 Eq 2 and 3). Where the
-- benchmark depends on the route, that of the process and its alloy class decide; of what they leave open the highest.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

processes as (select * from {{ ref('stg_processes') }}),

production_routes as (select * from {{ ref('cbam_production_routes') }}),

benchmark_routes as (select * from {{ ref('cbam_benchmark_routes') }}),

parameters as (select * from {{ ref('int_parameters_checked') }} where refused_because is null),

constants as (select * from {{ ref('constants') }} where constant_key = 'high_alloy_from'),

free_allocations as (select * from {{ ref('int_free_allocations') }} where benchmark_column = 'A'),

routes_of_processes as (
    select
        goods.figure_stem,
        max(production_routes.benchmark_routes) as benchmark_routes
    from goods
    inner join cbam_goods on goods.cn_code = cbam_goods.cn_code
    inner join processes
        on
            goods.installation_code = processes.installation_code
            and goods.process_code = processes.process_code
            and {{ year_of('processes.valid_from') }} <= goods.reporting_year
            and (
                processes.valid_until is null
                or processes.valid_until > {{ first_of_year('goods.reporting_year') }}
            )
    inner join production_routes
        on
            cbam_goods.aggregated_good = production_routes.aggregated_good
            and production_routes.route in (processes.route, 'all routes')
    group by goods.figure_stem
    -- two routes in one year leave the letter open
    having count(distinct production_routes.benchmark_routes) = 1
),

stated_alloys as (
    select
        goods.figure_stem,
        parameters.parameter,
        parameters.amount,
        row_number() over (
            partition by goods.figure_stem, parameters.parameter
            order by parameters.valid_from desc
        ) as newest_first
    from goods
    inner join parameters
        on
            goods.installation_code = parameters.installation_code
            and goods.process_code = parameters.subject_code
            and parameters.subject_kind = 'process'
            and parameters.parameter in ('mn_content', 'cr_content', 'ni_content', 'other_alloys_content')
            and {{ year_of('parameters.valid_from') }} <= goods.reporting_year
            and (
                parameters.valid_until is null
                or parameters.valid_until > {{ first_of_year('goods.reporting_year') }}
            )
),

alloy_classes as (
    select
        stated_alloys.figure_stem,
        case
            when sum(stated_alloys.amount) >= max(constants.numerator) then 'high'
            -- below the limit only when all four are known
            when count(*) = 4 then 'low'
        end as alloy_class
    from stated_alloys
    cross join constants
    where stated_alloys.newest_first = 1
    group by stated_alloys.figure_stem
),

possible as (
    select
        goods.*,
        free_allocations.benchmark_id,
        free_allocations.free_allocation_t_co2e_per_t,
        row_number() over (
            partition by goods.figure_stem, goods.process_code
            order by
                free_allocations.free_allocation_t_co2e_per_t desc, {{ figures_byte_order('free_allocations.benchmark_id') }}
        ) as highest_first
    from goods
    left join routes_of_processes on goods.figure_stem = routes_of_processes.figure_stem
    left join alloy_classes on goods.figure_stem = alloy_classes.figure_stem
    left join (
        select
            free_allocations.*,
            benchmark_routes.alloy_class
        from free_allocations
        left join benchmark_routes on free_allocations.route = benchmark_routes.route
    ) as free_allocations
        on
            goods.cn_code = free_allocations.cn_code
            and goods.reporting_year = free_allocations.reporting_year
            and (
                free_allocations.route = ''
                or routes_of_processes.benchmark_routes is null
                or '/' || routes_of_processes.benchmark_routes || '/' like '%/' || free_allocations.route || '/%'
            )
            and (
                alloy_classes.alloy_class is null
                or coalesce(free_allocations.alloy_class, 'carbon') = 'carbon'
                or free_allocations.alloy_class = alloy_classes.alloy_class
            )
),

final as (
    select
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        figure_stem,
        node_id,
        is_main,
        benchmark_id,
        free_allocation_t_co2e_per_t,
        case
            when benchmark_id is null
                then 'no benchmark of column A for ' || cn_code || ' by the route and alloys of ' || process_code
        end as absent_because
    from possible
    where highest_first = 1
)

select * from final
