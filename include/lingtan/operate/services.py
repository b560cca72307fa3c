"""Airflow's processes: started together, watched, and stopped together whatever happens to their starter."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lingtan.errors import LingtanError
from lingtan.operate.home import MARKER, Home, prepare
from lingtan.settings import Settings

# The API server first: tasks talk to it from their first second.
SERVICES = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}
PATIENCE_SECONDS = 15
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class ServiceError(LingtanError):
    """A process of Airflow ended, or somebody else operates this house."""


class Services:
    """The running processes of one Airflow."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self.home = home
        self.settings = settings
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self) -> None:
        for name in SERVICES:
            self.start_one(name)

    def start_one(self, name: str) -> None:
        with self.log_file(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "airflow", *SERVICES[name]],
                env=self.home.environment(self.settings),
                cwd=self.settings.project,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log_file(self, name: str) -> Path:
        return self.home.logs / f"service-{name}.log"

    def check(self) -> None:
        """Raise ServiceError with a process's last lines when it has ended by itself."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                log = self.log_file(name)
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
                raise ServiceError(f"Airflow's {name} ended with {process.returncode}:\n{tail}\nlog: {log}")

    def stop(self) -> None:
        """Ask every process group to end, then insist; then end what left its group."""
        running = [process for process in self.processes.values() if process.poll() is None]
        for process in running:
            _signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        for process in running:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        end_leftovers(self.home)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def leftovers(home: Home) -> list:
    """Processes with this home's marker: workers have their own group and outlive a killed scheduler."""
    import psutil

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARKER) == str(home.folder):
                found.append(process)
    return found


def end_leftovers(home: Home, patience_seconds: float = 5) -> int:
    """End every process that still belongs to this home, by force after `patience_seconds`; their number."""
    import psutil

    found = leftovers(home)
    for process in found:
        with suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(found, timeout=patience_seconds)
    for process in stubborn:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    return len(found)


@contextmanager
def lock(home: Home) -> Iterator[None]:
    """One operator per home: two schedulers would steal each other's tasks. Raises ServiceError."""
    home.folder.mkdir(parents=True, exist_ok=True)
    with (home.folder / "operator.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ServiceError(
                f"process {file.read().strip()} already operates {home.folder}: stop it, or wait for it"
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """SIGTERM, like Ctrl-C, unwinds the program instead of ending it where it stands."""

    def unwind(number: int, _frame: object) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    former = {number: signal.signal(number, unwind) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def running(home: Home, settings: Settings, say: Callable[[str], None]) -> Iterator[Services]:
    """Prepared and started processes; all of them have ended when the block is left, by whatever way."""
    with lock(home), stopping_on_signals():
        if count := end_leftovers(home):
            say(f"ended {count} processes that an earlier run left behind")
        prepare(home, settings, say)
        services = Services(home, settings)
        try:
            services.start()
            yield services
        finally:
            # a second Ctrl-C must not leave half of them behind
            for number in STOPPING:
                signal.signal(number, signal.SIG_IGN)
            with suppress(OSError):  # nobody may be reading any more
                say("stopping Airflow")
            services.stop()
