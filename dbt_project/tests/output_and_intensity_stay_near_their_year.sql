{{ config(severity='warn') }}
-- Electricity per tonne of a process and month that lies further from the mean of its year than the limit: a wrong
-- meter, a wrong output, or a month that was different.
select
    installation_code,
    month_from,
    subject_code as process_code,
    left_amount as kwh_per_t,
    right_amount as kwh_per_t_of_the_year
from {{ ref('int_energy_balance') }}
where check_name = 'output_and_intensity' and is_beyond_limit
