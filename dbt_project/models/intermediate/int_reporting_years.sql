-- Calendar years a CBAM figure can be asked for: the year has rules, and the installation has data in it.
with
rule_years as (select * from {{ ref('cbam_rule_years') }}),

stream_activity as (select * from {{ ref('int_stream_activity') }}),

activity_level as (select * from {{ ref('int_activity_level') }}),

years_with_data as (
    select
        stream_activity.installation_code,
        {{ year_of('stream_activity.period_from') }} as reporting_year
    from stream_activity
    union
    select
        activity_level.installation_code,
        activity_level.reporting_year
    from activity_level
),

final as (
    select
        'cbam' as boundary,
        years_with_data.installation_code,
        years_with_data.reporting_year,
        rule_years.rule_set
    from years_with_data
    inner join rule_years on years_with_data.reporting_year = rule_years.reporting_year
)

select * from final
