-- What a person should look at in the factors and measurements of streams under CBAM, and in parameters. Nothing is changed
-- by it.
with
factors as (
    select
        factors.*,
        {{ year_of('factors.period_from') }} as reporting_year
    from {{ ref('int_stream_factors') }} as factors
    where factors.rule_set = 'cbam'
),

emissions as (select * from {{ ref('int_stream_emissions_by_gas') }} where rule_set = 'cbam'),

activity_by_month as (select * from {{ ref('int_stream_activity_by_month') }}),

processes as (select * from {{ ref('stg_processes') }}),

source_streams as (select * from {{ ref('stg_source_streams') }}),

reporting_years as (select * from {{ ref('int_reporting_years') }}),

parameters_checked as (select * from {{ ref('int_parameters_checked') }}),

parameters as (
    select
        parameters_checked.*,
        {{ parameter_id('parameters_checked') }} as parameter_id
    from parameters_checked
    where parameters_checked.subject_kind = 'stream' and parameters_checked.refused_because is null
),

frequencies as (select * from {{ ref('analysis_frequencies') }}),

measured_emissions as (select * from {{ ref('int_measured_emissions') }}),

unmeasured as (select * from {{ ref('int_unmeasured_processes') }}),

analysed as (
    select distinct
        factors.installation_code,
        factors.stream_code,
        factors.reporting_year
    from factors
    inner join parameters on factors.factor_id = parameters.parameter_id
    where parameters.basis = 'analysis'
),

used as (
    select
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }} as reporting_year,
        max(activity_by_month.material_code) as material_code,
        case when max(activity_by_month.method) = 'combustion' then 'other_fuel' else 'other_material' end as other_code,
        max(activity_by_month.unit) as unit,
        sum(activity_by_month.amount) as amount,
        count(case when activity_by_month.amount > 0 then 1 end) as months
    from activity_by_month
    group by
        activity_by_month.installation_code,
        activity_by_month.stream_code,
        {{ year_of('activity_by_month.month_from') }}
),

emitted as (
    select
        emissions.installation_code,
        emissions.stream_code,
        {{ year_of('emissions.month_from') }} as reporting_year,
        abs(sum(emissions.emissions_t)) as emissions_t
    from emissions
    group by emissions.installation_code, emissions.stream_code, {{ year_of('emissions.month_from') }}
),

made as (
    select
        parameters.installation_code,
        parameters.subject_code as stream_code,
        {{ year_of('parameters.valid_from') }} as reporting_year,
        sum(parameters.amount) as analyses
    from parameters
    where parameters.parameter = 'analyses_made'
    group by parameters.installation_code, parameters.subject_code, {{ year_of('parameters.valid_from') }}
),

-- a material without a row of its own falls under the others
classed as (
    select
        used.*,
        case when frequencies.material_code is not null then used.material_code else used.other_code end as frequency_code
    from used
    left join frequencies on used.material_code = frequencies.material_code
),

compared as (
    select
        analysed.installation_code,
        analysed.stream_code,
        analysed.reporting_year,
        coalesce(made.analyses, 0) as analyses,
        classed.months,
        frequencies.least_per_year,
        frequencies.amount_per_analysis,
        frequencies.amount_unit,
        case
            when frequencies.amount_unit = 't CO2' then emitted.emissions_t
            when frequencies.amount_unit = classed.unit then classed.amount
        end as amount
    from analysed
    inner join classed
        on
            analysed.installation_code = classed.installation_code
            and analysed.stream_code = classed.stream_code
            and analysed.reporting_year = classed.reporting_year
    inner join frequencies on classed.frequency_code = frequencies.material_code
    left join emitted
        on
            analysed.installation_code = emitted.installation_code
            and analysed.stream_code = emitted.stream_code
            and analysed.reporting_year = emitted.reporting_year
    left join made
        on
            analysed.installation_code = made.installation_code
            and analysed.stream_code = made.stream_code
            and analysed.reporting_year = made.reporting_year
),

too_few_analyses as (
    select
        compared.installation_code,
        'stream' as subject_kind,
        compared.stream_code as subject_code,
        {{ first_of_year('compared.reporting_year') }} as period_from,
        {{ first_of_year('compared.reporting_year + 1') }} as period_until,
        'too_few_analyses' as finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        'The factor of ' || compared.stream_code || ' is analysed, and ' || cast(cast(compared.analyses as integer) as varchar)
        || ' analyses are stated for the year; at least ' || cast(compared.least_per_year as varchar) || ' a year'
        || case
            when compared.amount_per_analysis is not null
                then
                    ' and one per ' || cast(cast(compared.amount_per_analysis as integer) as varchar) || ' '
                    || compared.amount_unit
            else ''
        end
        || ' are recommended: analyse more often, or show that its values hardly vary.' as sentence
    from compared
    -- a part of a year asks for its part of the analyses
    where
        12 * compared.analyses < compared.least_per_year * compared.months
        or coalesce(compared.analyses * compared.amount_per_analysis < compared.amount, false)
),

old_analyses as (
    select
        factors.installation_code,
        'stream' as subject_kind,
        factors.stream_code as subject_code,
        min(factors.period_from) as period_from,
        {{ next_day('max(factors.period_from)') }} as period_until,
        'analysis_too_old' as finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        'Parameter ' || parameters.parameter || ' of ' || factors.stream_code || ', determined on '
        || cast(parameters.determined_on as varchar)
        || ', is used by nothing: a table value goes before it, or it is too old; analyse again.' as sentence
    from factors
    inner join parameters
        on
            factors.installation_code = parameters.installation_code
            and factors.stream_code = parameters.subject_code
            and {{ holds_on('parameters', 'factors.period_from') }}
    where
        parameters.basis = 'past_analysis'
        and coalesce(factors.factor_id, '') <> parameters.parameter_id
        and ';' || coalesce(factors.parameter_ids, '') || ';' not like '%;' || parameters.parameter_id || ';%'
    group by factors.installation_code, factors.stream_code, parameters.parameter, parameters.determined_on
),

parameters_refused as (
    select distinct
        parameters_checked.installation_code,
        parameters_checked.subject_kind,
        parameters_checked.subject_code,
        greatest(parameters_checked.valid_from, {{ first_of_year('reporting_years.reporting_year') }}) as period_from,
        least(
            parameters_checked.valid_until, {{ first_of_year('reporting_years.reporting_year + 1') }}
        ) as period_until,
        'parameter_refused' as finding,
        'doubtful' as state,
        cast(null as bigint) as minutes,
        upper(substr(parameters_checked.refused_because, 1, 1)) || substr(parameters_checked.refused_because, 2)
        || ': the row is used by nothing; correct it.' as sentence
    from parameters_checked
    inner join reporting_years
        on
            parameters_checked.installation_code = reporting_years.installation_code
            and {{ holds_within(
                'parameters_checked',
                first_of_year('reporting_years.reporting_year'),
                first_of_year('reporting_years.reporting_year + 1')
            ) }}
    where
        -- a product's content that was refused is told as missing
        parameters_checked.subject_kind in ('stream', 'process')
        and parameters_checked.refused_because is not null
),

biomass_without_proof as (
    select
        factors.installation_code,
        'stream' as subject_kind,
        factors.stream_code as subject_code,
        {{ first_of_year('factors.reporting_year') }} as period_from,
        {{ first_of_year('factors.reporting_year + 1') }} as period_until,
        'biomass_without_proof' as finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        'Biomass of ' || factors.stream_code || ' counts as fossil: state biomass_fraction with the criteria it meets and the '
        || 'evidence that names the proof.' as sentence
    from factors
    where factors.is_biomass and factors.biogenic_kg_per_unit = 0
    group by factors.installation_code, factors.stream_code, factors.reporting_year
),

transfers_without_proof as (
    select
        factors.installation_code,
        'stream' as subject_kind,
        factors.stream_code as subject_code,
        {{ first_of_year('factors.reporting_year') }} as period_from,
        {{ first_of_year('factors.reporting_year + 1') }} as period_until,
        'transfer_without_proof' as finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        'CO2 handed over by ' || factors.stream_code || ' counts as emitted: state co2_stored_share with evidence for the whole '
        || 'chain to the store or the product.' as sentence
    from factors
    where factors.factor_id like 'co2_transfer/%' and factors.amount_kg_per_unit = 0
    group by factors.installation_code, factors.stream_code, factors.reporting_year
),

-- zero-rated carbon goes in and fossil carbon is said to leave in the products (B.3.2)
balances as (
    select
        emissions.installation_code,
        {{ year_of('emissions.month_from') }} as reporting_year,
        sum(emissions.biogenic_t_co2) as biogenic_t_co2,
        count(case when source_streams.direction = 'output' then 1 end) as outputs
    from emissions
    inner join source_streams
        on
            emissions.installation_code = source_streams.installation_code
            and emissions.stream_code = source_streams.stream_code
            and {{ holds_on('source_streams', 'emissions.month_from') }}
    where emissions.method = 'mass_balance'
    group by emissions.installation_code, {{ year_of('emissions.month_from') }}
),

biomass_kept_out_of_products as (
    select distinct
        emissions.installation_code,
        'stream' as subject_kind,
        emissions.stream_code as subject_code,
        {{ first_of_year('balances.reporting_year') }} as period_from,
        {{ first_of_year('balances.reporting_year + 1') }} as period_until,
        'biomass_kept_out_of_products' as finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        'The mass balance rates carbon of ' || emissions.stream_code || ' zero and lets less of it leave in its outputs: state '
        || 'their biomass_fraction, or show by carbon-14 or stoichiometry where it went.' as sentence
    from emissions
    inner join balances
        on
            emissions.installation_code = balances.installation_code
            and {{ year_of('emissions.month_from') }} = balances.reporting_year
    where
        emissions.method = 'mass_balance'
        and emissions.biogenic_t_co2 > 0
        and balances.outputs > 0
        and balances.biogenic_t_co2 > 0
),

waste_gas_not_capped as (
    select
        emissions.installation_code,
        'stream' as subject_kind,
        emissions.stream_code as subject_code,
        min(emissions.month_from) as period_from,
        {{ next_month('max(emissions.month_from)') }} as period_until,
        'waste_gas_not_capped' as finding,
        'warning' as state,
        cast(null as bigint) as minutes,
        'Waste gas ' || emissions.stream_code || ' burnt at ' || emissions.process_code || ' counts in full in '
        || string_agg(
            distinct {{ year_and_month('emissions.month_from') }}, ', ' order by {{ year_and_month('emissions.month_from') }}
        )
        || ', not as natural gas at most: state its net calorific value for all of these months.' as sentence
    from emissions
    inner join processes
        on
            emissions.installation_code = processes.installation_code
            and emissions.process_code = processes.process_code
            and {{ holds_on('processes', 'emissions.month_from') }}
    where
        emissions.method = 'combustion'
        and emissions.fuel_class = '{{ waste_gas_fuel_class() }}'
        and processes.kind in ('heat', 'power')
        and emissions.energy_gj is null
        and emissions.emissions_t <> 0
    group by
        emissions.installation_code,
        emissions.stream_code,
        emissions.process_code,
        {{ year_of('emissions.month_from') }}
),

measured_months as (
    select
        measured_emissions.installation_code,
        measured_emissions.stream_code,
        {{ month_of('measured_emissions.measured_on') }} as month_from,
        sum(measured_emissions.hours_substituted) as hours_substituted,
        sum(measured_emissions.hours_unknown) as hours_unknown,
        count(case when not measured_emissions.is_complete then 1 end) as days_incomplete
    from measured_emissions
    group by
        measured_emissions.installation_code,
        measured_emissions.stream_code,
        {{ month_of('measured_emissions.measured_on') }}
),

hours_substituted as (
    select
        measured_months.installation_code,
        'stream' as subject_kind,
        measured_months.stream_code as subject_code,
        measured_months.month_from as period_from,
        {{ next_month('measured_months.month_from') }} as period_until,
        'hours_substituted' as finding,
        'estimated' as state,
        cast(60 * measured_months.hours_substituted as bigint) as minutes,
        cast(measured_months.hours_substituted as varchar) || ' hours of ' || measured_months.stream_code
        || ' have too few valid points and count with the mean of the year and twice its deviation; look at the analyser.'
            as sentence
    from measured_months
    where measured_months.hours_substituted > 0
),

hours_missing as (
    select
        measured_months.installation_code,
        'stream' as subject_kind,
        measured_months.stream_code as subject_code,
        measured_months.month_from as period_from,
        {{ next_month('measured_months.month_from') }} as period_until,
        'hours_missing' as finding,
        'missing' as state,
        cast(null as bigint) as minutes,
        'Not every hour of ' || measured_months.stream_code || ' is there, so the month has no amount; send the hours, with '
        || 'valid_share 0 where nothing was measured and flow 0 where the plant stood still.' as sentence
    from measured_months
    where measured_months.days_incomplete > 0
),

gas_not_measured as (
    select
        unmeasured.installation_code,
        'process' as subject_kind,
        unmeasured.process_code as subject_code,
        {{ first_of_year('unmeasured.reporting_year') }} as period_from,
        {{ first_of_year('unmeasured.reporting_year + 1') }} as period_until,
        case unmeasured.gas when 'N2O' then 'n2o_not_measured' else 'pfc_not_measured' end as finding,
        'missing' as state,
        cast(null as bigint) as minutes,
        'Process ' || unmeasured.process_code
        || case unmeasured.gas
            when 'N2O' then ' makes nitric acid and no measured stream of N2O'
            else ' smelts aluminium and no stream of its cells'
        end
        || ' is shared to it in ' || unmeasured.periods
        || case unmeasured.gas
            when 'N2O' then '; N2O must be measured continuously.'
            else '; state what its cells did, by method pfc_slope or pfc_overvoltage.'
        end as sentence
    from unmeasured
),

final as (
    select * from too_few_analyses
    union all
    select * from old_analyses
    union all
    select * from parameters_refused
    union all
    select * from biomass_without_proof
    union all
    select * from transfers_without_proof
    union all
    select * from biomass_kept_out_of_products
    union all
    select * from waste_gas_not_capped
    union all
    select * from hours_substituted
    union all
    select * from hours_missing
    union all
    select * from gas_not_measured
)

select * from final
