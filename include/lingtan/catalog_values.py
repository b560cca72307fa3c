"""What a single value in sources.yml may be; each refusal names file, source, key and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from lingtan.errors import ConfigurationError


class CheckedMapping:
    """The raw mapping of one source, asked key by key."""

    def __init__(self, name: str, raw: Any, file_name: str) -> None:
        self.name, self.file_name = name, file_name
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise self.mistake(None, "a source's name is lower-case letters, digits and underscores")
        if not isinstance(raw, dict):
            raise self.mistake(None, "the entry must be a mapping of keys")
        self.raw: dict[str, Any] = raw

    def mistake(self, key: str | None, sentence: str) -> ConfigurationError:
        place = f"source {self.name}" + (f", key {key}" if key else "")
        return ConfigurationError(f"{self.file_name}: {place}: {sentence}")

    def only_keys(self, key: str | None, raw: Mapping, allowed: Iterable[str]) -> None:
        for unknown in sorted({str(name) for name in raw} - set(allowed)):
            where = f"{key}.{unknown}" if key else unknown
            raise self.mistake(where, f"no such key; allowed: {', '.join(sorted(allowed))}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.raw.get(key, default)
        if not isinstance(value, str) or not value:
            raise self.mistake(key, f"must be given as text, not {value!r}")
        return value

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        return self.choice(key, self.raw.get(key, default), allowed)

    def choice(self, key: str, value: object, allowed: Iterable[str]) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise self.mistake(key, f"{value!r} is not known; allowed: {', '.join(map(repr, allowed))}")
        return value

    def whole_number(self, key: str, default: int, *, least: int) -> int:
        value = self.raw.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.mistake(key, f"must be a whole number from {least}, not {value!r}")
        return value

    def mapping(self, key: str, allowed: Iterable[str]) -> dict | None:
        raw = self.raw.get(key)
        if raw is None:
            return None
        if not isinstance(raw, dict):
            raise self.mistake(key, f"must be a mapping with keys {', '.join(allowed)}")
        self.only_keys(key, raw, allowed)
        return raw

    def single_character(self, key: str, default: str) -> str:
        value = self.text(key, default)
        if len(value) != 1 or not value.isascii():
            raise self.mistake(key, f"must be one ASCII character, not {value!r}")
        return value

    def round_trips(self, key: str, pattern: str, example: date | datetime) -> None:
        try:
            read = datetime.strptime(example.strftime(pattern), pattern).replace(tzinfo=UTC)
        except ValueError as error:
            raise self.mistake(key, f"{pattern!r} is no date format: {error}") from error
        wanted = example if isinstance(example, datetime) else datetime.combine(example, time(), UTC)
        if read != wanted:
            raise self.mistake(
                key, f"{pattern!r} leaves part of the time out; write for example %Y-%m-%d %H:%M"
            )
