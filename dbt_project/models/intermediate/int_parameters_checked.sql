-- Landed parameters against the list of those that may be landed: a row that does not fit says why and is used by
-- nothing.
with
parameters as (select * from {{ ref('stg_parameters') }}),

parameter_list as (select * from {{ ref('parameter_list') }}),

final as (
    select
        parameters.installation_code,
        parameters.subject_kind,
        parameters.subject_code,
        parameters.parameter,
        parameters.valid_from,
        parameters.valid_until,
        parameters.amount,
        parameters.unit,
        parameters.basis,
        parameters.evidence,
        parameters.document_ref,
        parameters.determined_on,
        case
            when parameter_list.parameter is null
                then 'no parameter is called ' || parameters.parameter
            when ';' || parameter_list.subject_kind || ';' not like '%;' || parameters.subject_kind || ';%'
                then
                    'parameter ' || parameters.parameter || ' belongs to a '
                    || replace(parameter_list.subject_kind, ';', ' or ') || ', not to a ' || parameters.subject_kind
            when parameters.unit <> parameter_list.unit
                then
                    'parameter ' || parameters.parameter || ' of ' || parameters.subject_code || ' is stated in '
                    || parameters.unit || ', not in ' || parameter_list.unit
            when parameters.amount < parameter_list.lowest or parameters.amount > parameter_list.highest
                then
                    'parameter ' || parameters.parameter || ' of ' || parameters.subject_code
                    || ' lies outside its plausible range'
            when
                parameter_list.allowed_basis is not null
                and ';' || parameter_list.allowed_basis || ';'
                not like '%;' || coalesce(parameters.basis, '') || ';%'
                then
                    'basis of parameter ' || parameters.parameter || ' of ' || parameters.subject_code
                    || ' is none of ' || parameter_list.allowed_basis
            when parameters.basis = 'past_analysis' and parameters.determined_on is null
                then
                    'parameter ' || parameters.parameter || ' of ' || parameters.subject_code
                    || ' is a past analysis without its day'
            -- what takes emissions away, or stands in for a seller's factor, is believed with its proof only
            when
                parameters.parameter in ('biomass_fraction', 'co2_stored_share', 'most_used_industrial_fuel')
                and parameters.evidence is null
                then
                    'parameter ' || parameters.parameter || ' of ' || parameters.subject_code || ' names no evidence'
        end as refused_because
    from parameters
    -- left: a name nobody listed must stay visible
    left join parameter_list on parameters.parameter = parameter_list.parameter
)

select * from final
