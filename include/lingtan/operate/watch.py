"""What Airflow is doing, as lines to follow: one that moves on a terminal, one per change in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lingtan.errors import LingtanError
from lingtan.operate.api import Api
from lingtan.operate.screen import Screen
from lingtan.periods import HOUSE_ZONE

ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
LOOK_SECONDS = 2  # each look costs the API server a tenth of a second; the line moves every second
OVERLAP = timedelta(seconds=30)
Key = tuple[str, str]  # DAG id, run id


class StalledError(LingtanError):
    """Airflow lives, but what must follow does not begin."""


class Watch:
    """Follows every DAG run that is active or ends while it watches; prints each as it goes."""

    def __init__(self, api: Api, screen: Screen, check: Callable[[], None]) -> None:
        self._api = api
        self._screen = screen
        self._check = check
        self._began = self._since = datetime.now(UTC)
        self._said: set[tuple[str, str, str]] = set()
        self._step = ""
        self._moving: list[tuple[dict, dict, list[dict]]] = []
        self.active: dict[Key, dict] = {}
        self.ended: dict[Key, dict] = {}  # with their tasks under "tasks"

    def step(self, words: str) -> None:
        """A new part of the whole begins."""
        self._step = words
        self._screen.line(words)

    def look(self) -> None:
        """Ask once and print what changed."""
        self._check()
        self.active = {_key(run): run for run in self._api.runs(state=["queued", "running"])}
        ended = [run for run in self._ended_since() if self._is_news(run)]
        tasks = self._api.tasks_of([*self.active, *map(_key, ended)])
        for run in ended:
            self.ended[_key(run)] = {**run, "tasks": tasks[_key(run)]}
            self._screen.line(ended_line(self.ended[_key(run)]))
        self._moving = [
            (run, task, tasks[key])
            for key, run in self.active.items()
            for task in tasks[key]
            if task["state"] == "running"
        ]
        for moving in self._moving:
            self._say_start(*moving)

    def _ended_since(self) -> list[dict]:
        """Runs that ended lately, by their end. Ends become known out of order: some are asked for twice."""
        asked = self._api.runs(end_date_gte=self._since.isoformat(), order_by="end_date")
        ended = [run for run in asked if run["end_date"]]  # the API counts an open end as now
        if ended:
            self._since = max(self._began, datetime.fromisoformat(ended[-1]["end_date"]) - OVERLAP)
        return ended

    def _is_news(self, run: dict) -> bool:
        is_known = self.ended.get(_key(run), {}).get("end_date") == run["end_date"]
        return not is_known and _key(run) not in self.active

    def _say_start(self, run: dict, task: dict, tasks: list[dict]) -> None:
        said = (*_key(run), f"{task['task_id']} {task['try_number']}")
        if not self._screen.is_terminal and said not in self._said:
            self._screen.line(started_line(run, task, tasks))
        self._said.add(said)

    def _move(self) -> None:
        words = " · ".join(moving_words(*moving) for moving in self._moving)
        self._screen.move(f"{self._step} · {words or 'waiting for the scheduler'}")

    def until(self, is_done: Callable[[], bool], *, patience: float | None = None, what: str = "") -> None:
        """Look until `is_done`. `patience`: StalledError after so many seconds in which nothing ran."""
        idle_since = time.monotonic()
        while True:
            self.look()
            if is_done():
                self._screen.clear()
                return
            if self.active:
                idle_since = time.monotonic()
            elif patience is not None and time.monotonic() - idle_since > patience:
                raise StalledError(f"nothing runs any more, and yet: {what}")
            for _ in range(LOOK_SECONDS):
                self._move()
                time.sleep(1)

    def have_ended(self, keys: Iterable[Key]) -> bool:
        return all(key in self.ended for key in keys)

    def forget(self, key: Key) -> None:
        """A run that is to run again in place counts as not ended."""
        self.ended.pop(key, None)

    def failed(self) -> list[dict]:
        return [run for run in self.ended.values() if run["state"] == "failed"]


def _key(run: dict) -> Key:
    return run["dag_id"], run["dag_run_id"]


def label(run: dict) -> str:
    """What a run speaks of: its local day, or the range it was given."""
    if run.get("logical_date"):
        return f"{datetime.fromisoformat(run['logical_date']).astimezone(ZoneInfo(HOUSE_ZONE)):%Y-%m-%d}"
    given = run.get("conf") or {}
    return f"{given['from']} .. {given['to']}" if "from" in given and "to" in given else ""


def title(run: dict) -> str:
    return f"{run['dag_id']} {label(run)}".strip()


def started_line(run: dict, task: dict, tasks: list[dict]) -> str:
    again = f", attempt {task['try_number']}" if task["try_number"] > 1 else ""
    return f"{title(run):<40}  {task['task_id']} ({place(task, tasks)}{again})"


def moving_words(run: dict, task: dict, tasks: list[dict]) -> str:
    began = datetime.fromisoformat(task["start_date"]) if task["start_date"] else datetime.now(UTC)
    lasted = max(0.0, (datetime.now(UTC) - began).total_seconds())
    return f"{title(run)}: {task['task_id']} {place(task, tasks)}, {lasted:.0f} s"


def place(task: dict, tasks: list[dict]) -> str:
    """How far a run is: "2 of 3" while its second task works."""
    return f"{sum(other['state'] in ENDED for other in tasks) + 1} of {len(tasks)}"


def ended_line(run: dict) -> str:
    """A finished run with its tasks and how long each took."""
    parts = [
        f"{task['task_id']} {task['state']}"
        if task["state"] != "success"
        else f"{task['task_id']} {task['duration'] or 0:.1f} s"
        for task in sorted(run["tasks"], key=lambda task: (task["end_date"] or "~", task["task_id"]))
        if task["state"] in {"success", "failed"}
    ]
    if skipped := sum(task["state"] == "skipped" for task in run["tasks"]):
        parts.append(f"{skipped} skipped")
    word = {"success": "done", "failed": "FAILED"}.get(run["state"], run["state"])
    return f"{title(run):<40}  {word}: {', '.join(parts)}"
