-- The free allocation that goes with a default value: column B by the route letter of the origin's row; of several
-- letters the highest (2025/2620 Annex 5.1). Where its row names none, ten digits take the letter that all other rows of
-- the same ten name; else, where benchmarks know routes, the act says nothing: a setting.
with
default_values as (
    select
        cn_code,
        taric_suffix,
        origin_country_code,
        reporting_year,
        coalesce(
            route,
            case
                when
                    taric_suffix <> ''
                    and min(route) over (partition by cn_code, taric_suffix, reporting_year)
                    = max(route) over (partition by cn_code, taric_suffix, reporting_year)
                    then min(route) over (partition by cn_code, taric_suffix, reporting_year)
            end
        ) as route
    from {{ ref('int_default_values') }}
),

free_allocations as (select * from {{ ref('int_free_allocations') }} where benchmark_column = 'B'),

possible as (
    select
        default_values.cn_code,
        default_values.taric_suffix,
        default_values.origin_country_code,
        default_values.reporting_year,
        default_values.route as default_route,
        free_allocations.benchmark_id,
        free_allocations.free_allocation_t_co2e_per_t,
        row_number() over (
            partition by
                default_values.cn_code, default_values.taric_suffix, default_values.origin_country_code,
                default_values.reporting_year
            order by
                case
                    when default_values.route is null and '{{ var('benchmark_without_a_route') }}' = 'lowest'
                        then -free_allocations.free_allocation_t_co2e_per_t
                    else free_allocations.free_allocation_t_co2e_per_t
                end desc,
                {{ figures_byte_order('free_allocations.benchmark_id') }}
        ) as chosen_first
    from default_values
    -- left: a good without a benchmark must say so
    left join free_allocations
        on
            default_values.cn_code = free_allocations.cn_code
            and default_values.reporting_year = free_allocations.reporting_year
            and (
                free_allocations.route = ''
                or default_values.route is null
                or '/' || default_values.route || '/' like '%/' || free_allocations.route || '/%'
            )
),

final as (
    select
        cn_code,
        taric_suffix,
        origin_country_code,
        reporting_year,
        benchmark_id,
        free_allocation_t_co2e_per_t,
        case
            when benchmark_id is null
                then 'no benchmark of column B for ' || cn_code || coalesce(' by route ' || default_route, '')
        end as absent_because
    from possible
    where chosen_first = 1
)

select * from final
