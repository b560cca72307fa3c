-- Two processes of one installation that make goods of one CN code at the same time would be two figures for one good.
with
process_goods as (select * from {{ ref('stg_process_goods') }} where not is_inside_bubble)

select
    one.installation_code,
    one.cn_code,
    one.process_code,
    another.process_code as other_process_code
from process_goods as one
inner join process_goods as another
    on
        one.installation_code = another.installation_code
        and one.cn_code = another.cn_code
        and one.process_code < another.process_code
        and one.valid_from < coalesce(another.valid_until, date '9999-12-31')
        and another.valid_from < coalesce(one.valid_until, date '9999-12-31')
