"""Load curves of the works: what every meter counts in every quarter hour, and what heat and power flow
inside.

All amounts are whole thousandths of the meter's unit (Wh, litres of gas, MJ), so that sums are exact. Main
meters show their sub-meters plus a small unmetered rest. The yields of the machines below are properties of
the demo: with gas of 36.27 MJ per m3 at 20 °C they mean a boiler at 0.90 and an engine at 0.45 heat and 0.38
power.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from lingtan.samples import workdays
from lingtan.samples.company import METERS, meter_numbers

WARM_ABOVE, COLD_BELOW = 24.0, 16.0  # °C
BOILER_GJ_PER_M3 = 0.0326
CHP_GJ_PER_M3 = 0.01632
CHP_KWH_PER_M3 = 3.83

# (carrier, from, to) of what flows inside the works; amounts in MJ and Wh like the meters'.
Flow = tuple[str, str, str]


@dataclass(frozen=True)
class Load:
    """A consumer's draw per hour: at rest, on top at full activity, per degree of cold and of warmth."""

    rest: float
    full: float
    cold: float = 0.0
    warm: float = 0.0


_SUBS: dict[str, dict[str, Load]] = {
    "CN-FAST": {
        "EL-DRAWING": Load(9, 175),
        "EL-HEADING-1": Load(12, 225),
        "EL-HEADING-2": Load(10, 198),
        "EL-THREADING": Load(6, 118),
        "EL-HARDENING": Load(22, 140),
        "EL-PICKLING": Load(6, 38),
        "EL-PLATING-1": Load(5, 158),
        "EL-PLATING-2": Load(8, 50),
        "EL-AIR": Load(14, 100),
        "EL-OFFICES": Load(12, 18, cold=1.0, warm=2.2),
        "EL-YARD": Load(9, 7),
        "NG-FURNACES": Load(14, 112),
        "NG-CANTEEN": Load(6, 8, cold=1.6),
        "HT-PICKLING": Load(0.06, 1.15, cold=0.02),
        "HT-PLATING": Load(0.04, 0.58, cold=0.015),
    },
    "CN-ALU": {
        "EL-PRESS-1": Load(22, 365),
        "EL-PRESS-2": Load(20, 335),
        "EL-PRESS-3": Load(18, 300),
        "EL-CASTHOUSE": Load(14, 175),
        "EL-AGEING": Load(5, 88),
        "EL-ANODISING-1": Load(12, 600),
        "EL-ANODISING-2": Load(24, 150, warm=3.0),
        "EL-AIR": Load(20, 140),
        "EL-OFFICES": Load(18, 20, cold=0.8, warm=3.2),
        "NG-MELTING": Load(22, 238),
        "NG-BILLETS": Load(4, 63),
        "NG-AGEING": Load(3, 34),
    },
    "CN-CEM": {
        "EL-MILL": Load(15, 780),
        "EL-PACKING": Load(4, 60),
        "EL-OFFICES": Load(10, 14, cold=0.5, warm=1.2),
    },
}
# Main meter -> first letters of what hangs below it, unmetered rest as a share, constant draw of its own.
_MAINS = {
    "CN-FAST": {
        "EL-MAIN": ("EL-", 0.006, 2.0),
        "NG-MAIN": ("NG-", 0.002, 0.05),
        "HT-MAIN": ("HT-", 0.015, 0.004),
    },
    "CN-ALU": {"EL-MAIN": ("EL-", 0.005, 3.5), "NG-MAIN": ("NG-", 0.003, 0.2)},
    "CN-CEM": {"EL-MAIN": ("EL-", 0.006, 1.5)},
}


@dataclass(frozen=True)
class Month:
    """One works' calendar month. `readings`: thousandths, shape (days, meters, 96), meters as in METERS."""

    first_day: date
    readings: np.ndarray
    flows: dict[Flow, np.ndarray]  # thousandths of GJ and kWh per day, shape (days,)
    activity: np.ndarray  # mean share of full load per day, shape (days,)

    def day(self, day: date) -> np.ndarray:
        return self.readings[(day - self.first_day).days]


@cache
def month(installation: str, year: int, number: int) -> Month:
    """The month as it truly ran, before any fault of a meter or sender."""
    length = monthrange(year, number)[1]
    first_day = date(year, number, 1)
    readings = np.zeros((length, len(METERS[installation]), workdays.SLOTS), dtype=np.int64)
    flows: dict[Flow, np.ndarray] = {}
    activity = np.zeros(length)
    for index in range(length):
        readings[index], of_day, activity[index] = _day(installation, first_day.replace(day=index + 1))
        for flow, amount in of_day.items():
            flows.setdefault(flow, np.zeros(length, dtype=np.int64))[index] = amount
    readings.flags.writeable = False  # the month is shared by all who ask for it
    return Month(first_day, readings, flows, activity)


def _day(installation: str, day: date) -> tuple[np.ndarray, dict[Flow, int], float]:
    stream = workdays.draws(installation, day, purpose=1)
    activity = workdays.activity(installation, day, stream)
    outside = workdays.outdoor_temperature(installation, day, stream)
    degrees_cold = np.maximum(0.0, COLD_BELOW - outside)
    degrees_warm = np.maximum(0.0, outside - WARM_ABOVE)
    # a works that is shut keeps lights, pumps and controls, no furnace and no bath
    at_rest = 0.25 if workdays.is_shut(installation, day) else 1.0

    meters = meter_numbers(installation)
    counted = np.zeros((len(meters), workdays.SLOTS), dtype=np.int64)
    for code, load in _SUBS[installation].items():
        per_hour = at_rest * load.rest + activity * load.full * workdays.jitter(stream, 0.06, workdays.SLOTS)
        per_hour += at_rest * (degrees_cold * load.cold + degrees_warm * load.warm)
        counted[meters[code]] = _thousandths(per_hour / 4 * workdays.jitter(stream, 0.02, workdays.SLOTS))

    flows: dict[Flow, int] = {}
    if installation == "CN-ALU":
        flows = _own_heat_and_power(counted, meters, activity, degrees_cold, day, stream)
    for main, (medium, rest, own_draw) in _MAINS[installation].items():
        below = [
            number
            for code, number in meters.items()
            if code.startswith(medium) and code != main and METERS[installation][number].parent == main
        ]
        sum_below = counted[below].sum(axis=0)
        unmetered = sum_below * rest * workdays.jitter(stream, 0.5, workdays.SLOTS) / 1000 + own_draw / 4
        counted[meters[main]] = sum_below + _thousandths(unmetered)
    return counted, flows, float(activity.mean())


def _own_heat_and_power(
    counted: np.ndarray,
    meters: dict[str, int],
    activity: np.ndarray,
    degrees_cold: np.ndarray,
    day: date,
    stream: np.random.Generator,
) -> dict[Flow, int]:
    """Gas engine and boiler of the extrusion works: the engine first, the boiler for the rest of the heat.

    Fills the meters of both and returns the day's flows. Boiler heat warms the engine's feed water, engine
    power drives the boiler's pumps and fans: each needs the other.
    """
    shut = workdays.is_shut("CN-ALU", day)
    runs = np.where(activity > 0.5, 1, 0)
    gas = _thousandths(
        runs * 196 / 4 * (0.85 + 0.15 * activity) * workdays.jitter(stream, 0.02, workdays.SLOTS)
    )
    steady = workdays.jitter(stream, 0.01, workdays.SLOTS)
    power = np.rint(gas * CHP_KWH_PER_M3 * steady).astype(np.int64)
    heat = np.rint(gas * CHP_GJ_PER_M3 * steady).astype(np.int64)

    power_to_boiler = runs * _thousandths(30 / 4 * workdays.jitter(stream, 0.05, workdays.SLOTS))
    power_to_site = np.rint(power * 0.12).astype(np.int64)
    power_to_extrusion = power - power_to_boiler - power_to_site
    heat_to_extrusion = np.rint(heat * 0.15).astype(np.int64)
    heat_to_anodising = heat - heat_to_extrusion

    kept_warm = 0.0 if shut else 1.0
    needs_anodising = _thousandths((kept_warm * (1.2 + 0.12 * degrees_cold) + 8.0 * activity) / 4)
    needs_extrusion = _thousandths((kept_warm * 0.3 + 1.1 * activity) / 4)
    boiler_to_anodising = np.maximum(0, needs_anodising - heat_to_anodising)
    boiler_to_extrusion = np.maximum(0, needs_extrusion - heat_to_extrusion)
    boiler_to_chp = np.rint(heat * 0.05).astype(np.int64)
    boiler_heat = boiler_to_anodising + boiler_to_extrusion + boiler_to_chp
    boiler_gas = np.rint(boiler_heat / (BOILER_GJ_PER_M3 * workdays.jitter(stream, 0.02, workdays.SLOTS)))

    counted[meters["NG-CHP"]] = gas
    counted[meters["NG-BOILER"]] = boiler_gas.astype(np.int64)
    counted[meters["EL-CHP"]] = power
    counted[meters["EL-CHP-PRESSES"]] = power_to_extrusion
    counted[meters["HT-BOILER"]] = boiler_heat
    counted[meters["HT-CHP"]] = heat
    counted[meters["HT-ANODISING"]] = heat_to_anodising + boiler_to_anodising
    counted[meters["HT-EXTRUSION"]] = heat_to_extrusion + boiler_to_extrusion
    return {
        ("heat", "BOILER", "ANODISING"): int(boiler_to_anodising.sum()),
        ("heat", "BOILER", "CHP"): int(boiler_to_chp.sum()),
        ("heat", "BOILER", "EXTRUSION"): int(boiler_to_extrusion.sum()),
        ("heat", "CHP", "ANODISING"): int(heat_to_anodising.sum()),
        ("heat", "CHP", "EXTRUSION"): int(heat_to_extrusion.sum()),
        ("electricity", "CHP", "BOILER"): int(power_to_boiler.sum()),
        ("electricity", "CHP", "EXTRUSION"): int(power_to_extrusion.sum()),
        ("electricity", "CHP", "SITE"): int(power_to_site.sum()),
    }


def _thousandths(amount: np.ndarray) -> np.ndarray:
    return np.rint(amount * 1000).astype(np.int64)
