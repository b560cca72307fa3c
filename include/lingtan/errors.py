"""Errors a person can act on: each says where, what, by which rule, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass


class LingtanError(Exception):
    """Base of every error this package raises on purpose."""


@dataclass(frozen=True)
class Finding:
    """One located complaint about what was sent. `row` counts as a person sees the file, header = 1;
    `header` is what the file calls `column`, where a header feeds it.
    """

    rule: str
    sentence: str
    source: str | None = None
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    header: str | None = None

    def __str__(self) -> str:
        place = [
            part
            for part in (
                self.source,
                self.file,
                f"row {self.row}" if self.row is not None else None,
                column_in_words(self.column, self.header) if self.column is not None else None,
                f"value {self.value!r}" if self.value is not None else None,
            )
            if part
        ]
        return (
            f"{', '.join(place)}: {self.sentence} [{self.rule}]"
            if place
            else f"{self.sentence} [{self.rule}]"
        )

    def as_dict(self) -> dict[str, str | int | None]:
        return asdict(self)


def column_in_words(column: str, header: str | None) -> str:
    """Header first: it is what the reader has before them."""
    return f"column {header!r} ({column})" if header and header != column else f"column {column!r}"


class RefusedFileError(LingtanError):
    """A whole file cannot be taken; its bytes are kept, none of its rows is used."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


class ConfigurationError(LingtanError):
    """`sources.yml`, a contract or the environment asks for something that does not exist."""


class UnproductiveLoopError(LingtanError):
    """A loop of processes that consumes at least as much as it yields; it has no footprint."""
