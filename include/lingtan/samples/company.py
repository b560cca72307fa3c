"""Master data of the demo company as tables: header and rows, every value as it stands in the CSV file."""

from __future__ import annotations

from dataclasses import dataclass

BOOKS_OPENED = "2025-01-01"
INSTALLATIONS = ("CN-FAST", "CN-ALU", "CN-CEM")
COUNTER = "NG-COUNTER"  # the one meter that is a register; what it shows is told by lingtan.samples.counter
PREFIX = {"CN-FAST": "fastener", "CN-ALU": "aluminium", "CN-CEM": "cement"}

# Hundredths of a tonne of clinker in a tonne of cement, from a day on; the recipe changed once.
CLINKER_CONTENT = {
    "CEM-PO425": ((BOOKS_OPENED, 88), ("2026-04-01", 86)),
    "CEM-PC425": ((BOOKS_OPENED, 68),),
}


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Meter:
    """A quarter-hour meter; the first letters of its code say what it measures and in which unit."""

    code: str
    name: str
    process: str  # empty on a main meter
    role: str  # billing, sub, check
    parent: str
    max_per_hour: int

    @property
    def medium(self) -> str:
        return {"EL": "electricity", "NG": "natural_gas", "HT": "heat"}[self.code[:2]]

    @property
    def unit(self) -> str:
        return {"EL": "kWh", "NG": "m3_20c", "HT": "GJ"}[self.code[:2]]


# Sub-meters hang on the main meter's bus. At CN-ALU the power of the works' own CHP runs on a bus of its own,
# with check meters: it never passes the grid's main meter or a sub-meter.
METERS: dict[str, tuple[Meter, ...]] = {
    "CN-FAST": (
        Meter("EL-MAIN", "Grid feeder 10 kV", "", "billing", "", 2000),
        Meter("EL-DRAWING", "Wire drawing", "FASTENERS", "sub", "EL-MAIN", 250),
        Meter("EL-HEADING-1", "Cold headers hall 1", "FASTENERS", "sub", "EL-MAIN", 320),
        Meter("EL-HEADING-2", "Cold headers hall 2", "FASTENERS", "sub", "EL-MAIN", 280),
        Meter("EL-THREADING", "Thread rolling", "FASTENERS", "sub", "EL-MAIN", 170),
        Meter("EL-HARDENING", "Hardening lines", "FASTENERS", "sub", "EL-MAIN", 220),
        Meter("EL-PICKLING", "Pickling and phosphating", "FASTENERS", "sub", "EL-MAIN", 70),
        Meter("EL-PLATING-1", "Plating rectifiers", "PLATING", "sub", "EL-MAIN", 220),
        Meter("EL-PLATING-2", "Plating dryers, effluent", "PLATING", "sub", "EL-MAIN", 90),
        Meter("EL-AIR", "Compressed air", "SITE", "sub", "EL-MAIN", 160),
        Meter("EL-OFFICES", "Offices and canteen", "SITE", "sub", "EL-MAIN", 90),
        Meter("EL-YARD", "Yard and lighting", "SITE", "sub", "EL-MAIN", 40),
        Meter("NG-MAIN", "Gas station", "", "billing", "", 260),
        Meter("NG-FURNACES", "Hardening furnaces", "FASTENERS", "check", "NG-MAIN", 180),
        Meter("NG-CANTEEN", "Canteen and hall heating", "SITE", "check", "NG-MAIN", 90),
        Meter("HT-MAIN", "Steam at the fence", "", "check", "", 5),
        Meter("HT-PICKLING", "Steam to pickling", "FASTENERS", "check", "HT-MAIN", 3),
        Meter("HT-PLATING", "Steam to plating", "PLATING", "check", "HT-MAIN", 2),
    ),
    "CN-ALU": (
        Meter("EL-MAIN", "Grid feeder 20 kV", "", "billing", "", 4000),
        Meter("EL-PRESS-1", "Press 36 MN", "EXTRUSION", "sub", "EL-MAIN", 520),
        Meter("EL-PRESS-2", "Press 27 MN", "EXTRUSION", "sub", "EL-MAIN", 480),
        Meter("EL-PRESS-3", "Press 18 MN", "EXTRUSION", "sub", "EL-MAIN", 440),
        Meter("EL-CASTHOUSE", "Casthouse", "EXTRUSION", "sub", "EL-MAIN", 260),
        Meter("EL-AGEING", "Ageing ovens", "EXTRUSION", "sub", "EL-MAIN", 130),
        Meter("EL-ANODISING-1", "Anodising rectifiers", "ANODISING", "sub", "EL-MAIN", 850),
        Meter("EL-ANODISING-2", "Anodising chillers, pumps", "ANODISING", "sub", "EL-MAIN", 280),
        Meter("EL-AIR", "Compressed air", "SITE", "sub", "EL-MAIN", 230),
        Meter("EL-OFFICES", "Offices and yard", "SITE", "sub", "EL-MAIN", 120),
        Meter("NG-MAIN", "Gas station", "", "billing", "", 1200),
        Meter("NG-MELTING", "Melting furnace", "EXTRUSION", "sub", "NG-MAIN", 400),
        Meter("NG-BILLETS", "Billet heaters", "EXTRUSION", "sub", "NG-MAIN", 110),
        Meter("NG-AGEING", "Ageing ovens", "EXTRUSION", "sub", "NG-MAIN", 60),
        Meter("NG-BOILER", "Boiler house", "BOILER", "sub", "NG-MAIN", 600),
        Meter("NG-CHP", "Gas engine", "CHP", "sub", "NG-MAIN", 250),
        Meter("EL-CHP", "CHP generator terminals", "", "check", "", 950),
        Meter("EL-CHP-PRESSES", "CHP bus to presses", "EXTRUSION", "check", "EL-CHP", 900),
        Meter("HT-BOILER", "Boiler outlet", "", "check", "", 20),
        Meter("HT-CHP", "CHP heat outlet", "", "check", "", 5),
        Meter("HT-ANODISING", "Heat to anodising", "ANODISING", "check", "", 20),
        Meter("HT-EXTRUSION", "Heat to extrusion", "EXTRUSION", "check", "", 5),
    ),
    "CN-CEM": (
        Meter("EL-MAIN", "Grid feeder 10 kV", "", "billing", "", 1400),
        Meter("EL-MILL", "Ball mill and separator", "GRINDING", "sub", "EL-MAIN", 1200),
        Meter("EL-PACKING", "Silos and packing", "GRINDING", "sub", "EL-MAIN", 110),
        Meter("EL-OFFICES", "Offices and yard", "SITE", "sub", "EL-MAIN", 80),
    ),
}


def stream_of(installation: str, meter: Meter) -> str:
    """The source stream of a meter; heat that CN-ALU raises itself belongs to the gas it is raised from."""
    if meter.medium == "heat":
        return "HEAT" if installation == "CN-FAST" else "NG"
    return meter.code[:2]


def meter_numbers(installation: str) -> dict[str, int]:
    """Meter code -> its place in METERS, which is its place in every array and daily file."""
    return {meter.code: number for number, meter in enumerate(METERS[installation])}


def clinker_hundredths(product: str, day: str) -> int:
    """Clinker in a product made on a day (ISO), in hundredths of its mass."""
    return max((first, content) for first, content in CLINKER_CONTENT[product] if first <= day)[1]


def _clinker_contents() -> tuple[tuple[str, ...], ...]:
    """Rows of parameters: what the laboratory states of each cement, and of clinker as it is bought."""
    rows = []
    for product, contents in CLINKER_CONTENT.items():
        ends = (*(first for first, _ in contents[1:]), "")
        for (first, content), end in zip(contents, ends, strict=True):
            subject = ("CN-CEM", "product", product, "clinker_content", first, end)
            rows.append((*subject, f"0.{content}", "t/t", "", "works laboratory", f"LAB-{product}-{first}"))
    bought = ("CN-CEM", "item", "CLINKER", "clinker_content", BOOKS_OPENED, "")
    return (*rows, (*bought, "1", "t/t", "", "works laboratory", f"LAB-CLINKER-{BOOKS_OPENED}"))


def _valid(header: str, *rows: tuple[str, ...]) -> Table:
    """A table of rows that hold from the day the books were opened, without end."""
    return Table(
        (*header.split(), "valid_from", "valid_until"), tuple((*row, BOOKS_OPENED, "") for row in rows)
    )


MASTER: dict[str, Table] = {
    "installations": _valid(
        "installation_code name operator_name country_code subdivision_code unlocode latitude longitude "
        "time_zone grid_region_code sector",
        (
            "CN-FAST",
            "Jiaxing fastener works",
            "Lingtan Demo Fasteners Co., Ltd.",
            "CN",
            "CN-ZJ",
            "",
            "30.75",
            "120.75",
            "Asia/Shanghai",
            "EAST",
            "steel fasteners",
        ),
        (
            "CN-ALU",
            "Foshan aluminium extrusion works",
            "Lingtan Demo Aluminium Co., Ltd.",
            "CN",
            "CN-GD",
            "",
            "23.02",
            "113.12",
            "Asia/Shanghai",
            "SOUTH",
            "aluminium extrusion",
        ),
        (
            "CN-CEM",
            "Zaozhuang cement grinding station",
            "Lingtan Demo Cement Co., Ltd.",
            "CN",
            "CN-SD",
            "",
            "34.81",
            "117.32",
            "Asia/Shanghai",
            "NORTH",
            "cement grinding",
        ),
    ),
    "processes": _valid(
        "installation_code process_code name kind route attribution operator_party_code",
        (
            "CN-FAST",
            "FASTENERS",
            "Drawing, heading, threading, hardening",
            "good",
            "all routes",
            "derived",
            "",
        ),
        ("CN-FAST", "PLATING", "Zinc plating", "other", "", "derived", ""),
        ("CN-FAST", "SITE", "Offices, compressed air, yard", "other", "", "derived", ""),
        (
            "CN-ALU",
            "EXTRUSION",
            "Remelting, billet casting, extrusion, ageing",
            "good",
            "all routes",
            "derived",
            "",
        ),
        ("CN-ALU", "BOILER", "Hot-water boiler house", "heat", "", "derived", ""),
        ("CN-ALU", "CHP", "Gas engine, heat and power", "power", "", "derived", ""),
        ("CN-ALU", "ANODISING", "Anodising", "other", "", "derived", ""),
        ("CN-ALU", "SITE", "Offices, compressed air, yard", "other", "", "derived", ""),
        ("CN-CEM", "GRINDING", "Grinding and packing", "good", "all routes", "derived", ""),
        ("CN-CEM", "SITE", "Offices and yard", "other", "", "derived", ""),
    ),
    "process_goods": _valid(
        "installation_code process_code cn_code aggregated_good functional_unit is_main is_inside_bubble",
        ("CN-FAST", "FASTENERS", "73181588", "iron or steel products", "t_product", "true", "false"),
        ("CN-FAST", "FASTENERS", "73181692", "iron or steel products", "t_product", "false", "false"),
        ("CN-ALU", "EXTRUSION", "76042990", "aluminium products", "t_product", "true", "false"),
        ("CN-ALU", "EXTRUSION", "76082089", "aluminium products", "t_product", "false", "false"),
        ("CN-ALU", "EXTRUSION", "76012080", "unwrought aluminium", "t_product", "false", "true"),
        ("CN-CEM", "GRINDING", "25232900", "cement", "t_clinker", "true", "false"),
    ),
    "products": _valid(
        "installation_code product_code name cn_code taric_suffix process_code declared_unit "
        "mass_kg_per_unit",
        ("CN-FAST", "BOLT-M12", "Hexagon bolt M12 x 60, 8.8", "73181588", "", "FASTENERS", "piece", "0.0915"),
        ("CN-FAST", "BOLT-M20", "Hexagon bolt M20, bulk", "73181588", "", "FASTENERS", "kg", "1"),
        ("CN-FAST", "NUT-M12", "Hexagon nut M12, class 8", "73181692", "", "FASTENERS", "piece", "0.0173"),
        ("CN-ALU", "PROFILE-6063", "Profile EN AW-6063, bulk", "76042990", "", "EXTRUSION", "kg", "1"),
        ("CN-ALU", "PROFILE-RAIL", "Mounting rail 6 m", "76042990", "", "EXTRUSION", "piece", "4.86"),
        ("CN-ALU", "TUBE-6061", "Tube EN AW-6061, bulk", "76082089", "", "EXTRUSION", "kg", "1"),
        ("CN-CEM", "CEM-PO425", "Ordinary Portland cement 42.5", "25232900", "", "GRINDING", "kg", "1"),
        ("CN-CEM", "CEM-PC425", "Composite Portland cement 42.5", "25232900", "", "GRINDING", "kg", "1"),
    ),
    "items": _valid(
        "item_code name cn_code taric_suffix declared_unit mass_kg_per_unit activity_code",
        ("WIRE-ROD", "Wire rod, non-alloy, in coils", "72139149", "", "t", "1000", ""),
        ("INGOT", "Aluminium ingot, not alloyed", "76011010", "", "t", "1000", ""),
        ("CLINKER", "Cement clinker, grey", "25231000", "90", "t", "1000", ""),
        ("GYPSUM", "Gypsum", "25201000", "", "t", "1000", ""),
        ("SLAG", "Blast furnace slag, granulated", "26180000", "", "t", "1000", ""),
    ),
    "parties": _valid(
        "party_code name country_code role",
        ("MILL-A", "Demo Steel Mill A", "CN", "producer"),
        ("MILL-B", "Demo Steel Mill B", "CN", "producer"),
        ("SMELTER-1", "Demo Smelter 1", "CN", "producer"),
        ("CLINKER-1", "Demo Clinker Works 1", "CN", "producer"),
        ("CLINKER-2", "Demo Clinker Works 2", "CN", "producer"),
        ("TRADER-1", "Demo Metals Trading", "CN", "trader"),
        ("GRID-ZJ", "Demo Grid Zhejiang", "CN", "energy_supplier"),
        ("GAS-CO", "Demo City Gas", "CN", "energy_supplier"),
        ("HEAT-CO", "Demo District Steam", "CN", "energy_supplier"),
        ("HANSE-FIX", "Demo Hanse Fixings", "DE", "importer"),
        ("RHINE-ALU", "Demo Rhine Profiles", "NL", "importer"),
        ("ADRIA-CEM", "Demo Adria Cements", "IT", "importer"),
        ("BRIT-BOLT", "Demo British Bolts", "GB", "importer"),
    ),
    "meters": Table(
        (
            "installation_code",
            "meter_code",
            "name",
            "stream_code",
            "process_code",
            "role",
            "medium",
            "kind",
            "unit",
            "interval_minutes",
            "direction",
            "parent_meter_code",
            "max_per_hour",
            "valid_from",
            "valid_until",
        ),
        (
            *(
                (
                    *(installation, meter.code, meter.name, stream_of(installation, meter), meter.process),
                    *(meter.role, meter.medium, "interval", meter.unit, "15", "import", meter.parent),
                    *(str(meter.max_per_hour), BOOKS_OPENED, ""),
                )
                for installation, meters in METERS.items()
                for meter in meters
            ),
            (
                *("CN-FAST", COUNTER, "Counter of the gas company", "NG", "", "check", "natural_gas"),
                *("register", "m3_20c", "", "import", "", "260", BOOKS_OPENED, ""),
            ),
        ),
    ),
    "source_streams": _valid(
        "installation_code stream_code name method material_code direction activity_basis",
        ("CN-FAST", "EL", "Electricity from the grid", "electricity", "", "input", "meters"),
        ("CN-FAST", "NG", "Natural gas", "combustion", "natural_gas", "input", "meters"),
        ("CN-FAST", "HEAT", "Steam bought", "heat", "", "input", "documents"),
        (
            "CN-FAST",
            "SODA",
            "Soda ash, neutralising pickling acid",
            "process_input",
            "Na2CO3",
            "input",
            "documents",
        ),
        ("CN-ALU", "EL", "Electricity from the grid", "electricity", "", "input", "meters"),
        ("CN-ALU", "NG", "Natural gas", "combustion", "natural_gas", "input", "meters"),
        (
            "CN-ALU",
            "NAHCO3",
            "Sodium bicarbonate, flue-gas sorbent",
            "process_input",
            "NaHCO3",
            "input",
            "documents",
        ),
        ("CN-CEM", "EL", "Electricity from the grid", "electricity", "", "input", "meters"),
    ),
    "stream_shares": _valid(
        "installation_code stream_code process_code key share",
        ("CN-FAST", "EL", "FASTENERS", "metered", ""),
        ("CN-FAST", "EL", "PLATING", "metered", ""),
        ("CN-FAST", "EL", "SITE", "metered", ""),
        ("CN-FAST", "NG", "FASTENERS", "share", "0.85"),
        ("CN-FAST", "NG", "SITE", "share", "0.15"),
        ("CN-FAST", "SODA", "FASTENERS", "share", "1"),
        ("CN-ALU", "EL", "EXTRUSION", "metered", ""),
        ("CN-ALU", "EL", "ANODISING", "metered", ""),
        ("CN-ALU", "EL", "SITE", "metered", ""),
        ("CN-ALU", "NG", "EXTRUSION", "metered", ""),
        ("CN-ALU", "NG", "BOILER", "metered", ""),
        ("CN-ALU", "NG", "CHP", "metered", ""),
        ("CN-ALU", "NAHCO3", "EXTRUSION", "share", "1"),
        ("CN-CEM", "EL", "GRINDING", "metered", ""),
        ("CN-CEM", "EL", "SITE", "metered", ""),
    ),
    "parameters": Table(
        (
            "installation_code",
            "subject_kind",
            "subject_code",
            "parameter",
            "valid_from",
            "valid_until",
            "amount",
            "unit",
            "basis",
            "evidence",
            "document_ref",
        ),
        (
            (
                "CN-ALU",
                "process",
                "CHP",
                "chp_built_year",
                BOOKS_OPENED,
                "",
                "2019",
                "year",
                "hot_water",
                "name plate of the gas engine",
                "NP-CHP-01",
            ),
            *_clinker_contents(),
        ),
    ),
}
