"""What the files of a source's folder hashed to when they were last read. A file this machine has not seen
change since is known without reading it, so that a night costs what is new and not what lies there.

A cache beside the rows as read; where it is lost, every file is read.
"""

from __future__ import annotations

import json
from time import time_ns

from lingtan.files import write_text
from lingtan.landing.inbox import Seen
from lingtan.settings import Settings
from lingtan.sources.entry import Source

# Nanoseconds, the coarsest clock of a file system (FAT): a change sooner after another may leave no trace.
_COARSEST = 2_000_000_000


class Hashes:
    """sha256 by file of one source; call it holding the source's lock."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._file = settings.read / source.name / "hashes.json"
        try:
            self._before = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._before = {}
        self._now: dict[str, list[int | str]] = {}

    def of(self, seen: Seen) -> str | None:
        """The hash of a file nobody has touched since it was taken; None when it must be read."""
        known = self._before.get(seen.name)
        return known[-1] if known and known[:-1] == _trace(seen) else None

    def take(self, seen: Seen, sha256: str) -> None:
        """Remember a file that has been read, or was known."""
        if time_ns() - seen.touched > _COARSEST:
            self._now[seen.name] = [*_trace(seen), sha256]

    def keep(self) -> None:
        """What was not taken this time is forgotten."""
        if self._now != self._before:
            write_text(json.dumps(self._now, ensure_ascii=False) + "\n", self._file)


def _trace(seen: Seen) -> list[int | str]:
    """What no change of a file leaves as it was."""
    return [seen.inode, seen.size, seen.changed, seen.touched]
