"""The demo from its files to its figures in one process, without a scheduler."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lingtan import contracts, gate, lake, landing, samples, solve, warehouse
from lingtan import settings as lingtan_settings
from lingtan.samples.truth import Manifest
from lingtan.settings import Settings


def house(folder: Path, url: str | None = None) -> Settings:
    """Settings of a house in `folder` with the project's own sources, on DuckDB or on the server of `url`."""
    return replace(lingtan_settings.load(), var=folder / "var", out=folder / "out", warehouse_url=url)


def fill(settings: Settings, **scope) -> Manifest:
    """The demo's files, landed and accepted in one pass; the truth about them."""
    manifest = samples.write(settings.var, **scope)
    landed = landing.land(contracts.names(), settings=settings)
    assert not landed.refused
    held = gate.accept(lake.stale(contracts.names(), settings=settings), settings=settings)
    assert not held
    return manifest


def build(settings: Settings) -> Settings:
    """The warehouse in full, of what lies in the lake."""
    warehouse.build_before_solve(settings)
    solve.solve(settings)
    warehouse.build_after_solve(settings)
    return settings
