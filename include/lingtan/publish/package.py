"""A release as a folder: a Frictionless Data Package of figures, goods, obligations, leaves and sources.

**Address.** The sha256 of this text: for each row of `figures`, `goods`, `obligations` and `leaves` one
line, the resource's name, a tab and the row as a JSON object with sorted keys and no spaces, decimals as
strings without trailing zeros; missing values and names for people are left out; lines sorted by code
point, each ended by a newline. So the address depends on values, units, status, rung and factor ids, and on
nothing else: not on row order, scale of a decimal, engine or time.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import files
from lingtan.errors import Finding
from lingtan.numbers import plain
from lingtan.publish import marts, rows

if TYPE_CHECKING:
    import pyarrow

ADDRESSED = ("figures", "goods", "obligations", "leaves")
IN_PARQUET_ONLY = frozenset({"figure_sources"})  # many rows, for machines
NAMES_FOR_PEOPLE = frozenset({"product_name", "leaf_name"})
DESCRIPTOR = "datapackage.json"
RECORD = "record.json"

PRIMARY_KEYS = {
    "figures": ("installation_code", "product_code", "reporting_year"),
    "goods": ("figure_key", "process_code"),
    "obligations": ("installation_code", "shipment_code", "product_code"),
    "leaves": ("figure_key", "node_id", "leaf_id", "component", "leaf_component", "via"),
    "sources": ("source_key",),
    "figure_sources": ("figure_key", "source_kind", "role", "source_id"),
}
TITLES = {
    "figures": "CBAM figures, one row per product and reporting year",
    "goods": "Embedded emissions with their components, one row per good and reporting year",
    "obligations": "Certificates and euros of shipments, by actual and by default data",
    "leaves": "What every figure is the sum of, one row per contribution",
    "sources": "Publications the factors come from",
    "figure_sources": "Partitions and factors every figure hangs on, with their role and their share in it",
}
# decimals the first releases did not have, with digits and places: read from an old release they are empty
PER_TONNE = {f"{name}_t_co2e_per_t": (38, 12) for name in ("see_direct", "see_indirect", "see_counted")}
CAME_LATER = {
    "figures": {"missing_share": (38, 12), "functional_units_per_t": (28, 12), **PER_TONNE},
    "goods": {
        "missing_share": (38, 12),
        "functional_units_per_t": (28, 12),
        **PER_TONNE,
        "sefa_t_co2e_per_t": (38, 12),
    },
}
UNITS = (
    ("_t_co2e_per_fu", "t CO2e per functional unit"),
    ("_t_co2e_per_t", "t CO2e per t of product"),
    ("functional_units_per_t", "functional units per t of product"),
    ("_mwh_per_fu", "MWh per functional unit"),
    ("_eur_per_fu", "EUR per functional unit"),
    ("_eur_per_certificate", "EUR per certificate"),
    ("_eur", "EUR"),
    ("_t_co2e", "t CO2e"),
    ("_certificates_per_t", "t CO2e per t of product"),
    ("mass_t", "t"),
    ("_kg_co2e", "kg CO2e"),
    ("mass_kg_per_unit", "kg per declared unit"),
    ("_share", "1"),
)
FIELD_TYPES = (
    (("decimal", "float", "double"), "number"),
    (("int", "uint"), "integer"),
    (("bool",), "boolean"),
    (("date",), "date"),
    (("timestamp",), "datetime"),
)


@dataclass(frozen=True)
class Content:
    """The rows of a release and what their columns mean."""

    tables: dict[str, pyarrow.Table]
    comments: dict[str, dict[str, str]] = field(default_factory=dict)  # resource -> column -> description

    @property
    def address(self) -> str:
        return address({name: self.tables[name] for name in ADDRESSED})


def read(warehouse: marts.Marts) -> Content:
    """What the marts say now. Raises NothingBuiltError when one of them is missing."""
    relations = {
        "figures": marts.FIGURES,
        "goods": marts.GOODS,
        "obligations": marts.OBLIGATIONS,
        "leaves": marts.LEAVES,
        "sources": marts.SOURCES,
        "figure_sources": marts.FIGURE_SOURCES,
    }
    tables = {
        name: marts.table(warehouse, relation, PRIMARY_KEYS[name]) for name, relation in relations.items()
    }
    tables["sources"] = _cited(warehouse, tables["sources"], _factors(tables))
    comments = {name: warehouse.comments(*relation)[1] for name, relation in relations.items()}
    return Content(tables, comments)


def _factors(tables: dict[str, pyarrow.Table]) -> set[str]:
    """Rows of factor tables that figures and obligations rest on."""
    obligations = tables["obligations"]
    used = [
        tables["leaves"]["factor_id"],
        obligations["default_factor_id"],
        obligations["default_benchmark_id"],
    ]
    return {factor for column in used for factor in column.to_pylist() if factor is not None}


def _cited(warehouse: marts.Marts, sources: pyarrow.Table, used: set[str]) -> pyarrow.Table:
    """The sources behind these factors; all of them when no table of factors says which."""
    import pyarrow as pa
    import pyarrow.compute as pc

    keys: set[str] = set()
    for name in warehouse.relations("reference"):
        if {"factor_id", "source_key"} <= set(warehouse.columns("reference", name)):
            factors = marts.table(warehouse, ("reference", name))
            keys |= {
                key
                for factor, key in zip(
                    factors["factor_id"].to_pylist(), factors["source_key"].to_pylist(), strict=True
                )
                if factor in used
            }
    if not keys:
        return sources
    return sources.filter(
        pc.is_in(sources["source_key"], value_set=pa.array(sorted(keys - {None}), pa.string()))
    )


def address(tables: dict[str, pyarrow.Table]) -> str:
    """The content's name (see the module's text); 64 hexadecimal digits."""
    lines: list[str] = []
    for name, table in tables.items():
        for row in table.to_pylist():
            said = {
                column: _canonical(value)
                for column, value in row.items()
                if value is not None and column not in NAMES_FOR_PEOPLE
            }
            lines.append(
                f"{name}\t{json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(',', ':'))}\n"
            )
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, Decimal | float):
        return plain(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def folder_name(address: str) -> str:
    return address[:16]


def write(content: Content, folder: Path) -> None:
    """The package's files and its descriptor, into a folder that nobody reads yet."""
    resources = []
    for name, table in content.tables.items():
        columns, lines = table.column_names, rows.tuples(table)
        forms = {"parquet": rows.parquet(table)}
        if name not in IN_PARQUET_ONLY:
            forms = {
                "csv": rows.csv_text(columns, lines),
                "json": rows.json_array(columns, lines),
                **forms,
            }
        for form, data in forms.items():
            files.write_bytes(data, folder / f"{name}.{form}")
            resources.append(
                _resource(name, form, data, _schema(name, table, content.comments.get(name, {})))
            )
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"lingtan-cbam-figures-{folder_name(content.address)}",
        "id": content.address,
        "title": "CBAM embedded emissions by product",
        "description": "Figures, the goods they belong to, what shipments of them cost and the contributions"
        " they sum up. The id is the sha256 of the rows of figures, goods, obligations and leaves in"
        " canonical order.",
        "resources": resources,
        "sources": [_source(row) for row in content.tables["sources"].to_pylist()],
    }
    licences = sorted({row["licence"] for row in content.tables["sources"].to_pylist() if row.get("licence")})
    if licences:
        descriptor["licenses"] = [{"name": _slug(licence), "title": licence} for licence in licences]
    files.write_bytes(
        (json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n").encode(), folder / DESCRIPTOR
    )


def _resource(name: str, form: str, data: bytes, schema: dict) -> dict:
    media = {"csv": "text/csv", "json": "application/json", "parquet": "application/vnd.apache.parquet"}
    resource = {
        "name": f"{name}-{form}",
        "title": TITLES[name],
        "path": f"{name}.{form}",
        "format": form,
        "mediatype": media[form],
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }
    return resource if form == "parquet" else {**resource, "encoding": "utf-8"}


def _schema(name: str, table: pyarrow.Table, comments: dict[str, str]) -> dict:
    fields = []
    for column in table.schema:
        said = {"name": column.name, "type": _field_type(str(column.type))}
        unit = next((unit for ending, unit in UNITS if column.name.endswith(ending)), None)
        if unit:
            said["unit"] = unit
        if column.name in comments:
            said["description"] = comments[column.name]
        fields.append(said)
    key = [column for column in PRIMARY_KEYS[name] if column in table.column_names]
    return {"fields": fields, "primaryKey": key, "missingValues": [""]}


def _field_type(arrow: str) -> str:
    return next((kind for starts, kind in FIELD_TYPES if arrow.startswith(starts)), "string")


def _source(row: dict) -> dict:
    parts = [str(row[name]) for name in ("publisher", "title", "edition") if row.get(name)]
    said = {
        "title": ", ".join(parts) or row["source_key"],
        "path": row.get("url"),
        "licence": row.get("licence"),
    }
    return {key: value for key, value in said.items() if value}


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-") or "licence"


def load(folder: Path) -> dict[str, pyarrow.Table]:
    """The addressed tables of a release; the first ones had no obligations. A column it is too old to have is
    there and empty; its address, which leaves out what is missing, stays as it was.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    def table(name: str, file: Path) -> pyarrow.Table:
        found = pq.read_table(file, partitioning=None)
        for column, digits in CAME_LATER.get(name, {}).items():
            if column not in found.column_names:
                found = found.append_column(column, pa.nulls(found.num_rows, pa.decimal128(*digits)))
        return found

    files_of = {name: folder / f"{name}.parquet" for name in ADDRESSED}
    return {name: table(name, file) for name, file in files_of.items() if file.is_file()}


def verify(folder: Path) -> list[Finding]:
    """What in a release folder is not as it was written; nothing = sound."""

    def found(rule: str, sentence: str, file: str | None = None) -> Finding:
        return Finding(rule, sentence, source=f"release {folder.name}", file=file)

    try:
        descriptor = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
        stated, resources = descriptor["id"], descriptor["resources"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [found("unreadable_descriptor", f"cannot be read: {error}", DESCRIPTOR)]
    findings = []
    for resource in resources:
        file = folder / resource["path"]
        if not file.is_file():
            findings.append(found("missing_file", "is named by the descriptor and not there", file.name))
        elif f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" != resource["hash"]:
            findings.append(found("altered_file", "is not the file that was published", file.name))
    known = {resource["path"] for resource in resources} | {DESCRIPTOR, RECORD}
    for file in sorted(folder.iterdir()):
        if file.name not in known:
            findings.append(found("foreign_file", "was not published with the release", file.name))
    if not findings and address(load(folder)) != stated:
        findings.append(found("wrong_address", "the rows do not give the address the descriptor states"))
    if not findings and folder.name != folder_name(stated):
        findings.append(found("wrong_address", f"the folder of this content is called {folder_name(stated)}"))
    return findings
