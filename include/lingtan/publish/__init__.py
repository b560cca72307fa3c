"""What leaves: releases, the files people fetch, the readers' copy, the summary of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import settings as lingtan_settings
from lingtan.settings import Settings

if TYPE_CHECKING:
    from lingtan.publish.release import Release


@dataclass(frozen=True)
class Publication:
    """The release that stands after a call, and the files that now say it."""

    release: Release
    exports: tuple[Path, ...]
    readers: Path

    @property
    def address(self) -> str | None:
        return self.release.address

    @property
    def is_new(self) -> bool:
        return self.release.is_new


def publish(settings: Settings | None = None) -> Publication:
    """Release, exports and readers' copy, in this order and under the warehouse lock.

    Each step replaces what it makes in one piece and may be run again; what a killed call left is finished
    by the next.
    """
    from lingtan import warehouse
    from lingtan.publish import exports, readers, release, supplier_files

    settings = settings or lingtan_settings.load()
    with warehouse.lock(settings):
        released = release.release(settings)
        written = (*exports.export(settings), *supplier_files.export(settings))
        return Publication(released, written, readers.swap(settings))
