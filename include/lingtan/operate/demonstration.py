"""The demo company through a real scheduler: its past in one rebuild, its last two nights as nightly runs, a
build, a publication. Every run is an ordinary run of an ordinary DAG; nothing here computes.

A second time nothing is new: one rebuild over the whole range looks for changes, and the publication finds
the figures it already released.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lingtan import samples
from lingtan.errors import LingtanError
from lingtan.ingest import NIGHTLY
from lingtan.operate.api import Api
from lingtan.operate.watch import Key, Watch
from lingtan.periods import HOUSE_ZONE
from lingtan.settings import Settings

BUILD, PUBLISH = "build_footprints", "publish_figures"
NIGHTS = 2
# How long an event may take from the task that emits it to the run it wakes.
WAKE_SECONDS = 60


class StoppedError(LingtanError):
    """A step failed that every later one stands on."""


class Demonstration:
    """One walk through the DAGs, over the days `since` .. `until`."""

    def __init__(self, api: Api, watch: Watch, settings: Settings, *, since: date, until: date) -> None:
        self.api = api
        self.watch = watch
        self.settings = settings
        self.since = since
        self.until = until
        self.nights = [until - timedelta(days=back) for back in reversed(range(NIGHTS))]
        self._steps = 0
        self.stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")

    def arrive(self) -> None:
        """Write the files of the past aside while Airflow starts: its own first runs are to find none."""
        if not self._inbox.exists():
            samples.write(self._aside, since=self.since, until=self._past)

    def play(self) -> bool | None:
        """Everything, in order; whether it brought a new release. Raises StoppedError, or StalledError."""
        self._step("the scheduler's own runs, for the day that has just passed")
        self.wait_for_own_runs()
        if self.is_walked():
            self._step(f"rebuild_range {self.since} .. {self.until}, looking for changes")
            self.rebuild(self.until)
        else:
            self.deliver(self._past)
            self._step(f"rebuild_range {self.since} .. {self._past}")
            self.rebuild(self._past)
            for night in self.nights:
                self.deliver(night)
                self._step(f"the night of {night}")
                self.run_night(night)
        self._step("build and publication")
        self.wait_until_published()
        return self._brought_release()

    def wait_for_own_runs(self) -> None:
        """Until the runs that Airflow starts by itself have ended; nothing is due on the real yesterday."""
        self.watch.until(self._has_scheduled, patience=WAKE_SECONDS, what="no nightly run was scheduled")

    def wait_until_published(self) -> None:
        """Until the lake as it is has been built and published."""
        self.watch.until(self._is_published, patience=WAKE_SECONDS, what="the changed lake is not built")

    def _step(self, words: str) -> None:
        self._steps += 1
        self.watch.step(f"step {self._steps}: {words}")

    @property
    def _past(self) -> date:
        return self.nights[0] - timedelta(days=1)

    @property
    def _inbox(self) -> Path:
        return self.settings.var / "inbox"

    @property
    def _aside(self) -> Path:
        return self.settings.var / ".arriving"

    def _has_scheduled(self) -> bool:
        if any(dag_id in NIGHTLY for dag_id, _ in self.watch.active):
            return False
        dags = self.api.dags()
        now = datetime.now(UTC)
        following = [dags[name]["next_dagrun_run_after"] for name in NIGHTLY]
        return all(at is not None and datetime.fromisoformat(at) > now for at in following)

    def is_walked(self) -> bool:
        """True when every night has run and none failed."""
        runs = [self._run_of(name, night) for name in NIGHTLY for night in self.nights]
        return all(run is not None and run["state"] == "success" for run in runs)

    def _run_of(self, dag_id: str, night: date) -> dict | None:
        at = midnight(night).isoformat()
        return next(iter(self.api.runs(dag_id, logical_date_gte=at, logical_date_lte=at)), None)

    def deliver(self, until: date) -> None:
        """The files that have come by the end of `until`, into the inbox."""
        if self._aside.is_dir():
            for arrived in self._aside.iterdir():
                arrived.rename(self.settings.var / arrived.name)
            self._aside.rmdir()
        samples.write(self.settings.var, since=self.since, until=until)

    def rebuild(self, until: date) -> None:
        run_id = f"demo__{self.stamp}"
        self.api.trigger("rebuild_range", run_id, conf={"from": str(self.since), "to": str(until)})
        self._wait_for([("rebuild_range", run_id)])

    def run_night(self, night: date) -> None:
        self._wait_for([self.start(dag_id, night) for dag_id in NIGHTLY])

    def start(self, dag_id: str, night: date) -> Key:
        """The run the schedule makes at the end of `night`, asked for now: its logical date, its interval.

        When this night has run already it runs again in place.
        """
        known = self._run_of(dag_id, night)
        if known:
            key = (dag_id, known["dag_run_id"])
            self.watch.forget(key)
            self.api.clear(*key)
            return key
        start = midnight(night)
        interval = (start, start + timedelta(days=1))
        key = (dag_id, f"night__{night}")
        self.api.trigger(*key, logical_date=start, data_interval=interval)
        return key

    def _wait_for(self, runs: list[Key]) -> None:
        """Until all have ended. A failed report stops nothing: what was good has gone on."""
        self.watch.until(lambda: self.watch.have_ended(runs))
        for key in runs:
            for task in self.watch.ended[key]["tasks"]:
                if task["state"] == "failed" and task["task_id"] != "report":
                    raise StoppedError(f"{key[0]} failed before it reported")

    def _is_published(self) -> bool:
        from lingtan import warehouse

        for dag_id in (BUILD, PUBLISH):
            if (runs := self._ended(dag_id)) and runs[-1]["state"] == "failed":
                raise StoppedError(f"{dag_id} failed")
        if self.watch.active or not warehouse.is_current(self.settings):
            return False
        built = [
            task["end_date"]
            for run in self._ended(BUILD)
            for task in run["tasks"]
            if task["task_id"] == "after_solve" and task["state"] == "success"
        ]
        published = [run["start_date"] for run in self._ended(PUBLISH)]
        if not built and not published:
            self.api.trigger(PUBLISH, f"demo__{self.stamp}")
            return False
        return bool(published) and max(published) >= max(built, default="")

    def _ended(self, dag_id: str) -> list[dict]:
        """Runs of a DAG that ended while we watched, in order."""
        return [run for run in self.watch.ended.values() if run["dag_id"] == dag_id]

    def _brought_release(self) -> bool:
        said = [self.api.returned(PUBLISH, run["dag_run_id"], "publish") for run in self._ended(PUBLISH)]
        return any(isinstance(answer, dict) and answer["is_new"] for answer in said)


def midnight(day: date) -> datetime:
    """The first instant of a day of the house."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(HOUSE_ZONE))
