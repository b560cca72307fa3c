"""Files behind a URL (s3://, sftp://, http://) and answers of a query, brought into a folder of ours that
mirrors what lies there. Landing then takes them from that folder as from any other.

A file is written beside and renamed, carries the time the store gives it (1970 where it gives none: our own
clock says nothing of a file), and is fetched again only when size or time differ. What the store no longer
lists leaves the mirror; what was landed of it stays in `raw/`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from time import sleep, time
from typing import TYPE_CHECKING, Any

from lingtan import connections
from lingtan.errors import ConfigurationError, Finding
from lingtan.files import replacing
from lingtan.landing import findings, query
from lingtan.settings import Settings
from lingtan.sources.entry import ANSWER, Source

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

UNKNOWN = 0.0  # when a file was put there, where its store does not say
CLOCKS_APART = 24 * 3600  # seconds; a server's clock, or its time zone, may be that far from ours


def is_fetched(source: Source) -> bool:
    """Whether its files lie elsewhere and are mirrored."""
    return source.query is not None or "://" in source.location


def folder(source: Source, settings: Settings) -> Path:
    """Where the files of a source lie for us; an absolute location stands for itself."""
    return settings.var / "fetched" / source.name if is_fetched(source) else settings.var / source.location


def fetch(source: Source, settings: Settings) -> list[Finding]:
    """Bring the mirror up to date; files left for the next run, or why the store could not be asked."""
    mirror = folder(source, settings)
    mirror.mkdir(parents=True, exist_ok=True)
    try:
        if source.query is not None:
            _keep(query.answer(source), mirror / ANSWER, UNKNOWN)
            return []
        return list(_mirror(source, mirror))
    except OSError as error:
        return [findings.unreachable(source, error)]


def _mirror(source: Source, mirror: Path) -> Iterator[Finding]:
    with _as_os_error():
        store, root = _open(source)
        listed = store.glob(f"{root}/{source.files}", detail=True)
        wanted: dict[Path, tuple[str, dict[str, Any]]] = {}
        for path, info in listed.items():
            name = PurePosixPath(path[len(root) :].lstrip("/"))
            hidden = name.name.startswith((".", "~$"))
            if info.get("type") == "directory" or hidden or ".." in name.parts:
                continue
            # a web server's listing does not say how large its files are
            wanted[mirror / name] = (path, info if info.get("size") is not None else store.info(path))
        due = {file: (path, _state(info)) for file, (path, info) in wanted.items() if _is_due(file, info)}
        _wait_for_writers(source, [changed for _, (_, changed) in due.values()])
        for file, (path, (size, changed)) in sorted(due.items()):
            data = store.cat_file(path)
            store.invalidate_cache()
            if len(data) != size or _state(store.info(path)) != (size, changed):
                yield findings.growing(source, file.relative_to(mirror).as_posix())
                continue
            _keep(data, file, changed)
    for file in [file for file in mirror.rglob("*") if file.is_file() and file not in wanted]:
        file.unlink()


def _is_due(file: Path, info: dict[str, Any]) -> bool:
    """Whether the mirror has not got it, or not as the store has it, or nobody can tell."""
    size, changed = _state(info)
    is_there = file.is_file() and (file.stat().st_size, file.stat().st_mtime) == (size, changed)
    return not is_there or changed == UNKNOWN


def _wait_for_writers(source: Source, changed: Collection[float]) -> None:
    """A file put there just now may be half a file: each store is given the time its source asks for. What
    changes meanwhile is seen when it is fetched.
    """
    if any(moment == UNKNOWN or moment > time() - CLOCKS_APART - source.settle_seconds for moment in changed):
        sleep(source.settle_seconds)


def _state(info: dict[str, Any]) -> tuple[int, float]:
    """(bytes, second since 1970 UTC in which it was put there, UNKNOWN where the store does not say)."""
    changed = info.get("LastModified") or info.get("Last-Modified") or info.get("mtime")
    if isinstance(changed, str):
        changed = parsedate_to_datetime(changed)
    if isinstance(changed, datetime):
        changed = (changed if changed.tzinfo else changed.replace(tzinfo=UTC)).timestamp()
    return int(info.get("size") or 0), UNKNOWN if changed is None else float(int(changed))


def _keep(data: bytes, file: Path, changed: float) -> None:
    if file.is_file() and file.read_bytes() == data:
        os.utime(file, (changed, changed))
        return
    with replacing(file) as unfinished:
        unfinished.write_bytes(data)
        os.utime(unfinished, (changed, changed))


def _open(source: Source) -> tuple[AbstractFileSystem, str]:
    """The store, and the location as its paths begin. Every run lists anew."""
    import fsspec

    protocol = source.location.partition("://")[0]
    options = connections.storage_options(source.connection, protocol) if source.connection else {}
    store, root = fsspec.core.url_to_fs(source.location, skip_instance_cache=True, **options)
    return store, root.rstrip("/")


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Every store has its own exceptions for "not there" and "not you"; above this module they are one."""
    try:
        yield
    except (OSError, ConfigurationError):
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
