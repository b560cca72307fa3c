"""Words of a command line as values; what cannot be read is refused in a sentence. Knows nobody."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day: write it as 2026-10-31") from None


def year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise ArgumentTypeError(f"{text!r} is no year: write it as 2026")
    return int(text)


def shown(path: Path) -> str:
    """A path as a person in this folder types it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
