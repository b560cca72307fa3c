"""The folder an Airflow of this project lives in: configuration, users and secrets, made here, none shipped.

`LINGTAN_AIRFLOW_HOME` moves it; an `AIRFLOW_HOME` of another Airflow on this machine is left alone.
"""

from __future__ import annotations

import base64
import configparser
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from lingtan.errors import LingtanError
from lingtan.periods import HOUSE_ZONE
from lingtan.settings import Settings

USERS = {"ada": "admin", "una": "user", "vic": "viewer"}
POOLS = {"lake": "one writer of the lake", "warehouse": "one writer of the warehouse"}

# Set for every process started here and for nothing else, so that leftovers are known without doubt.
MARKER = "LINGTAN_OPERATED"


class HomeError(LingtanError):
    """Airflow's folder could not be prepared."""


@dataclass(frozen=True)
class Home:
    """One Airflow: folder and port; the port is chosen anew at every start."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def config_file(self) -> Path:
        return self.folder / "airflow.cfg"

    @property
    def passwords_file(self) -> Path:
        return self.folder / "passwords.json"

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.json"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def passwords(self) -> dict[str, str]:
        return json.loads(self.passwords_file.read_text(encoding="utf-8"))

    def environment(self, settings: Settings) -> dict[str, str]:
        """Environment of every process of this Airflow: the caller's, this home, no telemetry."""
        return {
            **os.environ,
            "AIRFLOW_HOME": str(self.folder),
            MARKER: str(self.folder),
            "SPT_NOENV": "1",  # processes that rename themselves would wipe the marker
            "LINGTAN_PROJECT": str(settings.project),
            "LINGTAN_VAR": str(settings.var),
            "LINGTAN_OUT": str(settings.out),
            "LINGTAN_CACHE": str(settings.cache),
            "LINGTAN_SOURCES": str(settings.sources_file),
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",  # tasks are forked; macOS objects otherwise
        }


def locate(settings: Settings, port: int | None = None) -> Home:
    """The home of this project, with a port that is free now."""
    folder = Path(os.environ.get("LINGTAN_AIRFLOW_HOME", settings.project / ".airflow")).resolve()
    return Home(folder, port or free_port())


def free_port(wanted: int = 0) -> int:
    """A free port of the loopback address: `wanted` when it is free, else any."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
        return probe.getsockname()[1]


def prepare(home: Home, settings: Settings, say: Callable[[str], None]) -> None:
    """Write configuration, secrets and passwords; make database and pools unless this version already did."""
    home.folder.mkdir(parents=True, exist_ok=True)
    home.folder.chmod(0o700)
    home.logs.mkdir(exist_ok=True)
    make_passwords(home.passwords_file)
    write_private(home.config_file, config(home, settings))
    stamp = home.folder / f"prepared-{version('apache-airflow')}"
    if stamp.exists():
        return
    say(f"making Airflow's database in {home.folder} (once)")
    make_database(home.folder, home.environment(settings))
    stamp.touch()


def make_database(folder: Path, environment: Mapping[str, str]) -> None:
    """Airflow's tables and pools, made or brought up to date. Raises HomeError."""
    pools = folder / "pools.json"
    slots = {
        name: {"slots": 1, "description": description, "include_deferred": False}
        for name, description in POOLS.items()
    }
    pools.write_text(json.dumps(slots), encoding="utf-8")
    airflow(environment, "db", "migrate")
    airflow(environment, "pools", "import", str(pools))


def airflow(environment: Mapping[str, str], *arguments: str) -> str:
    """Run one Airflow command to its end; its output. Raises HomeError with its last lines."""
    done = subprocess.run(
        [sys.executable, "-m", "airflow", *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise HomeError(f"airflow {' '.join(arguments)} ended with {done.returncode}:\n{tail}")
    return done.stdout


def config(home: Home, settings: Settings) -> str:
    """Text of airflow.cfg: what differs from Airflow's defaults; AIRFLOW__* variables go before it."""
    kept = make_secrets(home.secrets_file)
    sections = {
        "core": {
            "dags_folder": settings.project / "dags",
            "plugins_folder": settings.project / "plugins",
            "load_examples": False,
            "executor": "LocalExecutor",
            "parallelism": 5,  # the four ingests of a night, and the build that waits for them
            "dags_are_paused_at_creation": False,
            "default_timezone": HOUSE_ZONE,  # plain dates given to `airflow backfill` are local days
            "simple_auth_manager_users": ",".join(f"{name}:{role}" for name, role in USERS.items()),
            "simple_auth_manager_passwords_file": home.passwords_file,
            "execution_api_server_url": f"{home.url}/execution/",
            "fernet_key": kept["fernet_key"],
        },
        "database": {"sql_alchemy_conn": f"sqlite:///{home.folder / 'airflow.db'}"},
        "logging": {
            "base_log_folder": home.logs,
            "namespace_levels": "great_expectations=WARNING",  # it tells every class it registers
        },
        "api": {
            "host": "127.0.0.1",
            "port": home.port,
            "base_url": home.url,
            "secret_key": kept["api_secret_key"],
        },
        "api_auth": {"jwt_secret": kept["jwt_secret"]},
        "scheduler": {
            "scheduler_idle_sleep_time": 0.2,
            # what a killed scheduler was running is taken up within a minute, not after five
            "scheduler_health_check_threshold": 20,
            "orphaned_tasks_check_interval": 20,
        },
    }
    parser = configparser.RawConfigParser()
    for section, options in sections.items():
        # Airflow interpolates its configuration: a % of a path is doubled
        parser[section] = {name: str(value).replace("%", "%%") for name, value in options.items()}
    lines = ["# Written anew at every start; variables AIRFLOW__SECTION__OPTION go before it."]
    for section in parser.sections():
        lines += ["", f"[{section}]", *(f"{name} = {value}" for name, value in parser[section].items())]
    return "\n".join(lines) + "\n"


def make_secrets(file: Path) -> dict[str, str]:
    """Keys that sign and encrypt, made once and kept, readable by their owner alone."""
    if not file.exists():
        write_private(
            file,
            json.dumps(
                {
                    "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                    "api_secret_key": secrets.token_urlsafe(32),
                    "jwt_secret": secrets.token_urlsafe(64),
                }
            ),
        )
    return json.loads(file.read_text(encoding="utf-8"))


def make_passwords(file: Path) -> None:
    """A password for every user who has none yet."""
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    fresh = {name: secrets.token_urlsafe(12) for name in USERS if name not in known}
    if fresh:
        write_private(file, json.dumps({**known, **fresh}, indent=1))


def write_private(file: Path, text: str) -> None:
    """Write a file that its owner alone can read, from its first byte on."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
