"""Files that appear whole or not at all, whatever kills the writer. Knows nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".tmp"  # ending of a file somebody was writing when the process died


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A path to write to; on leaving it becomes `file` by one rename: readers see the old file or the new.

    What was written is not flushed to the disk here; `write_bytes` and `replace_bytes` do that.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}{UNFINISHED}")
    try:
        yield unfinished
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(text: str, file: Path) -> None:
    """Replace a small text file in one step."""
    with replacing(file) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def write_bytes(content: bytes, file: Path) -> None:
    """Write and flush to the disk, so that a rename after it never shows an empty file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def replace_bytes(content: bytes, file: Path) -> None:
    """Replace a file in one step, flushed before it is seen: what people fetch outlives a power cut."""
    with replacing(file) as unfinished:
        write_bytes(content, unfinished)
