{{ config(severity='warn') }}
-- More readings than intervals in the local day would count energy twice.
select
    installation_code,
    meter_code,
    metered_on,
    slots_read,
    slots_expected
from {{ ref('int_meter_days') }}
where slots_read > slots_expected
