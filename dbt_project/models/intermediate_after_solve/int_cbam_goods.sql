-- Goods that get a figure of their own: those of a solved process and year that leave it, and who verified their year.
with
graph_nodes as (select * from {{ ref('int_graph_nodes') }} where boundary = 'cbam' and kind = 'good'),

process_goods as (select * from {{ ref('stg_process_goods') }} where not is_inside_bubble),

cbam_goods as (select * from {{ ref('cbam_goods') }}),

output_counted as (select * from {{ ref('int_output_counted') }} where mass_t > 0),

attestations as (select * from {{ ref('stg_attestations') }} where scope = 'see'),

held_in_the_year as (
    select
        process_goods.installation_code,
        process_goods.process_code,
        process_goods.cn_code,
        process_goods.functional_unit,
        process_goods.is_main,
        graph_nodes.reporting_year,
        graph_nodes.node_id,
        graph_nodes.unit,
        graph_nodes.output_amount,
        row_number() over (
            partition by
                process_goods.installation_code, process_goods.process_code, process_goods.cn_code,
                graph_nodes.reporting_year
            order by process_goods.valid_from desc
        ) as newest_first
    from graph_nodes
    inner join process_goods
        on
            graph_nodes.installation_code = process_goods.installation_code
            and graph_nodes.process_code = process_goods.process_code
            -- exclusive end: a good valid until 1 January is none of that year's
            and {{ holds_in_year('process_goods', 'graph_nodes.reporting_year') }}
),

made as (
    select
        output_counted.installation_code,
        output_counted.process_code,
        output_counted.cn_code,
        output_counted.reporting_year,
        sum(output_counted.mass_t) as mass_t,
        case when count(*) = count(output_counted.amount) then sum(output_counted.amount) end as amount
    from output_counted
    group by
        output_counted.installation_code,
        output_counted.process_code,
        output_counted.cn_code,
        output_counted.reporting_year
),

spoken_of as (
    select
        held.installation_code,
        held.cn_code,
        held.reporting_year,
        attestations.attestation_code,
        attestations.issued_on,
        attestations.is_satisfactory
        and attestations.period_from <= {{ first_of_year('held.reporting_year') }}
        and {{ first_of_year('held.reporting_year + 1') }} <= attestations.period_until as is_holding,
        max(case when not attestations.is_satisfactory then attestations.issued_on end) over (
            partition by held.installation_code, held.cn_code, held.reporting_year
        ) as refused_on
    from held_in_the_year as held
    inner join attestations
        on
            held.installation_code = attestations.producer_installation_code
            and held.cn_code = attestations.cn_code
            and attestations.period_from < {{ first_of_year('held.reporting_year + 1') }}
            and {{ first_of_year('held.reporting_year') }} < attestations.period_until
),

-- a statement that is not satisfactory takes back what was issued up to its day, as with suppliers' answers
verified as (
    select
        spoken_of.*,
        row_number() over (
            partition by spoken_of.installation_code, spoken_of.cn_code, spoken_of.reporting_year
            order by spoken_of.issued_on desc, {{ figures_byte_order('spoken_of.attestation_code') }}
        ) as newest_first
    from spoken_of
    where spoken_of.is_holding and (spoken_of.refused_on is null or spoken_of.refused_on < spoken_of.issued_on)
),

final as (
    select
        held.installation_code,
        held.process_code,
        held.cn_code,
        held.reporting_year,
        'cbam/' || held.installation_code || '/' || held.cn_code || '/' || held.reporting_year as figure_stem,
        held.node_id,
        held.functional_unit,
        cbam_goods.functional_unit as lawful_functional_unit,
        -- null where the process counts in tonnes for want of the good's functional unit
        cast(
            case when held.unit = {{ unit_of_output('cbam_goods.functional_unit') }} then held.output_amount end
            as decimal(28, 9)
        ) as activity_level,
        cast(
            case
                when {{ content_of('cbam_goods.functional_unit') }} is null then 1
                else {{ div('made.amount', 'made.mass_t', 9, 12) }}
            end as decimal(28, 12)
        ) as functional_units_per_t,
        held.is_main,
        cbam_goods.cn_code is not null as is_in_scope,
        cbam_goods.is_indirect_counted,
        verified.attestation_code
    from held_in_the_year as held
    -- left: a code outside Annex I must stay visible, as a good without a figure
    left join cbam_goods
        on held.cn_code = cbam_goods.cn_code and {{ holds_on('cbam_goods', first_of_year('held.reporting_year')) }}
    left join made
        on
            held.installation_code = made.installation_code
            and held.process_code = made.process_code
            and held.cn_code = made.cn_code
            and held.reporting_year = made.reporting_year
    left join verified
        on
            held.installation_code = verified.installation_code
            and held.cn_code = verified.cn_code
            and held.reporting_year = verified.reporting_year
            and verified.newest_first = 1
    where held.newest_first = 1
)

select * from final
