"""The raw store: bytes kept for ever under `raw/<source>/<sha256>`, and beside each file a record of every
name it came under, how it was read and which partitions its rows fall in. Every write is a temporary file
and one atomic replace; a record is written last, so that what it says is always there.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lingtan.errors import Finding
from lingtan.files import UNFINISHED, replacing
from lingtan.settings import Settings
from lingtan.sources.entry import Source

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, order=True)
class Name:
    """A name the bytes came under; `stated_at` is when the sender issued them by the rule of the source (UTC,
    ISO 8601), None = not said. `changed_at` is the file's own time, whatever the rule; None = not kept then.
    """

    name: str
    stated_at: str | None = field(compare=False)
    received_at: str = field(compare=False)
    changed_at: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class RawRecord:
    """What is known of one raw file of one source. `partitions`: "<installation or _all>/<key>" -> rows
    there and the master rows they look up, `{"rows": n, "lookups": {table: [code, ..]}}`. `days`: local days
    the rows of a table cut by month speak of. `left_out`: rows beside them that the source's entry leaves
    out.
    """

    source: str
    sha256: str
    size: int
    names: tuple[Name, ...]
    read_hash: str
    state: str  # read, refused
    finding: Finding | None
    table: str
    rows: int
    partitions: Mapping[str, Mapping[str, Any]]
    days: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def id(self) -> str:
        """What a lake row's `source_file` says."""
        return f"{self.source}/{self.sha256}"

    @property
    def stated_at(self) -> str | None:
        """The latest moment the sender issued these bytes; None is the oldest."""
        return max((name.stated_at for name in self.names if name.stated_at), default=None)

    @property
    def file_name(self) -> str:
        """The name a person knows the file by: the one last issued, the first of them by alphabet."""
        return min(name.name for name in self.names if name.stated_at == self.stated_at)

    @cached_property
    def spoken_days(self) -> frozenset[str]:
        """Local days, ISO 8601, that the rows speak of."""
        keys = {key.rpartition("/")[2] for key in self.partitions}
        return frozenset(self.days) | {key for key in keys if _DAY.fullmatch(key)}

    def named(self, name: Name) -> RawRecord:
        """The record with one more name, or itself when it has that name already, issued and changed no
        earlier. Of either time the latest is kept, so that the order of arrival leaves no trace in them.
        """
        for known in self.names:
            if known.name == name.name:
                stated = _latest(known.stated_at, name.stated_at)
                changed = _latest(known.changed_at, name.changed_at)
                if (stated, changed) == (known.stated_at, known.changed_at):
                    return self
                came = known if stated == known.stated_at else name
                name = replace(came, stated_at=stated, changed_at=changed)
        others = (known for known in self.names if known.name != name.name)
        return replace(self, names=tuple(sorted((*others, name))))

    def as_json(self) -> str:
        """Keys in this order, one line each, and one line per partition."""
        names = [
            {
                "name": name.name,
                "stated_at": name.stated_at,
                "received_at": name.received_at,
                "changed_at": name.changed_at,
            }
            for name in self.names
        ]
        partitions = ",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in self.partitions.items())
        values = {
            "source": _json(self.source),
            "sha256": _json(self.sha256),
            "size": _json(self.size),
            "names": _json(names),
            "read_hash": _json(self.read_hash),
            "state": _json(self.state),
            "finding": _json(self.finding.as_dict() if self.finding else None),
            "table": _json(self.table),
            "rows": _json(self.rows),
            "left_out": _json(self.left_out),
            "partitions": f"{{\n{partitions}\n }}" if partitions else "{}",
            "days": _json(self.days),
        }
        return "{\n" + ",\n".join(f' "{key}": {value}' for key, value in values.items()) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> RawRecord:
        raw = json.loads(text)
        finding = raw.pop("finding")
        names = tuple(Name(**name) for name in raw.pop("names"))
        days = tuple(raw.pop("days"))
        return cls(**raw, names=names, days=days, finding=Finding(**finding) if finding else None)


def _latest(*moments: str | None) -> str | None:
    return max((moment for moment in moments if moment), default=None)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def moment(at: datetime) -> str:
    """An instant as records write it: UTC, to the second, sortable as text."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def raw_file(source: str, sha256: str, settings: Settings) -> Path:
    return settings.raw / source / sha256


def record_file(source: str, sha256: str, settings: Settings) -> Path:
    return settings.raw / source / f"{sha256}.json"


def read_file(record: RawRecord, settings: Settings) -> Path:
    """Where the rows of a record are kept as read; the name changes with how they are read."""
    return settings.read / record.source / f"{record.sha256}.{record.read_hash[:12]}.parquet"


def of_all(settings: Settings) -> list[RawRecord]:
    """Every record of every source that ever sent anything."""
    folders = sorted(settings.raw.glob("*/"))
    return [record for folder in folders for record in _of_folder(folder)]


def of_source(source: Source, settings: Settings) -> list[RawRecord]:
    """Every record of one source, by sha256."""
    return _of_folder(settings.raw / source.name)


def _of_folder(folder: Path) -> list[RawRecord]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        files = sorted((entry.path, entry.stat()) for entry in entries if entry.name.endswith(".json"))
    return [_record(path, stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in files]


@lru_cache(maxsize=65536)
def _record(path: str, _inode: int, _changed: int, _size: int) -> RawRecord:
    """A record is replaced, never written into: the same file is the same record."""
    return RawRecord.from_json(Path(path).read_text(encoding="utf-8"))


@contextmanager
def locked(source: str, settings: Settings) -> Iterator[None]:
    """One process at a time writes what belongs to a source; the lock dies with its process."""
    folder = settings.raw / source
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def clear_unfinished(source: str, settings: Settings) -> None:
    """Remove what a killed process left half written; call it holding the source's lock."""
    for folder in (settings.raw / source, settings.read / source):
        for file in folder.glob(f".*{UNFINISHED}") if folder.is_dir() else ():
            file.unlink(missing_ok=True)


def are_kept(source: str, sha256: str, size: int, settings: Settings) -> bool:
    """False for bytes never stored, and for a file cut short by a failing machine."""
    file = raw_file(source, sha256, settings)
    return file.is_file() and file.stat().st_size == size


def keep_bytes(data: bytes, source: str, sha256: str, settings: Settings) -> None:
    """Store bytes under their hash, once; a file cut short is put right."""
    if are_kept(source, sha256, len(data), settings):
        return
    with replacing(raw_file(source, sha256, settings)) as unfinished, unfinished.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())  # the only copy we may rely on once the sender clears the folder


def keep_record(record: RawRecord, settings: Settings) -> None:
    with replacing(record_file(record.source, record.sha256, settings)) as unfinished:
        unfinished.write_text(record.as_json(), encoding="utf-8")
