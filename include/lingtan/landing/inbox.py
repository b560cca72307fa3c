"""What lies in the sources' folders, and which of it nobody is writing any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep, time_ns

from lingtan.errors import Finding
from lingtan.landing import fetching, findings
from lingtan.settings import Settings
from lingtan.sources.entry import Source


@dataclass(frozen=True)
class Seen:
    """A file as one look found it; times in nanoseconds."""

    path: Path
    name: str
    size: int
    changed: int  # the file's own time, which a copying program may set back
    touched: int  # when this machine last saw it change; a copy cannot set that
    inode: int

    @classmethod
    def at(cls, path: Path, name: str) -> Seen:
        stat = path.stat()
        return cls(path, name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)

    def is_still(self) -> bool:
        return Seen.at(self.path, self.name) == self

    def waits(self, source: Source, now: int) -> float:
        """Seconds until the file has been left alone for the source's `settle_seconds`; a clock that is ahead
        of ours makes nobody wait longer than these. What we have fetched ourselves is whole.
        """
        if fetching.is_fetched(source):
            return 0.0
        left = source.settle_seconds - (now - self.touched) / 1e9
        return max(0.0, min(left, source.settle_seconds))


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
    folder = fetching.folder(source, settings)
    found = folder.glob(source.files) if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith((".", "~$")) and not path.is_dir())


def name_of(path: Path, source: Source, settings: Settings) -> str:
    """The name a person knows a file of the source by: its path below the source's folder."""
    return path.relative_to(fetching.folder(source, settings)).as_posix()


def look(sources: Sequence[Source], settings: Settings) -> dict[str, Look]:
    """What the folders of `sources` hold, by source.

    A file touched within its source's `settle_seconds` may be half a file. If there is any, the call waits
    once, for all sources together, until each has had its time; those that changed meanwhile are left.
    """
    found = {source.name: _look_once(source, settings) for source in sources}
    now = time_ns()
    fresh = {
        source.name: {seen for seen in found[source.name].files if seen.waits(source, now)}
        for source in sources
    }
    if any(fresh.values()):
        sleep(max(seen.waits(source, now) for source in sources for seen in fresh[source.name]))
    for source in sources:
        _look_again(found[source.name], fresh[source.name], source)
    return found


def growing_now(source: Source, settings: Settings) -> list[Finding]:
    """Files somebody has touched within the source's `settle_seconds`; nobody waits."""
    now = time_ns()
    seen = _look_once(source, settings).files
    return [findings.growing(source, file.name) for file in seen if file.waits(source, now)]


def _look_once(source: Source, settings: Settings) -> Look:
    found = Look()
    for path in files_of(source, settings):
        name = name_of(path, source, settings)
        try:
            found.files.append(Seen.at(path, name))
        except OSError as error:
            found.unreadable.append(findings.unreadable(source, name, error))
    return found


def _look_again(found: Look, fresh: set[Seen], source: Source) -> None:
    """Take out of `found.files` what is no longer as it was."""
    files, found.files = found.files, []
    for seen in files:
        try:
            if seen not in fresh or seen.is_still():
                found.files.append(seen)
            else:
                found.growing.append(findings.growing(source, seen.name))
        except OSError as error:
            found.unreadable.append(findings.unreadable(source, seen.name, error))
