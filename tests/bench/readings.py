"""The pairs over a plant's meter readings: every side in a fresh process, sides taken in turn, medians of the
processor seconds. A pair whose sides give different answers stops the bench.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import plant
from measuring import HERE, Row, row
from pairs_files import SINGLE_RUNS

from lingtan import gate, lake, landing
from lingtan.settings import PROJECT, Settings

PEERS = {"polars", "pandera", "gx_sql"}
PEERS_PYTHON = PROJECT / ".venv-bench" / "bin" / "python"
HALF_GIBIBYTE, GIBIBYTE = 512, 1024  # MiB
TABLES = ["meters", "meter_readings"]
SMALL = plant.Plant(days=11)  # a million rows
SMALL_NAME = "1 M rows"


@dataclass(frozen=True)
class Pair:
    """One kind of work and whom it is compared with: by the name of the reference the bound of the ratio."""

    id: str
    measure: str
    goals: dict[str, float]
    most_cpu: float | None = None
    most_mib: float | None = None
    most_exponent: float | None = None
    best_of: tuple[tuple[str, ...], float] | None = None  # the cheapest of these, and the bound
    beside: str | None = None  # a side it is set beside without a bound
    is_scaled_to_year: bool = False  # ours takes all days, the side beside it SINGLE_RUNS of them


PAIRS = (
    Pair(
        "settle_day_sums",
        "day sums of the settled rows, CPU s",
        {"row_number": 0.45, "arg_max": 0.65},
        most_mib=HALF_GIBIBYTE,
        most_exponent=1.05,
    ),
    Pair("build_partitions", "raw rows to settled partitions, CPU s", {"row_number": 0.6}),
    Pair("day_sums", "day sums of the settled lake with their factors, CPU s", {"column_scan": 2.5}),
    Pair(
        "gate",
        "ten expectations, CPU s",
        {"streaming_scan": 2, "gx_sql": 0.1},
        best_of=(("pandera", "polars"), 0.25),
    ),
    Pair(
        "csv_to_parquet",
        "CSV to Parquet with faults and lineage, CPU s",
        {},
        most_mib=GIBIBYTE,
        best_of=(("pyarrow_stream", "duckdb_copy"), 1.15),
    ),
    Pair("day_increment", "one more day with its late revisions, imports apart, CPU s", {}, most_cpu=1),
    Pair(
        "range_year",
        "readings from raw to day sums, CPU s",
        {},
        beside="single_runs",
        is_scaled_to_year=True,
    ),
    Pair("excel_read", "20 workbooks of 450 rows, CPU s", {"openpyxl": 0.125}),
    Pair("json_read", "2,000 documents parsed and checked, CPU s", {"read_bytes": 4.5}),
)


def measured(folder: Path, size: plant.Plant, repeats: int) -> list[Row]:
    """Rows of bench.json, one per pair and reference."""
    house = filled(folder / "plant", size)
    small = filled(folder / "small", SMALL)
    found: list[Row] = []
    for pair in PAIRS:
        sides = ["ours", *pair.goals, *(pair.best_of[0] if pair.best_of else ())]
        sides += [pair.beside] if pair.beside else []
        runs: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
        growth: list[float] = []
        for _ in range(repeats):
            answers = {}
            for side in sides:
                cpu, mib, answers[side] = _run(pair.id, side, folder / "plant", house)
                runs[side].append((cpu, mib))
            _check(pair.id, answers)
            if pair.most_exponent:
                growth.append(_run(pair.id, "ours", folder / "small", small)[0])
        found += _rows(pair, runs, growth, size)
        print(f"{pair.id} measured", file=sys.stderr, flush=True)
    return found


def filled(folder: Path, size: plant.Plant) -> Settings:
    """A house whose plant has sent all its files, landed and judged; by another process, because what this
    one once held would count as memory of every process it starts.
    """
    subprocess.run([sys.executable, __file__, str(folder), str(size.meters), str(size.days)], check=True)
    return plant.house(folder)


def _fill(folder: str, meters: str, days: str) -> None:
    house = plant.house(Path(folder))
    plant.write(plant.Plant(int(meters), int(days)), house)
    landing.land(TABLES, settings=house)
    held = gate.accept(lake.stale(TABLES, settings=house), settings=house, progress=lambda _: None)
    if held:
        raise RuntimeError(f"held: {held[:3]}")


def _rows(
    pair: Pair, runs: dict[str, list[tuple[float, float]]], growth: list[float], size: plant.Plant
) -> list[Row]:
    cpu = {side: statistics.median(run[0] for run in those) for side, those in runs.items()}
    mib = max(run[1] for run in runs["ours"])
    ours = cpu["ours"]
    measure = pair.measure
    if pair.id not in ("excel_read", "json_read", "day_increment"):
        measure = f"{pair.measure}, {size.rows / 1e6:.1f} M rows"
    lines = [
        row(pair.id, measure, ours, reference=(side, cpu[side]), at_most_times=bound)
        for side, bound in pair.goals.items()
    ]
    if pair.is_scaled_to_year and pair.beside:
        measure = f"{pair.measure}, scaled to 365 days from {size.days} in one pass and {SINGLE_RUNS} alone"
        alone = (f"{pair.beside}", cpu[pair.beside] * 365 / SINGLE_RUNS)
        lines.append(row(pair.id, measure, ours * 365 / size.days, reference=alone))
    if pair.best_of:
        sides, bound = pair.best_of
        best = min(sides, key=cpu.__getitem__)
        lines += [
            row(
                pair.id,
                measure,
                ours,
                reference=(side, cpu[side]),
                at_most_times=bound if side == best else None,
            )
            for side in sides
        ]
    if pair.most_cpu:
        lines.append(row(pair.id, measure, ours, at_most=pair.most_cpu))
    if pair.most_mib:
        lines.append(row(pair.id, f"{pair.measure.rsplit(',', 1)[0]}, peak MiB", mib, at_most=pair.most_mib))
    if pair.most_exponent:
        slope = math.log(ours / statistics.median(growth)) / math.log(size.rows / SMALL.rows)
        lines.append(row(pair.id, f"exponent of growth from {SMALL_NAME}", slope, at_most=pair.most_exponent))
    return lines


def _run(pair: str, side: str, folder: Path, house: Settings) -> tuple[float, float, str | None]:
    """(processor seconds of the timed part, peak MiB of the process, digest of the answer)."""
    is_peer = side in PEERS
    words = [
        str(PEERS_PYTHON if is_peer else sys.executable),
        str(HERE / ("peers.py" if is_peer else "pairs.py")),
        pair,
        side,
        str(folder),
    ]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, env={**os.environ, "LINGTAN_OUT": str(house.out)}
    )
    said = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{pair} {side} ended with {process.returncode}")
    last = json.loads(said.splitlines()[-1])
    return last["cpu"], usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2), last["answer"]


def _check(pair: str, answers: dict[str, str | None]) -> None:
    """A side that answers nothing (a bare scan, a bare verdict) is not compared."""
    if len({answer for answer in answers.values() if answer}) > 1:
        raise RuntimeError(f"{pair}: the sides give different answers: {answers}")


if __name__ == "__main__":
    _fill(*sys.argv[1:])
