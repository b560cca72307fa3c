"""When the works run: shifts, weekends, public holidays, the Spring Festival shutdown; and the weather
outside.

Noise comes from uniform draws only: numpy keeps their stream stable between versions.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np

SLOTS = 96  # quarter hours; neither works' zone changes its clocks
SEED = 20250901

# Invented plant calendars around the public holidays; Spring Festival 2026 fell on 17 February.
HOLIDAYS = frozenset(
    first + timedelta(days=offset)
    for first, length in (
        (date(2025, 10, 1), 8),
        (date(2026, 1, 1), 1),
        (date(2026, 4, 5), 1),
        (date(2026, 5, 1), 3),
        (date(2026, 6, 19), 1),
        (date(2026, 10, 1), 7),
    )
    for offset in range(length)
)
SHUTDOWNS = {
    "CN-FAST": (date(2026, 2, 12), date(2026, 2, 25)),  # half-open
    "CN-ALU": (date(2026, 2, 11), date(2026, 2, 27)),
    "CN-CEM": (date(2026, 2, 9), date(2026, 3, 1)),
}

# Hour of the day -> share of full load, by kind of day. The fastener works rests from Saturday 16:00 to
# Monday 06:00; the extrusion works keeps a day shift on Sundays; the mill rests on Sundays.
_FULL = [0.82] * 8 + [1.0] * 8 + [0.94] * 8
_PLANS = {
    "CN-FAST": {
        "monday": [0.0] * 6 + [0.7] * 2 + [1.0] * 8 + [0.94] * 8,
        "weekday": _FULL,
        "saturday": [0.82] * 8 + [0.9] * 8 + [0.0] * 8,
        "sunday": [0.0] * 24,
    },
    "CN-ALU": {
        "monday": [0.35] * 6 + [0.9] * 2 + [1.0] * 8 + [0.94] * 8,
        "weekday": _FULL,
        "saturday": _FULL,
        "sunday": [0.35] * 8 + [0.6] * 8 + [0.35] * 8,
    },
    "CN-CEM": {"monday": _FULL, "weekday": _FULL, "saturday": _FULL, "sunday": [0.0] * 24},
}
_BREAKS = ((46, 49), (78, 80))  # slots: 11:30-12:15 and 19:30-20:00

# Mean and half the yearly swing of the outdoor temperature, °C; coldest about 20 January.
_CLIMATE = {"CN-FAST": (17.0, 12.5), "CN-ALU": (22.5, 8.0), "CN-CEM": (14.5, 13.5)}
_NUMBERS = {"CN-FAST": 1, "CN-ALU": 2, "CN-CEM": 3}


def draws(installation: str, day: date, purpose: int) -> np.random.Generator:
    """The random stream of one installation, day and purpose: a day never depends on another day."""
    return np.random.default_rng([SEED, _NUMBERS[installation], day.toordinal(), purpose])


def jitter(stream: np.random.Generator, width: float, shape: int | tuple[int, ...]) -> np.ndarray:
    """Factors around 1, at most `width` away, triangular."""
    return 1.0 + width * (stream.random(shape) + stream.random(shape) - 1.0)


def is_shut(installation: str, day: date) -> bool:
    """True while the works is closed for the Spring Festival: furnaces cold, combined heat and power off."""
    first, end = SHUTDOWNS[installation]
    return first <= day < end


def is_idle(installation: str, day: date) -> bool:
    """True on days without production."""
    return is_shut(installation, day) or day in HOLIDAYS or max(_PLANS[installation][_kind(day)]) == 0.0


def activity(installation: str, day: date, stream: np.random.Generator) -> np.ndarray:
    """Share of full load per quarter hour, shape (96,)."""
    if is_idle(installation, day):
        return np.zeros(SLOTS)
    plan = np.repeat(_PLANS[installation][_kind(day)], SLOTS // 24)
    for first, end in _BREAKS:
        plan[first:end] *= 0.72
    return plan * jitter(stream, 0.05, SLOTS)


def outdoor_temperature(installation: str, day: date, stream: np.random.Generator) -> np.ndarray:
    """Outdoor temperature per quarter hour in °C, shape (96,), to a tenth of a degree."""
    mean, swing = _CLIMATE[installation]
    season = mean - swing * math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365)
    of_day = season + 6.0 * (stream.random() + stream.random() - 1.0)
    hours = np.arange(SLOTS) / 4
    return np.round(of_day - 3.5 * np.cos(2 * np.pi * (hours - 3.0) / 24), 1)


def _kind(day: date) -> str:
    return {0: "monday", 5: "saturday", 6: "sunday"}.get(day.weekday(), "weekday")
