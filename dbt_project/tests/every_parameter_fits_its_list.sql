{{ config(severity='warn') }}
-- A parameter that seed parameter_list does not know like this: nothing uses it, and figures that need it are absent.
select
    installation_code,
    subject_code,
    parameter,
    refused_because
from {{ ref('int_parameters_checked') }}
where refused_because is not null
