"""The form of Catena-X CBAM messages (urn:samm:io.catenax.cbam:1.0.0): which keys there are, what stands at
each, and what a message says against itself. Reading and writing of both kinds rest on it.

Places are JSON pointers (RFC 6901). Numbers are whole numbers or exact decimals, never floats. The keys are
those of the example messages of the CBAM KIT of Eclipse Tractus-X (`catena_x_cbam_keys.csv`; kind `text`,
`number` or `flag`), the codes those of its value list (`cbam_registry_codes.csv`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lingtan.errors import Finding, LingtanError

REQUEST, RESPONSE = "Request", "Response"
CONTEXT = "CarbonBorderAdjustmentMechanism-CBAMAPI-{kind}:1.0.0"
VERSION = "0.1.0"
# the registry takes specific embedded emissions with seven digits after the point
SEE_STEP = Decimal("1e-7")

_KEYS = Path(__file__).with_name("catena_x_cbam_keys.csv")
_CODES = Path(__file__).with_name("cbam_registry_codes.csv")
_SHOWN = 80  # characters of a value in a message
_MAGNITUDE = 18  # powers of ten: no tonne, share or price lies beyond
_IN_WORDS = {"text": "a text", "number": "a number", "flag": "true or false"}


class NotTheFormError(LingtanError):
    """The bytes are no message of the kind and version; `finding.column` is the place."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


@dataclass(frozen=True)
class Key:
    kind: str
    code_list: str | None


@dataclass(frozen=True)
class Record:
    """One emissions record, what stands above it, and its place."""

    place: str
    good: Mapping[str, Any]
    installation: Mapping[str, Any]
    record: Mapping[str, Any]


@cache
def keys(kind: str) -> Mapping[str, Any]:
    """Key -> a Key, or the keys below it; [..] of either where a list stands. Of REQUEST or RESPONSE."""
    tree: dict[str, Any] = {}
    with _KEYS.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["part_of"] in ("both", kind.lower()):
                _plant(tree, line["path"].split("."), Key(line["kind"], line["code_list"] or None))
    return tree


def _plant(tree: dict[str, Any], steps: list[str], key: Key) -> None:
    name, is_list = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    if len(steps) == 1:
        tree[name] = [key] if is_list else key
        return
    below = tree.setdefault(name, [{}] if is_list else {})
    _plant(below[0] if is_list else below, steps[1:], key)


@cache
def codes(code_list: str) -> Mapping[str, str]:
    """Code -> meaning, of one list of the CBAM registry."""
    return {line["code"]: line["meaning"] for line in _code_lines() if line["list"] == code_list}


@cache
def method_of(aggregated_good: str) -> str | None:
    """The production method of an aggregated good that has one alone; None where the route decides."""
    found = [line["code"] for line in _code_lines() if line["aggregated_good"] == aggregated_good]
    return found[0] if len(found) == 1 else None


@cache
def _code_lines() -> tuple[dict[str, str], ...]:
    with _CODES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def parse(data: bytes, kind: str) -> dict[str, Any]:
    """A message of the kind, its form checked but for the records (`faults` tells theirs).

    Raises NotTheFormError: unreadable_file, unknown_version, unknown_key, wrong_type.
    """
    import msgspec

    try:
        message = msgspec.json.Decoder(float_hook=Decimal).decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _refused("unreadable_file", f"the file is no JSON ({error})", "") from error
    header = message.get("header") if isinstance(message, dict) else None
    stated = header.get("context") if isinstance(header, dict) else None
    expected = CONTEXT.format(kind=kind)
    if stated != expected:
        raise _refused(
            "unknown_version",
            f"/header/context must be {expected!r}: only this kind and version is read",
            "/header/context",
            stated,
        )
    for rule, sentence, place, value in _misfits(message, keys(kind), ""):
        if rule == "unknown_key" or "/emissionsRecords/" not in place:
            raise _refused(rule, sentence, place, value)
    return message


def _refused(rule: str, sentence: str, place: str, value: Any = None) -> NotTheFormError:
    return NotTheFormError(Finding(rule, sentence, column=place or None, value=_shown(value)))


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)[:_SHOWN]


def faults(record: Record, kind: str) -> Iterator[Finding]:
    """What makes a record unusable: a value of another kind than the form's."""
    tree = keys(kind)["content"]["good"][0]["operator"][0]["installation"][0]["emissionsRecords"][0]
    for rule, sentence, place, value in _misfits(record.record, tree, record.place):
        yield Finding(rule, sentence, column=place, value=_shown(value))


def _misfits(value: Any, said: Any, place: str) -> Iterator[tuple[str, str, str, Any]]:
    """(rule, sentence, place, value) of all that is not as the form says; null stands anywhere."""
    if value is None:
        return
    if isinstance(said, list):
        if not isinstance(value, list):
            yield "wrong_type", f"{place} must be a list", place, value
            return
        for number, entry in enumerate(value):
            yield from _misfits(entry, said[0], f"{place}/{number}")
    elif isinstance(said, Key):
        if not _is_of(value, said.kind):
            yield "wrong_type", f"{place} must be {_IN_WORDS[said.kind]}", place, value
    elif not isinstance(value, dict):
        yield "wrong_type", f"{place or 'the message'} must be an object", place, value
    else:
        for key, below in value.items():
            inside = f"{place}/{key.replace('~', '~0').replace('/', '~1')}"
            if key not in said:
                sentence = (
                    f"{inside} is no key of the form, and what nobody knows may change what stands beside it"
                )
                yield "unknown_key", sentence, inside, below
            else:
                yield from _misfits(below, said[key], inside)


def _is_of(value: Any, kind: str) -> bool:
    if kind == "number":
        return number({"": value}, "") is not None
    return isinstance(value, str if kind == "text" else bool)


def records(message: Mapping[str, Any]) -> list[Record]:
    """The emissions records in the order of the message."""
    return [
        Record(place, good, installation, record)
        for good, good_at in listed(at(message, "content"), "good", "/content")
        for operator, operator_at in listed(good, "operator", good_at)
        for installation, installation_at in listed(operator, "installation", operator_at)
        for record, place in listed(installation, "emissionsRecords", installation_at)
    ]


def listed(above: Any, key: str, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a list and their places; one that is null, or a record that is none, is empty."""
    entries = at(above, key)
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        yield entry if isinstance(entry, dict) else {}, f"{place}/{key}/{number}"


def doubts(message: Mapping[str, Any]) -> list[Finding]:
    """What a message says against itself; its figures can be used all the same.

    Rules: mass_does_not_add_up, indirect_is_not_electricity_times_factor, unknown_code.
    """
    found = [
        doubt
        for good, place in listed(at(message, "content"), "good", "/content")
        for doubt in _masses(good, place)
    ]
    for record in records(message):
        found.extend(_product(record))
    tree = keys(RESPONSE if message["header"]["context"] == CONTEXT.format(kind=RESPONSE) else REQUEST)
    found.extend(_codes(message, tree, ""))
    return found


def _masses(good: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Every stated mass is the sum of those below it: of operators, of installations, of records."""
    asked = good.get("businessTransactionDetails") or {}
    operators = list(listed(good, "operator", place))
    yield from _sum(
        asked.get("requestNetMass"),
        f"{place}/businessTransactionDetails/requestNetMass",
        "operators",
        [operator.get("operatorNetMass") for operator, _ in operators],
    )
    for operator, operator_at in operators:
        installations = list(listed(operator, "installation", operator_at))
        yield from _sum(
            operator.get("operatorNetMass"),
            f"{operator_at}/operatorNetMass",
            "installations",
            [installation.get("installationNetMass") for installation, _ in installations],
        )
        for installation, installation_at in installations:
            yield from _sum(
                installation.get("installationNetMass"),
                f"{installation_at}/installationNetMass",
                "records",
                [
                    number(record, "activityData", "netMass")
                    for record, _ in listed(installation, "emissionsRecords", installation_at)
                ],
            )


def _sum(stated: Any, place: str, below: str, masses: list[Any]) -> Iterator[Finding]:
    if stated is None or not masses or None in masses or sum(masses) == stated:
        return
    sentence = f"{place} is {stated} t, and the {below} below it add up to {sum(masses)} t"
    yield Finding("mass_does_not_add_up", sentence, column=place, value=_shown(stated))


def _product(record: Record) -> Iterator[Finding]:
    electricity, factor, stated = (
        number(record.record, "indirectEmissions", key)
        for key in (
            "electricityConsumedMwhPerTonnesGood",
            "emissionFactorTonnesCo2PerMwh",
            "specificEmbeddedEmissionsIndirect",
        )
    )
    if electricity is None or factor is None or stated is None:
        return
    product = Decimal(electricity) * Decimal(factor)
    if abs(product - stated) <= SEE_STEP / 2:
        return
    place = f"{record.place}/indirectEmissions/specificEmbeddedEmissionsIndirect"
    sentence = (
        f"{place} is {stated}, and {electricity} MWh/t times {factor} t/MWh is {product}; "
        "the product is taken"
    )
    yield Finding("indirect_is_not_electricity_times_factor", sentence, column=place, value=_shown(stated))


def _codes(value: Any, said: Any, place: str) -> Iterator[Finding]:
    if isinstance(said, list) and isinstance(value, list):
        for number_, entry in enumerate(value):
            yield from _codes(entry, said[0], f"{place}/{number_}")
    elif isinstance(said, dict) and isinstance(value, dict):
        for key, below in value.items():
            yield from _codes(below, said.get(key), f"{place}/{key}")
    elif isinstance(said, Key) and said.code_list and isinstance(value, str):
        known = codes(said.code_list)
        if value not in known:
            sentence = (
                f"{place} is {value!r}, none of the list {said.code_list} as published: {', '.join(known)}"
            )
            yield Finding("unknown_code", sentence, column=place, value=value)


def number(above: Mapping[str, Any], *steps: str) -> int | Decimal | None:
    """The number at the end of the steps; None where there is none."""
    value = at(above, *steps)
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return value if is_number and abs(Decimal(value).adjusted()) <= _MAGNITUDE else None


def at(above: Any, *steps: str) -> Any:
    """What stands at the end of the steps; None where nothing does."""
    for step in steps:
        above = above.get(step) if isinstance(above, dict) else None
    return above


def day_from(stamp: Any) -> str | None:
    """The day of a stamp, as its writer sees it."""
    return stamp[:10] if isinstance(stamp, str) and stamp else None


def identifier(ids: Mapping[str, Any] | None, ours: str) -> str | None:
    """The official identifier under the key `ours`, else the first of the others."""
    if at(ids, ours):
        return at(ids, ours)
    others = at(ids, "otherIds") or ()
    return next((other["value"] for other in others if at(other, "value")), None)
