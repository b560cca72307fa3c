"""`lingtan demo`: what a person types to have the demo company's files in the inbox."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date

from lingtan import samples
from lingtan import settings as lingtan_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Write every demo file that had come by the end of a day; files that are there stay as they are."""
    parser = argparse.ArgumentParser(prog="lingtan demo", description=main.__doc__)
    parser.add_argument("--until", type=date.fromisoformat, default=samples.LAST_DAY, metavar="DATE")
    parser.add_argument("--since", type=date.fromisoformat, default=samples.FIRST_DAY, metavar="DATE")
    parser.add_argument("--scenario", choices=samples.SCENARIOS, default="base")
    asked = parser.parse_args(argv)
    folder = lingtan_settings.load().var
    samples.write(folder, until=asked.until, since=asked.since, scenario=asked.scenario)
    print(f"files are in {folder / 'inbox'}, their true totals in {folder / 'manifest.json'}")
    return 0
