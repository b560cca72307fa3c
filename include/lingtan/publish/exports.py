"""The latest release as three files for whoever wants the figures and nothing else:
`out/figures.{json,csv,parquet}`.

Values are t CO2e per functional unit of the product's good and, where the name says so, per tonne of the
product, exact to twelve places; missing is `null` or empty, not 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import files
from lingtan import settings as lingtan_settings
from lingtan.publish import package, release, rows
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow

# name in the files -> column of the release's figures; the order is part of the format, new names go last
COLUMNS = {
    "figure_key": "figure_key",
    "product_code": "product_code",
    "cn_code": "cn_code",
    "reporting_year": "reporting_year",
    "see_direct": "see_direct_t_co2e_per_fu",
    "see_indirect": "see_indirect_t_co2e_per_fu",
    "see_counted": "see_counted_t_co2e_per_fu",
    "measured_share": "measured_share",
    "estimated_share": "estimated_share",
    "default_share": "default_share",
    "release": None,
    "functional_unit": "functional_unit",
    "per_declared_unit_kg_co2e": "per_declared_unit_kg_co2e",
    "installation_code": "installation_code",
    "product_name": "product_name",
    "declared_unit": "declared_unit",
    "mass_kg_per_unit": "mass_kg_per_unit",
    "is_indirect_counted": "is_indirect_counted",
    "evidence_rung": "evidence_rung",
    "is_claimable": "is_claimable",
    "coverage_share": "coverage_share",
    "status": "status",
    "absent_because": "absent_because",
    "missing_share": "missing_share",
    "shipped_mass_t": "shipped_mass_t",
    "actual_certificates_per_t": "actual_certificates_per_t",
    "default_certificates_per_t": "default_certificates_per_t",
    "saved_eur": "saved_eur",
    "unpriced_mass_t": "unpriced_mass_t",
    "attestation_codes": "attestation_codes",
    "unclaimable_because": "unclaimable_because",
    "functional_units_per_t": "functional_units_per_t",
    "see_direct_t_co2e_per_t": "see_direct_t_co2e_per_t",
    "see_indirect_t_co2e_per_t": "see_indirect_t_co2e_per_t",
    "see_counted_t_co2e_per_t": "see_counted_t_co2e_per_t",
    "indirect_absent_because": "indirect_absent_because",
    "certificates_absent_because": "certificates_absent_because",
}


def export(settings: Settings | None = None) -> list[Path]:
    """Write the three files, each replaced in one step; nothing when there is no release. Returns their
    paths.
    """
    settings = settings or lingtan_settings.load()
    latest = release.latest(settings)
    if latest is None:
        return []
    figures = package.load(settings.releases / latest["folder"])["figures"]
    return write("figures", _named(figures, latest["folder"]), settings)


def write(name: str, table: pyarrow.Table, settings: Settings) -> list[Path]:
    """`out/<name>.json`, `.csv` and `.parquet` of a table, each replaced in one step. Returns their paths."""
    columns, lines = table.column_names, rows.tuples(table)
    contents = {
        f"{name}.json": rows.json_array(columns, lines),
        f"{name}.csv": rows.csv_text(columns, lines),
        f"{name}.parquet": rows.parquet(table),
    }
    for file, content in contents.items():
        files.replace_bytes(content, settings.out / file)
    return [settings.out / file for file in contents]


def _named(figures: pyarrow.Table, folder: str) -> pyarrow.Table:
    import pyarrow as pa

    def said(column: str | None) -> pyarrow.ChunkedArray | pyarrow.Array:
        if column is None:
            return pa.array([folder] * figures.num_rows, pa.string())
        # a release made before a column was known has none to tell
        return figures[column] if column in figures.column_names else pa.nulls(figures.num_rows)

    return pa.table({name: said(column) for name, column in COLUMNS.items()})
