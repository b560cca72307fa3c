"""The operator of Airflow, without an Airflow: what it writes, whom it stops, what it says."""

from __future__ import annotations

import configparser
import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date, datetime

import httpx
import psutil
import pytest

from lingtan.operate import failures, home, services, watch
from lingtan.operate.api import Api, ApiError
from lingtan.operate.demonstration import midnight
from lingtan.operate.home import MARKER, Home
from lingtan.operate.screen import Screen


@pytest.fixture
def airflow_home(tmp_path) -> Home:
    return Home(tmp_path / "airflow", 18080)


def mode(file) -> int:
    return stat.S_IMODE(file.stat().st_mode)


# ---- what it writes ------------------------------------------------------------


def configured(airflow_home: Home, house) -> configparser.ConfigParser:
    airflow_home.folder.mkdir()
    parser = configparser.ConfigParser()
    parser.read_string(home.config(airflow_home, house))
    return parser


def test_airflow_listens_to_this_machine_alone(airflow_home, house):
    config = configured(airflow_home, house)

    assert config["api"]["host"] == "127.0.0.1"
    assert config["core"]["execution_api_server_url"] == "http://127.0.0.1:18080/execution/"


def test_a_plain_date_given_to_airflow_is_a_local_day(airflow_home, house):
    assert configured(airflow_home, house)["core"]["default_timezone"] == "Asia/Shanghai"


def test_nobody_logs_in_without_a_name(airflow_home, house):
    core = configured(airflow_home, house)["core"]

    assert core["simple_auth_manager_users"] == "ada:admin,una:user,vic:viewer"
    assert "simple_auth_manager_all_admins" not in core


def test_a_percent_sign_in_a_path_survives_the_configuration(tmp_path, house):
    odd = Home(tmp_path / "100%", 18080)

    config = configured(odd, replace(house, project=tmp_path / "100% ours"))

    assert config["core"]["dags_folder"] == str(tmp_path / "100% ours" / "dags")


def test_passwords_are_made_once_for_every_user_and_readable_by_their_owner_alone(tmp_path):
    file = tmp_path / "passwords.json"
    home.make_passwords(file)
    first = json.loads(file.read_text())
    home.make_passwords(file)

    assert first.keys() == {"ada", "una", "vic"}
    assert len(set(first.values())) == 3
    assert json.loads(file.read_text()) == first
    assert mode(file) == 0o600


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path):
    file = tmp_path / "secrets.json"

    assert home.make_secrets(file) == home.make_secrets(file)
    assert mode(file) == 0o600
    assert json.loads(file.read_text()).keys() == {"fernet_key", "api_secret_key", "jwt_secret"}


def test_a_file_that_was_open_to_all_is_closed_when_it_is_written_again(tmp_path):
    file = tmp_path / "airflow.cfg"
    file.write_text("old")
    file.chmod(0o644)

    home.write_private(file, "new")

    assert (file.read_text(), mode(file)) == ("new", 0o600)


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert home.free_port(port) != port
    assert home.free_port(port) == port


# ---- whom it stops ------------------------------------------------------------


def test_a_second_operator_of_the_same_house_is_refused(airflow_home):
    with (
        services.lock(airflow_home),
        pytest.raises(services.ServiceError, match=f"process {os.getpid()} already operates"),
        services.lock(airflow_home),
    ):
        pass


def test_what_an_earlier_operator_left_running_is_ended_and_nobody_else(airflow_home):
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    ours = subprocess.Popen(
        sleep, env={**os.environ, MARKER: str(airflow_home.folder)}, start_new_session=True
    )
    of_another_house = subprocess.Popen(sleep, env={**os.environ, MARKER: f"{airflow_home.folder}-2"})
    try:
        assert services.end_leftovers(airflow_home) == 1
        assert not psutil.pid_exists(ours.pid)
        assert of_another_house.poll() is None
    finally:
        of_another_house.kill()
        of_another_house.wait()
        ours.kill()


def test_a_leftover_is_known_after_it_has_renamed_itself_as_airflows_workers_do(airflow_home, house):
    renamed = (
        "import setproctitle, time; setproctitle.setproctitle('airflow worker -- ' + 'x' * 500);"
        "print(flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", renamed], env=airflow_home.environment(house), stdout=subprocess.PIPE
    )
    try:
        process.stdout.readline()
        assert [found.pid for found in services.leftovers(airflow_home)] == [process.pid]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_leftover_that_ignores_the_request_is_killed(airflow_home):
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);print(flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", deaf],
        env={**os.environ, MARKER: str(airflow_home.folder)},
        stdout=subprocess.PIPE,
    )
    try:
        process.stdout.readline()
        services.end_leftovers(airflow_home, patience_seconds=0.2)
        assert not psutil.pid_exists(process.pid)
    finally:
        process.kill()
        process.stdout.close()


def test_everything_is_stopped_even_when_nobody_reads_the_progress_any_more(airflow_home, house, monkeypatch):
    stopped = []
    monkeypatch.setattr(services, "prepare", lambda *_: None)
    monkeypatch.setattr(services.Services, "start", lambda _: None)
    monkeypatch.setattr(services.Services, "stop", lambda _: stopped.append("all"))

    def say(words: str) -> None:
        raise BrokenPipeError(words)

    with pytest.raises(BrokenPipeError, match="progress"), services.running(airflow_home, house, say):
        say("progress")

    assert stopped == ["all"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_unwinds_the_operator_so_that_it_can_stop_what_it_started(number):
    stopped = []
    timer = threading.Timer(0.2, os.kill, (os.getpid(), number))
    with pytest.raises(KeyboardInterrupt, match=number.name), services.stopping_on_signals():
        timer.start()
        try:
            signal.pause()
        finally:
            stopped.append(number)

    assert stopped == [number]


# ---- how it asks ------------------------------------------------------------


def api(answers) -> Api:
    """A client whose server gives `answers` in turn, after a login."""
    waiting = iter(answers)

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return httpx.Response(201, json={"access_token": "t"})
        return next(waiting)

    return Api("http://airflow", "ada", "pw", httpx.MockTransport(serve))


def test_a_request_that_failed_on_the_servers_side_is_repeated():
    asked = api([httpx.Response(500, text="database is locked"), httpx.Response(200, json={"dags": []})])

    assert asked.dags() == {}


def test_a_run_that_is_there_already_counts_as_started():
    assert api([httpx.Response(409, json={})]).trigger("rebuild_range", "demo__1") == "demo__1"


def test_an_expired_login_is_renewed():
    assert api([httpx.Response(401), httpx.Response(200, json={"dags": []})]).dags() == {}


def test_a_refused_request_says_what_the_server_said():
    with pytest.raises(ApiError, match=r"400 .*'2026-13-01' is not a 'date'"):
        api([httpx.Response(400, json={"detail": "'2026-13-01' is not a 'date'"})]).trigger(
            "rebuild_range", "x"
        )


def test_a_server_that_never_recovers_is_given_up():
    with pytest.raises(ApiError, match="failed 8 times"):
        api([httpx.Response(503)] * 8).dags()


def test_a_night_is_asked_for_with_the_logical_date_and_the_interval_of_the_schedule():
    bodies = []

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return httpx.Response(201, json={"access_token": "t"})
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={})

    start, end = midnight(date(2026, 10, 30)), midnight(date(2026, 10, 31))
    asked = Api("http://airflow", "ada", "pw", httpx.MockTransport(serve))
    asked.trigger("ingest_meters", "night__2026-10-30", logical_date=start, data_interval=(start, end))

    assert bodies == [
        {
            "dag_run_id": "night__2026-10-30",
            "logical_date": "2026-10-30T00:00:00+08:00",
            "data_interval_start": "2026-10-30T00:00:00+08:00",
            "data_interval_end": "2026-10-31T00:00:00+08:00",
            "conf": {},
        }
    ]


# ---- what it says ------------------------------------------------------------

RUN = {
    "dag_id": "ingest_energy",
    "dag_run_id": "night__2026-10-31",
    "logical_date": "2026-10-30T16:00:00Z",
    "state": "failed",
    "conf": {},
}
LAND = {
    "task_id": "land",
    "state": "success",
    "duration": 2.04,
    "end_date": "2026-11-01T00:00:02Z",
    "try_number": 1,
}
ACCEPT = {**LAND, "task_id": "accept", "duration": 8.0, "end_date": "2026-11-01T00:00:12Z"}
REPORT = {**LAND, "task_id": "report", "state": "failed", "end_date": "2026-11-01T00:00:14Z"}


def test_a_run_is_called_by_its_local_day():
    assert watch.title(RUN) == "ingest_energy 2026-10-31"


def test_a_rebuild_is_called_by_its_range():
    run = {
        "dag_id": "rebuild_range",
        "logical_date": None,
        "conf": {"from": "2026-01-01", "to": "2026-03-31"},
    }

    assert watch.title(run) == "rebuild_range 2026-01-01 .. 2026-03-31"


def test_progress_tells_dag_task_and_how_far():
    running = {**REPORT, "state": "running"}

    line = watch.started_line(RUN, running, [LAND, ACCEPT, running])

    assert line.split() == ["ingest_energy", "2026-10-31", "report", "(3", "of", "3)"]


def test_a_finished_run_tells_its_tasks_in_order():
    line = watch.ended_line({**RUN, "tasks": [REPORT, ACCEPT, LAND]})

    assert (
        " ".join(line.split()) == "ingest_energy 2026-10-31 FAILED: land 2.0 s, accept 8.0 s, report failed"
    )


def raised(kind: str, message: str, file: str) -> list[dict]:
    frames = [{"filename": file, "lineno": 1, "name": "f"}]
    detail = {"exc_type": kind, "exc_value": message, "frames": frames}
    return [{"event": "Task failed with exception", "error_detail": [detail]}]


def test_a_failed_task_ends_in_dag_task_source_file_row_and_the_next_command(house, airflow_home):
    house.sources_file.write_text(
        "sources:\n"
        "  fastener_energy_documents:\n"
        "    {table: activity_data, format: csv, location: inbox/energy, files: '*.csv',\n"
        "     time_zone: Asia/Shanghai,\n"
        "     columns: {installation_code: A, stream_code: B, period_from: C, period_until: D, kind: E,\n"
        "               amount: F, unit: G, document_ref: H}}\n",
        encoding="utf-8",
    )
    inbox = house.var / "inbox" / "energy"
    inbox.mkdir(parents=True)
    (inbox / "energy 2026-10.csv").touch()
    found = (
        "fastener_energy_documents, energy 2026-10.csv, row 7, column 'unit', value 'm3': a bare m3 of gas"
    )
    words = f"held partitions: 1\n{found}\nnext: lingtan try-source fastener_energy_documents"

    said = failures.block(RUN, REPORT, words, airflow_home, house)

    assert said[1:4] == [
        "FAILED  ingest_energy 2026-10-31, task report",
        "  held partitions: 1",
        f"  {found}",
    ]
    assert said[4].startswith("log:    ")
    assert said[4].endswith("dag_id=ingest_energy/run_id=night__2026-10-31/task_id=report/attempt=1.log")
    assert said[5].startswith("next:   ")
    assert said[5].endswith(
        f"lingtan try-source fastener_energy_documents --file '{inbox}/energy 2026-10.csv'"
    )
    assert len(said) == 6


def test_our_own_refusal_stands_without_the_name_of_its_class():
    events = raised("LingtanError", "held partitions: 1", "/opt/lingtan/include/lingtan/gate.py")

    assert failures.reason(events) == "held partitions: 1"


def test_an_exception_nobody_meant_keeps_the_name_of_its_class():
    events = raised("KeyError", "'unit'", "/opt/lingtan/include/lingtan/gate.py")

    assert failures.reason(events) == "KeyError: 'unit'"


def test_a_task_that_left_no_word_was_killed():
    assert failures.reason([{"event": "starting"}]) == failures.SILENT


def test_a_log_gets_lines_and_a_moving_line_only_a_terminal():
    out = io.StringIO()
    screen = Screen(out)
    screen.move("waiting")
    screen.line("Airflow is up")

    assert out.getvalue() == " 0:00  Airflow is up\n"


def test_a_day_of_the_house_begins_in_shanghai():
    assert midnight(date(2026, 10, 30)) == datetime.fromisoformat("2026-10-29T16:00:00+00:00")
