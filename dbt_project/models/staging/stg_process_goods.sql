-- Goods of a process: one row per process, CN code and validity; several rows make a multifunctional group (2025/2547 Art 4(8));
-- names and types as the contract states them.
with
landed as (select * from {{ source('lake', 'process_goods') }}),

final as (
    select
        landed.installation_code,
        landed.process_code,
        landed.cn_code,
        landed.aggregated_good,
        landed.functional_unit,
        landed.is_main,
        landed.is_inside_bubble,
        landed.valid_from,
        landed.valid_until,
        landed.source_file,
        landed.source_row,
        landed.marks,
        landed.partition_key
    from landed
)

select * from final
