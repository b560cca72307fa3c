"""Supplier work as files of its own, from the warehouse as it stands: `out/supplier_effort.*`, the record of
effort; `out/supplier_priorities.*`, whose answer would move most; `out/precursor_rungs.*`, what each rung of
evidence would cost.

They are no part of a release: silence grows by a day every night, and no figure moves with it.
"""

from __future__ import annotations

from pathlib import Path

from lingtan.publish import exports, marts
from lingtan.settings import Settings

# name of the files -> relation and the columns that order it
RELATIONS = {
    "supplier_effort": (marts.SUPPLIER_EFFORT, ("request_code",)),
    "supplier_priorities": (marts.SUPPLIER_PRIORITIES, ("reporting_year", "place", "part_id")),
    "precursor_rungs": (
        marts.PRECURSOR_RUNGS,
        ("installation_code", "product_code", "reporting_year", "part_id", "rung"),
    ),
}


def export(settings: Settings) -> list[Path]:
    """Write each table as JSON, CSV and Parquet, replaced in one step; an empty table is a file without rows.
    Returns the paths. The caller holds the warehouse lock.
    """
    written = []
    with marts.open_marts(settings) as warehouse:
        for name, (relation, order) in RELATIONS.items():
            written += exports.write(name, marts.table(warehouse, relation, order), settings)
    return written
