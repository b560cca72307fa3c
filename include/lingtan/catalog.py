"""The catalogue of sources: `sources.yml` read, checked and frozen. An entry there is all it takes to connect
a source of a known format to a known table; every mistake in it is a ConfigurationError that names the
source, the key and what is allowed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from lingtan import contracts, sources
from lingtan import settings as lingtan_settings
from lingtan.catalog_values import CheckedMapping
from lingtan.errors import ConfigurationError
from lingtan.settings import Settings
from lingtan.sources import cells
from lingtan.sources.entry import Column, Due, Source, StatedAt, Timestamp

_KEYS = (
    "table",
    "format",
    "location",
    "files",
    "stated_at",
    "due",
    "replaces",
    "decimal",
    "header_row",
    "time_zone",
    "timestamp",
    "interval_minutes",
    "dates",
    "columns",
    "ignore",
    "settle_seconds",
)
SETTLE_SECONDS = 2  # a file touched later than that may be half a file
# Keys that say where and when files come, not what their rows mean: changing them re-reads nothing.
_KEYS_OF_TRANSPORT = ("location", "files", "due", "settle_seconds")


def load(settings: Settings | None = None) -> dict[str, Source]:
    """All sources by name. Raises ConfigurationError on the first mistake."""
    file = (settings or lingtan_settings.load()).sources_file
    if not file.is_file():
        raise ConfigurationError(f"no file {file}: write one, or set LINGTAN_SOURCES to where it lies")
    return dict(_parse(file.read_text(encoding="utf-8"), file.name))


def sources_for(tables: Iterable[str], settings: Settings | None = None) -> list[Source]:
    """The sources that feed any of `tables`, by name. Raises ConfigurationError for an unknown table."""
    wanted = {contracts.load(table).name for table in tables}
    return [source for _, source in sorted(load(settings).items()) if source.table in wanted]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML that refuses a key written twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ConfigurationError(f"line {key_node.start_mark.line + 1}: {key!r} is written twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


@cache
def _parse(text: str, file_name: str) -> dict[str, Source]:
    try:
        document = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{file_name} is no YAML: {error}") from error
    except ConfigurationError as error:
        raise ConfigurationError(f"{file_name}, {error}") from error
    if not isinstance(document, dict) or set(document) != {"sources"}:
        raise ConfigurationError(
            f"{file_name} must hold one mapping `sources:` of name to entry, nothing beside it"
        )
    entries = document["sources"] or {}
    if not isinstance(entries, dict):
        raise ConfigurationError(f"{file_name}: `sources` must be a mapping of name to entry")
    return {str(name): _Entry(str(name), raw, file_name).source() for name, raw in entries.items()}


class _Entry(CheckedMapping):
    """One raw entry, key by key."""

    def source(self) -> Source:
        table = self.one_of("table", contracts.names())
        kind = self.one_of("format", tuple(sources.formats()))
        keys = (*_KEYS, *sources.formats()[kind].KEYS)
        self.only_keys(None, self.raw, keys)
        self.contract = contracts.load(table)
        self.time_zone = self.zone()
        self.dates = self.text("dates", "%Y-%m-%d")
        self.round_trips("dates", self.dates, date(2026, 10, 3))
        timestamp = self.timestamp()
        columns = self.columns(timestamp)
        return Source(
            name=self.name,
            table=table,
            format=kind,
            location=self.text("location"),
            files=self.pattern_of_files(),
            stated_at=self.stated_at(),
            due=self.due(),
            replaces=self.one_of("replaces", ("rows", "period"), "rows"),
            encoding=self.encoding(),
            delimiter=self.single_character("delimiter", ","),
            decimal=self.one_of("decimal", (".", ","), "."),
            sheet=self.text("sheet") if "sheet" in keys else None,
            header_row=self.whole_number("header_row", 1, least=1),
            time_zone=self.time_zone,
            timestamp=timestamp,
            interval_minutes=self.interval_minutes(timestamp),
            dates=self.dates,
            columns=columns,
            ignore=self.ignored(columns, timestamp),
            settle_seconds=self.settle_seconds(),
            sha256=self.sha256(),
        )

    # keys one by one

    def zone(self) -> str | None:
        name = self.raw.get("time_zone")
        if name is None:
            return None
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
            raise self.mistake(
                "time_zone", f"{name!r} is no IANA time zone, such as 'Asia/Shanghai'"
            ) from error
        return name

    def encoding(self) -> str:
        name = self.text("encoding", "utf-8")
        try:
            "".encode(name)
        except LookupError as error:
            raise self.mistake(
                "encoding", f"{name!r} is no encoding, such as utf-8, gb18030, cp1252"
            ) from error
        return name

    def pattern_of_files(self) -> str:
        pattern = self.text("files")
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise self.mistake(
                "files", f"{pattern!r} must be a pattern below the location, such as 'meters_*.csv'"
            )
        return pattern

    def needs_zone(self, key: str, pattern: str) -> None:
        if self.time_zone is None and "%z" not in pattern:
            raise self.mistake("time_zone", f"must be given: {key} is local time without an offset (%z)")

    def stated_at(self) -> StatedAt | None:
        raw = self.mapping("stated_at", ("name", "column", "object_time", "format"))
        if raw is None:
            return None
        if len({"name", "column", "object_time"} & set(raw)) != 1:
            raise self.mistake(
                "stated_at",
                "give one of name (a pattern of the file name), column (a header) or object_time: true",
            )
        if "object_time" in raw:
            if raw != {"object_time": True}:
                raise self.mistake("stated_at.object_time", "must be true and stand alone")
            return StatedAt(None, None, "", is_object_time=True)
        pattern = raw.get("format")
        if not isinstance(pattern, str):
            raise self.mistake("stated_at.format", "must be given, for example '%Y%m%dT%H%M'")
        self.round_trips("stated_at.format", pattern, date(2026, 10, 3))
        self.needs_zone("stated_at", pattern)
        if "column" in raw:
            return StatedAt(None, str(raw["column"]), pattern)
        try:
            name = re.compile(str(raw["name"]))
        except re.error as error:
            raise self.mistake(
                "stated_at.name", f"{raw['name']!r} is no regular expression: {error}"
            ) from error
        if "stated_at" not in name.groupindex:
            raise self.mistake("stated_at.name", "needs the named group (?P<stated_at>...)")
        return StatedAt(name, None, pattern)

    def due(self) -> Due | None:
        raw = self.mapping("due", ("every", "from", "until"))
        if raw is None:
            return None
        every = self.choice("due.every", raw.get("every"), ("day", "month"))
        for key in ("from", "until"):
            if not isinstance(raw.get(key), date) or isinstance(raw[key], datetime):
                raise self.mistake(f"due.{key}", f"must be a date such as 2026-11-01, not {raw.get(key)!r}")
        if raw["from"] >= raw["until"]:
            raise self.mistake(
                "due", f"is half-open, from <= day < until: {raw['from']} is not before {raw['until']}"
            )
        if self.contract.partition.on is None:
            raise self.mistake("due", f"table {self.contract.name} has no period that could be due")
        return Due(every, raw["from"], raw["until"])

    def timestamp(self) -> Timestamp | None:
        raw = self.mapping("timestamp", ("column", "format", "stamp", "midnight"))
        instants = [column.name for column in self.contract.fields if column.type == "datetime"]
        if raw is None:
            if instants:
                raise self.mistake(
                    "timestamp", f"must be given: table {self.contract.name} needs {instants[0]}"
                )
            return None
        if not instants:
            raise self.mistake(
                "timestamp", f"table {self.contract.name} has no instant; map its dates in columns"
            )
        for key in ("column", "format"):
            if not isinstance(raw.get(key), str) or not raw[key]:
                raise self.mistake(f"timestamp.{key}", "must be given as text")
        self.round_trips("timestamp.format", raw["format"], datetime(2026, 10, 3, 14, 0, tzinfo=UTC))
        if self.time_zone is None:
            raise self.mistake("time_zone", "must be given: it cuts the local days of the readings")
        stamp = self.choice("timestamp.stamp", raw.get("stamp", "start"), ("start", "end"))
        allowed = ("opens_its_date", "closes_its_date")
        midnight = self.choice("timestamp.midnight", raw.get("midnight", allowed[0]), allowed)
        if midnight == "closes_its_date" and stamp == "start":
            raise self.mistake(
                "timestamp.midnight", "closes_its_date speaks of interval ends; it needs stamp: end"
            )
        return Timestamp(raw["column"], raw["format"], stamp, midnight)

    def interval_minutes(self, timestamp: Timestamp | None) -> int | None:
        if "interval_minutes" in self.raw:
            return self.whole_number("interval_minutes", 0, least=1)
        if timestamp and timestamp.stamp == "end":
            raise self.mistake(
                "interval_minutes", "must be given with stamp: end, to find the interval's start"
            )
        return None

    def settle_seconds(self) -> float:
        value = self.raw.get("settle_seconds", SETTLE_SECONDS)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise self.mistake("settle_seconds", f"must be a number of seconds from 0, not {value!r}")
        return float(value)

    def columns(self, timestamp: Timestamp | None) -> dict[str, Column]:
        raw = self.raw.get("columns")
        if not isinstance(raw, dict) or not raw:
            raise self.mistake("columns", "must map contract columns to headers")
        made = self.made_by_timestamp(timestamp)
        allowed = [name for name in self.contract.columns if name not in made]
        for name in raw:
            if name in made:
                raise self.mistake(f"columns.{name}", "comes from timestamp; take it out of columns")
            if name not in allowed:
                raise self.mistake(
                    f"columns.{name}",
                    f"table {self.contract.name} has no such column; allowed: {', '.join(allowed)}",
                )
        for name in allowed:
            if self.contract.field(name).required and name not in raw:
                raise self.mistake(f"columns.{name}", "must be mapped: the contract requires it in every row")
        return {name: self.column(name, raw[name]) for name in allowed if name in raw}

    def made_by_timestamp(self, timestamp: Timestamp | None) -> set[str]:
        if timestamp is None:
            return set()
        made = {column.name for column in self.contract.fields if column.type == "datetime"}
        return made | {self.contract.partition.on} if self.contract.partition.on else made

    def column(self, name: str, raw: object) -> Column:
        key = f"columns.{name}"
        if isinstance(raw, str) and raw:
            return Column(raw)
        if not isinstance(raw, dict):
            raise self.mistake(key, "must be a header, {header: .., values: {..}} or {value: constant}")
        if set(raw) == {"value"}:
            return Column(None, constant=self.word(key, raw["value"]))
        self.only_keys(key, raw, ("header", "values", "value"))
        if "value" in raw or not isinstance(raw.get("header"), str):
            raise self.mistake(key, "give header (with or without values), or value alone")
        values = raw.get("values") or {}
        if not isinstance(values, dict):
            raise self.mistake(f"{key}.values", "must map the sender's words to the contract's")
        return Column(raw["header"], values={self.sent(key, k): self.word(key, v) for k, v in values.items()})

    def sent(self, key: str, word: object) -> str:
        if isinstance(word, bool) or not isinstance(word, str | int):
            raise self.mistake(f"{key}.values", f"YAML reads the sender's word as {word!r}; put it in quotes")
        return str(word)

    def word(self, key: str, value: object) -> str:
        """A value written in sources.yml, as text that the reader then types like a cell."""
        column = self.contract.field(key.split(".")[1])
        decimal = self.one_of("decimal", (".", ","), ".")
        text = _as_text(value, self.dates, decimal)
        if text is None:
            raise self.mistake(key, f"{value!r} is no single value")
        if not cells.fits(column, text, self.dates, decimal):
            allowed = f"; allowed: {', '.join(column.enum)}" if column.enum else ""
            raise self.mistake(
                key, f"{text!r} is no {column.type} that column {column.name} accepts{allowed}"
            )
        return text

    def ignored(self, columns: Mapping[str, Column], timestamp: Timestamp | None) -> frozenset[str]:
        raw = self.raw.get("ignore", [])
        if not isinstance(raw, list) or not all(isinstance(header, str) for header in raw):
            raise self.mistake("ignore", "must be a list of headers")
        used = {column.header for column in columns.values()} | ({timestamp.column} if timestamp else set())
        for header in raw:
            if header in used:
                raise self.mistake(
                    "ignore", f"{header!r} is used by columns or timestamp; it cannot be ignored too"
                )
        return frozenset(raw)

    def sha256(self) -> str:
        """Over the entry without the keys of transport, keys sorted: the order of writing means nothing."""
        entry = {key: value for key, value in self.raw.items() if key not in _KEYS_OF_TRANSPORT}
        text = json.dumps(_plain(entry), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """YAML value -> JSON value with every key as text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _as_text(value: object, dates: str, decimal: str) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.strftime(dates)
    if isinstance(value, int | float):
        return str(value).replace(".", decimal)
    return value if isinstance(value, str) and value else None
