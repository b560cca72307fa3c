-- The benchmarks behind the free allocation of goods by actual data: column A for their own process, times what the year keeps.
with
allocations as (select * from {{ ref('int_process_allocations') }}),

benchmarks as (select * from {{ ref('cbam_benchmarks') }}),

phase_in as (select * from {{ ref('cbam_phase_in') }}),

final as (
    select
        allocations.installation_code,
        allocations.process_code,
        allocations.cn_code,
        allocations.reporting_year,
        allocations.route,
        allocations.mass_t,
        allocations.benchmark_id,
        benchmarks.benchmark_column,
        benchmarks.route as benchmark_route,
        cast(benchmarks.benchmark_t_co2e_per_t as decimal(28, 12)) as benchmark_t_co2e_per_t,
        cast(cbam_factor.amount_share as decimal(28, 12)) as kept_share,
        cast(correction.amount_share as decimal(28, 12)) as correction_share,
        allocations.free_allocation_t_co2e_per_t,
        allocations.absent_because
    from allocations
    -- left: a good without a benchmark must say so
    left join benchmarks on allocations.benchmark_id = benchmarks.factor_id
    left join phase_in as cbam_factor
        on allocations.reporting_year = cbam_factor.reporting_year and cbam_factor.factor = 'cbam_factor'
    left join phase_in as correction
        on allocations.reporting_year = correction.reporting_year and correction.factor = 'cross_sectoral_correction'
)

select * from final
