"""A lake small enough to work by hand: one works, T, in January 2026, its meters read twice a day.

P makes bolts, Q plates them (outside the boundary), B is a boiler and C a combined heat and power plant that
feed each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from lingtan import contracts, lake
from lingtan import settings as lingtan_settings
from lingtan.settings import Settings

FROM = date(2025, 1, 1)
HERE = {"installation_code": "T"}
JANUARY = {"period_from": date(2026, 1, 1), "period_until": date(2026, 2, 1)}

Row = dict[str, object]


def rows_of(header: str, *lines: tuple[object, ...], **same: object) -> list[Row]:
    """Rows under a header of column names; `same` stands in every row."""
    return [dict(zip(header.split(), line, strict=True)) | same for line in lines]


def valid_rows(header: str, *lines: tuple[object, ...], **same: object) -> list[Row]:
    return rows_of(header, *lines, valid_from=FROM, valid_until=None, **same)


MASTER: dict[str, list[Row]] = {
    "installations": valid_rows(
        "name operator_name country_code time_zone", ("Works", "Operator", "CN", "Asia/Shanghai"), **HERE
    ),
    "processes": valid_rows(
        "process_code kind",
        ("P", "good"),
        ("Q", "other"),
        ("B", "heat"),
        ("C", "power"),
        name="process",
        attribution="derived",
        **HERE,
    ),
    "process_goods": valid_rows(
        "cn_code is_main is_inside_bubble",
        ("73181588", True, False),
        ("73181100", False, True),
        process_code="P",
        aggregated_good="iron or steel products",
        functional_unit="t_product",
        **HERE,
    ),
    "products": valid_rows(
        "product_code name cn_code",
        ("BOLT", "Bolt", "73181588"),
        ("BLANK", "Blank", "73181100"),
        process_code="P",
        declared_unit="kg",
        mass_kg_per_unit=Decimal(1),
        **HERE,
    ),
    "items": valid_rows(
        "item_code name cn_code",
        ("ROD", "Rod", "72139149"),
        ("PAINT", "Paint", "32081090"),
        declared_unit="t",
        mass_kg_per_unit=Decimal(1000),
    ),
    "parties": valid_rows(
        "party_code name role",
        ("MILL", "Mill", "producer"),
        ("TRADER", "Trader", "trader"),
        country_code="CN",
    ),
    "meters": valid_rows(
        "meter_code stream_code process_code role medium direction",
        ("EL-MAIN", "EL", None, "billing", "electricity", "import"),
        ("EL-OUT", "EL", None, "billing", "electricity", "export"),
        ("EL-P", "EL", "P", "sub", "electricity", "import"),
        ("EL-Q", "EL", "Q", "sub", "electricity", "import"),
        ("NG-MAIN", "NG", None, "billing", "natural_gas", "import"),
        ("HT-CHECK", "NG", "P", "check", "heat", "import"),
        kind="interval",
        unit="kWh",
        interval_minutes=720,
        **HERE,
    ),
    "source_streams": valid_rows(
        "stream_code name method material_code activity_basis",
        ("EL", "Power", "electricity", None, "meters"),
        ("NG", "Gas", "combustion", "natural_gas", "meters"),
        ("STEAM", "Steam", "heat", None, "documents"),
        ("SODA", "Soda", "process_input", "Na2CO3", "documents"),
        direction="input",
        **HERE,
    ),
    "stream_shares": valid_rows(
        "stream_code process_code key share",
        ("EL", "P", "metered", None),
        ("EL", "Q", "metered", None),
        ("NG", "P", "share", Decimal("0.5")),
        ("NG", "B", "share", Decimal("0.25")),
        ("NG", "C", "share", Decimal("0.25")),
        ("SODA", "P", "share", Decimal(1)),
        **HERE,
    ),
    "parameters": valid_rows(
        "subject_kind subject_code parameter amount unit basis",
        ("process", "C", "chp_built_year", Decimal(2019), "year", "hot_water"),
        **HERE,
    ),
    "supplier_embedded_emissions": rows_of(
        "period_from period_until see_direct_t_co2e_per_fu electricity_mwh_per_fu default_share",
        (date(2026, 1, 1), date(2027, 1, 1), Decimal(2), Decimal("0.4"), Decimal("0.1")),
        supplier_code="MILL",
        producer_installation_code="MILL-1",
        cn_code="72139149",
        country_code="CN",
        functional_unit="t_product",
    ),
    "carbon_prices_paid": rows_of(
        "scheme amount currency rebate_amount covered_t_co2e free_allowances_t_co2e certified_by",
        ("PILOT", Decimal(1000), "CNY", Decimal(200), Decimal(10), Decimal(5), "auditor"),
        process_code="P",
        **HERE,
        **JANUARY,
    ),
    "exchange_rates": valid_rows("currency per_eur source", ("CNY", Decimal(8), "by hand")),
}

MONTHLY: dict[str, list[Row]] = {
    "activity_data": rows_of(
        "stream_code kind amount unit document_ref",
        ("STEAM", "consumption", Decimal(100), "GJ", "S-1"),
        ("SODA", "delivery", Decimal(12), "t", "N-1"),
        ("SODA", "correction", Decimal(-2000), "kg", "N-2"),
        ("EL", "consumption", Decimal(60), "MWh", "E-1"),
        **HERE,
        **JANUARY,
    ),
    "process_flows": rows_of(
        "carrier from_process_code to_process_code stream_code amount unit factor",
        ("heat", "outside", "P", "STEAM", Decimal(30), "GJ", Decimal("0.09")),
        ("heat", "outside", "Q", "STEAM", Decimal(10), "GJ", Decimal("0.09")),
        ("heat", "B", "P", None, Decimal(60), "GJ", None),
        ("heat", "B", "C", None, Decimal(20), "GJ", None),
        ("heat", "C", "P", None, Decimal(46), "GJ", None),
        ("electricity", "C", "B", None, Decimal("7361.111111111"), "kWh", None),
        **HERE,
        **JANUARY,
    ),
    "production_output": rows_of(
        "product_code kind amount unit",
        ("BOLT", "saleable", Decimal(90000), "kg"),
        ("BOLT", "off_spec_sold", Decimal(10), "t"),
        ("BOLT", "off_spec", Decimal(3), "t"),
        ("SCRAP", "scrap", Decimal(5), "t"),
        ("BLANK", "internal", Decimal(40), "t"),
        process_code="P",
        **HERE,
        **JANUARY,
    ),
    "material_use": rows_of(
        "component_code component_kind supplier_code amount",
        ("ROD", "item", "TRADER", Decimal(110)),
        ("PAINT", "item", "TRADER", Decimal(1)),
        ("OWN-SCRAP", "own_scrap", "own", Decimal(7)),
        ("MARKET-SCRAP", "bought_scrap", "TRADER", Decimal(9)),
        process_code="P",
        unit="t",
        **HERE,
        **JANUARY,
    ),
    "receipts": rows_of(
        "receipt_code producer_installation_code produced_from produced_until amount origin_country_code",
        ("R1", "MILL-1", date(2026, 1, 5), date(2026, 1, 6), Decimal(40), "CN"),
        ("R2", "MILL-1", date(2025, 12, 30), date(2025, 12, 31), Decimal(20), "CN"),
        ("R3", None, None, None, Decimal(30), "IN"),
        ("R4", "MILL-EU", None, None, Decimal(20), "DE"),
        supplier_code="TRADER",
        item_code="ROD",
        received_on=date(2026, 1, 20),
        unit="t",
        **HERE,
    ),
    "shipments": rows_of(
        "shipment_code importer_code amount destination_country_code",
        ("S1", "IMPORTER", Decimal(20), "DE"),
        ("S2", "IMPORTER", Decimal(5), "GB"),
        product_code="BOLT",
        released_on=date(2026, 1, 30),
        unit="t",
        cn_code="73181588",
        **HERE,
    ),
}

Meters = dict[
    str, tuple[str, str, tuple[int | str, ...]]
]  # meter -> unit, quality of the second reading, amounts

FIRST_DAY: Meters = {
    "EL-MAIN": ("MWh", "estimated", (30, 30)),
    "EL-OUT": ("kWh", "actual", (5000, 5000)),
    "EL-P": ("kWh", "actual", (20000, 20000)),
    "EL-Q": ("kWh", "actual", (10000, 0)),
    "NG-MAIN": ("km3_0c", "actual", (1, 1)),
    "HT-CHECK": ("GJ", "actual", ("3.6",)),
}
LAST_DAY: Meters = {
    "EL-MAIN": ("kWh", "actual", (10000, 0)),
    "NG-MAIN": ("m3_0c", "substituted", (1000, 1000)),
}


def readings(day: date, meters: Meters) -> list[Row]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    return [
        {
            "meter_code": code,
            "read_at": midnight + timedelta(hours=12 * slot),
            "metered_on": day,
            "amount": Decimal(amount),
            "unit": unit,
            "quality": quality if slot else "actual",
        }
        | HERE
        for code, (unit, quality, amounts) in meters.items()
        for slot, amount in enumerate(amounts)
    ]


def put(settings: Settings, table: str, key: str, rows: Iterable[Row]) -> None:
    """Write one partition by hand, as the gate would."""
    contract = contracts.load(table)
    schema = contract.arrow_schema()
    filled = [
        dict.fromkeys(schema.names) | row | {"source_file": "hand/0", "source_row": number}
        for number, row in enumerate(rows, start=2)
    ]
    installation = "T" if contract.partition.installation else "_all"
    lake.write_partition(
        f"{table}/{installation}/{key}",
        state="accepted",
        input_hash="by hand",
        accepted=pa.Table.from_pylist(filled, schema=schema),
        counts={"read": len(filled), "accepted": len(filled), "rejected": 0, "superseded": 0, "marked": 0},
        settings=settings,
    )


def put_day(settings: Settings, day: date, meters: Meters) -> None:
    put(settings, "meter_readings", day.isoformat(), readings(day, meters))


def hold(settings: Settings, partition: str) -> None:
    """Hold a partition back: readers see no row of it."""
    lake.write_partition(partition, state="held", input_hash="by hand", settings=settings)


def fill(settings: Settings) -> None:
    """The whole lake; nothing was landed for 2 January."""
    for table, rows in MASTER.items():
        put(settings, table, "all", rows)
    for table, rows in MONTHLY.items():
        put(settings, table, "2026-01", rows)
    put_day(settings, date(2026, 1, 1), FIRST_DAY)
    put_day(settings, date(2026, 1, 3), LAST_DAY)


def house(folder: Path, url: str | None = None) -> Settings:
    """Settings of a house in `folder`, on DuckDB or on the PostgreSQL server of `url`."""
    return replace(
        lingtan_settings.load(),
        var=folder / "var",
        out=folder / "out",
        sources_file=folder / "sources.yml",
        warehouse_url=url,
    )
