-- A setting whose word no reading has would be read as nobody knows: set it to one of the seed's.
select distinct legal_readings.setting
from {{ ref('legal_readings') }} as legal_readings
left join {{ ref('dim_legal_readings') }} as chosen on legal_readings.setting = chosen.setting
where chosen.setting is null
