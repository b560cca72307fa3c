"""Through a real scheduler: the demo's last days, a backfill, a deleted file, a killed task and scheduler.

The undisturbed lake of every comparison is made by calling the package's functions on a folder of its own.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import hand_made_marts
import httpx
import pytest
from devtools import browser

from lingtan import ingest, lake, samples
from lingtan import settings as lingtan_settings
from lingtan.operate import failures, home, services
from lingtan.operate.api import Api
from lingtan.operate.commands import wait_until_ready
from lingtan.operate.demonstration import Demonstration, midnight
from lingtan.operate.screen import Screen
from lingtan.operate.watch import Watch
from lingtan.publish import publish
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

METERS = ("meters", "meter_devices", "meter_readings")
FIRST, LAST = date(2026, 9, 1), date(2026, 10, 30)


def house_in(folder: Path) -> Settings:
    """The project's own sources over folders of the test's."""
    return replace(lingtan_settings.load(), var=folder / "var", out=folder / "out", warehouse_url=None)


# ---- make run ------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[Settings, list[subprocess.CompletedProcess]]:
    """`lingtan run` twice, over the demo's last five days."""
    house = house_in(tmp_path_factory.mktemp("demo"))
    environment = {
        **os.environ,
        "LINGTAN_VAR": str(house.var),
        "LINGTAN_OUT": str(house.out),
        "LINGTAN_CACHE": str(house.cache),
        "LINGTAN_AIRFLOW_HOME": str(house.var.parent / "airflow"),
    }
    environment.pop("LINGTAN_WAREHOUSE_URL", None)
    command = [sys.executable, "-m", "lingtan.cli", "run", "--since", "2026-10-27"]
    return house, [to_its_end(command, environment) for _ in range(2)]


def to_its_end(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess:
    """Like subprocess.run, but an interrupt asks the operator to end, so that it stops its Airflow."""
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            out, err = process.communicate()
        except BaseException:
            process.terminate()
            process.communicate()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def test_the_demo_ends_in_figures_and_says_so(demo):
    house, (first, _) = demo

    assert first.returncode == 0, first.stdout + first.stderr
    assert "(new release" in first.stdout
    certificates = r"\n[A-Z0-9-]+  +[a-z ]+  +\d\.\d{4}  +\d\.\d{4}  +-?[\d,]+\.\d\d\n"
    assert re.search(certificates, first.stdout), first.stdout
    figures = json.loads((house.out / "figures.json").read_text(encoding="utf-8"))
    assert {figure["product_code"] for figure in figures} == {
        *("BOLT-M12", "BOLT-M20", "NUT-M12"),
        *("PROFILE-6063", "PROFILE-RAIL", "TUBE-6061"),
        *("CEM-PO425", "CEM-PC425"),
    }
    for figure in figures:
        indirect = figure["see_indirect"] if figure["is_indirect_counted"] else 0
        assert 0 < figure["see_counted"] == pytest.approx(figure["see_direct"] + indirect)


def test_progress_names_dag_task_and_how_far(demo):
    _, (first, _) = demo
    lines = [" ".join(line.split()[1:]) for line in first.stdout.splitlines()]

    for said in (
        "step 2: rebuild_range 2026-10-27 .. 2026-10-29",
        "rebuild_range 2026-10-27 .. 2026-10-29 rebuild (2 of 3)",
        "step 4: the night of 2026-10-31",
        "build_footprints before_solve (3 of 5)",
    ):
        assert said in lines
    for day in ("2026-10-30", "2026-10-31"):
        assert any(line.startswith(f"ingest_suppliers {day} done: land ") for line in lines)


def test_a_second_run_finds_nothing_new(demo):
    _, (_, second) = demo

    assert second.returncode == 0, second.stdout + second.stderr
    assert "(no new release" in second.stdout
    assert "night of" not in second.stdout


def test_nothing_is_left_running(demo):
    house, _ = demo

    assert services.leftovers(home.Home(house.var.parent / "airflow", 0)) == []


# ---- one Airflow, disturbed ----------------------------------------------


@dataclass
class Operated:
    """A running Airflow whose build sleeps: these tests are about the lake."""

    house: Settings
    home: home.Home
    services: services.Services
    api: Api
    watch: Watch
    screen: Screen

    def airflow(self, *arguments: str) -> str:
        return home.airflow(self.home.environment(self.house), *arguments)

    def deliver(self, since: date, until: date) -> None:
        samples.write(self.house.var, since=since, until=until)

    def start(self, day: date) -> tuple[str, str]:
        nights = Demonstration(self.api, self.watch, self.house, since=FIRST, until=LAST)
        return nights.start("ingest_meters", day)

    def end(self, key: tuple[str, str]) -> dict:
        self.watch.until(lambda: self.watch.have_ended([key]))
        return self.watch.ended[key]

    def task(self, key: tuple[str, str], name: str) -> dict:
        return next(task for task in self.api.tasks(*key) if task["task_id"] == name)

    def await_running(self, key: tuple[str, str], name: str) -> dict:
        while (task := self.task(key, name))["state"] != "running":
            self.services.check()
            time.sleep(0.1)
        return task

    def backfill(self, first: date, last: date, reprocess: str) -> set[str]:
        """Run ids of the backfill, once all have ended well."""
        before = {run["dag_run_id"]: run["end_date"] for run in self._backfilled()}
        command = ["backfill", "create", "--dag-id", "ingest_meters", "--reprocess-behavior", reprocess]
        command += ["--from-date", str(first), "--to-date", str(last), "--max-active-runs", "2"]
        deadline = time.monotonic() + 120
        while True:  # the flag of a finished backfill clears up to a minute after its last run
            try:
                self.airflow(*command)
                break
            except home.HomeError as error:
                # SQLite has one writer: a busy moment is not a failure either
                heals = "running backfill" in str(error).lower() or "database is locked" in str(error)
                if not heals or time.monotonic() > deadline:
                    raise
                time.sleep(5)
        wanted = (last - first).days + 1
        while True:
            fresh = [
                run for run in self._backfilled() if before.get(run["dag_run_id"], "") != run["end_date"]
            ]
            if len(fresh) == wanted and all(run["state"] == "success" for run in fresh):
                return {run["dag_run_id"] for run in fresh}
            assert not any(run["state"] == "failed" for run in fresh), fresh
            self.services.check()
            time.sleep(1)

    def _backfilled(self) -> list[dict]:
        return self.api.runs("ingest_meters", run_type="backfill")


@pytest.fixture(scope="module")
def operated(tmp_path_factory) -> Iterator[Operated]:
    folder = tmp_path_factory.mktemp("operated")
    house = house_in(folder)
    airflow_home = home.Home(folder / "airflow", home.free_port())
    screen = Screen(io.StringIO())
    with services.running(airflow_home, house, screen.line) as running:
        api = Api(airflow_home.url, "ada", airflow_home.passwords()["ada"])
        wait_until_ready(api, running, screen)
        api._request("PATCH", "dags/build_footprints", json={"is_paused": True})
        watch = Watch(api, screen, running.check)
        # the runs Airflow starts by itself for the real yesterday, over an empty inbox
        watch.until(lambda: sum(run["run_type"] == "scheduled" for run in watch.ended.values()) == 4)
        yield Operated(house, airflow_home, running, api, watch, screen)


def lake_of(house: Settings) -> dict[str, tuple[bytes, ...]]:
    """By partition: the bytes of its pointer and of the files it names."""
    found = {}
    for name, pointer in lake.pointers(settings=house).items():
        files = [house.var / pointer[key] for key in ("file", "quarantine") if pointer[key] is not None]
        found[name] = (json.dumps(pointer).encode(), *(file.read_bytes() for file in files))
    return found


def undisturbed(folder: Path, since: date, until: date) -> dict[str, tuple[bytes, ...]]:
    """The lake that the same files give when nothing happens to anybody."""
    house = house_in(folder)
    samples.write(house.var, since=since, until=until)
    landed = ingest.land(METERS, midnight(until), {}, settings=house)
    ingest.accept(landed, settings=house)
    return lake_of(house)


def test_the_run_airflow_starts_by_itself_is_green_because_nothing_is_due(operated):
    own = [run for run in operated.watch.ended.values() if run["run_type"] == "scheduled"]

    assert {run["dag_id"]: run["state"] for run in own} == dict.fromkeys(
        ("ingest_energy", "ingest_meters", "ingest_production", "ingest_suppliers"), "success"
    )
    for run in own:
        said = operated.api.returned(run["dag_id"], run["dag_run_id"], "report")
        assert said.endswith(": no source due")


def test_a_backfill_of_three_days_runs_each_local_day_once(operated, tmp_path):
    operated.deliver(date(2026, 10, 28), LAST)

    runs = operated.backfill(date(2026, 10, 28), LAST, "none")

    days = {operated.api.run("ingest_meters", run)["logical_date"] for run in runs}
    assert days == {"2026-10-27T16:00:00Z", "2026-10-28T16:00:00Z", "2026-10-29T16:00:00Z"}
    assert lake_of(operated.house) == undisturbed(tmp_path, date(2026, 10, 28), LAST)


def test_a_deleted_partition_is_restored_byte_for_byte_by_a_backfill_of_its_day(operated):
    before = lake_of(operated.house)
    name = "meter_readings/CN-FAST/2026-10-29"
    (operated.house.var / lake.read_pointer(name, settings=operated.house)["file"]).unlink()

    operated.backfill(date(2026, 10, 29), date(2026, 10, 29), "completed")

    assert lake_of(operated.house) == before


def test_grid_graph_and_figures_can_be_looked_at_behind_the_login(operated, chromium, tmp_path):
    hand_made_marts.write(operated.house.warehouse_file)
    publish(operated.house)
    pictures = Path(os.environ.get("LINGTAN_PICTURES", tmp_path))
    url = operated.home.url
    login = {"username": "vic", "password": operated.home.passwords()["vic"]}
    token = httpx.post(f"{url}/auth/token", json=login).json()["access_token"]

    assert httpx.get(f"{url}/lingtan/figures").status_code == 401
    assert httpx.get(f"{url}/lingtan/quality").status_code == 401
    with browser(chromium, tmp_path / "profile") as page:
        page.call("Page.enable")
        page.call("Network.setCookie", name="_token", value=token, url=url)
        page.open_until(f"{url}/dags/ingest_meters", "land", "accept", "report")
        page.picture(pictures / "grid.png")
        page.evaluate("localStorage.setItem('default_dag_view', JSON.stringify('graph'))")
        page.open_until(f"{url}/dags/build_footprints", "compare", "before_solve", "after_solve")
        page.picture(pictures / "graph.png")
        seen = page.open_until(f"{url}/plugin/figures", "PROFILE-6063", "BOLT-M12")
        page.picture(pictures / "figures_in_airflow.png")

    assert "provisional" in seen
    assert all((pictures / f"{name}.png").stat().st_size > 10_000 for name in ("grid", "graph"))


def test_a_refused_file_fails_its_run_with_the_place_and_the_next_command_and_stops_nothing_else(operated):
    day = date(2026, 10, 27)
    operated.deliver(day, LAST)
    folder = operated.house.var / "inbox" / "fastener" / "meters"
    bad = folder / "meters_20261027_issued_20261101T1200.csv"
    bad.write_text("Meter,Time,Reading,Unit,Quality,Weather\nEL-MAIN,2026-10-27 00:00,1,kWh,A,rain\n")
    try:
        run = operated.end(operated.start(day))
    finally:
        bad.unlink()

    states = {task["task_id"]: (task["state"], task["try_number"]) for task in run["tasks"]}
    assert states["accept"] == ("success", 1)
    assert states["report"] == ("failed", 1)  # what was sent wrong is not tried again
    said = "\n".join(failures.lines(operated.api, operated.home, operated.house, [run]))
    assert "FAILED  ingest_meters 2026-10-27, task report" in said
    assert f"fastener_meters, {bad.name}, row 1, column" in said
    assert "next:   " in said
    assert "lingtan try-source fastener_meters" in said
    assert (
        lake.read_pointer("meter_readings/CN-FAST/2026-10-27", settings=operated.house)["state"] == "accepted"
    )


def test_a_task_killed_in_mid_write_is_tried_again_and_ends_as_if_nothing_had_happened(operated, tmp_path):
    operated.deliver(date(2026, 9, 16), LAST)
    current = operated.house.lake / "_current" / "meter_readings" / "CN-FAST"
    written = current / "2026-09-16.json"
    assert not written.exists()

    key = operated.start(date(2026, 9, 16))
    accept = operated.await_running(key, "accept")
    while not written.exists():
        time.sleep(0.002)
    os.kill(accept["pid"], signal.SIGKILL)
    pointers = len(list(current.glob("2026-*.json")))
    run = operated.end(key)

    assert pointers < 45, "the kill came after the last write"
    assert run["state"] == "success"
    assert next(task for task in run["tasks"] if task["task_id"] == "accept")["try_number"] == 2
    assert lake_of(operated.house) == undisturbed(tmp_path, date(2026, 9, 16), LAST)


def test_a_killed_scheduler_loses_nothing(operated, tmp_path):
    operated.deliver(FIRST, LAST)
    current = operated.house.lake / "_current" / "meter_readings"
    key = operated.start(FIRST)
    operated.await_running(key, "accept")

    scheduler = operated.services.processes["scheduler"]
    os.killpg(scheduler.pid, signal.SIGKILL)
    scheduler.wait()
    # its workers outlive it; what makes an end of them makes one of the API server too, as a power cut would
    services.end_leftovers(operated.home, patience_seconds=0)
    pointers = len(list(current.glob("*/2026-*.json")))
    operated.services.start()
    wait_until_ready(operated.api, operated.services, operated.screen)
    run = operated.end(key)

    assert pointers < 3 * 60, "accept had written every day of all works before the kill"
    assert run["state"] == "success"
    assert lake_of(operated.house) == undisturbed(tmp_path, FIRST, LAST)
