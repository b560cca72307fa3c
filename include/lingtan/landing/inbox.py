"""What lies in a source's folder, and which of it nobody is writing any more."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lingtan.errors import Finding
from lingtan.settings import Settings
from lingtan.sources.entry import Source


@dataclass(frozen=True)
class Seen:
    """A file as one look found it."""

    path: Path
    name: str
    size: int
    changed: int  # nanoseconds

    def is_still(self) -> bool:
        stat = self.path.stat()
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.changed)


@dataclass
class Look:
    """Files that may be taken, files left for the next run, and files that cannot be opened."""

    files: list[Seen] = field(default_factory=list)
    growing: list[Finding] = field(default_factory=list)
    unreadable: list[Finding] = field(default_factory=list)


def files_of(source: Source, settings: Settings) -> list[Path]:
    """Files in the source's folder that its pattern names, by name.

    Hidden files and those a spreadsheet program leaves beside an open workbook (~$) are nobody's data.
    """
    folder = settings.var / source.location  # an absolute location stands for itself
    found = folder.glob(source.files) if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith((".", "~$")) and not path.is_dir())


def name_of(path: Path, source: Source, settings: Settings) -> str:
    """The name a person knows a file of the source by: its path below the source's folder."""
    return path.relative_to(settings.var / source.location).as_posix()


def look(source: Source, settings: Settings, known: Iterable[tuple[str, int]]) -> Look:
    """What the source's folder holds. With `settle_seconds` only files that old are taken, and only when a
    second look finds them unchanged; the wait is spent when a file is not among the `known` (name, size).
    """
    found = Look()
    for path in files_of(source, settings):
        name = name_of(path, source, settings)
        try:
            stat = path.stat()
        except OSError as error:
            found.unreadable.append(unreadable(source, name, error))
            continue
        found.files.append(Seen(path, name, stat.st_size, stat.st_mtime_ns))
    if source.settle_seconds:
        _wait_for_writers(found, source, set(known))
    return found


def _wait_for_writers(found: Look, source: Source, known: set[tuple[str, int]]) -> None:
    latest = time.time_ns() - int(source.settle_seconds * 1e9)
    old = [seen for seen in found.files if seen.changed <= latest]
    found.growing += [growing(source, seen.name) for seen in found.files if seen.changed > latest]
    if any((seen.name, seen.size) not in known for seen in old):
        time.sleep(source.settle_seconds)
    found.files = []
    for seen in old:
        try:
            if seen.is_still():
                found.files.append(seen)
            else:
                found.growing.append(growing(source, seen.name))
        except OSError as error:
            found.unreadable.append(unreadable(source, seen.name, error))


def growing(source: Source, name: str) -> Finding:
    sentence = "somebody is still writing the file; it is left for the next run"
    return Finding("file_still_growing", sentence, source.name, name)


def unreadable(source: Source, name: str, error: OSError) -> Finding:
    sentence = f"the file cannot be opened: {error.strerror or error}; check its rights, or send it again"
    return Finding("unreadable_file", sentence, source.name, name)
