"""What the Figures page and the run's summary say, asked of the readers' copy. Decimals leave as exact
strings.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from lingtan.numbers import plain
from lingtan.publish import readers
from lingtan.settings import Settings

if TYPE_CHECKING:
    import duckdb

# a copy made before a column was known has none to tell: the rows of nothing bring the empty columns
FIGURES = """
with
listed as (
    select * from reports.rpt_cbam_figures_by_product
    union all by name
    select
        cast(null as decimal(38, 12)) as missing_share,
        cast(null as varchar) as unclaimable_because,
        cast(null as varchar) as attestation_codes,
        cast(null as varchar) as indirect_absent_because
    where false
)
select
    figure_key, installation_code, product_code, product_name, cn_code, reporting_year, functional_unit,
    see_direct_t_co2e_per_fu as see_direct,
    see_indirect_t_co2e_per_fu as see_indirect,
    see_counted_t_co2e_per_fu as see_counted,
    is_indirect_counted, measured_share, estimated_share, default_share,
    declared_unit, mass_kg_per_unit, per_declared_unit_kg_co2e,
    evidence_rung, is_claimable, unclaimable_because, attestation_codes,
    coverage_share, missing_share, status, absent_because, indirect_absent_because
from listed
order by reporting_year desc, functional_unit nulls last, installation_code, product_code
"""

# a copy made before shipments were known has none to tell: the rows of nothing bring the empty columns
OBLIGATIONS = """
with
listed as (
    select * from reports.rpt_cbam_figures_by_product
    union all by name
    select
        cast(null as decimal(38, 9)) as shipped_mass_t,
        cast(null as decimal(38, 12)) as actual_certificates_per_t,
        cast(null as decimal(38, 12)) as default_certificates_per_t,
        cast(null as decimal(38, 12)) as saved_eur,
        cast(null as decimal(38, 9)) as unpriced_mass_t,
        cast(null as varchar) as certificates_absent_because
    where false
)
select
    installation_code, product_code, reporting_year,
    shipped_mass_t, actual_certificates_per_t, default_certificates_per_t, saved_eur, unpriced_mass_t,
    certificates_absent_because
from listed
"""

# see_counted has no rows of its own: it is the counted leaves of the good's two figures
LEAVES = """
with
listed as (
    select * from marts.fct_footprint_contributions
    union all by name
    select cast(null as varchar) as evidence, cast(null as varchar) as attestation_code where false
)
select
    figure_key, component, leaf_kind, leaf_id, leaf_name, node_id, via, is_counted, factor_id, absent_because,
    evidence, attestation_code,
    emissions_t_co2e_per_fu as emissions,
    measured_t_co2e_per_fu as measured,
    estimated_t_co2e_per_fu as estimated,
    default_t_co2e_per_fu as "default"
from listed
where case
    when ends_with($key, '/see_counted')
        then is_counted and figure_key in (
            replace($key, '/see_counted', '/see_direct'), replace($key, '/see_counted', '/see_indirect'))
    else figure_key = $key
end
order by emissions_t_co2e_per_fu desc nulls first, leaf_id, node_id, component, via
"""

YEARS_WITHOUT_FIGURE = """
with
years_with_data as (
    select distinct cast(substr(partition_key, 1, 4) as integer) as reporting_year
    from marts.fct_data_quality
    where rows_accepted > 0 and regexp_matches(partition_key, '^[0-9]{4}-')
),
final as (
    select
        reporting_year,
        reporting_year in (select years.reporting_year from reference.cbam_rule_years as years) as has_rules
    from years_with_data
    where reporting_year not in (select goods.reporting_year from marts.fct_cbam_embedded_emissions as goods)
)
select * from final order by reporting_year
"""

DATA = """
select
    cast(sum(rows_accepted) as bigint) as accepted,
    cast(sum(rows_rejected) as bigint) as rejected,
    cast(sum(rows_superseded) as bigint) as superseded,
    cast(sum(rows_marked) as bigint) as marked
from marts.fct_data_quality
"""

# a share of coverage is days over days, kept to twelve places: the whole number of days comes back exactly
COVERED_DAYS = """
with
latest as (select max(reporting_year) as reporting_year from marts.fct_cbam_embedded_emissions),
final as (
    select distinct
        make_date(reporting_year + 1, 1, 1) - make_date(reporting_year, 1, 1) as year_days,
        cast(round(coverage_share * (make_date(reporting_year + 1, 1, 1) - make_date(reporting_year, 1, 1)))
            as integer) as covered_days
    from marts.fct_cbam_embedded_emissions
    where reporting_year = (select latest.reporting_year from latest) and coverage_share is not null
)
select year_days, min(covered_days) as least_days, max(covered_days) as most_days from final
group by year_days
"""

FUNCTIONAL_UNITS = {
    "t_product": "t of product",
    "t_clinker": "t of clinker",
    "kg_n": "kg of nitrogen",
    "kwh": "kWh",
    "supplementary_unit": "supplementary unit",
}

PRIORITIES = """
select
    reporting_year, place, installation_code, item_code, item_name, producer_installation_code, seller_codes,
    evidence, mass_t, shipped_mass_t, lowest_answer_id,
    tenth_lower_change_t_co2e, tenth_lower_change_eur,
    lowest_answer_change_t_co2e, lowest_answer_change_eur,
    default_change_t_co2e, default_change_eur,
    annex_iv_change_t_co2e, annex_iv_change_eur,
    request_state, asked_on, silent_days, absent_because, price_absent_because
from reports.rpt_supplier_priorities
order by reporting_year desc, place nulls last, mass_t desc, part_id
"""

LATEST_RELEASE = """
select release, address, previous, released_at, figures, changed
from releases.releases where is_latest
"""


def figures(settings: Settings | None = None) -> dict:
    """`release` (None before the first), `figures` in order of year, installation and product, each with what
    its shipments cost, and `years_without_figure`.

    Raises NoReadersCopyError before the first publication.
    """
    with readers.connect_readers(settings) as connection:
        found = rows(connection, LATEST_RELEASE)
        listed = rows(connection, FIGURES)
        owed = {_product(row): row for row in rows(connection, OBLIGATIONS)}
        for figure in listed:
            figure["per"] = FUNCTIONAL_UNITS.get(figure["functional_unit"], figure["functional_unit"])
            figure |= owed[_product(figure)]
        return {
            "release": found[0] if found else None,
            "figures": listed,
            "years_without_figure": rows(connection, YEARS_WITHOUT_FIGURE),
        }


def data(settings: Settings | None = None) -> dict:
    """Rows of the whole lake: `accepted`, `rejected`, `superseded`, `marked`; and `coverage`: days of the
    latest reporting year at the least and the most covered installation, None where none has meters.

    Raises NoReadersCopyError before the first publication.
    """
    with readers.connect_readers(settings) as connection:
        covered = rows(connection, COVERED_DAYS)
        return {**rows(connection, DATA)[0], "coverage": covered[0] if covered else None}


def leaves(figure_key: str, settings: Settings | None = None) -> list[dict]:
    """The contributions one figure is the sum of, those without a value first, then the largest first."""
    with readers.connect_readers(settings) as connection:
        return rows(connection, LEAVES, {"key": figure_key})


def suppliers(settings: Settings | None = None) -> list[dict]:
    """Parts of precursors by year, those whose answer would move most first; nothing where the copy was made
    before they were known. Raises NoReadersCopyError before the first publication.
    """
    import duckdb

    with readers.connect_readers(settings) as connection:
        try:
            return rows(connection, PRIORITIES)
        except duckdb.CatalogException:
            return []


def _product(row: dict) -> tuple:
    return row["installation_code"], row["product_code"], row["reporting_year"]


def rows(
    connection: duckdb.DuckDBPyConnection, statement: str, arguments: dict[str, object] | None = None
) -> list[dict]:
    """What a statement yields as dicts; decimals as exact texts, days and instants as ISO texts."""
    cursor = connection.execute(statement, arguments or {})
    names = [column[0] for column in cursor.description]
    return [{name: _said(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]


def _said(value: object) -> object:
    if isinstance(value, Decimal | float):
        return plain(value)
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='seconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    return value
