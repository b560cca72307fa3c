"""The form an entry expects of a JSON document, as msgspec types: parsing and checking are one pass in C. A
document of another form is not explained here; `json_file` looks for the place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from lingtan.sources.entry import Source

if TYPE_CHECKING:
    import msgspec

_SCALARS = {str, int, bool, type(None)}


@dataclass(frozen=True)
class _Branch:
    """An object inside a record: per key the path of a value that is read, the object that stands there, or
    None for what is ignored; and an object in which nothing is given.
    """

    keys: tuple[str | _Branch | None, ...]
    nothing: Any


@dataclass(frozen=True)
class Shape:
    """Decodes documents of one form. Values at `numbers` may be of any kind until they are looked at: a type
    of msgspec that lets a number with a fraction pass would make a float of it.
    """

    decoder: msgspec.json.Decoder
    steps: tuple[str, ...]  # attributes that lead to the list of records
    branch: _Branch
    numbers: frozenset[str]

    def columns(self, data: bytes) -> dict[str, tuple[str | int | bool | None, ...]] | None:
        """Path -> its value in every record, None where nothing is; None for a document of another form.

        Raises msgspec.DecodeError for what is no JSON.
        """
        import msgspec

        try:
            records = self.decoder.decode(data)
        except msgspec.ValidationError:
            return None
        for step in self.steps:
            records = getattr(records, step)
        found: dict[str, tuple[Any, ...]] = {}
        _gather(records, self.branch, found)
        kinds = set().union(*(map(type, found.get(path, ())) for path in self.numbers))
        return found if kinds <= _SCALARS else None


def _gather(objects: Sequence[Any], branch: _Branch, found: dict[str, tuple[Any, ...]]) -> None:
    import msgspec

    columns = zip(*map(msgspec.structs.astuple, objects), strict=True)
    for key, values in zip(branch.keys, columns, strict=False):  # no objects have no columns
        if isinstance(key, str):
            found[key] = values
        elif key is not None:
            _gather([key.nothing if part is None else part for part in values], key, found)


def of(source: Source) -> Shape:
    """The form of the documents of a source."""
    return _shape(source.records, source.decimal, source.headers, source.ignore, source.number_headers)


@cache
def _shape(
    records: str | None,
    decimal: str,
    headers: frozenset[str],
    ignored: frozenset[str],
    numbers: frozenset[str],
) -> Shape:
    """The form of a document whose list of records lies at `records` and whose values at `headers`."""
    import msgspec

    record, branch = _object(tree(headers, ignored), numbers)
    document: Any = list[record]
    steps = records.split(".") if records else []
    for step in reversed(steps):
        document = msgspec.defstruct("Document", [("inside", document)], rename={"inside": step})
    decoder = msgspec.json.Decoder(document, float_hook=fraction(decimal))
    return Shape(decoder, tuple("inside" for _ in steps), branch, numbers)


def fraction(decimal: str) -> Any:
    """What becomes of a number with a fraction: its text, with the decimal mark of the texts beside it."""
    return str if decimal == "." else lambda text: text.replace(".", decimal)


@cache
def tree(headers: frozenset[str], ignored: frozenset[str]) -> dict[str, Any]:
    """Key -> the path of a value that is read, None for what is ignored as a whole, or the keys below."""
    keys: dict[str, Any] = {}
    for path in sorted(headers | ignored):
        *steps, last = path.split(".")
        inside = keys
        for step in steps:
            inside = inside.setdefault(step, {})
        inside[last] = path if path in headers else None
    return keys


def _object(keys: Mapping[str, Any], numbers: frozenset[str]) -> tuple[type, _Branch]:
    """The type of an object with these keys, and the way to its values."""
    import msgspec

    fields: list[tuple[str, Any, Any]] = []
    ways: list[str | _Branch | None] = []
    for number, below in enumerate(keys.values()):
        way = below
        if below is None:
            kind, default = msgspec.Raw, msgspec.Raw(b"null")
        elif isinstance(below, str):
            kind, default = Any if below in numbers else str | int | bool | None, None
        else:
            inner, way = _object(below, numbers)
            kind, default = inner | None, None
        fields.append((f"field_{number}", kind, default))
        ways.append(way)
    made = msgspec.defstruct(
        "Object",
        fields,
        rename={f"field_{number}": key for number, key in enumerate(keys)},
        forbid_unknown_fields=True,
        eq=False,
        gc=False,
    )
    return made, _Branch(tuple(ways), made())
