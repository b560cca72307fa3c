"""The keys of an entry that say where its files lie, whom to ask for them, and when they come."""

from __future__ import annotations

from datetime import date, datetime

from lingtan.catalog_values import CheckedMapping
from lingtan.contracts import Contract
from lingtan.sources.entry import ANSWER, Due, StatedAt

SETTLE_SECONDS = 2  # a file touched later than that may be half a file
STORES = ("s3", "sftp", "http", "https")


class TransportKeys(CheckedMapping):
    """Asked key by key, as every entry is; the contract is known before."""

    contract: Contract

    def location(self) -> str:
        if "query" in self.raw:
            if "location" in self.raw or "files" in self.raw:
                raise self.mistake("query", "stands instead of location and files; give one or the other")
            return f"query of {self.connection()}"
        location = self.text("location")
        protocol, has_protocol, _ = location.partition("://")
        if has_protocol and protocol not in STORES:
            raise self.mistake("location", f"{protocol}:// is read from none of {', '.join(STORES)}")
        if has_protocol and "@" in location:
            raise self.mistake("location", "holds no user or password; name a connection instead")
        return location

    def pattern_of_files(self) -> str:
        if "query" in self.raw:
            return ANSWER
        pattern = self.text("files")
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise self.mistake(
                "files", f"{pattern!r} must be a pattern below the location, such as 'meters_*.csv'"
            )
        return pattern

    def connection(self) -> str | None:
        if "connection" not in self.raw:
            return None
        if "query" not in self.raw and "://" not in str(self.raw.get("location", "")):
            raise self.mistake("connection", "is asked for a URL or a query; a folder needs none")
        return self.text("connection")

    def query(self, kind: str, stated_at: StatedAt | None) -> str | None:
        if "query" not in self.raw:
            return None
        if kind != "parquet":
            raise self.mistake("format", "must be parquet: that is how the answer of a query is kept")
        if self.connection() is None:
            raise self.mistake("connection", "must be given: it names the database to ask")
        if stated_at is None or stated_at.column is None:
            raise self.mistake(
                "stated_at",
                "must name the column that says when a row was written: an answer has no name and no time of "
                "its own, so nobody could tell which of two is the later",
            )
        return self.text("query")

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

    def settle_seconds(self) -> float:
        value = self.raw.get("settle_seconds", SETTLE_SECONDS)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise self.mistake("settle_seconds", f"must be a number of seconds from 0, not {value!r}")
        return float(value)
