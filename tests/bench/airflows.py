"""A night through a real scheduler, ours and an empty one: how long, how much processor, how many tasks."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import psutil

from lingtan import samples
from lingtan.operate import home, services
from lingtan.operate.api import Api
from lingtan.operate.commands import wait_until_ready
from lingtan.operate.demonstration import Demonstration
from lingtan.operate.screen import Screen
from lingtan.operate.watch import Watch
from lingtan.settings import Settings

EMPTY = Path(__file__).parent / "empty"
EMPTY_INGEST = ("empty_energy", "empty_meters", "empty_production", "empty_suppliers")


@dataclass(frozen=True)
class Night:
    """From the first trigger to the end of the last publication."""

    wall: float
    cpu: float  # of everything Airflow ran, tasks included
    rss: float  # MiB that scheduler, api-server and DAG processor hold together when it is over
    tasks: int


def ours(house: Settings, folder: Path, night: date) -> Night:
    """The night of `night` in a house that has every day before it."""

    def play(api: Api, watch: Watch) -> None:
        nights = Demonstration(api, watch, house, since=samples.FIRST_DAY, until=night)
        nights.run_night(night)
        nights.wait_until_published()

    def settle(api: Api, watch: Watch) -> None:
        nights = Demonstration(api, watch, house, since=samples.FIRST_DAY, until=night)
        nights.wait_for_own_runs()
        samples.write(house.var, until=night)

    return _night(house, folder, frozenset({"publish_figures"}), settle, play)


def empty(house: Settings, folder: Path) -> Night:
    """The same tasks with nothing in them."""

    def play(api: Api, watch: Watch) -> None:
        for dag_id in EMPTY_INGEST:
            api.trigger(dag_id, "night")
        watch.until(lambda: not watch.active and any(dag_id == "empty_publish" for dag_id, _ in watch.ended))

    project = replace(house, project=EMPTY)
    return _night(project, folder, frozenset({*EMPTY_INGEST, "empty_publish"}), lambda *_: None, play)


Part = Callable[[Api, Watch], None]


def _night(house: Settings, folder: Path, dags: frozenset[str], settle: Part, play: Part) -> Night:
    airflow = home.Home(folder, home.free_port())
    screen = Screen(io.StringIO())
    with services.running(airflow, house, screen.line) as running:
        api = Api(airflow.url, "ada", airflow.passwords()["ada"])
        wait_until_ready(api, running, screen, dags)
        watch = Watch(api, screen, running.check)
        settle(api, watch)
        watch = Watch(api, screen, running.check)
        before, began = _cpu(airflow), time.monotonic()
        play(api, watch)
        wall, cpu = time.monotonic() - began, _cpu(airflow) - before
        if watch.failed():
            raise RuntimeError(f"failed: {[run['dag_id'] for run in watch.failed()]}; logs: {airflow.logs}")
        ran = [task for run in watch.ended.values() for task in run["tasks"] if task["state"] == "success"]
        return Night(wall, cpu, _rss(airflow), len(ran))


def _rss(airflow: home.Home) -> float:
    """Resident MiB of every process of this Airflow; pages that forked workers share count in each."""
    total = 0
    for process in services.leftovers(airflow):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 1024**2


def _cpu(airflow: home.Home) -> float:
    """Processor seconds of every process of this Airflow; one that has ended counts in its parent."""
    total = 0.0
    for process in services.leftovers(airflow):
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
