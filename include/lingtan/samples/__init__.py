"""The demo company: every file three works would have sent in 14 months, made here from a fixed seed.

Nothing is downloaded and nothing depends on today: the data run from 1 September 2025 to 31 October 2026,
local time. Works, people, machines, suppliers and their answers are invented; no outside factor is used to
make them.

What the figures aim at, in t CO2e counted by CBAM per t of product (2026; in full docs/demo_company.md):
fasteners about 2.5, between the world mean of crude steel, 1.92 (worldsteel 2023), and the European default
values for China, 6.375 and 5.045 (CN 7318 15 and 7318 16, Implementing Regulation (EU) 2025/2621); aluminium
profiles about 1.7, far below that regulation's 4.881 for China (CN 7604): bought scrap enters at zero, and
the smelter that answered lies well below the same regulation's 3.00 for unwrought aluminium; Portland cement
about 0.96, below its 1.420 (CN 2523 29), because a clinker works that answered burns less than its 1.390.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingtan.samples.truth import Manifest

FIRST_DAY = date(2025, 9, 1)
LAST_DAY = date(2026, 10, 31)

# base: as the works ran. more_scrap: the extrusion works rejects, scraps and remelts twice as much for the
# same saleable output, energy and ingot.
SCENARIOS = ("base", "more_scrap")


def write(folder: Path, *, until: date, since: date = FIRST_DAY, scenario: str = "base") -> Manifest:
    """Put every file that came by the end of `until` below `folder`/inbox, and the truth into manifest.json.

    Only absent files are written, so a second call adds what is new and day by day equals all at once. A
    later `since` leaves out what was sent before it, but never the master data and the suppliers' answers.
    """
    from lingtan.samples import delivery

    return delivery.write(Path(folder), since=since, until=until, scenario=scenario)


def manifest(until: date, *, since: date = FIRST_DAY, scenario: str = "base") -> Manifest:
    """The truth about what has arrived by the end of `until`, without writing a file."""
    from lingtan.samples import reckoning

    return reckoning.manifest(since=since, until=until, scenario=scenario)
