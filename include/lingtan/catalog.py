"""The catalogue of sources: `sources.yml` read, checked and frozen. An entry there is all it takes to connect
a source of a known format to a known table; every mistake in it is a ConfigurationError that names the
source, the key and what is allowed.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache

import yaml

from lingtan import contracts, sources
from lingtan import settings as lingtan_settings
from lingtan.catalog_formats import FormatKeys
from lingtan.catalog_layout import LayoutKeys
from lingtan.catalog_times import TimeKeys
from lingtan.catalog_transport import TransportKeys
from lingtan.errors import ConfigurationError
from lingtan.settings import Settings
from lingtan.sources import cells
from lingtan.sources.entry import Column, Source, Timestamp

_KEYS = (
    "table",
    "format",
    "location",
    "files",
    "connection",
    "query",
    "stated_at",
    "due",
    "replaces",
    "decimal",
    "thousands",
    "numbers",
    "empty",
    "header_row",
    "time_zone",
    "timestamp",
    "interval_minutes",
    "amount_is",
    "wide",
    "dates",
    "columns",
    "ignore",
    "leave_out",
    "settle_seconds",
)
# Keys that say where and when files come, not what their rows mean: changing them re-reads nothing.
_KEYS_OF_TRANSPORT = ("location", "files", "connection", "query", "due", "settle_seconds")


def load(settings: Settings | None = None) -> dict[str, Source]:
    """All sources by name. Raises ConfigurationError on the first mistake."""
    file = (settings or lingtan_settings.load()).sources_file
    if not file.is_file():
        raise ConfigurationError(f"no file {file}: write one, or set LINGTAN_SOURCES to where it lies")
    return dict(_parse(file.read_text(encoding="utf-8"), file.name))


def unknown_source(name: str, known: Mapping[str, Source], settings: Settings) -> ConfigurationError:
    """What a person reads who named a source that there is not: those it may be, else all."""
    close = difflib.get_close_matches(name, known)
    those = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known)}"
    return ConfigurationError(f"no source {name!r} in {settings.sources_file}; {those}")


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


class _Entry(TransportKeys, LayoutKeys, TimeKeys, FormatKeys):
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
        leave_out = self.leave_out()
        self.headers_of_format(kind, {*headers_of(columns, timestamp), *leave_out})
        decimal = self.one_of("decimal", (".", ","), ".")
        header_row, first_column = self.header_place()
        stated_at = self.stated_at()
        return Source(
            name=self.name,
            table=table,
            format=kind,
            location=self.location(),
            files=self.pattern_of_files(),
            connection=self.connection(),
            query=self.query(kind, stated_at),
            stated_at=stated_at,
            due=self.due(),
            replaces=self.one_of("replaces", ("rows", "period"), "rows"),
            encoding=self.encoding(),
            delimiter=self.single_character("delimiter", ","),
            decimal=decimal,
            thousands=self.thousands(decimal),
            numbers=self.one_of("numbers", ("exact", "floats", "rounded"), "exact"),
            empty=self.empty(),
            sheet=self.text("sheet") if "sheet" in keys else None,
            header_row=header_row,
            header_rows=self.whole_number("header_rows", 1, least=1),
            first_column=first_column,
            time_zone=self.time_zone,
            timestamp=timestamp,
            interval_minutes=self.interval_minutes(timestamp),
            amount_is=self.amount_is(columns),
            dates=self.dates,
            columns=columns,
            ignore=self.ignored({*headers_of(columns, timestamp), *leave_out}),
            leave_out=leave_out,
            settle_seconds=self.settle_seconds(),
            utc_offset=self.utc_offset(keys),
            records=self.records(),
            wide=self.wide(timestamp),
            sha256=self.sha256(),
        )

    # keys one by one

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

    def amount_is(self, columns: Mapping[str, Column]) -> str:
        found = self.one_of("amount_is", ("quantity", "mean_power"), "quantity")
        if found == "mean_power":
            if "interval_minutes" not in self.contract.columns:
                raise self.mistake(
                    "amount_is", f"table {self.contract.name} has no intervals to take a mean of"
                )
            if "interval_minutes" not in self.raw and "interval_minutes" not in columns:
                raise self.mistake(
                    "interval_minutes",
                    "must be given, here or under columns: mean_power is that of an interval",
                )
        return found

    def ignored(self, used: Collection[str]) -> frozenset[str]:
        raw = self.raw.get("ignore", [])
        if not isinstance(raw, list) or not all(isinstance(header, str) for header in raw):
            raise self.mistake("ignore", "must be a list of headers")
        for header in raw:
            if header in used:
                raise self.mistake(
                    "ignore",
                    f"{header!r} is used by columns, timestamp or leave_out; it cannot be ignored too",
                )
        return frozenset(raw)

    def leave_out(self) -> dict[str, frozenset[str]]:
        raw = self.raw.get("leave_out", {})
        if not isinstance(raw, dict) or not all(isinstance(words, list) and words for words in raw.values()):
            raise self.mistake("leave_out", "must map headers to lists of words, such as {unit: [kVArh]}")
        return {
            str(header): frozenset(self.sent("leave_out", word).casefold() for word in words)
            for header, words in raw.items()
        }

    def sha256(self) -> str:
        """Over the entry without the keys of transport, keys sorted: the order of writing means nothing."""
        entry = {key: value for key, value in self.raw.items() if key not in _KEYS_OF_TRANSPORT}
        text = json.dumps(_plain(entry), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def headers_of(columns: Mapping[str, Column], timestamp: Timestamp | None) -> set[str]:
    """Headers that columns and timestamp read."""
    used = {column.header for column in columns.values() if column.header is not None}
    return used | set(timestamp.headers if timestamp else ())


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
