-- Two factors of one type for one rule set, method, subject, unit and country on one day: nobody could tell which counts. A
-- value of type II beside one of type I goes before it.
select
    earlier.factor_id,
    later.factor_id as other_factor_id
from {{ ref('int_emission_factors') }} as earlier
inner join {{ ref('int_emission_factors') }} as later
    on
        earlier.rule_set = later.rule_set
        and earlier.method = later.method
        and earlier.subject_code = later.subject_code
        and earlier.unit = later.unit
        and coalesce(earlier.country_code, '') = coalesce(later.country_code, '')
        and earlier.gas = later.gas
        and earlier.value_type = later.value_type
        and earlier.factor_id < later.factor_id
        and earlier.valid_from < coalesce(later.valid_until, date '9999-12-31')
        and later.valid_from < coalesce(earlier.valid_until, date '9999-12-31')
