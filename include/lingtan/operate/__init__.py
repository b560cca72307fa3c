"""Starts, watches and stops a real Airflow on this machine: `lingtan run` and `lingtan ui`."""

from __future__ import annotations

from lingtan.operate.commands import main_run, main_ui

__all__ = ["main_run", "main_ui"]
