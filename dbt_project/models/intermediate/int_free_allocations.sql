-- What a tonne of a good is allotted for nothing in the Union: benchmark x CBAM factor x cross-sectoral correction factor
-- (2025/2620 Eq 2 and 6), by column and route.
with
benchmarks as (select * from {{ ref('cbam_benchmarks') }}),

rule_years as (select * from {{ ref('cbam_rule_years') }}),

phase_in as (select * from {{ ref('cbam_phase_in') }}),

final as (
    select
        benchmarks.cn_code,
        benchmarks.benchmark_column,
        coalesce(benchmarks.route, '') as route,
        rule_years.reporting_year,
        benchmarks.factor_id as benchmark_id,
        cast({{ mul(
            round_to(mul('benchmarks.benchmark_t_co2e_per_t', 'cbam_factor.amount_share', 12, 12)),
            'correction.amount_share', 12, 12
        ) }} as decimal(28, 12)) as free_allocation_t_co2e_per_t
    from benchmarks
    inner join rule_years on {{ holds_on('benchmarks', first_of_year('rule_years.reporting_year')) }}
    inner join phase_in as cbam_factor
        on rule_years.reporting_year = cbam_factor.reporting_year and cbam_factor.factor = 'cbam_factor'
    inner join phase_in as correction
        on rule_years.reporting_year = correction.reporting_year and correction.factor = 'cross_sectoral_correction'
)

select * from final
