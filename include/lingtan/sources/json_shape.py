"""The form an entry expects of a JSON document, as msgspec types: parsing and checking are one pass in C. A
document of another form is not explained here; `json_file` looks for the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import msgspec

_SCALARS = {str, int, bool, type(None)}


@dataclass(frozen=True)
class _Branch:
    """An object inside a record: how its values are got, and an object in which nothing is given."""

    leaves: Mapping[str, attrgetter]  # path -> the value
    branches: tuple[tuple[attrgetter, _Branch], ...]
    nothing: Any


@dataclass(frozen=True)
class Shape:
    """Decodes documents of one form."""

    decoder: msgspec.json.Decoder
    steps: tuple[str, ...]  # attributes that lead to the list of records
    branch: _Branch

    def columns(self, data: bytes) -> dict[str, list[str | int | bool | None]] | None:
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
        found: dict[str, list[Any]] = {}
        _gather(records, self.branch, found)
        kinds = set().union(*(map(type, values) for values in found.values()))
        return found if kinds <= _SCALARS else None


def _gather(objects: list[Any], branch: _Branch, found: dict[str, list[Any]]) -> None:
    for path, value in branch.leaves.items():
        found[path] = list(map(value, objects))
    for inner, below in branch.branches:
        inside = list(map(inner, objects))
        _gather([below.nothing if part is None else part for part in inside], below, found)


@cache
def of(records: str | None, decimal: str, headers: frozenset[str], ignored: frozenset[str]) -> Shape:
    """The form of a document whose list of records lies at `records` and whose values at `headers`."""
    import msgspec

    record, branch = _object(tree(headers, ignored))
    document: Any = list[record]
    steps = records.split(".") if records else []
    for step in reversed(steps):
        document = msgspec.defstruct("Document", [("inside", document)], rename={"inside": step})
    decoder = msgspec.json.Decoder(document, float_hook=fraction(decimal))
    return Shape(decoder, tuple("inside" for _ in steps), branch)


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


def _object(keys: Mapping[str, Any]) -> tuple[type, _Branch]:
    """The type of an object with these keys, and the way to its values."""
    import msgspec

    fields: list[tuple[str, Any, Any]] = []
    leaves: dict[str, attrgetter] = {}
    branches: list[tuple[attrgetter, _Branch]] = []
    for number, below in enumerate(keys.values()):
        name = f"field_{number}"
        if below is None:
            fields.append((name, msgspec.Raw, msgspec.Raw(b"null")))
        elif isinstance(below, str):
            fields.append((name, Any, None))
            leaves[below] = attrgetter(name)
        else:
            inner, branch = _object(below)
            fields.append((name, inner | None, None))
            branches.append((attrgetter(name), branch))
    kind = msgspec.defstruct(
        "Object",
        fields,
        rename={f"field_{number}": key for number, key in enumerate(keys)},
        forbid_unknown_fields=True,
        eq=False,
        gc=False,
    )
    return kind, _Branch(leaves, tuple(branches), kind())
