"""What Airflow is doing, as lines to follow: one that moves on a terminal, one per change in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lingtan.errors import LingtanError
from lingtan.operate.api import Api
from lingtan.operate.screen import Screen
from lingtan.periods import HOUSE_ZONE

ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
INTERVAL_SECONDS = 1.0
Key = tuple[str, str]  # DAG id, run id


class StalledError(LingtanError):
    """Airflow lives, but what must follow does not begin."""


class Watch:
    """Follows every DAG run that is active or ends while it watches; prints each as it goes."""

    def __init__(self, api: Api, screen: Screen, check: Callable[[], None]) -> None:
        self._api = api
        self._screen = screen
        self._check = check
        self._since = datetime.now(UTC).isoformat()
        self._said: set[tuple[str, str, str]] = set()
        self._step = ""
        self.active: dict[Key, dict] = {}
        self.ended: dict[Key, dict] = {}  # with their tasks under "tasks"

    def step(self, words: str) -> None:
        """A new part of the whole begins."""
        self._step = words
        self._screen.line(words)

    def look(self) -> None:
        """Ask once and print what changed."""
        self._check()
        asked = self._api.runs(state=["queued", "running"])
        self.active = {(run["dag_id"], run["dag_run_id"]): run for run in asked}
        for run in self._api.runs(end_date_gte=self._since, order_by="end_date"):
            key = (run["dag_id"], run["dag_run_id"])
            if run["end_date"] is None:  # the API counts an open end as now
                continue
            self._since = run["end_date"]
            if key not in self.active and self.ended.get(key, {}).get("end_date") != run["end_date"]:
                self.ended[key] = {**run, "tasks": self._api.tasks(*key)}
                self._screen.line(ended_line(self.ended[key]))
        moving = []
        for key, run in self.active.items():
            tasks = self._api.tasks(*key) if run["state"] == "running" else []
            for task in (task for task in tasks if task["state"] == "running"):
                moving.append(moving_words(run, task, tasks))
                self._say_start(run, task, tasks)
        self._screen.move(f"{self._step} · {' · '.join(moving) or 'waiting for the scheduler'}")

    def _say_start(self, run: dict, task: dict, tasks: list[dict]) -> None:
        said = (run["dag_id"], run["dag_run_id"], f"{task['task_id']} {task['try_number']}")
        if not self._screen.is_terminal and said not in self._said:
            self._screen.line(started_line(run, task, tasks))
        self._said.add(said)

    def until(self, is_done: Callable[[], bool], *, patience: float | None = None, what: str = "") -> None:
        """Look every second until `is_done`. `patience`: StalledError after so many idle seconds."""
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
            time.sleep(INTERVAL_SECONDS)

    def have_ended(self, keys: Iterable[Key]) -> bool:
        return all(key in self.ended for key in keys)

    def forget(self, key: Key) -> None:
        """A run that is to run again in place counts as not ended."""
        self.ended.pop(key, None)

    def failed(self) -> list[dict]:
        return [run for run in self.ended.values() if run["state"] == "failed"]


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
