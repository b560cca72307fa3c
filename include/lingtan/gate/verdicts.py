"""Great Expectations in SQL: an ordinary suite becomes predicates on rows and aggregates on partitions,
with the semantics of stock GX on pandas (value expectations ignore nulls). What has no translation says so
and is judged by stock GX itself (`stock_verdicts`). This module reads expectations and imports nothing of
GX.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lingtan.contracts import Contract
from lingtan.errors import ConfigurationError
from lingtan.sql import identifier, text

CRITICAL, WARNING = "critical", "warning"
ACCEPTED = "standing = 'accepted'"  # the rows a batch expectation judges


@dataclass(frozen=True)
class Rule:
    """One expectation as the gate runs it."""

    name: str
    column: str | None  # as the sender knows it
    severity: str
    sentence: str
    is_row: bool
    expectation: Any
    mostly: float = 1
    fails: str | None = None  # row: the row fails; batch: the partition fails; None = stock GX judges
    considered: str = "true"  # row: the rows `mostly` counts
    is_of_books: bool = False  # batch: judged on the tally of the books, no row is looked at
    in_words: str | None = None  # column of the frame that says of a failing row what stands there

    @property
    def is_translated(self) -> bool:
        return self.fails is not None

    @property
    def is_critical(self) -> bool:
        return self.severity == CRITICAL


class _NoTranslationError(Exception):
    """The expectation, or the types it meets, have no SQL of the same meaning."""


def translate(expectations: Iterable[Any], contract: Contract) -> list[Rule]:
    """Rules in the order of the suite. Raises ConfigurationError for a column the frame does not have."""
    rules = [_rule(expectation, contract) for expectation in expectations]
    seen: Counter[str] = Counter()
    named = []
    for rule in rules:
        seen[rule.name] += 1
        named.append(rule if seen[rule.name] == 1 else replace(rule, name=f"{rule.name}_{seen[rule.name]}"))
    return named


def _rule(expectation: Any, contract: Contract) -> Rule:
    kind = type(expectation).__name__
    column = getattr(expectation, "column", None) or getattr(expectation, "column_A", None)
    in_words = (getattr(expectation, "meta", None) or {}).get("in_words")
    others = (getattr(expectation, "column_B", None), *getattr(expectation, "column_list", ()), in_words)
    for named in (column, *others):
        if named is not None:
            contract.field(named)
    notes = expectation.notes
    sentence = " ".join(notes) if isinstance(notes, list) else notes
    if not sentence:
        raise ConfigurationError(
            f"expectations/{contract.name}.py: {kind} has no notes for the sender to read"
        )
    rule = Rule(
        name=_name(kind, expectation),
        column=column and (contract.field(column).about or column),
        severity=CRITICAL if str(getattr(expectation.severity, "value", "")) == CRITICAL else WARNING,
        sentence=sentence,
        is_row=hasattr(expectation, "mostly"),
        expectation=expectation,
        mostly=float(getattr(expectation, "mostly", 1)),
        in_words=in_words,
    )
    translation = _TRANSLATIONS.get(kind)
    if translation is None or getattr(expectation, "row_condition", None) is not None:
        return rule
    if getattr(expectation, "windows", None):
        return rule
    try:
        fails, considered = translation(expectation, contract)
    except _NoTranslationError:
        return rule
    return replace(rule, fails=fails, considered=considered, is_of_books=translation is _row_count)


def _name(kind: str, expectation: Any) -> str:
    """`<column>_<short>`: declared_meter_not_null, share_of_nameplate_between, row_count_between."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower().removeprefix("expect_")
    if hasattr(expectation, "column_A"):
        is_order = words == "column_pair_values_a_to_be_greater_than_b"
        middle = (
            "greater_than" if is_order else words.removeprefix("column_pair_values_").replace("to_be_", "")
        )
        if is_order and expectation.or_equal:
            middle = "greater_than_or_equal_to"
        return f"{expectation.column_A}_{middle}_{expectation.column_B}"
    short = words.removeprefix("column_values_").removeprefix("column_").removeprefix("table_")
    short = re.sub(r"(^|_)to_(not_)?(be_)?", r"\1\2", short)
    column = getattr(expectation, "column", None)
    return f"{column}_{short}" if column else short


# How one expectation reads in SQL: (fails, considered)

Translation = tuple[str, str]


def _not_null(expectation: Any, contract: Contract) -> Translation:
    return f"{identifier(expectation.column)} is null", "true"


def _in_set(expectation: Any, contract: Contract) -> Translation:
    return _membership(expectation, contract, "not in")


def _not_in_set(expectation: Any, contract: Contract) -> Translation:
    return _membership(expectation, contract, "in")


def _membership(expectation: Any, contract: Contract, failing: str) -> Translation:
    values = expectation.value_set
    if not isinstance(values, list | tuple | set) or not values:
        raise _NoTranslationError
    column = identifier(expectation.column)
    listed = ", ".join(sorted(_literal(value, expectation.column, contract) for value in values))
    return f"coalesce({column} {failing} ({listed}), false)", f"{column} is not null"


def _between(expectation: Any, contract: Contract) -> Translation:
    column = identifier(expectation.column)
    inside = _inside(column, expectation, contract)
    return f"coalesce(not ({inside}), false)", f"{column} is not null"


def _matches(expectation: Any, contract: Contract) -> Translation:
    pattern = expectation.regex
    if contract.field(expectation.column).type != "string" or not _is_plain(pattern):
        raise _NoTranslationError
    column = identifier(expectation.column)
    if pattern.endswith("$"):  # Python's $ also stands before a last line break
        pattern = pattern[:-1] + r"(?:\n?\z)"
    return f"coalesce(not regexp_matches({column}, {text(pattern)}), false)", f"{column} is not null"


def _is_plain(pattern: Any) -> bool:
    """Whether a pattern means the same to Python's re and to RE2: no escapes, groups by extension, anchors
    inside.
    """
    return (
        isinstance(pattern, str)
        and bool(re.fullmatch(r"\^?(?:[A-Za-z0-9_\-\[\]{}(),|+*?/ ]|\[\^)*\$?", pattern))
        and ("(?" not in pattern)
    )


def _pair_greater(expectation: Any, contract: Contract) -> Translation:
    types = {contract.field(name).type for name in (expectation.column_A, expectation.column_B)}
    if not (types <= {"number", "integer"} or (len(types) == 1 and types <= {"date", "datetime"})):
        raise _NoTranslationError
    first, second = identifier(expectation.column_A), identifier(expectation.column_B)
    considered = {
        "both_values_are_missing": f"not ({first} is null and {second} is null)",
        "either_value_is_missing": f"({first} is not null and {second} is not null)",
        "neither": "true",
    }.get(str(getattr(expectation.ignore_row_if, "value", expectation.ignore_row_if)))
    if considered is None:
        raise _NoTranslationError
    sign = ">=" if expectation.or_equal else ">"
    # a comparison with a missing value is false to pandas
    return f"({considered} and not coalesce({first} {sign} {second}, false))", considered


def _row_count(expectation: Any, contract: Contract) -> Translation:
    accepted = f"coalesce(sum(rows) filter (where {ACCEPTED}), 0)"
    return f"not ({_inside(accepted, expectation, None)})", "true"


def _aggregate(function: str, *, of_nothing: str | None = None) -> Callable[[Any, Contract], Translation]:
    """Bounds of sum, max, min or mean; over no values a sum is zero and the others fail, as in GX."""

    def translation(expectation: Any, contract: Contract) -> Translation:
        if contract.field(expectation.column).type not in ("number", "integer"):
            raise _NoTranslationError
        value = f"{function}({identifier(expectation.column)}) filter (where {ACCEPTED})"
        if of_nothing is not None:
            value = f"coalesce({value}, {of_nothing})"
        return f"coalesce(not ({_inside(value, expectation, contract)}), true)", "true"

    return translation


def _distinct_contain(expectation: Any, contract: Contract) -> Translation:
    values = expectation.value_set
    if not isinstance(values, list | tuple | set) or not values:
        raise _NoTranslationError
    literals = sorted({_literal(value, expectation.column, contract) for value in values})
    column = identifier(expectation.column)
    found = f"count(distinct {column}) filter (where {ACCEPTED} and {column} in ({', '.join(literals)}))"
    return f"{found} < {len(literals)}", "true"


_TRANSLATIONS: dict[str, Callable[[Any, Contract], Translation]] = {
    "ExpectColumnValuesToNotBeNull": _not_null,
    "ExpectColumnValuesToBeInSet": _in_set,
    "ExpectColumnValuesToNotBeInSet": _not_in_set,
    "ExpectColumnValuesToBeBetween": _between,
    "ExpectColumnValuesToMatchRegex": _matches,
    "ExpectColumnPairValuesAToBeGreaterThanB": _pair_greater,
    "ExpectTableRowCountToBeBetween": _row_count,
    "ExpectColumnSumToBeBetween": _aggregate("sum", of_nothing="0"),
    "ExpectColumnMaxToBeBetween": _aggregate("max"),
    "ExpectColumnMinToBeBetween": _aggregate("min"),
    "ExpectColumnMeanToBeBetween": _aggregate("avg"),
    "ExpectColumnDistinctValuesToContainSet": _distinct_contain,
}


# SQL words


def _inside(value: str, expectation: Any, contract: Contract | None) -> str:
    """The bounds of a between-expectation, strict where it says so; `contract` types those of a column."""
    bounds = []
    for bound, is_strict, sign in (
        (expectation.min_value, getattr(expectation, "strict_min", False), ">"),
        (expectation.max_value, getattr(expectation, "strict_max", False), "<"),
    ):
        if bound is not None:
            literal = _number(bound) if contract is None else _literal(bound, expectation.column, contract)
            bounds.append(f"{value} {sign if is_strict else f'{sign}='} {literal}")
    return " and ".join(bounds) or "true"


def _literal(value: Any, column: str, contract: Contract) -> str:
    """A value as SQL of the column's own type; what pandas would compare across types is left to it."""
    kind = contract.field(column).type
    if kind == "string" and isinstance(value, str):
        return text(value)
    if kind == "boolean" and isinstance(value, bool):
        return str(value).lower()
    if kind in ("number", "integer"):
        return _number(value)
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return f"date {text(value.isoformat())}"
    if kind == "datetime" and isinstance(value, datetime) and value.tzinfo is not None:
        return f"timestamptz {text(value.isoformat())}"
    raise _NoTranslationError


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _NoTranslationError
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise _NoTranslationError
    return format(exact.normalize(), "f")
