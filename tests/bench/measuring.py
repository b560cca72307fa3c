"""What a process costs, and how a measurement is written down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from lingtan import lake
from lingtan.settings import Settings

HERE = Path(__file__).parent
SCAN = """
import duckdb, resource, sys
files = sys.stdin.read().split()
began = resource.getrusage(resource.RUSAGE_SELF)
rows = duckdb.sql(f"select * from read_parquet({files}, union_by_name=true)")
duckdb.sql("select " + ", ".join(f'max("{name}")' for name in rows.columns) + " from rows").fetchall()
ended = resource.getrusage(resource.RUSAGE_SELF)
print(ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds by the wall clock and of the processor, peak memory of the largest process in MiB."""

    wall: float = 0.0
    cpu: float = 0.0
    rss: float = 0.0
    imports_of_gx: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.wall + other.wall,
            self.cpu + other.cpu,
            max(self.rss, other.rss),
            self.imports_of_gx + other.imports_of_gx,
        )


@dataclass(frozen=True)
class Row:
    """One line of bench.json. `goal` is about value_ours, or about the ratio where it says so."""

    id: str
    measure: str
    value_ours: float
    reference: str | None = None
    value_reference: float | None = None
    ratio: float | None = None
    goal: str | None = None
    holds: bool | None = None


def row(
    id: str,
    measure: str,
    ours: float,
    *,
    reference: tuple[str, float] | None = None,
    at_most: float | None = None,
    at_most_times: float | None = None,
) -> Row:
    """A measurement beside its reference; `at_most` bounds the value, `at_most_times` the ratio."""
    name, value = reference or (None, None)
    ratio = ours / value if value else None
    goal = holds = None
    if at_most is not None:
        goal, holds = f"<= {at_most:g}", ours <= at_most
    if at_most_times is not None and ratio is not None:
        goal, holds = f"ratio <= {at_most_times:g}", ratio <= at_most_times
    rounded = [None if number is None else round(number, 3) for number in (ours, value, ratio)]
    return Row(id, measure, rounded[0] or 0.0, name, rounded[1], rounded[2], goal, holds)


def step(house: Settings, *words: str) -> Cost:
    """One step of ours in a process of its own."""
    environment = {
        **os.environ,
        "LINGTAN_VAR": str(house.var),
        "LINGTAN_OUT": str(house.out),
        "LINGTAN_SOURCES": str(house.sources_file),
    }
    log = house.var / "bench.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "steps.py"), *words],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}:\n{said[-3000:]}")
    mebibytes = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return Cost(
        time.monotonic() - began,
        usage.ru_utime + usage.ru_stime,
        mebibytes,
        int(json.loads(said.splitlines()[-1])["imported_gx"]),
    )


def scan_cpu(house: Settings, since: date | None = None) -> float:
    """Processor seconds DuckDB takes to read every column of the current files once."""
    files = [
        str(house.var / pointer["file"])
        for pointer in lake.pointers(settings=house).values()
        if pointer["file"] and (since is None or pointer["key"] in {str(since), f"{since:%Y-%m}"})
    ]
    return float(python(SCAN, given="\n".join(files)))


def python(program: str, *arguments: str, given: str = "") -> str:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], input=given, capture_output=True, text=True, check=True
    ).stdout


def table(rows: Iterable[Row]) -> str:
    """The measurements as people read them."""
    cells = [("id", "measure", "ours", "reference", "", "ratio", "goal", "holds")]
    for line in rows:
        cells.append(
            (
                line.id,
                line.measure,
                f"{line.value_ours:g}",
                line.reference or "",
                "" if line.value_reference is None else f"{line.value_reference:g}",
                "" if line.ratio is None else f"{line.ratio:.2f}",
                line.goal or "",
                {True: "yes", False: "NO", None: ""}[line.holds],
            )
        )
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def write(rows: Iterable[Row], file: Path) -> None:
    file.write_text(json.dumps([asdict(line) for line in rows], indent=1) + "\n", encoding="utf-8")
