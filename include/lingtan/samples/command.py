"""`lingtan demo`: what a person types to have the demo company's files in the inbox."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from lingtan import arguments, samples
from lingtan import settings as lingtan_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Write every demo file that had come by the end of a day; files that are there stay as they are."""
    parser = argparse.ArgumentParser(prog="lingtan demo", description=main.__doc__)
    since = f"first day, {samples.FIRST_DAY} when not given"
    parser.add_argument("--since", type=arguments.day, default=samples.FIRST_DAY, metavar="DAY", help=since)
    until = f"last day, {samples.LAST_DAY} when not given"
    parser.add_argument("--until", type=arguments.day, default=samples.LAST_DAY, metavar="DAY", help=until)
    scenario = "base, or more_scrap: the extrusion works scraps and remelts twice as much"
    parser.add_argument(
        "--scenario", metavar="NAME", choices=samples.SCENARIOS, default="base", help=scenario
    )
    asked = parser.parse_args(argv)
    folder = lingtan_settings.load().var
    samples.write(folder, until=asked.until, since=asked.since, scenario=asked.scenario)
    print(f"files are in {folder / 'inbox'}, their true totals in {folder / 'manifest.json'}")
    return 0
