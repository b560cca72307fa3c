"""Releases: what leaves is immutable and named by its content; the same content is never released twice in
a row.

`out/releases/<address16>/` holds a release (see `package`), `history.json` every release in order,
`latest.json` the last of them. A release is written aside and appears by one rename; then the history and
then the pointer are replaced. A run that was killed in between is finished by the next one: half a folder
is removed, a whole one without an entry in the history is entered, a pointer behind the history is moved.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import files
from lingtan import settings as lingtan_settings
from lingtan.errors import Finding, LingtanError
from lingtan.numbers import plain
from lingtan.publish import marts, package
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow

HISTORY = "history.json"
LATEST = "latest.json"
UNFINISHED = ".unfinished-"
MEASURES = ("see_direct", "see_indirect", "see_counted")
PER_DECLARED_UNIT = "per_declared_unit_kg_co2e"


class AlteredReleaseError(LingtanError):
    """A release folder is not what was published."""


@dataclass(frozen=True)
class Changed:
    """One figure that differs from the release before; `product_code` where it is a product's per declared
    unit.
    """

    figure_key: str
    product_code: str | None
    unit: str
    old: Decimal | None  # None = there was no such figure
    new: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.old is None or self.new is None else self.new - self.old

    def as_dict(self) -> dict[str, str | None]:
        numbers = {"old": self.old, "new": self.new, "difference": self.difference}
        return {
            "figure_key": self.figure_key,
            "product_code": self.product_code,
            "unit": self.unit,
            **{name: None if value is None else plain(value) for name, value in numbers.items()},
        }


@dataclass(frozen=True)
class Release:
    """The outcome of a call: the address that now stands, and whether this call brought it."""

    address: str | None  # None = there has never been a figure to release
    is_new: bool
    changed: tuple[Changed, ...]  # against `previous`; empty for the first release
    previous: str | None

    @property
    def name(self) -> str | None:
        return None if self.address is None else package.folder_name(self.address)


def release(settings: Settings | None = None) -> Release:
    """Publish what the marts say, unless the latest release says the same. The caller holds the warehouse
    lock.
    """
    settings = settings or lingtan_settings.load()
    announced = latest(settings)
    entries = _heal(settings)
    last = entries[-1] if entries else None
    with marts.open_marts(settings) as warehouse:
        content = package.read(warehouse)
        address = content.address
        if last is None and content.tables["figures"].num_rows == 0:
            return Release(None, is_new=False, changed=(), previous=None)
        if last is not None and last["address"] == address:
            is_new = announced is None or announced["address"] != address
            return Release(address, is_new, _changed(last), last["previous"])
        previous = last["address"] if last else None
        changed = _differences(_load(settings, previous), content.tables)
        entry = _bring_in(settings, content, warehouse, previous, changed)
    _announce(settings, [*entries, entry])
    return Release(address, is_new=True, changed=changed, previous=previous)


def latest(settings: Settings | None = None) -> dict | None:
    """The entry of the latest release: address, folder, released_at, previous and counts; None before the
    first.
    """
    settings = settings or lingtan_settings.load()
    file = settings.releases / LATEST
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def history(settings: Settings | None = None) -> list[dict]:
    """All releases, oldest first."""
    settings = settings or lingtan_settings.load()
    file = settings.releases / HISTORY
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


def verify(address: str, *, settings: Settings | None = None) -> list[Finding]:
    """Recompute the hashes and the address of a release (full address or folder name); nothing found =
    sound.
    """
    settings = settings or lingtan_settings.load()
    folder = settings.releases / package.folder_name(address)
    if not folder.is_dir():
        return [Finding("missing_release", "there is no such release", source=f"release {folder.name}")]
    findings = package.verify(folder)
    entry = next((entry for entry in history(settings) if entry["folder"] == folder.name), None)
    for file in (package.DESCRIPTOR, package.RECORD):
        stated = entry and entry["sha256"].get(file)
        if stated and (not (folder / file).is_file() or _sha256(folder / file) != stated):
            findings.append(
                Finding("altered_file", "is not the file that was published", f"release {folder.name}", file)
            )
    return findings


def _bring_in(
    settings: Settings,
    content: package.Content,
    warehouse: marts.Marts,
    previous: str | None,
    changed: tuple[Changed, ...],
) -> dict:
    """The release's folder, written aside and renamed; its entry for the history."""
    address = content.address
    folder = settings.releases / package.folder_name(address)
    record = _record(settings, address, previous, changed, warehouse)
    if folder.exists():  # figures have returned to an earlier state: the same release stands again
        _refuse_altered(folder)
    else:
        aside = settings.releases / f"{UNFINISHED}{folder.name}"
        aside.mkdir(parents=True)
        package.write(content, aside)
        files.write_bytes(_json(record), aside / package.RECORD)
        aside.rename(folder)
    return _entry(folder, record)


def _record(
    settings: Settings,
    address: str,
    previous: str | None,
    changed: tuple[Changed, ...],
    warehouse: marts.Marts,
) -> dict:
    """How a release came about: everything that may differ between two releases of equal content."""
    from lingtan import lake

    partitions = marts.table(warehouse, marts.PARTITIONS).to_pylist()
    return {
        "address": address,
        "previous": previous,
        "released_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "approver": None,
        "code": {"version": metadata.version("lingtan"), "commit": _commit(settings.project)},
        "methods": _editions(settings.dbt_project, "models/**/*.sql", "macros/**/*.sql"),
        "seeds": _editions(settings.dbt_project, "seeds/**/*.csv"),
        "changed": [change.as_dict() for change in changed],
        "data_quality": _data_quality(warehouse),
        "lake": {
            "state_hash": lake.state_hash(settings=settings),
            "partitions": dict(sorted((_partition_name(row), row["content_hash"]) for row in partitions)),
        },
    }


def _data_quality(warehouse: marts.Marts) -> dict[str, dict[str, int]]:
    """Table -> rows read and what became of them, over all its partitions."""
    counts = ("rows_read", "rows_accepted", "rows_rejected", "rows_superseded", "rows_marked")
    sums: dict[str, dict[str, int]] = {}
    for row in marts.table(warehouse, marts.DATA_QUALITY, ("table_name",)).to_pylist():
        total = sums.setdefault(row["table_name"], dict.fromkeys(counts, 0))
        for count in counts:
            total[count] += row[count]
    return sums


def _partition_name(row: dict) -> str:
    return f"{row['table_name']}/{row['installation_code'] or '_all'}/{row['partition_key']}"


def _editions(folder: Path, *patterns: str) -> dict[str, str]:
    """Path -> sha256 of every file below `folder` that matches, in order of path."""
    files = sorted({file for pattern in patterns for file in folder.glob(pattern)})
    return {file.relative_to(folder).as_posix(): _sha256(file) for file in files}


def _commit(project: Path) -> str | None:
    """The commit the code stands at; None outside a working copy."""
    try:
        said = subprocess.run(
            ["git", "-C", str(project), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()


def _entry(folder: Path, record: dict) -> dict:
    tables = package.load(folder)
    return {
        "address": record["address"],
        "folder": folder.name,
        "released_at": record["released_at"],
        "previous": record["previous"],
        "approver": record["approver"],
        "code_version": record["code"]["version"],
        "lake_state_hash": record["lake"]["state_hash"],
        "figures": tables["figures"].num_rows,
        "leaves": tables["leaves"].num_rows,
        "changed": record["changed"],
        "sha256": {file: _sha256(folder / file) for file in (package.DESCRIPTOR, package.RECORD)},
    }


def _announce(settings: Settings, entries: list[dict]) -> None:
    files.replace_bytes(_json(entries), settings.releases / HISTORY)
    files.replace_bytes(_json(entries[-1]), settings.releases / LATEST)


def _heal(settings: Settings) -> list[dict]:
    """Finish what a killed run left; the history as it then stands."""
    entries = history(settings)
    if not settings.releases.is_dir():
        return entries
    for leftover in settings.releases.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    entered = {entry["folder"] for entry in entries}
    found = []
    for descriptor in settings.releases.glob(f"*/{package.DESCRIPTOR}"):
        folder = descriptor.parent
        if folder.name not in entered:
            _refuse_altered(folder)
            found.append(_entry(folder, json.loads((folder / package.RECORD).read_text(encoding="utf-8"))))
    entries += sorted(found, key=lambda entry: (entry["released_at"], entry["folder"]))
    pointed = latest(settings)
    if entries and (found or pointed != entries[-1]):
        _announce(settings, entries)
    return entries


def _refuse_altered(folder: Path) -> None:
    findings = package.verify(folder)
    if findings:
        raise AlteredReleaseError(
            f"{findings[0]}; move the folder {folder.name} out of releases/ and run again"
        )


def _load(settings: Settings, address: str | None) -> dict[str, pyarrow.Table] | None:
    folder = settings.releases / package.folder_name(address) if address else None
    return package.load(folder) if folder and folder.is_dir() else None


def _changed(entry: dict) -> tuple[Changed, ...]:
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return tuple(
        Changed(
            said["figure_key"], said["product_code"], said["unit"], number(said["old"]), number(said["new"])
        )
        for said in entry["changed"]
    )


def _differences(old: dict[str, pyarrow.Table] | None, new: dict[str, pyarrow.Table]) -> tuple[Changed, ...]:
    if old is None:
        return ()
    before, after = _values(old), _values(new)
    return tuple(
        Changed(*place, before.get(place), after.get(place))
        for place in sorted({*before, *after}, key=lambda place: (place[0], place[1] or ""))
        if before.get(place) != after.get(place)
    )


def _values(tables: dict[str, pyarrow.Table]) -> dict[tuple[str, str | None, str], Decimal | None]:
    """(figure_key, product_code, unit) -> value: three measures of every good, and every product per
    declared unit.
    """
    values: dict[tuple[str, str | None, str], Decimal | None] = {}
    for row in tables["goods"].to_pylist():
        stem = row["figure_key"].rpartition("/")[0]
        for measure in MEASURES:
            unit = f"t CO2e per {row['functional_unit']}"
            values[f"{stem}/{measure}", None, unit] = row[f"{measure}_t_co2e_per_fu"]
    for row in tables["figures"].to_pylist():
        unit = f"kg CO2e per {row['declared_unit']}"
        values[row["figure_key"], row["product_code"], unit] = row[PER_DECLARED_UNIT]
    return values


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
