"""What landing has to say of a file or a source, each as one located finding."""

from __future__ import annotations

from lingtan.errors import Finding
from lingtan.sources.entry import Source

GROWING = "file_still_growing"


def growing(source: Source, name: str) -> Finding:
    sentence = "somebody is still writing the file; it is left for the next run"
    return Finding(GROWING, sentence, source.name, name)


def unreadable(source: Source, name: str, error: OSError) -> Finding:
    sentence = f"the file cannot be opened: {error.strerror or error}; check its rights, or send it again"
    return Finding("unreadable_file", sentence, source.name, name)


def undated(source: Source, name: str) -> Finding:
    """The warning that a file counts as oldest; it fails nothing."""
    rule = source.stated_at
    where = f"its column {rule.column!r}" if rule and rule.column else "its name"
    sentence = (
        f"{where} does not say when it was issued, so it counts as oldest and loses to every file that does: "
        f"send it as agreed, or correct `stated_at` of source {source.name} in sources.yml"
    )
    return Finding("undated_file", sentence, source.name, name)


def duplicate(source: Source, name: str, other: str, stated_at: str | None) -> Finding:
    """The remark that a file brings nothing new but its name; it fails nothing."""
    later = f", {stated_at}" if stated_at else ""
    sentence = (
        f"same bytes as {other}; the rows count once, under the later stated_at{later}: nothing to do, "
        "unless other rows were meant"
    )
    return Finding("duplicate_file", sentence, source.name, name)


def missing(source: Source, wanted: str) -> Finding:
    """`wanted` is the day or the month that nobody has spoken of."""
    sentence = (
        f"no row for {wanted} has come; a file {source.files} is awaited in {source.location}: ask the "
        "sender, drop it there and run the day again"
    )
    return Finding("missing_source", sentence, source.name)


def unreachable(source: Source, error: OSError) -> Finding:
    """A store or a database that could not be asked; what it holds comes with a later run."""
    sentence = (
        f"it cannot be asked: {error.strerror or error}; check the location, the network and the connection, "
        "and run the day again"
    )
    return Finding("unreachable_store", sentence, source.name, source.location)
