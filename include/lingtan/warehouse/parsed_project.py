"""The dbt project as dbt parses it, kept for every house that is built from it.

To parse takes dbt some ten seconds, to read what it parsed a fraction of one. dbt's own cache knows neither
houses nor parallel processes: it counts for one warehouse file, and is written in place.
"""

from __future__ import annotations

import contextlib
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import files
from lingtan.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbt.contracts.graph.manifest import Manifest

PARSERS = ("dbt-core", "dbt-adapters", "dbt-duckdb", "dbt-postgres")
WRITTEN_BY_DBT = {"target", "logs"}
KEPT = 8  # engines, databases and the last few states of the project


def manifest(
    settings: Settings, target: str, database: str, parse: Callable[[], Manifest | None]
) -> Manifest | None:
    """The parsed project, read where it was parsed before, else by `parse`; None when `parse` gives none.

    It holds for these files of the project, these versions of dbt, this target and this name of the database,
    which stands in every relation's name. Nothing else of a house goes into it.
    """
    key = state(settings, target, database)
    file = settings.cache / "dbt" / f"{key}.msgpack"
    found = _read(file)
    if found is None:
        found = parse()
        # a file saved while dbt was parsing may or may not be in what it parsed
        if found is not None and state(settings, target, database) == key:
            _write(file, found)
    return found


def state(settings: Settings, target: str, database: str) -> str:
    """sha256 over all that parsing depends on."""
    project = settings.dbt_project
    digest = hashlib.sha256()
    for word in (str(project), target, database, *(f"{name} {version(name)}" for name in PARSERS)):
        digest.update(f"{word}\n".encode())
    for path in sorted(path for path in project.rglob("*") if path.is_file()):
        inside = path.relative_to(project)
        if not WRITTEN_BY_DBT.intersection(inside.parts):
            digest.update(f"{inside}\n{path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(file: Path) -> Manifest | None:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    try:
        return Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)
    except FileNotFoundError:
        return None
    except (ValueError, LookupError):  # damaged: parsed again and replaced
        return None


def _write(file: Path, parsed: Manifest) -> None:
    from dbt.parser.manifest import extended_mashumaro_encoder

    with files.replacing(file) as unfinished:
        unfinished.write_bytes(parsed.to_msgpack(extended_mashumaro_encoder))
    with contextlib.suppress(FileNotFoundError):  # another process tidies up at the same time
        for old in sorted(file.parent.glob("*.msgpack"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink()
