"""`make bench`: what the demo costs, beside a bare reference. Prints a table, writes bench.json.

`range_demo`: 14 months but the last day in one rebuild, then build and publication, each step in a process of
its own. `nightly_demo`: the last night, step by step as processes, then through a real scheduler; what the
scheduler adds is compared with the same number of tasks that do nothing.

The pairs of `readings.py` come first: a plant of 1,000 meters for 36 days, 3.5 million rows; then `goods.py`:
10,000 products of 50 processes in 60 months.

`--full` takes a year of them, 35 million rows, and measures three times, medians. `--pairs` leaves the demo
out. Wall seconds swing on a shared machine by a factor of two and more; processor seconds repeat within some
fifteen per cent.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import airflows
import goods
import plant
import readings
from measuring import Cost, Row, python, row, scan_cpu, step, table, write

from lingtan import samples
from lingtan import settings as lingtan_settings
from lingtan.ingest import NIGHTLY
from lingtan.settings import Settings

NIGHT = samples.LAST_DAY
BUILD = ("compare", "before_solve", "solve", "after_solve")
GIBIBYTE = 1024  # MiB
PARSE = """
import sys, time
from airflow.dag_processing.dagbag import DagBag
for _ in range(2):
    bag = DagBag(dag_folder=sys.argv[1])
assert not bag.import_errors, bag.import_errors
print(max(stat.duration.total_seconds() for stat in bag.dagbag_stats))
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="three repeats, medians")
    parser.add_argument("--pairs", action="store_true", help="the pairs over a plant's readings alone")
    asked = parser.parse_args()
    repeats = 3 if asked.full else 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lingtan-bench-") as folder:
        size = plant.Plant() if asked.full else plant.Plant(days=36)
        rows = readings.measured(Path(folder) / "readings", size, repeats)
        rows += goods.measured(Path(folder) / "goods")
        demo = [] if asked.pairs else [measure(Path(folder) / str(number)) for number in range(repeats)]
    rows += [median(lines) for lines in zip(*demo, strict=True)]
    print(table(rows))
    write(rows, lingtan_settings.PROJECT / "bench.json")
    print(f"\nbench.json written; {time.monotonic() - began:.0f} s")
    return 0 if all(line.holds is not False for line in rows) else 1


def median(lines: tuple[Row, ...]) -> Row:
    """The line whose value lies in the middle; a goal holds when that line's does."""
    middle = statistics.median_low(line.value_ours for line in lines)
    return next(line for line in lines if line.value_ours == middle)


def measure(folder: Path) -> list[Row]:
    house = replace(lingtan_settings.load(), var=folder / "var", out=folder / "out", warehouse_url=None)
    samples.write(house.var, until=NIGHT - timedelta(days=1))
    say("range_demo")
    rows = range_demo(house)
    say("nightly_demo, as processes")
    alone = house_copy(house, folder / "alone")
    samples.write(alone.var, until=NIGHT)
    parts = nightly_parts(alone)
    say("nightly_demo, through a scheduler")
    ours = airflows.ours(house, folder / "airflow", NIGHT)
    say("as many tasks with nothing in them")
    empty = airflows.empty(house, folder / "empty")
    return rows + nightly_demo(alone, parts, ours, empty)


def range_demo(house: Settings) -> list[Row]:
    """14 months at once."""
    since, until = str(samples.FIRST_DAY), str(NIGHT - timedelta(days=1))
    parts = {
        "ingest": step(house, "plan", since, until),
        "gate": step(house, "rebuild"),
        "report": step(house, "report_range"),
        **build_parts(house),
    }
    total = sum(parts.values(), Cost())
    scan = scan_cpu(house)
    return [
        *costs("range_demo", parts),
        row("range_demo", "all steps, wall s", total.wall),
        row("range_demo", "all steps, CPU s", total.cpu, reference=("bare scan of the lake's Parquet", scan)),
        row("range_demo", "largest task, peak MiB", total.rss, at_most=GIBIBYTE),
    ]


def nightly_parts(house: Settings) -> dict[str, dict[str, Cost]]:
    """DAG -> step -> cost, one after the other."""
    night = str(NIGHT)
    parts: dict[str, dict[str, Cost]] = {
        dag: {
            "ingest": step(house, "land", dag, night),
            "gate": step(house, "accept"),
            "report": step(house, "report"),
        }
        for dag in NIGHTLY
    }
    parts["build_footprints"] = build_parts(house)
    return parts


def build_parts(house: Settings) -> dict[str, Cost]:
    compare, before, solve, after = (step(house, name) for name in BUILD)
    return {"dbt": compare + before + after, "solve": solve, "publish": step(house, "publish")}


def nightly_demo(
    house: Settings, parts: dict[str, dict[str, Cost]], ours: airflows.Night, empty: airflows.Night
) -> list[Row]:
    """What a night costs, and what the scheduler adds to it."""
    by_step: dict[str, Cost] = {}
    for steps in parts.values():
        for name, cost in steps.items():
            by_step[name] = by_step.get(name, Cost()) + cost
    alone = sum(by_step.values(), Cost())
    scale = ours.tasks / empty.tasks
    name = f"{ours.tasks} empty tasks"
    scan = scan_cpu(house, since=NIGHT)
    imports = max(sum(steps.values(), Cost()).imports_of_gx for steps in parts.values())
    return [
        *costs("nightly_demo", by_step),
        row(
            "nightly_demo",
            "all steps, CPU s",
            alone.cpu,
            reference=("bare scan of the night's Parquet", scan),
        ),
        row("nightly_demo", "through Airflow, wall s", ours.wall, reference=(name, empty.wall * scale)),
        row("nightly_demo", "through Airflow, CPU s", ours.cpu, reference=(name, empty.cpu * scale)),
        row(
            "nightly_demo",
            "orchestration, CPU s (through Airflow less all steps)",
            ours.cpu - alone.cpu,
            reference=(name, empty.cpu * scale),
            at_most_times=2,
        ),
        row("nightly_demo", "services of Airflow, resident MiB", ours.rss, reference=(name, empty.rss)),
        row("nightly_demo", "Great Expectations imported, times per DAG run", imports, at_most=1),
        row("nightly_demo", "largest task, peak MiB", alone.rss, at_most=GIBIBYTE),
        row("dag_parse", "slowest DAG file, s", parse_seconds(), at_most=1),
    ]


def costs(id: str, parts: dict[str, Cost]) -> list[Row]:
    """Three lines for every part that works on data: by the clock, of the processor, of the memory."""
    return [
        row(id, f"{name}, {measure}", value)
        for name, cost in parts.items()
        if name != "report"
        for measure, value in (("wall s", cost.wall), ("CPU s", cost.cpu), ("peak MiB", cost.rss))
    ]


def house_copy(house: Settings, folder: Path) -> Settings:
    shutil.copytree(house.var, folder / "var")
    shutil.copytree(house.out, folder / "out")
    return replace(house, var=folder / "var", out=folder / "out")


def parse_seconds() -> float:
    """The slowest DAG file, read a second time in a fresh process, as the DAG processor does all day long."""
    return float(python(PARSE, str(lingtan_settings.PROJECT / "dags")).splitlines()[-1])


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
