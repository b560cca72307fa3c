"""A group of works with many goods to measure with, written straight into the lake: 10,000 products of 50
processes in five installations, 60 months of output, materials, fuels and shipments. The same arguments give
the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
from measuring import Row, row, scan_cpu, step

from lingtan import contracts, lake
from lingtan import settings as lingtan_settings
from lingtan.settings import Settings

FIRST_DAY = date(2026, 1, 1)
# one process per code in every installation
GOODS = (
    *("73181100", "73181210", "73181300", "73181535", "73181588"),
    *("73181595", "73181699", "73182200", "76042990", "76169990"),
)
RODS = ("72139149", "72142000", "76012020", "72085120", "76061291")
PRODUCERS = ("MILL-1", "MILL-2", "MILL-3")

Record = dict[str, object]


@dataclass(frozen=True)
class Group:
    products: int = 10_000
    processes: int = 50
    installations: int = 5
    years: int = 5

    @property
    def months(self) -> list[tuple[date, date]]:
        firsts = [
            date(FIRST_DAY.year + number // 12, number % 12 + 1, 1) for number in range(12 * self.years + 1)
        ]
        return list(pairwise(firsts))

    def processes_of(self, installation: int) -> range:
        share = self.processes // self.installations
        return range(installation * share, (installation + 1) * share)

    def products_of(self, process: int) -> range:
        share = self.products // self.processes
        return range(process * share, (process + 1) * share)


def measured(folder: Path, group: Group | None = None) -> list[Row]:
    """What the warehouse of the group and its marts cost, beside one scan of the rows they stand on."""
    settings = _house(folder)
    count = fill(settings, group or Group())
    before = step(settings, "before_solve") + step(settings, "solve")
    tested = step(settings, "after_solve")
    marts = step(settings, "marts")
    scan = (f"bare scan of the {count:,} rows", scan_cpu(settings))
    whole = before + tested
    return [
        row("cbam_goods", "marts rebuilt, CPU s", marts.cpu, reference=scan, at_most_times=10),
        row("cbam_goods", "marts rebuilt and tested, CPU s", tested.cpu, reference=scan),
        row("cbam_goods", "all from lake to marts, CPU s", whole.cpu, reference=scan),
        row("cbam_goods", "all from lake to marts, peak MiB", whole.rss),
    ]


def _house(folder: Path) -> Settings:
    return replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=None,
    )


def fill(settings: Settings, group: Group) -> int:
    """Put the whole lake there; its number of rows."""
    settings.sources_file.parent.mkdir(parents=True, exist_ok=True)
    settings.sources_file.write_text("sources: {}\n", encoding="utf-8")
    count = 0
    for table, rows in _shared().items():
        count += _put(settings, table, "_all", "all", rows)
    for number in range(group.installations):
        code = f"W{number}"
        for table, rows in _master(group, number).items():
            count += _put(settings, table, code, "all", rows)
        for month in group.months:
            for table, rows in _monthly(group, number, *month).items():
                count += _put(settings, table, code, f"{month[0]:%Y-%m}", rows)
    return count


def _shared() -> dict[str, list[Record]]:
    valid = {"valid_from": date(2025, 1, 1)}
    return {
        "parties": [
            {"party_code": code, "name": code, "role": role, "country_code": country} | valid
            for code, role, country in (
                *((producer, "producer", "CN") for producer in PRODUCERS),
                ("IMPORTER", "importer", "DE"),
            )
        ],
        "items": [
            {"item_code": f"ROD-{number}", "name": f"Rod {number}", "cn_code": code, "declared_unit": "t"}
            | {"mass_kg_per_unit": Decimal(1000)}
            | valid
            for number, code in enumerate(RODS)
        ],
        "exchange_rates": [{"currency": "CNY", "per_eur": Decimal(8), "source": "bench"} | valid],
    }


def _master(group: Group, number: int) -> dict[str, list[Record]]:
    here = {"installation_code": f"W{number}", "valid_from": date(2025, 1, 1)}
    processes = group.processes_of(number)
    return {
        "installations": [
            here
            | {"name": f"Works {number}", "operator_name": "Operator", "country_code": "CN"}
            | {"time_zone": "Asia/Shanghai"}
        ],
        "processes": [
            here | {"process_code": f"P{p}", "name": f"P{p}", "kind": "good", "attribution": "derived"}
            for p in processes
        ],
        "process_goods": [
            here
            | {"process_code": f"P{p}", "cn_code": GOODS[p % len(GOODS)], "aggregated_good": "goods"}
            | {"functional_unit": "t_product", "is_main": True, "is_inside_bubble": False}
            for p in processes
        ],
        "products": [
            here
            | {"product_code": f"A{product}", "name": f"Article {product}", "process_code": f"P{p}"}
            | {"cn_code": GOODS[p % len(GOODS)], "declared_unit": "kg", "mass_kg_per_unit": Decimal(1)}
            for p in processes
            for product in group.products_of(p)
        ],
        "source_streams": [
            here
            | {"stream_code": code, "name": code, "method": method, "material_code": material}
            | {"activity_basis": "documents", "direction": "input"}
            for code, method, material in (("EL", "electricity", None), ("NG", "combustion", "natural_gas"))
        ],
        "stream_shares": [
            here
            | {"stream_code": code, "process_code": f"P{p}", "key": "share"}
            | {"share": Decimal(1) / len(processes)}
            for code in ("EL", "NG")
            for p in processes
        ],
    }


def _monthly(group: Group, number: int, month_from: date, month_until: date) -> dict[str, list[Record]]:
    here = {"installation_code": f"W{number}"}
    month = here | {"period_from": month_from, "period_until": month_until}
    processes = group.processes_of(number)
    stamp = f"{month_from:%Y%m}"
    return {
        "activity_data": [
            month | {"stream_code": code, "kind": "consumption", "document_ref": f"{code}-{stamp}"}
            | {"amount": Decimal(amount), "unit": unit}
            for code, amount, unit in (("EL", 900_000, "kWh"), ("NG", 40_000, "m3_20c"))
        ],
        "production_output": [
            month | {"process_code": f"P{p}", "product_code": f"A{product}", "kind": "saleable"}
            | {"amount": Decimal(1000 + product % 97), "unit": "kg"}
            for p in processes
            for product in group.products_of(p)
        ],
        "material_use": [
            month | {"process_code": f"P{p}", "component_code": f"ROD-{p % len(RODS)}", "unit": "t"}
            | {"component_kind": "item", "supplier_code": producer, "amount": Decimal(70)}
            for p in processes
            for producer in PRODUCERS
        ],
        "receipts": [
            here
            | {"receipt_code": f"R-{stamp}-{rod}-{producer}", "supplier_code": producer}
            | {"item_code": f"ROD-{rod}", "producer_installation_code": f"{producer}-A"}
            | {"received_on": month_from, "amount": Decimal(700), "unit": "t", "origin_country_code": "CN"}
            for rod in range(len(RODS))
            for producer in PRODUCERS
        ],
        "shipments": [
            here
            | {"shipment_code": f"S-{stamp}-{product}", "product_code": f"A{product}", "unit": "kg"}
            | {"importer_code": "IMPORTER", "released_on": month_from, "amount": Decimal(900)}
            | {"cn_code": GOODS[p % len(GOODS)], "destination_country_code": "DE"}
            for p in processes
            for product in _shipped(group.products_of(p))
        ],
    }  # fmt: skip


def _shipped(products: range) -> Iterator[int]:
    """One article in ten goes to the Union every month."""
    return (product for product in products if product % 10 == 0)


def _put(settings: Settings, table: str, installation: str, key: str, rows: list[Record]) -> int:
    contract = contracts.load(table)
    schema = contract.arrow_schema()
    lineage = {"source_file": "bench/0"}
    filled = [
        dict.fromkeys(schema.names) | lineage | {"source_row": place} | row
        for place, row in enumerate(rows, start=2)
    ]
    part = installation if contract.partition.installation else "_all"
    lake.write_partition(
        f"{table}/{part}/{key}",
        state="accepted",
        input_hash="bench",
        accepted=pa.Table.from_pylist(filled, schema=schema),
        counts={"read": len(rows), "accepted": len(rows), "rejected": 0, "superseded": 0, "marked": 0},
        settings=settings,
    )
    return len(rows)
