-- Free allocation of the process that makes a good, its precursors apart: column A (2025/2620 Eq 2 and 3), route by route.
-- Where the benchmark depends on the route, it and the alloy class decide; what they leave open must be stated, for the
-- highest counts with default values alone (Annex 5.1).
with
goods as (select * from {{ ref('int_cbam_goods') }}),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

processes as (select * from {{ ref('stg_processes') }}),

output_by_route as (select * from {{ ref('int_output_by_route') }}),

production_routes as (select * from {{ ref('cbam_production_routes') }}),

benchmark_routes as (select * from {{ ref('cbam_benchmark_routes') }}),

parameters as (select * from {{ ref('int_parameters_checked') }} where refused_because is null),

constants as (select * from {{ ref('constants') }} where constant_key = 'high_alloy_from'),

free_allocations as (select * from {{ ref('int_free_allocations') }} where benchmark_column = 'A'),

-- what was made by each route; a good that was not made goes by the route its process had last
routes as (
    select
        goods.*,
        coalesce(made.route, last_routes.route, '') as route,
        coalesce(made.mass_t, 0) as mass_t
    from goods
    left join (
        select
            installation_code,
            process_code,
            cn_code,
            reporting_year,
            route,
            sum(mass_t) as mass_t
        from output_by_route
        group by installation_code, process_code, cn_code, reporting_year, route
    ) as made
        on
            goods.installation_code = made.installation_code
            and goods.process_code = made.process_code
            and goods.cn_code = made.cn_code
            and goods.reporting_year = made.reporting_year
    left join (
        select
            goods.figure_stem,
            goods.process_code,
            processes.route,
            row_number() over (
                partition by goods.figure_stem, goods.process_code
                order by processes.valid_from desc
            ) as newest_first
        from goods
        inner join processes
            on
                goods.installation_code = processes.installation_code
                and goods.process_code = processes.process_code
                and {{ holds_in_year('processes', 'goods.reporting_year') }}
    ) as last_routes
        on
            goods.figure_stem = last_routes.figure_stem
            and goods.process_code = last_routes.process_code
            and last_routes.newest_first = 1
),

letters as (
    select
        routes.figure_stem,
        routes.process_code,
        routes.route,
        production_routes.benchmark_routes
    from routes
    inner join cbam_goods
        on routes.cn_code = cbam_goods.cn_code and {{ holds_on('cbam_goods', first_of_year('routes.reporting_year')) }}
    inner join production_routes
        on
            cbam_goods.aggregated_good = production_routes.aggregated_good
            and production_routes.route in (routes.route, 'all routes')
            and {{ holds_on('production_routes', first_of_year('routes.reporting_year')) }}
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
            and {{ holds_in_year('parameters', 'goods.reporting_year') }}
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
        routes.*,
        free_allocations.benchmark_id,
        free_allocations.route as letter,
        free_allocations.free_allocation_t_co2e_per_t
    from routes
    left join letters
        on
            routes.figure_stem = letters.figure_stem
            and routes.process_code = letters.process_code
            and routes.route = letters.route
    left join alloy_classes on routes.figure_stem = alloy_classes.figure_stem
    -- left: a good without a benchmark must say so
    left join (
        select
            free_allocations.*,
            benchmark_routes.alloy_class
        from free_allocations
        left join benchmark_routes on free_allocations.route = benchmark_routes.route
    ) as free_allocations
        on
            routes.cn_code = free_allocations.cn_code
            and routes.reporting_year = free_allocations.reporting_year
            and (
                free_allocations.route = ''
                or letters.benchmark_routes is null
                or '/' || letters.benchmark_routes || '/' like '%/' || free_allocations.route || '/%'
            )
            and (
                alloy_classes.alloy_class is null
                or coalesce(free_allocations.alloy_class, 'carbon') = 'carbon'
                or free_allocations.alloy_class = alloy_classes.alloy_class
            )
),

-- letters of one and the same benchmark leave nothing open
judged as (
    select
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        route,
        figure_stem,
        node_id,
        mass_t,
        min(benchmark_id) as benchmark_id,
        min(free_allocation_t_co2e_per_t) as free_allocation_t_co2e_per_t,
        max(free_allocation_t_co2e_per_t) as highest_t_co2e_per_t,
        string_agg(letter, ', ' order by letter) as letters
    from possible
    group by
        installation_code, process_code, cn_code, reporting_year, route, figure_stem, node_id, mass_t
),

final as (
    select
        installation_code,
        process_code,
        cn_code,
        reporting_year,
        route,
        figure_stem,
        node_id,
        cast(mass_t as decimal(28, 9)) as mass_t,
        case when free_allocation_t_co2e_per_t = highest_t_co2e_per_t then benchmark_id end as benchmark_id,
        -- cast again: on PostgreSQL a case forgets the places of its decimals
        cast(
            case when free_allocation_t_co2e_per_t = highest_t_co2e_per_t then free_allocation_t_co2e_per_t end
            as decimal(28, 12)
        ) as free_allocation_t_co2e_per_t,
        case
            when benchmark_id is null
                then 'no benchmark of column A for ' || cn_code || ' by the route and alloys of ' || process_code
            when free_allocation_t_co2e_per_t < highest_t_co2e_per_t
                then
                    'benchmarks ' || letters || ' of ' || cn_code || ' differ: state the route of ' || process_code
                    || ' and, of alloy steel, its alloying elements'
        end as absent_because
    from judged
)

select * from final
