"""Units: the seed `dbt_project/seeds/reference/units.csv` is the only conversion table, and dbt staging the
only place that converts what is kept. Python asks for a unit's dimension, and for conversions where it has to
compare an amount with a bound. How senders also write a unit is the seed `unit_spellings.csv` beside it.
Knows nobody but the two seeds.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Unit:
    """`per_unit`: how much of its dimension's first canonical unit it is, exact as in the seed."""

    symbol: str
    dimension: str  # energy, power, gas_volume, mass, volume
    per_unit: Decimal


@dataclass(frozen=True)
class UnitTable:
    """Both seeds as the gate asks them."""

    units: dict[str, Unit]
    spellings: dict[str, str]  # another spelling -> symbol
    doubtful: dict[str, str]  # a spelling of several meanings -> these

    def symbol(self, written: str) -> str:
        """The unit's own symbol; what is not known, or has several meanings, stays as it was written."""
        plain = "".join(unicodedata.normalize("NFKC", written).split())
        return plain if plain in self.units else self.spellings.get(plain, written)

    def conversions(self) -> Iterator[tuple[str, str, float]]:
        """(unit, other, how many of the other one is) of all pairs of one dimension."""
        for unit in self.units.values():
            for other in self.units.values():
                if unit.dimension == other.dimension:
                    yield unit.symbol, other.symbol, float(unit.per_unit / other.per_unit)

    def listed(self, *wanted: str) -> str:
        """The units of some dimensions as a sentence names them: "Wh, kWh, MWh"."""
        return ", ".join(unit.symbol for unit in self.units.values() if unit.dimension in wanted)

    def known(self) -> str:
        """What the sender of an unknown unit reads."""
        alike: dict[str, list[str]] = {}
        for spelling, meanings in self.doubtful.items():
            alike.setdefault(meanings, []).append(spelling)
        doubtful = "; ".join(f"{', '.join(spelled)} ({meanings})" for meanings, spelled in alike.items())
        return (
            "The unit table does not know this unit, or it may mean several. "
            f"Known: {', '.join(self.units)}. Never guessed: {doubtful}."
        )


def table(seed: Path) -> UnitTable:
    """The unit table at `seed` and the spellings that lie beside it."""
    units: dict[str, Unit] = {}
    for row in _rows(seed):
        unit = Unit(row["unit"], row["dimension"], Decimal(row["canonical_per_unit"]))
        units.setdefault(unit.symbol, unit)
    spelled = _rows(spellings_seed(seed))
    return UnitTable(
        units=units,
        spellings={row["spelling"]: row["unit"] for row in spelled if row["unit"]},
        doubtful={row["spelling"]: row["basis"] for row in spelled if not row["unit"]},
    )


def spellings_seed(seed: Path) -> Path:
    return seed.with_name("unit_spellings.csv")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
