"""Airflow's REST API, as much of it as operating needs. Answers are the API's own JSON objects."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

import httpx

from lingtan.errors import LingtanError

ATTEMPTS = 8
PAGE = 100


class ApiError(LingtanError):
    """The API refused a request, or does not answer."""


class Api:
    """A client that logs in by itself and repeats what failed on the server's side.

    SQLite lets one writer at a time: a busy moment answers 5xx, and the same request succeeds a second later.
    """

    def __init__(
        self, url: str, username: str, password: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        # trust_env off: a proxy of the environment is not for the loopback address
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False, transport=transport)
        self._login = {"username": username, "password": password}
        self._pause = 0.5 if transport is None else 0.0

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, **query: object) -> dict:
        return self._request("GET", path, params=query).json()

    def post(self, path: str, body: Mapping) -> httpx.Response:
        """The response, a 409 ("exists already") included."""
        return self._request("POST", path, json=body, accepted=(409,))

    def _request(
        self, method: str, path: str, *, accepted: tuple[int, ...] = (), **options: object
    ) -> httpx.Response:
        failure: object = None
        for attempt in range(ATTEMPTS):
            time.sleep(self._pause * attempt)
            try:
                if "Authorization" not in self._client.headers:
                    self._log_in()
                response = self._client.request(method, f"/api/v2/{path}", **options)
            except httpx.TransportError as error:
                failure = error
                continue
            if response.status_code == 401:
                del self._client.headers["Authorization"]
            elif response.is_success or response.status_code in accepted:
                return response
            elif response.status_code < 500:
                raise ApiError(f"{method} {path}: {response.status_code} {response.text[:400]}")
            failure = f"{response.status_code} {response.text[:200]}"
        raise ApiError(f"{method} {path} failed {ATTEMPTS} times, at last with: {failure}")

    def _log_in(self) -> None:
        response = self._client.post("/auth/token", json=self._login)
        response.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"

    def health(self) -> dict[str, str]:
        """Component -> status; empty while the server does not answer."""
        try:
            response = self._client.get("/api/v2/monitor/health")
            answer = response.json() if response.is_success else {}
        except (httpx.TransportError, ValueError):
            return {}
        return {name: part["status"] for name, part in answer.items() if part.get("status")}

    def dags(self) -> dict[str, dict]:
        return {dag["dag_id"]: dag for dag in self.get("dags", limit=100)["dags"]}

    def import_errors(self) -> list[dict]:
        return self.get("importErrors")["import_errors"]

    def trigger(
        self,
        dag_id: str,
        run_id: str,
        *,
        logical_date: datetime | None = None,
        data_interval: tuple[datetime, datetime] | None = None,
        conf: Mapping | None = None,
    ) -> str:
        """Start a run, or find it started already; its id. A repeated request starts nothing twice."""
        body: dict = {
            "dag_run_id": run_id,
            "logical_date": logical_date and logical_date.isoformat(),
            "conf": dict(conf or {}),
        }
        if data_interval:
            body["data_interval_start"], body["data_interval_end"] = (at.isoformat() for at in data_interval)
        self.post(f"dags/{dag_id}/dagRuns", body)
        return run_id

    def clear(self, dag_id: str, run_id: str) -> None:
        """Let a finished run run again in place."""
        self._request(
            "POST",
            f"{_run(dag_id, run_id)}/clear",
            json={"dry_run": False, "only_failed": False},
        )

    def runs(self, dag_id: str = "~", **query: object) -> list[dict]:
        return self.get(f"dags/{dag_id}/dagRuns", limit=100, **query)["dag_runs"]

    def run(self, dag_id: str, run_id: str) -> dict:
        return self.get(_run(dag_id, run_id))

    def tasks(self, dag_id: str, run_id: str) -> list[dict]:
        return self.tasks_of([(dag_id, run_id)])[dag_id, run_id]

    def tasks_of(self, runs: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[dict]]:
        """The tasks of each of `runs` (DAG id, run id), with one request."""
        found: dict[tuple[str, str], list[dict]] = {run: [] for run in runs}
        if found:
            wanted = {"dag_ids": [dag for dag, _ in found], "dag_run_ids": [run for _, run in found]}
            for task in self._all("dags/~/dagRuns/~/taskInstances/list", wanted, "task_instances"):
                if (run := (task["dag_id"], task["dag_run_id"])) in found:
                    found[run].append(task)
        return found

    def _all(self, path: str, body: Mapping, name: str) -> Iterator[dict]:
        """Every row of a list that comes in pages."""
        offset = 0
        while True:
            page = self.post(path, {**body, "page_limit": PAGE, "page_offset": offset}).json()
            yield from page[name]
            offset += PAGE
            if offset >= page["total_entries"]:
                return

    def returned(self, dag_id: str, run_id: str, task_id: str) -> object:
        """What a task returned; None when it returned nothing."""
        try:
            return self.get(f"{_task(dag_id, run_id, task_id)}/xcomEntries/return_value")["value"]
        except ApiError:
            return None

    def log(self, dag_id: str, run_id: str, task_id: str, attempt: int) -> list[dict]:
        """Events of one attempt of a task, oldest first."""
        try:
            content = self.get(f"{_task(dag_id, run_id, task_id)}/logs/{attempt}")["content"]
        except ApiError:
            return []
        return [event for event in content if isinstance(event, dict)]


def _run(dag_id: str, run_id: str) -> str:
    return f"dags/{dag_id}/dagRuns/{quote(run_id, safe='')}"  # a run id holds "+" and ":"


def _task(dag_id: str, run_id: str, task_id: str) -> str:
    return f"{_run(dag_id, run_id)}/taskInstances/{task_id}"
