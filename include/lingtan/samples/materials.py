"""What the works make, consume and receive: daily output and material use, monthly receipts.

Output follows the day's activity. Fasteners: 1.06 t of wire rod per t sold, its scrap is sold. Extrusion:
four fifths of a billet leave as good product, the rest is remelted the same day with fresh ingot and bought
scrap. Cement: clinker by the recipe and a little that is lost, gypsum, slag for the rest. Amounts are whole
tenths of a kilogram (fasteners) or whole kilograms (all others, receipts).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from lingtan.samples import energy, workdays
from lingtan.samples.company import clinker_hundredths
from lingtan.samples.numbers import decimal_text


@dataclass(frozen=True)
class Output:
    """One line of output; `kind` as the contract names it, `amount` in steps of the installation's scale."""

    process: str
    product: str
    kind: str
    amount: int


@dataclass(frozen=True)
class Use:
    process: str
    component: str
    kind: str
    supplier: str
    amount: int


@dataclass(frozen=True)
class Receipt:
    code: str
    supplier: str
    item: str
    producer: str
    produced_from: date | None
    produced_until: date | None
    received_on: date
    kg: int
    origin: str
    spend_cents: int

    @property
    def tonnes(self) -> str:
        return decimal_text(self.kg, 3)


@dataclass(frozen=True)
class Work:
    outputs: tuple[Output, ...]
    uses: tuple[Use, ...]


# Unit and decimals of the daily papers: fasteners weigh output in kg and rod in t, the others all in t.
OUTPUT_UNIT = {"CN-FAST": ("kg", 1), "CN-ALU": ("t", 3), "CN-CEM": ("t", 3)}
USE_UNIT = {"CN-FAST": ("t", 4), "CN-ALU": ("t", 3), "CN-CEM": ("t", 3)}

_KG_PER_DAY_AT_FULL_LOAD = {"CN-FAST": 54_000, "CN-ALU": 66_000, "CN-CEM": 560_000}


def day_of_work(installation: str, day: date, scenario: str = "base") -> Work:
    """Output and material use of one day; a day without production has the same lines with zero."""
    month = energy.month(installation, day.year, day.month)
    activity = float(month.activity[(day - month.first_day).days])
    stream = workdays.draws(installation, day, purpose=2)
    u = [float(number) for number in stream.random(8)]
    kilograms = activity * _KG_PER_DAY_AT_FULL_LOAD[installation] * (0.985 + 0.03 * u[0])
    if installation == "CN-CEM":
        return _grinding(kilograms, day, u)
    return _fasteners(kilograms, day, u) if installation == "CN-FAST" else _extrusion(kilograms, u, scenario)


def _fasteners(kilograms: float, day: date, u: list[float]) -> Work:
    sold = round(kilograms * 10)
    bolts_m12 = round(sold * (0.42 + 0.06 * u[1]))
    nuts = round(sold * (0.17 + 0.04 * u[2]))
    bolts_m20 = sold - bolts_m12 - nuts
    # second choice is sorted and sold on Fridays
    second_choice = round(sold * (0.015 + 0.01 * u[3])) if day.weekday() == 4 else 0
    rejected = round(sold * (0.003 + 0.002 * u[4]))
    scrap = round(sold * (0.046 + 0.008 * u[5]))
    scale_loss = round(sold * 0.004)
    return Work(
        (
            Output("FASTENERS", "BOLT-M12", "saleable", bolts_m12),
            Output("FASTENERS", "BOLT-M20", "saleable", bolts_m20),
            Output("FASTENERS", "NUT-M12", "saleable", nuts),
            Output("FASTENERS", "BOLT-M20", "off_spec_sold", second_choice),
            Output("FASTENERS", "BOLT-M20", "off_spec", rejected),
            Output("FASTENERS", "SCRAP-STEEL", "scrap", scrap),
        ),
        (
            Use(
                "FASTENERS",
                "WIRE-ROD",
                "item",
                "TRADER-1",
                sold + second_choice + rejected + scrap + scale_loss,
            ),
        ),
    )


def _extrusion(kilograms: float, u: list[float], scenario: str) -> Work:
    sold = round(kilograms)
    rail = round(sold * (0.20 + 0.06 * u[1]))
    tube = round(sold * (0.13 + 0.05 * u[2]))
    scrap = round(sold * (0.198 + 0.014 * u[3]))
    rejected = round(sold * (0.038 + 0.010 * u[4]))
    melt_loss = round((sold + scrap + rejected) * (0.013 + 0.004 * u[5]))
    ingot = round((sold + melt_loss) * (0.78 + 0.04 * u[6]))
    bought_scrap = sold + melt_loss - ingot
    if scenario == "more_scrap":
        scrap, rejected = 2 * scrap, 2 * rejected
    return Work(
        (
            Output("EXTRUSION", "PROFILE-6063", "saleable", sold - rail - tube),
            Output("EXTRUSION", "PROFILE-RAIL", "saleable", rail),
            Output("EXTRUSION", "TUBE-6061", "saleable", tube),
            Output("EXTRUSION", "PROFILE-6063", "off_spec", rejected),
            Output("EXTRUSION", "SCRAP-ALU", "scrap", scrap),
        ),
        (
            Use("EXTRUSION", "INGOT", "item", "mixed", ingot),
            Use("EXTRUSION", "SCRAP-6063", "bought_scrap", "mixed", bought_scrap),
            Use("EXTRUSION", "SCRAP-ALU", "own_scrap", "own", scrap + rejected),
        ),
    )


def _grinding(kilograms: float, day: date, u: list[float]) -> Work:
    sold = round(kilograms)
    composite = round(sold * (0.32 + 0.06 * u[1]))
    made = {"CEM-PO425": sold - composite, "CEM-PC425": composite}
    clinker = sum(kg * clinker_hundredths(product, str(day)) for product, kg in made.items()) / 100
    ground = round(clinker * (1.003 + 0.004 * u[2]))
    gypsum = round(sold * (0.045 + 0.005 * u[3]))
    return Work(
        tuple(Output("GRINDING", product, "saleable", kg) for product, kg in made.items()),
        (
            Use("GRINDING", "CLINKER", "item", "mixed", ground),
            Use("GRINDING", "GYPSUM", "item", "mixed", gypsum),
            Use("GRINDING", "SLAG", "item", "mixed", max(sold - round(clinker) - gypsum, 0)),
        ),
    )


@dataclass(frozen=True)
class _Source:
    supplier: str
    item: str
    producer: str
    origin: str
    lots: int  # in a full month
    kg: int  # of a usual lot
    eur_per_t: int
    states_production: bool


_SOURCES = {
    "CN-FAST": (
        _Source("TRADER-1", "WIRE-ROD", "CN-MILL-A", "CN", 12, 57_000, 472, True),
        _Source("TRADER-1", "WIRE-ROD", "CN-MILL-B", "CN", 8, 57_000, 455, True),
    ),
    "CN-ALU": (
        _Source("SMELTER-1", "INGOT", "CN-SMELT-1", "CN", 18, 49_000, 2_390, True),
        _Source("TRADER-1", "INGOT", "IN-SMELT-2", "IN", 8, 47_500, 2_310, False),
    ),
    "CN-CEM": (
        _Source("CLINKER-1", "CLINKER", "CN-CLINK-1", "CN", 11, 640_000, 41, True),
        _Source("CLINKER-2", "CLINKER", "CN-CLINK-2", "CN", 5, 620_000, 38, True),
    ),
}


def receipts(installation: str, year: int, number: int) -> list[Receipt]:
    """The month's lots in order of arrival; about as much as the month consumes.

    A lot was made three to eight days before it came and in the same calendar year, so that the producer's
    period is plain; the overseas trader does not say when.
    """
    first, last = date(year, number, 9), monthrange(year, number)[1]
    stream = workdays.draws(installation, first, purpose=3)
    shut = sum(workdays.is_shut(installation, date(year, number, day)) for day in range(1, last + 1))
    found: list[tuple[int, int, _Source, int, int, int]] = []
    for place, source in enumerate(_SOURCES[installation]):
        for _ in range(max(1, round(source.lots * (1 - shut / last)))):
            u = [float(value) for value in stream.random(4)]
            day = 9 + int(u[0] * (last - 9))
            kg = round(source.kg * (0.93 + 0.14 * u[1]))
            cents = round(kg / 1000 * source.eur_per_t * 100 * (0.98 + 0.04 * u[2]))
            found.append((day, place, source, kg, cents, 3 + int(u[3] * 3)))
    found.sort(key=lambda lot: (lot[0], lot[1], lot[3]))
    return [
        Receipt(
            code=f"GR-{installation[3:]}-{year}{number:02d}-{serial:03d}",
            supplier=source.supplier,
            item=source.item,
            producer=source.producer,
            produced_from=date(year, number, day) - timedelta(days=8) if source.states_production else None,
            produced_until=date(year, number, day) - timedelta(days=rest)
            if source.states_production
            else None,
            received_on=date(year, number, day),
            kg=kg,
            origin=source.origin,
            spend_cents=cents,
        )
        for serial, (day, _, source, kg, cents, rest) in enumerate(found, start=1)
    ]
