"""The operator's emissions report of an installation and year (2025/2547 Annex IV), in our own format:
`lingtan emissions-report INSTALLATION YEAR [--out FOLDER] [--json]`.

`annex_iv_fields.csv` lists the fields, in our own words; what a field is read from stands here. All comes
from the readers' copy, so a report says what the latest release says, whoever is writing the warehouse.
Nothing is computed but sums over months and processes; a sum with an absent part is absent and says why.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingtan import files
from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.publish import package, page, readers
from lingtan.settings import Settings

if TYPE_CHECKING:
    import duckdb

FIELDS = Path(__file__).with_name("annex_iv_fields.csv")
FOLDER = "emissions_reports"
TITLE = "Operator's emissions report"
ABOUT = (
    "What Annex IV of Implementing Regulation (EU) 2025/2547 asks of an operator for the definitive period "
    "of CBAM, in Lingtan's own format. It is no file of the CBAM registry and has not been verified."
)
UNITS = (
    *package.UNITS,
    ("_t_co2e_per_mwh", "t CO2e per MWh"),
    ("_t_n2o", "t N2O"),
    ("_kwh", "kWh"),
    ("_gj", "GJ"),
    ("activity_amount", "as activity_unit says"),
    ("activity_level", "functional units"),
    ("amount_fu", "as functional_unit says"),
    ("latitude", "degrees north, WGS 84"),
    ("longitude", "degrees east, WGS 84"),
)

GOODS = """(
    select * from marts.fct_cbam_embedded_emissions
    where installation_code = $installation and reporting_year = $year and rule_set = 'definitive'
)"""
EMISSIONS = """(
    select * from marts.fct_emissions
    where installation_code = $installation and year(month_from) = $year and rule_set = 'cbam'
)"""
LEAVES = """(
    select * from marts.fct_footprint_contributions
    where installation_code = $installation and reporting_year = $year
)"""
# the row that held last in the year
INSTALLATION = """(
    select * from marts.dim_installations
    where
        installation_code = $installation
        and valid_from < make_date($year + 1, 1, 1)
        and (valid_until is null or valid_until > make_date($year, 1, 1))
    order by valid_from desc limit 1
)"""
PRECURSORS = """(
    select * from marts.fct_precursors
    where installation_code = $installation and reporting_year = $year
)"""
# an amount stands beside each gas of its factor: it counts once
ELECTRICITY = f"""(
    select distinct process_code, stream_code, month_from, factor_id, activity_amount
    from {EMISSIONS} where method = 'electricity' and activity_unit = 'kwh'
)"""
SUPPLY = """(
    select * from marts.fct_electricity_supply
    where installation_code = $installation and year(month_from) = $year
)"""
# what CBAM figures add to estimates of gaps is part of the total
TOTALS = """
    case when count(*) = count(emissions_t_co2e + conservative_addition_t_co2e)
        then sum(emissions_t_co2e + conservative_addition_t_co2e) end as total_t_co2e,
    string_agg(distinct absent_because, '; ' order by absent_because) as absent_because
"""
AMOUNTS = """
    sum(mass_t) as mass_t, case when count(*) = count(amount_fu) then sum(amount_fu) end as amount_fu
"""
STREAMS = """
    stream_code, gas, activity_unit, sum(activity_amount) as activity_amount, factor_id,
    case when count(*) = count(emissions_t_co2e) then sum(emissions_t_co2e) end as emissions_t_co2e,
    string_agg(distinct absent_because, '; ' order by absent_because) as absent_because
"""


@dataclass(frozen=True)
class Ask:
    """What a field is read from. `sql` takes $installation and $year; a field that is no table reads the one
    column of the one row. `none_because` speaks where nothing is found; `note` limits what is.
    """

    comes_from: str
    sql: str
    none_because: str
    note: str | None = None


def _master(column: str) -> Ask:
    return Ask(
        f"marts.dim_installations.{column}",
        f"select {column} from {INSTALLATION}",
        f"not known: the installation's master row leaves {column} empty",
    )


def _of_goods(columns: str, note: str | None = None) -> Ask:
    return Ask(
        "marts.fct_cbam_embedded_emissions",
        f"select process_code, cn_code, {columns} from {GOODS} order by process_code, cn_code",
        "not known: no good has a row",
        note,
    )


def _totals(which: str, none_because: str, note: str) -> Ask:
    chosen = f"{EMISSIONS} where {which}"
    return Ask(
        "marts.fct_emissions",
        f"select 'all' as process_code, {TOTALS} from {chosen} having count(*) > 0 union all"
        f" (select coalesce(process_code, 'none'), {TOTALS} from {chosen} group by process_code"
        " order by process_code nulls last)",
        none_because,
        note,
    )


def _streams(which: str, none_because: str, note: str | None = None, more: str = "") -> Ask:
    return Ask(
        "marts.fct_emissions",
        f"select process_code, method, {STREAMS}{more} from {EMISSIONS} where {which}"
        " group by process_code, method, stream_code, gas, activity_unit, factor_id"
        " order by process_code nulls last, stream_code, gas, factor_id",
        none_because,
        note,
    )


BOUGHT_ALONE = "bought electricity alone; own electricity stands under item 4"
NO_ELECTRICITY = "not known: no bought electricity has landed for the year"
NO_CONTRACT = "not applicable: no line or agreement proves a factor; the country's is used"
NO_TRANSFER = "not applicable: no source stream of the year hands over CO2"
NO_MEASUREMENT = "not applicable: no source stream of the year is measured continuously"
NO_PRECURSOR = "not applicable: no good has a bought precursor"
NO_STREAM = "not known: no source stream has a row for the year"


def _precursors(
    columns: str, amounts: str, which: str = "", none_because: str = NO_PRECURSOR, note: str | None = None
) -> Ask:
    return Ask(
        "marts.fct_precursors",
        f"select {columns}, {amounts} from {PRECURSORS} {which} group by {columns} order by {columns}",
        none_because,
        note,
    )


ASKED: dict[str, Ask] = {
    "operator_name": _master("operator_name"),
    "installation_name": _master("installation_name"),
    "unlocode": _master("unlocode"),
    "coordinates": Ask(
        "marts.dim_installations",
        f"select latitude, longitude from {INSTALLATION}"
        " where latitude is not null and longitude is not null",
        "not known: the installation's master row leaves latitude or longitude empty",
        "those of the installation; the main emission source has none of its own",
    ),
    "cbam_processes": _of_goods("functional_unit", "production routes are not in the readers' copy"),
    "largest_process_materials": Ask(
        "marts.fct_emissions",
        f"select {STREAMS} from {EMISSIONS}"
        " where method in ('process_input', 'process_output', 'mass_balance')"
        " group by stream_code, gas, activity_unit, factor_id"
        " order by emissions_t_co2e desc nulls first, stream_code limit 5",
        "not applicable: no process material has a source stream",
    ),
    "measured_continuously": Ask(
        "marts.fct_emissions",
        f"select {STREAMS} from {EMISSIONS} where method = 'measured'"
        " group by stream_code, gas, activity_unit, factor_id"
        " order by emissions_t_co2e desc nulls first, stream_code limit 5",
        NO_MEASUREMENT,
    ),
    "zero_rated_fuels": Ask(
        "marts.fct_emissions.biogenic_t_co2",
        f"select bool_or(biogenic_t_co2 > 0) from {EMISSIONS}",
        NO_STREAM,
        "carbon is rated zero only where a proof has landed; the proof itself is not in the readers' copy",
    ),
    "measurable_heat": Ask(
        "marts.fct_emissions",
        "select 'imported' as direction, stream_code, activity_unit, sum(activity_amount) as activity_amount"
        f" from (select distinct process_code, stream_code, month_from, factor_id, activity_unit,"
        f" activity_amount from {EMISSIONS} where method = 'heat') group by stream_code, activity_unit"
        " order by stream_code",
        "not known: no bought heat has landed; heat exported is not in the readers' copy",
        "heat exported and the installations heat is exchanged with are not in the readers' copy",
    ),
    "electricity_sources": Ask(
        "marts.fct_electricity_supply",
        "select source, source_code, generator_name, sum(amount_kwh) as electricity_kwh"
        f" from {SUPPLY} group by all order by source, source_code, generator_name",
        NO_ELECTRICITY,
        "the grid names no supplier",
    ),
    "own_electricity": Ask(
        "marts.fct_electricity_supply",
        "select source_code as process_code, sum(amount_kwh) as electricity_kwh"
        f" from {SUPPLY} where source = 'own_plant' group by source_code order by source_code",
        "not applicable: no own plant gave power to another process",
        "what own plants gave to other processes; what they sold is not among it, nor what they burn",
    ),
    "co2_transferred": _streams(
        "method = 'co2_transfer'", NO_TRANSFER, "the receiver is not in the readers' copy"
    ),
    "total_direct_emissions": _totals(
        "not is_indirect and method <> 'heat'",
        NO_STREAM,
        "additions to estimates included, bought heat not; nothing stands for what item 16e calls missing",
    ),
    "total_electricity": Ask(
        "marts.fct_electricity_supply.amount_kwh",
        f"select sum(amount_kwh) from {SUPPLY} having count(*) > 0",
        NO_ELECTRICITY,
        "kWh; bought and from own plants, estimates as they are best",
    ),
    "electricity_for_those_goods": Ask(
        "marts.fct_emissions",
        f"select process_code, sum(activity_amount) as electricity_kwh from {ELECTRICITY}"
        f" where process_code in (select process_code from {GOODS} where is_indirect_counted)"
        " group by process_code order by process_code",
        "not applicable: no process makes a good whose indirect emissions count",
        BOUGHT_ALONE,
    ),
    "electricity_from_installations": Ask(
        "marts.fct_electricity_supply",
        f"select distinct source, generator_name from {SUPPLY} where contract_code is not null"
        " order by source, generator_name",
        NO_CONTRACT,
    ),
    "electricity_factors": Ask(
        "marts.fct_electricity_supply, reference.grid_factors",
        "select source, source_code, country_code, sum(amount_kwh) as electricity_kwh, factor_id,"
        f" factor_t_co2e_per_mwh from {SUPPLY} left join reference.grid_factors using (factor_id)"
        " where source <> 'own_plant' group by all order by source, source_code, factor_id",
        NO_ELECTRICITY,
        f"{BOUGHT_ALONE}; several sources are weighted by the year's kWh for the whole installation, unless a"
        " line supplies one process alone",
    ),
    "total_goods": Ask(
        "marts.fct_cbam_embedded_emissions.activity_level",
        f"select distinct process_code, functional_unit, activity_level from {GOODS} order by process_code",
        "not known: no good has a row",
        "output of processes that make goods under CBAM, all goods of a process together",
    ),
    "specific_direct_emissions": _of_goods(
        "functional_unit, see_direct_t_co2e_per_fu, see_direct_t_co2e_per_t, status, absent_because,"
        " figure_key"
    ),
    "data_quality": _of_goods(
        "evidence_rung, is_claimable, unclaimable_because, attestation_codes, measured_share,"
        " estimated_share, default_share, coverage_share, missing_share",
        "shares are of counted emissions, coverage of days, missing of meter minutes",
    ),
    "share_from_default_values": _of_goods("default_share", "of counted emissions"),
    "specific_indirect_emissions": _of_goods(
        "functional_unit, see_indirect_t_co2e_per_fu, see_indirect_t_co2e_per_t, is_indirect_counted, status,"
        " absent_because"
    ),
    "actual_electricity_factor_criteria": Ask(
        "marts.fct_electricity_supply",
        f"select distinct true from {SUPPLY} where contract_code is not null",
        NO_CONTRACT,
        "as the lines and agreements state them; their documents are for the verifier to see",
    ),
    "activity_data": _streams("method <> 'measured'", NO_STREAM),
    "measured_sources": _streams(
        "method = 'measured'",
        NO_MEASUREMENT,
        more=", sum(case when gas = 'N2O' then emissions_t end) as emissions_t_n2o",
    ),
    "co2_stored_or_bound": _streams("method = 'co2_transfer'", NO_TRANSFER),
    "data_gaps": Ask(
        "marts.fct_data_quality_findings",
        "select subject_kind, subject_code, period_from, period_until, finding, state, minutes, sentence"
        " from marts.fct_data_quality_findings where installation_code = $installation"
        " and period_from < make_date($year + 1, 1, 1) and period_until > make_date($year, 1, 1)"
        " order by period_from, subject_kind, subject_code, finding, sentence",
        "not applicable: nothing was found missing, estimated or doubtful",
    ),
    "bought_precursors": _precursors("cn_code, functional_unit", AMOUNTS),
    "bought_precursors_by_process": _precursors("process_code, cn_code, functional_unit", AMOUNTS),
    "precursors_on_default_values": Ask(
        "marts.fct_precursors, reference.cbam_default_values",
        "select cn_code, item_name, origin_country_code, evidence, markup_year, factor_id, cn_prefix,"
        " country_code, total_t_co2e_per_t as printed_default_t_co2e_per_t, sum(mass_t) as mass_t"
        f" from {PRECURSORS} left join reference.cbam_default_values using (factor_id)"
        " where evidence like 'default%' group by all order by all",
        "not applicable: no precursor rests on a default value",
        "default values as printed, without the mark-up, which is that of markup_year: by default the year in"
        " which the precursor was used, for the act does not say which; those inside suppliers' answers are"
        " not among them",
    ),
    "precursors_on_actual_values": _precursors(
        "cn_code, item_name, producer_installation_code, origin_country_code, evidence, answer_period_from,"
        " answer_period_until, attestation_code, unclaimable_because, functional_unit",
        f"{AMOUNTS}, sum(direct_t_co2e) as direct_t_co2e, sum(indirect_t_co2e) as indirect_t_co2e",
        "where evidence like 'actual%' or evidence = 'exempt'",
        "not applicable: no precursor rests on an actual value",
        "actual_provisional: the answer does not cover the production and stands in for it; exempt: from the"
        " Union or an exempt origin, zero",
    ),
    "precursors_of_several_periods": _precursors(
        "cn_code, producer_installation_code, evidence, answer_period_from, answer_period_until",
        AMOUNTS,
        f"where (cn_code, producer_installation_code) in (select (cn_code, producer_installation_code)"
        f" from {PRECURSORS} group by all having count(distinct (evidence, answer_period_from)) > 1)",
        "not applicable: no maker's precursor stands on more than one period",
        "the mean is weighted by the mass received",
    ),
    "precursors_of_several_installations": _precursors(
        "cn_code, producer_installation_code",
        AMOUNTS,
        f"where cn_code in (select cn_code from {PRECURSORS} group by cn_code"
        " having count(distinct producer_installation_code) > 1)",
        "not applicable: no CN code comes from more than one installation",
        "the mean is weighted by the mass received in the year, of one seller alone where the use names it",
    ),
    "electricity_by_process": Ask(
        "marts.fct_emissions",
        f"select process_code, sum(activity_amount) as electricity_kwh from {ELECTRICITY}"
        " group by process_code order by process_code nulls last",
        NO_ELECTRICITY,
        BOUGHT_ALONE,
    ),
    "precursor_origins": _precursors(
        "cn_code, item_name, producer_installation_code, origin_country_code, answer_period_from,"
        " answer_period_until",
        "sum(mass_t) as mass_t",
        note="operators and registry identifiers are landed nowhere",
    ),
    "attribution_methods": Ask(
        "marts.fct_emissions",
        f"select distinct process_code, stream_code, method, is_indirect from {EMISSIONS}"
        " order by process_code nulls last, stream_code, method",
        NO_STREAM,
        "how each method works: docs/methodology.md, sections 4 to 9",
    ),
    "attributed_emissions": Ask(
        "marts.fct_cbam_embedded_emissions",
        "select distinct process_code, functional_unit, activity_level, own_direct_t_co2e_per_fu,"
        f" own_indirect_t_co2e_per_fu, absent_because from {GOODS} order by process_code",
        "not known: no good has a row",
        "attributed emissions per functional unit, heat and electricity of own plants followed through",
    ),
    "electricity_factor_information": Ask(
        "marts.fct_electricity_supply, reference.grid_factors, reference.sources",
        "select distinct factor_id, country_code, factor_t_co2e_per_mwh,"
        " coalesce(factor_source, publisher) as stated_by, title, coalesce(evidence, source_locator) as place"
        f" from {SUPPLY} left join reference.grid_factors using (factor_id)"
        " left join reference.sources using (source_key) where factor_id is not null order by factor_id",
        NO_ELECTRICITY,
    ),
    "power_purchase_factor": Ask(
        "marts.fct_electricity_supply",
        f"select distinct contract_code, factor_t_co2e_per_mwh from {SUPPLY} where source = 'ppa'"
        " order by contract_code, factor_t_co2e_per_mwh",
        "not applicable: no power purchase agreement counts",
    ),
    "goods_not_in_tonnes": Ask(
        "marts.fct_cbam_embedded_emissions.activity_level",
        f"select distinct process_code, functional_unit, activity_level from {GOODS}"
        " where functional_unit <> 't_product' order by process_code",
        "not applicable: every functional unit is the tonne of product",
    ),
    "specific_free_allocation": _of_goods("functional_unit, sefa_t_co2e_per_t, sefa_absent_because"),
    "indirect_emissions": _totals("is_indirect", NO_ELECTRICITY, BOUGHT_ALONE),
}


class NoSuchReportError(LingtanError):
    """The readers' copy has no figure of the installation and year."""


@cache
def fields() -> tuple[dict[str, str], ...]:
    """The fields of Annex IV in its order: field_id, item, section, field, kind (text, number, flag, table),
    full_report and summary_report (yes, no, or yes with a limit), applies_when, and absent_because where
    nothing is asked.
    """
    with FIELDS.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def emissions_report(installation: str, year: int, settings: Settings | None = None) -> dict[str, Any]:
    """The report as JSON-ready values, the shape in docs/commands.md; decimals are exact texts.

    Raises NoReadersCopyError before the first publication and NoSuchReportError.
    """
    with readers.connect_readers(settings) as copy:
        goods = page.rows(copy, f"select * from {GOODS}", {"installation": installation, "year": year})
        if not goods:
            raise NoSuchReportError(f"{installation} {year} has no figure; there are: {_reports(copy)}")
        released = page.rows(copy, page.LATEST_RELEASE)
        return {
            "title": TITLE,
            "about": ABOUT,
            "installation_code": installation,
            "reporting_year": year,
            "release": released[0]["release"] if released else None,
            "released_at": released[0]["released_at"] if released else None,
            "statuses": sorted({good["status"] for good in goods}),
            "fields": [_answered(field, copy, installation, year) for field in fields()],
            "readings": _readings(copy),
        }


def _readings(copy: duckdb.DuckDBPyConnection) -> list[dict]:
    """How the law was read where it leaves a choice; empty of a copy from before the readings were told."""
    import duckdb

    try:
        return page.rows(
            copy,
            "select setting, reading, is_default, sentence from marts.dim_legal_readings order by setting",
        )
    except duckdb.CatalogException:
        return []


def _reports(copy: duckdb.DuckDBPyConnection) -> str:
    found = copy.execute(
        "select distinct installation_code, reporting_year from marts.fct_cbam_embedded_emissions"
        " order by all"
    ).fetchall()
    return ", ".join(f"{installation} {year}" for installation, year in found) or "none"


def _answered(
    field: dict[str, str], copy: duckdb.DuckDBPyConnection, installation: str, year: int
) -> dict[str, Any]:
    ask = ASKED.get(field["field_id"])
    value, because = None, field["absent_because"]
    if ask:
        value, because = _value(ask, field["kind"], copy, {"installation": installation, "year": year})
    is_told = value is not None
    return {
        "field_id": field["field_id"],
        "item": field["item"],
        "section": field["section"],
        "field": field["field"],
        "full_report": field["full_report"],
        "summary_report": field["summary_report"],
        "applies_when": field["applies_when"],
        "value": value,
        "unit": _units(value) if isinstance(value, list) else None,
        "comes_from": ask.comes_from if ask and is_told else None,
        "absent_because": None if is_told else because,
        "note": ask.note if ask and is_told else None,
    }


def _value(
    ask: Ask, kind: str, copy: duckdb.DuckDBPyConnection, asked: dict[str, Any]
) -> tuple[Any, str | None]:
    import duckdb

    try:
        found = page.rows(copy, ask.sql, asked)
    except (duckdb.CatalogException, duckdb.BinderException):
        return None, f"not known: this readers' copy is older than {ask.comes_from}"
    if kind != "table":
        found = next(iter(found[0].values())) if found else None
    return (None, ask.none_because) if found in (None, []) else (found, None)


def _units(rows: list[dict]) -> dict[str, str]:
    """Column -> unit, of the columns that have one."""
    units = {
        column: next((unit for ending, unit in UNITS if column.endswith(ending)), None) for column in rows[0]
    }
    return {column: unit for column, unit in units.items() if unit}


def write(report: dict[str, Any], folder: Path) -> list[Path]:
    """`<installation>_<year>.json` and `.html` in `folder`, each replaced in one step; their paths."""
    from lingtan.publish import emissions_report_page

    stem = f"{report['installation_code']}_{report['reporting_year']}".replace("/", "_")
    contents = {
        f"{stem}.json": json.dumps(report, ensure_ascii=False, indent=1) + "\n",
        f"{stem}.html": emissions_report_page.render(report),
    }
    for name, content in contents.items():
        files.replace_bytes(content.encode(), folder / name)
    return [folder / name for name in contents]


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 written, 2 there is no such figure or no readers' copy."""
    parser = argparse.ArgumentParser(
        "lingtan emissions-report", description="Write an operator's emissions report as JSON and HTML."
    )
    parser.add_argument("installation", metavar="INSTALLATION", help="code of the installation")
    parser.add_argument("year", metavar="YEAR", type=int, help="calendar year")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="other folder than out/emissions_reports")
    parser.add_argument("--json", action="store_true", help="print the report as JSON and write nothing")
    asked = parser.parse_args(argv)
    settings = lingtan_settings.load()
    report = emissions_report(asked.installation, asked.year, settings)
    if asked.json:
        json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    told = sum(field["value"] is not None for field in report["fields"])
    print(f"{told} of {len(report['fields'])} fields told; the others say why not")
    for file in write(report, asked.out or settings.out / FOLDER):
        print(file)
    return 0
