"""Units: the seed `dbt_project/seeds/reference/units.csv` is the only conversion table, and dbt staging the
only place that converts. Python asks it for a unit's dimension and nothing else. Knows nobody but the seed.
"""

from __future__ import annotations

import csv
from pathlib import Path


def dimensions(seed: Path) -> dict[str, str]:
    """Unit symbol -> dimension (energy, gas_volume, mass, volume)."""
    with seed.open(encoding="utf-8", newline="") as file:
        return {row["unit"]: row["dimension"] for row in csv.DictReader(file)}


def listed(seed: Path, *wanted: str) -> str:
    """The units of some dimensions as a sentence names them: "Wh, kWh, MWh"."""
    return ", ".join(unit for unit, dimension in dimensions(seed).items() if dimension in wanted)
