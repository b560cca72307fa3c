"""Contracts of the landed tables: one Frictionless Table Schema (YAML) each, the only place where columns,
types, units, keys and meaning stand. Beyond the standard a contract says how the table is partitioned, which
master rows its rows look up, and which `derived` columns the gate judges beside its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from lingtan.errors import ConfigurationError

if TYPE_CHECKING:
    import pyarrow

FOLDER = Path(__file__).parent

# What a row may look up that nobody lands: the unit table, how many of another unit one is, and what is known
# of the file it came in.
GATES_OWN = ("units", "conversions", "files")


@dataclass(frozen=True)
class Field:
    name: str
    type: str  # string, integer, number, boolean, date, datetime
    description: str
    required: bool = False
    enum: tuple[str, ...] = ()
    decimal_places: int = 9
    sql: str | None = None  # derived fields only: an expression over `row` and the looked-up tables
    about: str | None = None  # derived fields only: the contract's column a complaint about it points at

    @property
    def sql_type(self) -> str:
        """The DuckDB type; numbers are exact decimals."""
        if self.type == "number":
            return f"decimal(28,{self.decimal_places})"
        return {
            "string": "varchar",
            "integer": "bigint",
            "boolean": "boolean",
            "date": "date",
            "datetime": "timestamptz",
        }[self.type]

    @property
    def arrow_type(self) -> pyarrow.DataType:
        import pyarrow as pa

        if self.type == "number":
            return pa.decimal128(28, self.decimal_places)
        return {
            "string": pa.string(),
            "integer": pa.int64(),
            "boolean": pa.bool_(),
            "date": pa.date32(),
            "datetime": pa.timestamp("us", tz="UTC"),
        }[self.type]


@dataclass(frozen=True)
class Partition:
    by: str  # day, month, all
    on: str | None  # date column that decides; None for `all`
    installation: str | None  # column that names the installation; None = one for the company (`_all`)


@dataclass(frozen=True)
class ForeignKey:
    field: str
    table: str
    column: str


@dataclass(frozen=True)
class Contract:
    name: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    partition: Partition
    lookups: dict[str, str]  # table -> join condition over `row`; beside landed tables those of GATES_OWN
    derived: tuple[Field, ...]
    sha256: str

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def masters(self) -> tuple[str, ...]:
        """The landed tables its rows look up."""
        return tuple(name for name in self.lookups if name not in GATES_OWN)

    @property
    def has_quantity(self) -> bool:
        """True when rows carry `amount` and `unit`, so that books are kept in units as well as in rows."""
        return {"amount", "unit"} <= set(self.columns)

    def field(self, name: str) -> Field:
        for field in (*self.fields, *self.derived):
            if field.name == name:
                return field
        raise ConfigurationError(f"table {self.name} has no column {name!r}")

    def arrow_schema(self, *, lineage: bool = True) -> pyarrow.Schema:
        """Schema of a lake file: the contract's columns and, with `lineage`, where each row came from."""
        import pyarrow as pa

        fields = [pa.field(field.name, field.arrow_type) for field in self.fields]
        if lineage:
            fields += [
                pa.field("source_file", pa.string()),
                pa.field("source_row", pa.int64()),
                pa.field("marks", pa.string()),
            ]
        return pa.schema(fields)


def _field(raw: dict) -> Field:
    constraints = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        type=raw["type"],
        description=raw["description"],
        required=constraints.get("required", False),
        enum=tuple(constraints.get("enum", ())),
        decimal_places=raw.get("decimalPlaces", 9),
        sql=raw.get("sql"),
        about=raw.get("about"),
    )


@cache
def load(table: str) -> Contract:
    """The contract of one landed table. Raises ConfigurationError when there is none."""
    file = FOLDER / f"{table}.yml"
    if not file.is_file():
        raise ConfigurationError(f"no contract for table {table!r}; known tables: {', '.join(names())}")
    text = file.read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    partition = raw["partition"]
    return Contract(
        name=raw["name"],
        description=raw["description"],
        fields=tuple(_field(field) for field in raw["fields"]),
        primary_key=tuple(raw["primaryKey"]),
        foreign_keys=tuple(
            ForeignKey(key["fields"], key["reference"]["resource"], key["reference"]["fields"])
            for key in raw.get("foreignKeys", ())
        ),
        partition=Partition(partition["by"], partition.get("on"), partition.get("installation")),
        lookups=dict(raw.get("lookups", {})),
        derived=tuple(_field(field) for field in raw.get("derived", ())),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


@cache
def names() -> tuple[str, ...]:
    """All landed tables, those that others look up first."""
    found = sorted(file.stem for file in FOLDER.glob("*.yml"))
    ordered: list[str] = []

    def visit(table: str) -> None:
        if table in ordered:
            return
        for other in _looked_up(table):
            visit(other)
        ordered.append(table)

    for table in found:
        visit(table)
    return tuple(ordered)


def _looked_up(table: str) -> Iterator[str]:
    yield from load(table).masters
