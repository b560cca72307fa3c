"""Landing: every file of the sources that feed some tables is kept as it came and read once. Same bytes
under a known name are no work; under a new name the record gains a line. Whatever moment a process dies at,
the next run ends where an undisturbed one would have.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan import catalog, contracts, periods, sources
from lingtan import settings as lingtan_settings
from lingtan.errors import Finding, LingtanError, RefusedFileError
from lingtan.landing import fetching, findings, inbox, placing, raw_records, read_rows
from lingtan.landing.hashes import Hashes
from lingtan.landing.raw_records import Name, RawRecord
from lingtan.settings import Settings
from lingtan.sources.entry import Source

if TYPE_CHECKING:
    import pyarrow

_log = logging.getLogger(__name__)
_FILES_PER_LINE = 200  # of progress


@dataclass(frozen=True)
class Landed:
    """What one landing met: ids of raw files read for the first time or anew; refused files that still lie
    in their folder, whether they came today or before; files left for the next run; known bytes under a new
    name; how many were known already.
    """

    new: list[str] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    growing: list[Finding] = field(default_factory=list)
    duplicates: list[Finding] = field(default_factory=list)
    known: int = 0


def land(tables: Iterable[str], *, settings: Settings | None = None) -> Landed:
    """Keep and read what is new in the folders of the sources that feed `tables`; read anew what is kept
    under an entry of sources.yml, a contract or a reader that has changed since.
    """
    settings = settings or lingtan_settings.load()
    total = Landed()
    fed = catalog.sources_for(tables, settings)
    left = {source.name: fetching.fetch(source, settings) for source in fed if fetching.is_fetched(source)}
    looks = inbox.look(fed, settings)
    for source in fed:
        for finding in left.get(source.name, ()):
            (total.growing if finding.rule == findings.GROWING else total.refused).append(finding)
        landed = _land_source(source, looks[source.name], settings)
        total = Landed(
            total.new + landed.new,
            total.refused + landed.refused,
            total.growing + landed.growing,
            total.duplicates + landed.duplicates,
            total.known + landed.known,
        )
    return total


def records(tables: Iterable[str], *, settings: Settings | None = None) -> list[RawRecord]:
    """Records of every raw file, read or refused, of the sources that feed `tables`; by source and sha256."""
    settings = settings or lingtan_settings.load()
    return [
        record
        for source in catalog.sources_for(tables, settings)
        for record in raw_records.of_source(source, settings)
    ]


def file_name(source_file: str, *, settings: Settings | None = None) -> str:
    """The name a person knows a file by that a row of the lake came from."""
    source, _, sha256 = source_file.rpartition("/")
    file = raw_records.record_file(source, sha256, settings or lingtan_settings.load())
    return RawRecord.from_json(file.read_text(encoding="utf-8")).file_name


def rows(
    record: RawRecord,
    *,
    columns: Sequence[str] | None = None,
    encoded: bool = False,
    settings: Settings | None = None,
) -> pyarrow.Table:
    """Rows of one raw file as read: contract columns, source_file, source_row, fault_*, partition_*; of these
    `columns` alone where named, and texts as dictionaries where `encoded`.

    They come from the cache, or from the bytes when the cache is lost. Raises LingtanError when the record
    is of a refused file, or the bytes are no longer readable as the record says.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    settings = settings or lingtan_settings.load()
    if record.state != "read":
        raise LingtanError(f"{record.id} was refused and has no rows: {record.finding}")
    file = raw_records.read_file(record, settings)
    try:
        words = placing.texts(contracts.load(record.table)) if encoded else None
        return read_rows.kept(pq.ParquetFile(file, read_dictionary=words), columns)
    except (OSError, pa.ArrowInvalid):
        source = catalog.load(settings).get(record.source)
        if source is None or read_hash(source) != record.read_hash:
            raise LingtanError(f"{record.id} is read otherwise by now: land {record.table} again") from None
        data = raw_records.raw_file(record.source, record.sha256, settings).read_bytes()
        found, _, _ = read(data, source, record.id, record.file_name)
        read_rows.keep(found, file)
        return found if columns is None else found.select(columns)


def missing(tables: Iterable[str], day: date, *, settings: Settings | None = None) -> list[Finding]:
    """Sources that were due on `day` and of which no row for it has been read: the day itself, or the whole
    month when `day` is its last.
    """
    return missing_between(tables, day, day, settings=settings)


def missing_between(
    tables: Iterable[str], first: date, last: date, *, settings: Settings | None = None
) -> list[Finding]:
    """What `missing` says of every day from `first` to `last`, both included; the records are read once."""
    settings = settings or lingtan_settings.load()
    found: list[tuple[date, Finding]] = []
    for source in catalog.sources_for(tables, settings):
        due = [day for day in periods.days(first, last) if _is_due(source, day)]
        if not due or source.due is None:
            continue
        spoken: set[str] = set()
        for record in raw_records.of_source(source, settings):
            if record.state == "read" and record.table == source.table:
                spoken |= record.spoken_days
        if source.due.every == "month":
            spoken = {day[:7] for day in spoken}
        for day in due:
            wanted = periods.month_key(day) if source.due.every == "month" else day.isoformat()
            if wanted not in spoken:
                found.append((day, findings.missing(source, wanted)))
    return [finding for _, finding in sorted(found, key=lambda dated: dated[0])]


def is_any_due(tables: Iterable[str], day: date, *, settings: Settings | None = None) -> bool:
    """Whether any source that feeds `tables` had to speak on `day`."""
    return any(_is_due(source, day) for source in catalog.sources_for(tables, settings))


def read_hash(source: Source) -> str:
    """What the rows of a file depend on beside its bytes: the source's entry, the contract, the reader."""
    parts = (source.sha256, source.contract.sha256, sources.READER_VERSION)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def undated(tables: Iterable[str], *, settings: Settings | None = None) -> list[Finding]:
    """Files that do not say when they were issued although their source agreed on how to say it."""
    settings = settings or lingtan_settings.load()
    return [
        findings.undated(source, record.file_name)
        for source in catalog.sources_for(tables, settings)
        if source.stated_at
        for record in raw_records.of_source(source, settings)
        if record.state == "read" and record.stated_at is None
    ]


def refused(tables: Iterable[str], *, settings: Settings | None = None) -> list[Finding]:
    """Files refused that still lie in their folder as they were refused: a mended file is none of them."""
    settings = settings or lingtan_settings.load()
    found = []
    for source in catalog.sources_for(tables, settings):
        known = {
            (name.name, record.sha256): record.finding
            for record in raw_records.of_source(source, settings)
            if record.finding
            for name in record.names
        }
        names = {name for name, _ in known}
        for path in inbox.files_of(source, settings) if known else ():
            name = inbox.name_of(path, source, settings)
            if name not in names:
                continue
            try:
                sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            except OSError as error:
                found.append(findings.unreadable(source, name, error))
                continue
            if finding := known.get((name, sha256)):
                found.append(replace(finding, file=name))
    return found


def growing(tables: Iterable[str], *, settings: Settings | None = None) -> list[Finding]:
    """Files that somebody may still be writing at this moment."""
    settings = settings or lingtan_settings.load()
    return [
        finding
        for source in catalog.sources_for(tables, settings)
        for finding in inbox.growing_now(source, settings)
    ]


def stated_at(source: Source, name: str, found: datetime | None, changed_at: str | None = None) -> str | None:
    """When the sender issued a file, by the rule of its source; `found` is what its rows say of it and
    `changed_at` the file's own time.
    """
    from lingtan.sources import clock

    if source.stated_at and source.stated_at.is_object_time:
        return changed_at
    if source.stated_at and source.stated_at.name:
        match = source.stated_at.name.search(Path(name).name)
        word = match["stated_at"] if match else None
        found = clock.stated_at(word, source.stated_at.format, source.time_zone) if word else None
    return raw_records.moment(found) if found else None


def _is_due(source: Source, day: date) -> bool:
    due = source.due
    if due is None or not due.first <= day < due.until:
        return False
    return due.every == "day" or periods.is_last_of_month(day)


def _land_source(source: Source, look: inbox.Look, settings: Settings) -> Landed:
    landed = Landed(growing=look.growing, refused=look.unreadable)
    known = 0
    with raw_records.locked(source.name, settings):
        raw_records.clear_unfinished(source.name, settings)
        _read_anew(source, settings, landed)
        by_sha = {record.sha256: record for record in raw_records.of_source(source, settings)}
        hashes = Hashes(source, settings)
        for count, seen in enumerate(look.files, start=1):
            if count % _FILES_PER_LINE == 0:
                _log.info("land: %d of %d files, %s", count, len(look.files), source.name)
            before = by_sha.get(hashes.of(seen))
            if before and raw_records.are_kept(source.name, before.sha256, seen.size, settings):
                record = _named(before, seen, source, settings)
            else:
                data = _bytes_of(seen, source, landed)
                if data is None:
                    continue
                sha256 = hashlib.sha256(data).hexdigest()
                before = by_sha.get(sha256)
                record = _take(data, sha256, seen, before, source, settings)
            by_sha[record.sha256] = record
            hashes.take(seen, record.sha256)
            if before is None:
                landed.new.append(record.id)
            else:
                known += 1
            if record.finding:
                landed.refused.append(replace(record.finding, file=seen.name))
            elif before and seen.name not in {name.name for name in before.names}:
                landed.duplicates.append(
                    findings.duplicate(source, seen.name, before.file_name, record.stated_at)
                )
        hashes.keep()
    if look.files:
        _log.info("land: %d files, %d known, %s", len(look.files), known, source.name)
    return replace(landed, known=known)


def _bytes_of(seen: inbox.Seen, source: Source, landed: Landed) -> bytes | None:
    """The bytes of a file that lay still while it was read; of any other a finding."""
    try:
        data = seen.path.read_bytes()
        if seen.is_still():
            return data
        landed.growing.append(findings.growing(source, seen.name))
    except OSError as error:
        landed.refused.append(findings.unreadable(source, seen.name, error))
    return None


def _take(
    data: bytes, sha256: str, seen: inbox.Seen, before: RawRecord | None, source: Source, settings: Settings
) -> RawRecord:
    """The record of some bytes under a name, kept; work is done only for what is new about them."""
    raw_records.keep_bytes(data, source.name, sha256, settings)
    if before is None:
        return _record(data, sha256, [_name(seen)], source, settings)
    return _named(before, seen, source, settings)


def _named(before: RawRecord, seen: inbox.Seen, source: Source, settings: Settings) -> RawRecord:
    """The record of known bytes, kept anew if the name they lie there under says anything new."""
    name = _name(seen)
    is_in_rows = source.stated_at is not None and source.stated_at.column is not None
    stated = before.stated_at if is_in_rows else stated_at(source, name.name, None, name.changed_at)
    record = before.named(replace(name, stated_at=stated))
    if record is not before:
        raw_records.keep_record(record, settings)
    return record


def _name(seen: inbox.Seen) -> Name:
    return Name(
        seen.name,
        stated_at=None,
        received_at=raw_records.moment(datetime.now(UTC)),
        changed_at=raw_records.moment(datetime.fromtimestamp(seen.changed / 1e9, UTC))
        if seen.changed != fetching.UNKNOWN
        else None,
    )


def _read_anew(source: Source, settings: Settings, landed: Landed) -> None:
    """Read kept files again whose reading has changed; they need not lie in the source's folder any more."""
    current = read_hash(source)
    for record in raw_records.of_source(source, settings):
        if record.read_hash == current:
            continue
        try:
            data = raw_records.raw_file(source.name, record.sha256, settings).read_bytes()
        except OSError as error:
            landed.refused.append(findings.unreadable(source, record.file_name, error))
            continue
        landed.new.append(_record(data, record.sha256, list(record.names), source, settings).id)


def _record(data: bytes, sha256: str, names: list[Name], source: Source, settings: Settings) -> RawRecord:
    """Read bytes that are kept already; keep their rows, then the record that vouches for both.

    Whatever the names said before of when they were issued is said anew by the source's rule.
    """
    found_stated: datetime | None = None
    record = RawRecord(
        source=source.name,
        sha256=sha256,
        size=len(data),
        names=(),
        read_hash=read_hash(source),
        state="read",
        finding=None,
        table=source.table,
        rows=0,
        partitions={},
    )
    try:
        found, found_stated, left_out = read(data, source, record.id, names[0].name)
    except RefusedFileError as error:
        record = replace(record, state="refused", finding=error.finding)
    else:
        read_rows.keep(found, raw_records.read_file(record, settings))
        record = replace(
            record,
            rows=found.num_rows,
            left_out=left_out,
            partitions=placing.partitions(found, source.contract),
            days=placing.days(found, source.contract),
        )
    for name in names:
        stated = stated_at(source, name.name, found_stated, name.changed_at)
        record = record.named(replace(name, stated_at=stated))
    raw_records.keep_record(record, settings)
    return record


def read(
    data: bytes, source: Source, source_file: str, name: str
) -> tuple[pyarrow.Table, datetime | None, int]:
    """Rows of a file with their places, as `rows` returns them, when the rows say it was issued, and how many
    rows its entry leaves out.

    Raises RefusedFileError.
    """
    import pyarrow.compute as pc

    try:
        found = sources.read(data, source, source.contract, name)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # a file no reader foresaw must not stop the others
        _log.exception("%s, %s", source.name, name)
        sentence = f"the reader gave up on it: {error!r}; send the file in its agreed form"
        raise RefusedFileError(Finding("unreadable_file", sentence, source.name, name)) from error
    stated = pc.max(found["sender_stated_at"]).as_py()
    left_out = int(found.schema.metadata[sources.LEFT_OUT])
    placed = placing.place(found.replace_schema_metadata(), source.contract, source_file)
    return placed, stated, left_out
