"""The terminal, or the log: lines that stay, each with the time since the start, and one that moves."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO


class Screen:
    """Where progress is shown. The moving line exists on a terminal only."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self.is_terminal = self._out.isatty()
        self._began = time.monotonic()

    def line(self, words: str) -> None:
        self.clear()
        print(f"{self._clock()}  {words}", file=self._out, flush=True)

    def move(self, words: str) -> None:
        """Replace the moving line."""
        if self.is_terminal:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[2K{f'{self._clock()}  {words}'[:width]}", end="", file=self._out, flush=True)

    def clear(self) -> None:
        if self.is_terminal:
            print("\r\x1b[2K", end="", file=self._out, flush=True)

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"{seconds // 60:2d}:{seconds % 60:02d}"
