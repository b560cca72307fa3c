"""Faults planted in what the works send: where each stands, and what must become of it.

All faults are of rows: no delivery is refused or held by them. Days are local; slots are quarter hours
of the day counted from 0. A value that is corrected later counts as corrected from the day the correction
arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from lingtan.samples import energy
from lingtan.samples.company import METERS, meter_numbers

UNREADABLE = "n/a"


@dataclass(frozen=True)
class MeterFault:
    """A fault in one works' daily file of readings, at `meter` from `slot` on for `slots` quarter hours.

    `written` is what stands instead (a text, a unit, a meter code); `arrives` the day the re-sent or
    correcting file comes.
    """

    kind: str
    installation: str
    day: date
    meter: str = ""
    slot: int = 0
    slots: int = 1
    written: str = ""
    arrives: date | None = None
    remark: str = ""

    @property
    def cells(self) -> list[tuple[int, int]]:
        """(meter number, slot) of every reading it touches in place; none for a row that is extra."""
        if not self.meter or self.kind == "undeclared_meter":
            return []
        number = meter_numbers(self.installation)[self.meter]
        return [(number, slot) for slot in range(self.slot, self.slot + self.slots)]


@dataclass(frozen=True)
class InvoiceFault:
    """An invoice line in a unit of the wrong dimension; the whole workbook is sent again, corrected."""

    installation: str
    year: int
    month: int
    stream: str
    written: str
    arrives: date


def _fault(kind: str, installation: str, day: str, meter: str = "", slot: int = 0, **more) -> MeterFault:
    if "arrives" in more:
        more["arrives"] = date.fromisoformat(more["arrives"])
    return MeterFault(kind, installation, date.fromisoformat(day), meter, slot, **more)


_OFFLINE = "logger offline"
METER_FAULTS: tuple[MeterFault, ...] = (
    _fault("estimated", "CN-FAST", "2025-09-18", "EL-MAIN", 40, slots=8, written="E", remark=_OFFLINE),
    _fault("resent_file", "CN-FAST", "2025-10-14", arrives="2025-10-20"),
    _fault("unreadable_value", "CN-FAST", "2025-10-21", "EL-OFFICES", 37, written=UNREADABLE),
    _fault("corrected", "CN-FAST", "2025-11-12", "EL-HEADING-1", 32, slots=8, arrives="2025-11-17"),
    _fault("undeclared_meter", "CN-FAST", "2025-11-26", "EL-99", 30, written="EL-99", remark="new meter?"),
    _fault("bare_gas_volume", "CN-FAST", "2025-12-09", "NG-MAIN", 50, written="m3"),
    _fault("gap", "CN-FAST", "2025-11-27", "HT-PICKLING", 40, slots=4),
    _fault("duplicate_row", "CN-FAST", "2026-01-20", "EL-AIR", 44),
    _fault("resent_file", "CN-FAST", "2026-03-05", arrives="2026-03-09"),
    _fault("corrected", "CN-FAST", "2026-03-24", "EL-DRAWING", 56, slots=8, arrives="2026-04-01"),
    _fault(
        "substituted", "CN-FAST", "2026-04-16", "NG-MAIN", 24, slots=24, written="S", remark="corrector off"
    ),
    _fault("unknown_unit", "CN-FAST", "2026-05-20", "EL-PLATING-2", 61, written="kvarh"),
    _fault("above_nameplate", "CN-FAST", "2026-06-11", "EL-AIR", 40, remark="both compressors"),
    _fault("bare_gas_volume", "CN-FAST", "2026-07-08", "NG-CANTEEN", 47, written="m3"),
    _fault("estimated", "CN-FAST", "2026-08-13", "EL-MAIN", 36, slots=16, written="E", remark=_OFFLINE),
    _fault("unreadable_value", "CN-FAST", "2026-10-30", "EL-YARD", 70, written=UNREADABLE),
    _fault("duplicate_row", "CN-ALU", "2025-09-25", "NG-MELTING", 52),
    _fault("above_nameplate", "CN-ALU", "2025-10-16", "EL-PRESS-1", 33, remark="test of spare pump"),
    _fault("bare_power", "CN-ALU", "2025-11-06", "EL-AIR", 20, written="kW"),
    _fault(
        "substituted", "CN-ALU", "2025-11-18", "EL-MAIN", 60, slots=12, written="S", remark="meter exchanged"
    ),
    _fault("unit_slip", "CN-ALU", "2025-12-01", "EL-CHP", 40, slots=8, written="MWh", arrives="2025-12-05"),
    _fault("resent_file", "CN-ALU", "2025-12-02", arrives="2025-12-04"),
    _fault("zeros_ahead", "CN-ALU", "2025-12-03", slot=56, slots=40, written="0.000"),
    _fault("gap", "CN-ALU", "2025-12-08", "HT-CHP", 36, slots=30),
    _fault("bare_gas_volume", "CN-ALU", "2026-01-14", "NG-BILLETS", 58, written="m3"),
    _fault("corrected", "CN-ALU", "2026-03-18", "NG-BOILER", 40, slots=8, arrives="2026-03-23"),
    _fault("unreadable_value", "CN-ALU", "2026-04-22", "EL-MAIN", 41, written=UNREADABLE),
    _fault("undeclared_meter", "CN-ALU", "2026-05-14", "EL-PRESS-9", 28, written="EL-PRESS-9"),
    _fault("estimated", "CN-ALU", "2026-06-25", "NG-MAIN", 32, slots=20, written="E", remark=_OFFLINE),
    _fault("duplicate_row", "CN-ALU", "2026-08-05", "EL-ANODISING-1", 36),
    _fault(
        "substituted", "CN-ALU", "2026-09-10", "EL-MAIN", 48, slots=8, written="S", remark="meter exchanged"
    ),
    _fault("undeclared_meter", "CN-ALU", "2026-10-31", "EL-PRESS-9", 40, written="EL-PRESS-9"),
)
INVOICE_FAULTS: tuple[InvoiceFault, ...] = (
    InvoiceFault("CN-ALU", 2025, 11, "NAHCO3", "L", date(2025, 12, 5)),
    InvoiceFault("CN-FAST", 2026, 3, "SODA", "m3", date(2026, 4, 9)),
)

# A month whose steam was not billed in time: the works books an accrual, the bill comes with the next month's
# papers and names it.
ACCRUED = ("CN-FAST", "HEAT", 2025, 11)

IN_ANOTHER_UNIT = frozenset({"unknown_unit", "bare_gas_volume", "bare_power", "unit_slip"})
REJECTED_IN_PLACE = frozenset({"unreadable_value", "unknown_unit", "bare_gas_volume", "bare_power"})


def faults(installation: str, day: date) -> list[MeterFault]:
    return [fault for fault in METER_FAULTS if (fault.installation, fault.day) == (installation, day)]


def invoice_fault(installation: str, year: int, month: int) -> InvoiceFault | None:
    for fault in INVOICE_FAULTS:
        if (fault.installation, fault.year, fault.month) == (installation, year, month):
            return fault
    return None


def as_it_ran(installation: str, day: date) -> np.ndarray:
    """True readings of a day in thousandths, shape (meters, 96): the month's, and what overloads added."""
    readings = energy.month(installation, day.year, day.month).day(day)
    for fault in faults(installation, day):
        if fault.kind == "above_nameplate":
            [(number, slot)] = fault.cells
            meter = METERS[installation][number]
            over = meter.max_per_hour * 1000 * 13 // 40 - readings[number, slot]  # 1.3 times the nameplate
            readings = readings.copy()
            readings[number, slot] += over
            readings[meter_numbers(installation)[meter.parent], slot] += over
    return readings


def as_first_sent(installation: str, day: date) -> np.ndarray:
    """Readings as the first file of the day states them: what is corrected later stands at half its value."""
    readings = as_it_ran(installation, day)
    for fault in faults(installation, day):
        if fault.kind == "corrected":
            readings = readings.copy()
            for cell in fault.cells:
                readings[cell] //= 2
    return readings
