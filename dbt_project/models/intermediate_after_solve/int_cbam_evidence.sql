-- What the counted emissions of every good stand on: the weakest rung of their actual parts, the statements that verify
-- them, and every document that keeps the figure from being claimed.
with
goods as (select * from {{ ref('int_cbam_goods') }}),

contributions as (select * from {{ ref('int_cbam_contributions') }} where is_counted),

rungs as (
    select
        figure_stem,
        max(case evidence when 'actual_provisional' then 3 when 'actual_unverified' then 2 when 'actual_verified' then 1 end)
            as weakest
    from contributions
    where emissions_t_co2e_per_fu <> 0
    group by figure_stem
),

each_statement as (
    select distinct
        figure_stem,
        attestation_code
    from contributions
    where attestation_code is not null
),

statements as (
    select
        figure_stem,
        string_agg(attestation_code, ', ' order by {{ figures_byte_order('attestation_code') }}) as attestation_codes
    from each_statement
    group by figure_stem
),

each_reason as (
    select distinct
        figure_stem,
        leaf_name || ': ' || unclaimable_because as reason
    from contributions
    where unclaimable_because is not null
    union
    select
        figure_stem,
        'no satisfactory attestation of ' || installation_code || ' for ' || cn_code || ' holds all of ' || reporting_year
            as reason
    from goods
    where attestation_code is null
),

reasons as (
    select
        figure_stem,
        string_agg(reason, '; ' order by {{ figures_byte_order('reason') }}) as unclaimable_because
    from each_reason
    group by figure_stem
),

final as (
    select
        goods.figure_stem,
        case rungs.weakest when 3 then 'actual_provisional' when 2 then 'actual_unverified' when 1 then 'actual_verified' end
            as weakest_actual_rung,
        statements.attestation_codes,
        reasons.unclaimable_because
    from goods
    left join rungs on goods.figure_stem = rungs.figure_stem
    left join statements on goods.figure_stem = statements.figure_stem
    left join reasons on goods.figure_stem = reasons.figure_stem
)

select * from final
