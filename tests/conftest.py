"""Shared by all tests: a throw-away house, and the rule for tests that need something the machine may lack."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from lingtan import settings as lingtan_settings
from lingtan.settings import Settings

REFERENCE = Path(__file__).resolve().parents[2] / "shared"


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
