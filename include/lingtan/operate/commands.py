"""`lingtan run` and `lingtan ui`: what a person types, and what they read at the end."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date

from lingtan import arguments, samples
from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.ingest import NIGHTLY
from lingtan.operate import failures
from lingtan.operate.api import Api
from lingtan.operate.demonstration import BUILD, PUBLISH, Demonstration
from lingtan.operate.home import USERS, Home, free_port, locate
from lingtan.operate.screen import Screen
from lingtan.operate.services import ServiceError, Services, running
from lingtan.operate.watch import Watch
from lingtan.settings import Settings

DAGS = frozenset({*NIGHTLY, "rebuild_range", BUILD, PUBLISH})
START_SECONDS = 300
UI_PORT = 8080
FIRST = f"first day of the demo, {samples.FIRST_DAY} when not given"
LAST = f"last day of the demo, {samples.LAST_DAY} when not given"


def main_run(argv: Sequence[str]) -> int:
    """The demo company from files to figures, through a scheduler that is started, watched and stopped.

    Exit code 0 when every DAG run succeeded.
    """
    parser = argparse.ArgumentParser(prog="lingtan run", description=main_run.__doc__)
    parser.add_argument("--since", type=arguments.day, default=samples.FIRST_DAY, metavar="DAY", help=FIRST)
    parser.add_argument("--until", type=arguments.day, default=samples.LAST_DAY, metavar="DAY", help=LAST)
    asked = parser.parse_args(argv)
    settings = lingtan_settings.load()
    screen = Screen()
    try:
        return _run(settings, locate(settings), screen, asked.since, asked.until)
    except KeyboardInterrupt as stop:
        screen.line(f"stopped by {stop or 'SIGINT'}; nothing is left running. The next run goes on from here")
        return 130


def _run(settings: Settings, home: Home, screen: Screen, since: date, until: date) -> int:
    from lingtan.publish import summary

    is_new = None
    trouble: list[str] = []
    with running(home, settings, screen.line) as services:
        api = Api(home.url, "ada", home.passwords()["ada"])
        watch = Watch(api, screen, services.check)
        demonstration = Demonstration(api, watch, settings, since=since, until=until)
        screen.line("starting Airflow; the demo company's files are written meanwhile")
        demonstration.arrive()
        wait_until_ready(api, services, screen)
        try:
            is_new = demonstration.play()
        except ServiceError:
            raise
        except LingtanError as error:
            trouble = ["", str(error)]
        trouble += failures.lines(api, home, settings, watch.failed())
    print()
    print(summary.render(settings, is_new=is_new))
    if trouble:
        print("\n".join(trouble), flush=True)
        return 1
    return 0


def wait_until_ready(api: Api, services: Services, screen: Screen, dags: frozenset[str] = DAGS) -> None:
    """Until scheduler and DAG processor are healthy and `dags` are known. Raises ServiceError."""
    deadline = time.monotonic() + START_SECONDS
    waiting = "Airflow does not answer"
    while time.monotonic() < deadline:
        services.check()
        health = api.health()
        if health.get("scheduler") == health.get("dag_processor") == "healthy":
            if errors := api.import_errors():
                lines = (f"{error['filename']}: {error['stack_trace'].strip()}" for error in errors)
                raise ServiceError("a DAG file cannot be read:\n" + "\n".join(lines))
            missing = sorted(dags - api.dags().keys())
            if not missing:
                screen.line(f"Airflow is up: {services.home.url}")
                return
            waiting = f"these DAGs are not known yet: {', '.join(missing)}"
        screen.move("waiting for Airflow")
        time.sleep(0.5)
    raise ServiceError(f"{waiting}, after {START_SECONDS} s; logs: {services.home.logs}")


def main_ui(argv: Sequence[str]) -> int:
    """Start Airflow with its pages and leave it running until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="lingtan ui", description=main_ui.__doc__)
    parser.add_argument(
        "--port", type=int, default=UI_PORT, help="port of the pages; another when it is taken"
    )
    asked = parser.parse_args(argv)
    settings = lingtan_settings.load()
    home = locate(settings, free_port(asked.port))
    screen = Screen()
    try:
        with running(home, settings, screen.line) as services:
            wait_until_ready(Api(home.url, "ada", home.passwords()["ada"]), services, screen)
            print(welcome(home, settings), flush=True)
            while True:
                services.check()
                time.sleep(1)
    except KeyboardInterrupt:
        screen.line("stopped; nothing is left running")
        return 0


def welcome(home: Home, settings: Settings) -> str:
    """Where to look, and as whom."""
    users = ", ".join(f"{name} ({role})" for name, role in USERS.items())
    if settings.readers_file.is_file():
        first = "Browse > Figures              the published figures, and what they are made of"
    else:
        first = "no figures yet: stop this, type make run, and come back"
    return f"""
  {home.url}
  users      {users}
  passwords  {arguments.shown(home.passwords_file)}

  {first}
  Dags > ingest_meters > Grid   one column per day; land, accept, report
  Dags > rebuild_range > ▶      a range of days in one pass
  Assets > lake                 what wakes build_footprints

  the airflow command, in another shell:
    export AIRFLOW_HOME={home.folder}
    {failures.command("airflow")} backfill create --dag-id ingest_meters \\
      --from-date 2026-10-30 --to-date 2026-10-30 --reprocess-behavior completed

  Ctrl-C stops everything.
"""
