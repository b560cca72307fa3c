{{ config(severity='warn') }}
-- More minutes read than the local day has would count energy twice.
select
    installation_code,
    meter_code,
    metered_on,
    minutes_read,
    minutes_expected
from {{ ref('int_meter_days') }}
where minutes_read > minutes_expected
