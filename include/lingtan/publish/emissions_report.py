"""The operator's emissions report of an installation and year (2025/2547 Annex IV), in our own format:
`lingtan emissions-report INSTALLATION YEAR [--out FOLDER] [--json]`.

`annex_iv_fields.csv` lists the fields, in our own words; what a field is read from stands in
`annex_iv_asked`. All comes from the readers' copy, so a report says what the latest release says, whoever is
writing the warehouse.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingtan import arguments, files
from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.publish import package, page, readers
from lingtan.publish.annex_iv_asked import ASKED, GOODS, LISTED, Ask
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
    ("_mwh", "MWh"),
    ("_gj_per_unit", "GJ per activity unit"),
    ("_kg_per_unit", "kg per activity unit"),
    ("_gj", "GJ"),
    ("activity_amount", "as activity_unit says"),
    ("amount", "as unit says"),
    ("amount_fu", "functional units"),
    ("activity_level", "functional units"),
    ("latitude", "degrees north, WGS 84"),
    ("longitude", "degrees east, WGS 84"),
)

# a copy made before a reason was known has none to tell: the rows of nothing bring the empty column
GOODS_AT_A_GLANCE = f"""
with
goods as (
    select * from {GOODS}
    union all by name
    select cast(null as varchar) as indirect_absent_because where false
)
select
    process_code, cn_code, description as good, goods.functional_unit, activity_level,
    see_direct_t_co2e_per_fu, see_indirect_t_co2e_per_fu, see_direct_t_co2e_per_t,
    see_indirect_t_co2e_per_t, goods.is_indirect_counted, default_share, sefa_t_co2e_per_t, status,
    absent_because, indirect_absent_because
from goods left join {LISTED} using (cn_code)
order by process_code, cn_code
"""


class NoSuchReportError(LingtanError):
    """The readers' copy has no figure of the installation and year."""


@cache
def fields() -> tuple[dict[str, str], ...]:
    """The fields of Annex IV in its order: field_id, item, section, field, kind (text, flag, table),
    full_report and summary_report (yes, no, or yes with a limit), and applies_when.
    """
    with FIELDS.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def emissions_report(installation: str, year: int, settings: Settings | None = None) -> dict[str, Any]:
    """The report as JSON-ready values, the shape in docs/commands.md; decimals are exact texts.

    Raises NoReadersCopyError before the first publication and NoSuchReportError.
    """
    with readers.connect_readers(settings) as copy:
        goods = page.rows(copy, GOODS_AT_A_GLANCE, {"installation": installation, "year": year})
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
            "goods": {"value": goods, "unit": _units(goods)},
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
    ask = ASKED[field["field_id"]]
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
        "comes_from": ask.comes_from if is_told else None,
        "absent_because": None if is_told else because,
        "note": ask.note if is_told else None,
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
    parser.add_argument("year", metavar="YEAR", type=arguments.year, help="calendar year")
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
        print(arguments.shown(file))
    return 0
