"""Files in a bucket, on an SFTP server, behind a web server, and answers of a database land as those of a
folder do; each comes from a real server on the loopback address.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy

from lingtan import landing, numbers
from lingtan.errors import ConfigurationError
from lingtan.landing import fetching
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

DAY = date(2026, 10, 30)
ENTRY = """
sources:
  plant_meters:
    table: meter_readings
    format: csv
    location: {location}
    connection: plant
    files: "*.csv"
    settle_seconds: 0
    time_zone: Asia/Shanghai
    timestamp: {{column: Time, format: "%Y-%m-%d %H:%M"}}
    columns:
      installation_code: {{value: CN-FAST}}
      meter_code: Meter
      amount: Reading
      unit: {{value: kWh}}
      quality: {{value: actual}}
"""
READINGS = "Meter,Time,Reading\nEL-MAIN,2026-10-30 08:00,{amount}\nEL-MAIN,2026-10-30 08:15,11.5\n"


def named(house: Settings, location: str) -> Settings:
    house.sources_file.write_text(ENTRY.format(location=location), encoding="utf-8")
    return house


def landed_amounts(house: Settings) -> list[str]:
    return sorted(
        numbers.plain(amount)
        for record in landing.records(["meter_readings"], settings=house)
        for amount in landing.rows(record, settings=house)["amount"].to_pylist()
    )


@pytest.fixture
def bucket(monkeypatch) -> Iterator:
    """An S3-compatible server with the bucket `plant`; yields a client of it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        monkeypatch.setenv(
            "AIRFLOW_CONN_PLANT",
            '{"conn_type": "aws", "login": "reader", "password": "of-this-test",'
            f' "extra": {{"endpoint_url": "{endpoint}", "region_name": "us-east-1"}}}}',
        )
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id="reader",
            aws_secret_access_key="of-this-test",
            region_name="us-east-1",
        )
        client.create_bucket(Bucket="plant")
        yield client
    finally:
        server.stop()


def test_a_bucket_is_landed_and_a_corrected_object_is_fetched_again(bucket, house):
    settings = named(house, "s3://plant/meters")
    bucket.put_object(Bucket="plant", Key="meters/a.csv", Body=READINGS.format(amount="10").encode())
    bucket.put_object(Bucket="plant", Key="other/b.csv", Body=READINGS.format(amount="99").encode())

    first = landing.land(["meter_readings"], settings=settings)
    again = landing.land(["meter_readings"], settings=settings)
    bucket.put_object(Bucket="plant", Key="meters/a.csv", Body=READINGS.format(amount="10.25").encode())
    corrected = landing.land(["meter_readings"], settings=settings)

    assert (len(first.new), len(again.new), again.known, len(corrected.new)) == (1, 0, 1, 1)
    assert landed_amounts(settings) == ["10", "10.25", "11.5", "11.5"]


def test_an_object_that_is_taken_away_leaves_the_mirror_and_not_what_was_landed(bucket, house):
    settings = named(house, "s3://plant/meters")
    bucket.put_object(Bucket="plant", Key="meters/a.csv", Body=READINGS.format(amount="10").encode())
    landing.land(["meter_readings"], settings=settings)
    bucket.delete_object(Bucket="plant", Key="meters/a.csv")

    landed = landing.land(["meter_readings"], settings=settings)

    assert (landed.new, landed.refused, landed.known) == ([], [], 0)
    assert not list((settings.var / "fetched" / "plant_meters").rglob("*.csv"))
    assert landed_amounts(settings) == ["10", "11.5"]


def test_a_store_that_cannot_be_reached_is_one_located_finding(house, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv(
        "AIRFLOW_CONN_PLANT",
        '{"conn_type": "aws", "login": "reader", "password": "of-this-test",'
        f' "extra": {{"endpoint_url": "http://127.0.0.1:{port}"}}}}',
    )
    settings = named(house, "s3://plant/meters")

    landed = landing.land(["meter_readings"], settings=settings)

    [finding] = landed.refused
    assert (finding.rule, finding.source, finding.file) == (
        "unreachable_store",
        "plant_meters",
        "s3://plant/meters",
    )
    assert "of-this-test" not in str(finding)


def test_a_connection_nobody_declared_names_what_to_set(house, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_PLANT", raising=False)
    settings = named(house, "s3://plant/meters")

    with pytest.raises(ConfigurationError, match="AIRFLOW_CONN_PLANT"):
        landing.land(["meter_readings"], settings=settings)


@pytest.fixture
def web(tmp_path) -> Iterator[tuple[Path, str]]:
    """A folder that a web server lists, and its address."""
    folder = tmp_path / "web"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield folder, f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_web_folder_is_landed(web, house, monkeypatch):
    folder, address = web
    monkeypatch.setenv("AIRFLOW_CONN_PLANT", "http://reader:of-this-test@127.0.0.1")
    settings = named(house, address)
    (folder / "a.csv").write_text(READINGS.format(amount="10"), encoding="utf-8")

    first = landing.land(["meter_readings"], settings=settings)
    again = landing.land(["meter_readings"], settings=settings)

    assert (len(first.new), again.known) == (1, 1)
    assert landed_amounts(settings) == ["10", "11.5"]


def test_a_file_of_a_web_folder_was_issued_when_the_server_says(web, house, monkeypatch):
    folder, address = web
    monkeypatch.setenv("AIRFLOW_CONN_PLANT", "http://reader:of-this-test@127.0.0.1")
    settings = named(house, address)
    entry = settings.sources_file.read_text(encoding="utf-8")
    settings.sources_file.write_text(
        entry.replace("settle_seconds: 0", "settle_seconds: 0\n    stated_at: {object_time: true}"),
        encoding="utf-8",
    )
    (folder / "a.csv").write_text(READINGS.format(amount="10"), encoding="utf-8")
    put_there = datetime(2023, 5, 4, 3, 2, 1, tzinfo=UTC).timestamp()
    os.utime(folder / "a.csv", (put_there, put_there))

    landing.land(["meter_readings"], settings=settings)

    [record] = landing.records(["meter_readings"], settings=settings)
    assert record.stated_at == "2023-05-04T03:02:01Z"


def test_half_an_upload_is_left_for_the_next_run(web, house, monkeypatch):
    folder, address = web
    monkeypatch.setenv("AIRFLOW_CONN_PLANT", "http://reader:of-this-test@127.0.0.1")
    settings = named(house, address)
    whole = READINGS.format(amount="10")
    (folder / "a.csv").write_text(whole[:-3], encoding="utf-8")
    waited = []

    def goes_on_writing(seconds: float) -> None:
        waited.append(seconds)
        (folder / "a.csv").write_text(whole, encoding="utf-8")

    monkeypatch.setattr(fetching, "sleep", goes_on_writing)

    first = landing.land(["meter_readings"], settings=settings)
    second = landing.land(["meter_readings"], settings=settings)

    assert ([finding.rule for finding in first.growing], first.new) == (["file_still_growing"], [])
    assert len(second.new) == 1
    assert landed_amounts(settings) == ["10", "11.5"]
    assert waited == [0, 0]


@pytest.fixture
def sftp(tmp_path) -> Iterator[tuple[Path, int, str]]:
    """A folder an SFTP server shows, its port and its host key."""
    import paramiko

    folder = tmp_path / "sftp"
    folder.mkdir()
    host_key = paramiko.ECDSAKey.generate()

    class Door(paramiko.ServerInterface):
        def check_auth_password(self, username: str, password: str) -> int:
            fits = (username, password) == ("reader", "of-this-test")
            return paramiko.AUTH_SUCCESSFUL if fits else paramiko.AUTH_FAILED

        def check_channel_request(self, kind: str, chanid: int) -> int:
            return paramiko.OPEN_SUCCEEDED

    class Folder(paramiko.SFTPServerInterface):
        def _at(self, path: str) -> Path:
            return folder / path.lstrip("/")

        def list_folder(self, path: str):
            return [
                paramiko.SFTPAttributes.from_stat(entry.stat(), entry.name)
                for entry in os.scandir(self._at(path))
            ]

        def stat(self, path: str):
            try:
                return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)

        lstat = stat

        def open(self, path: str, flags: int, attr: object):
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = self._at(path).open("rb")
            return handle

    listener = socket.create_server(("127.0.0.1", 0))
    open_doors: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            door = paramiko.Transport(connection)
            open_doors.append(door)
            door.add_server_key(host_key)
            door.set_subsystem_handler("sftp", paramiko.SFTPServer, Folder)
            door.start_server(server=Door())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield folder, listener.getsockname()[1], host_key.get_base64()
    finally:
        listener.close()
        for door in open_doors:
            door.close()


def test_an_sftp_drop_is_landed_when_its_host_key_is_the_one_we_know(sftp, house, monkeypatch):
    folder, port, host_key = sftp
    (folder / "out").mkdir()
    (folder / "out" / "a.csv").write_text(READINGS.format(amount="10"), encoding="utf-8")
    monkeypatch.setenv(
        "AIRFLOW_CONN_PLANT",
        '{"conn_type": "sftp", "login": "reader", "password": "of-this-test",'
        f' "extra": {{"host_key": "{host_key}"}}}}',
    )
    settings = named(house, f"sftp://127.0.0.1:{port}/out")

    first = landing.land(["meter_readings"], settings=settings)
    again = landing.land(["meter_readings"], settings=settings)

    assert (first.refused, len(first.new), again.known) == ([], 1, 1)
    assert landed_amounts(settings) == ["10", "11.5"]


def test_an_sftp_server_with_another_host_key_is_not_asked_for_anything(sftp, house, monkeypatch):
    _, port, _ = sftp
    monkeypatch.setenv(
        "AIRFLOW_CONN_PLANT",
        '{"conn_type": "sftp", "login": "reader", "password": "of-this-test",'
        ' "extra": {"host_key": "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY="}}',
    )
    settings = named(house, f"sftp://127.0.0.1:{port}/out")

    [finding] = landing.land(["meter_readings"], settings=settings).refused

    assert finding.rule == "unreachable_store"
    assert "nobody vouched for" in finding.sentence


QUERY = """
sources:
  historian:
    table: meter_readings
    format: parquet
    connection: plant
    query: >-
      select meter, read_on, amount, changed_at from readings where amount is not null
    stated_at: {column: changed_at, format: "%Y-%m-%d %H:%M:%S"}
    time_zone: Asia/Shanghai
    timestamp: {column: read_on, format: "%Y-%m-%d %H:%M:%S"}
    columns:
      installation_code: {value: CN-FAST}
      meter_code: meter
      amount: amount
      unit: {value: kWh}
      quality: {value: actual}
"""
TABLE = (
    "create table readings (meter varchar(20), read_on timestamp, amount numeric(12,3), changed_at timestamp)"
)
ROW = "insert into readings values ('EL-MAIN', '2026-10-30 08:00:00', {amount}, '{changed}')"


def test_a_query_lands_its_answer_once_and_anew_when_the_answer_is_another(postgres_url, house, monkeypatch):
    url = sqlalchemy.make_url(postgres_url)
    monkeypatch.setenv(
        "AIRFLOW_CONN_PLANT",
        url.set(drivername="postgres").render_as_string(hide_password=False),
    )
    house.sources_file.write_text(QUERY, encoding="utf-8")
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)

    def tell(*statements: str) -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(sqlalchemy.text(statement))

    tell(TABLE, ROW.format(amount="10.125", changed="2026-10-31 00:00:00"))
    first = landing.land(["meter_readings"], settings=house)
    again = landing.land(["meter_readings"], settings=house)
    tell("update readings set amount = 10.5, changed_at = '2026-11-02 09:30:00'")
    corrected = landing.land(["meter_readings"], settings=house)

    assert (len(first.new), again.known, len(corrected.new)) == (1, 1, 1)
    assert landed_amounts(house) == ["10.125", "10.5"]
    assert sorted(record.stated_at for record in landing.records(["meter_readings"], settings=house)) == [
        "2026-10-30T16:00:00Z",
        "2026-11-02T01:30:00Z",
    ]


def test_an_answer_with_two_columns_of_one_name_is_a_finding_and_loses_neither(
    postgres_url, house, monkeypatch
):
    url = sqlalchemy.make_url(postgres_url).set(drivername="postgres")
    monkeypatch.setenv("AIRFLOW_CONN_PLANT", url.render_as_string(hide_password=False))
    twice = "select 1 as amount, 2 as amount, 'M' as meter, 'x' as read_on, 'y' as changed_at"
    house.sources_file.write_text(
        QUERY.replace(
            "select meter, read_on, amount, changed_at from readings where amount is not null", twice
        ),
        encoding="utf-8",
    )

    landed = landing.land(["meter_readings"], settings=house)

    [finding] = landed.refused
    assert (finding.rule, landed.new) == ("unreachable_store", [])
    assert "called 'amount'" in finding.sentence


def test_a_query_without_a_column_that_says_when_is_refused(house):
    house.sources_file.write_text(
        QUERY.replace('    stated_at: {column: changed_at, format: "%Y-%m-%d %H:%M:%S"}\n', ""),
        encoding="utf-8",
    )

    with pytest.raises(ConfigurationError, match="stated_at"):
        landing.land(["meter_readings"], settings=house)


def test_nothing_of_a_store_is_written_outside_its_mirror(house):
    settings = named(house, "s3://plant/meters")
    [source] = landing.catalog.load(settings).values()

    assert fetching.folder(source, settings) == settings.var / "fetched" / "plant_meters"
