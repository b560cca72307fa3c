"""One column of text -> one typed Arrow array. The whole column is tried at once; only when that fails are
the cells that are at fault looked at one by one. Numbers never pass through a float.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from lingtan.contracts import Field
from lingtan.sources import grid as grids
from lingtan.sources import stamps, written_numbers
from lingtan.sources.entry import Column, Source
from lingtan.sources.grid import Fault

if TYPE_CHECKING:
    import pyarrow

PRECISION = 28  # digits of every number in a contract
_LONGEST = 38  # bytes of a number that 128 bits hold, whatever they are
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})


class Faults:
    """The faults of a file: per row the first one in the contract's column order."""

    def __init__(self, column_order: Sequence[str]) -> None:
        self._order = {name: position for position, name in enumerate(column_order)}
        self._of_row: dict[int, Fault] = {}

    def add(self, row: int, fault: Fault) -> None:
        known = self._of_row.get(row)
        if known is None or self._rank(fault) < self._rank(known):
            self._of_row[row] = fault

    def _rank(self, fault: Fault) -> int:
        return -1 if fault.column is None else self._order[fault.column]

    def columns(self, count: int) -> list[pyarrow.Array]:
        """fault_rule, fault_column, fault_value, fault_sentence for `count` rows."""
        import numpy as np
        import pyarrow as pa

        if not self._of_row:
            return [pa.nulls(count, pa.string())] * 4
        faults = list(self._of_row.values())
        place = np.zeros(count, dtype=np.int64)
        is_sound = np.ones(count, dtype=bool)
        faulty = list(self._of_row)
        place[faulty], is_sound[faulty] = np.arange(len(faults)), False
        places = pa.array(place, mask=is_sound)
        return [
            pa.array([getattr(fault, name) for fault in faults], type=pa.string()).take(places)
            for name in ("rule", "column", "value", "sentence")
        ]


def column(
    field: Field, text: pyarrow.Array, column: Column, source: Source, faults: Faults
) -> pyarrow.Array:
    """Type one column; cells that cannot be typed become null and a fault."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def fault(row: int, value: str, sentence: str) -> None:
        whole = f"{value!r} in column {column.header!r} {sentence}"
        faults.add(row, Fault("wrong_type", whole, field.name, value))

    if field.type in ("number", "integer"):
        text = _translated(text, column)

        def number_fault(row: int, _: str, sentence: str) -> None:
            fault(row, text[row].as_py(), sentence)  # as the sender wrote it

        plain = written_numbers.plain(text, source, field.decimal_places or 0)
        if field.type == "number":
            return _numbers(plain, field, source, number_fault)
        return _integers(plain, source, number_fault)
    if field.type == "string" and not field.enum:
        return _translated(text, column)
    read, sentence = _word_reader(field, source)
    encoded = text.dictionary_encode()
    words = [column.values.get(word, word) for word in encoded.dictionary.to_pylist()]
    values = [read(word) for word in words]
    typed = pa.array(values, type=field.arrow_type).take(encoded.indices)
    if None in values:
        for row in pc.indices_nonzero(pc.and_(encoded.indices.is_valid(), typed.is_null())).to_pylist():
            fault(row, words[encoded.indices[row].as_py()], sentence)
    return typed


def constant(field: Field, text: str, source: Source) -> pyarrow.Scalar:
    """A constant of sources.yml, typed; the catalogue has made sure that it fits."""
    import pyarrow as pa

    return column(field, pa.array([text]), Column(field.name), source, Faults([field.name]))[0]


def fits(field: Field, text: str, dates: str, decimal: str) -> bool:
    """Whether one text can be typed as the column wants it."""
    if field.type == "number":
        places = field.decimal_places
        return _decimal(text, decimal, PRECISION - places, places)[0] is not None
    if field.type == "integer":
        return _decimal(text, decimal, 18, 0)[0] is not None
    if field.type == "date":
        return _date(text, dates) is not None
    if field.type == "boolean":
        return _boolean(text) is not None
    return not field.enum or text in field.enum


def _translated(text: pyarrow.Array, column: Column) -> pyarrow.Array:
    import pyarrow as pa

    if not column.values:
        return text
    encoded = text.dictionary_encode()
    words = [column.values.get(word, word) for word in encoded.dictionary.to_pylist()]
    return pa.array(words, type=pa.string()).take(encoded.indices)


def _word_reader(field: Field, source: Source) -> tuple[Callable[[str], object], str]:
    """How one word of a boolean, date or enumerated column is read (None = cannot be), and what to say if
    not.
    """
    if field.type == "boolean":
        return _boolean, "is neither true nor false; write true or false, or translate it with `values`"
    if field.type == "date":
        return (
            lambda word: _date(word, source.dates),
            f"is no date written {source.dates}; correct the cell, or `dates` of the source",
        )
    return (
        lambda word: word if word in field.enum else None,
        f"is none of {', '.join(field.enum)}; use one of them, or translate it with `values`",
    )


def _boolean(word: str) -> bool | None:
    folded = word.casefold()
    return True if folded in _TRUE else False if folded in _FALSE else None


@lru_cache(maxsize=4096)
def _date(word: str, pattern: str) -> date | None:
    try:
        return stamps.parsed(word, pattern, UTC).date()
    except ValueError:
        return None


def _numbers(
    text: pyarrow.Array, field: Field, source: Source, fault: Callable[[int, str, str], None]
) -> pyarrow.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.decimal128(PRECISION, field.decimal_places)
    pointed = text
    if source.decimal == ",":
        if pc.any(pc.match_substring(text, ".")).as_py():
            return _numbers_one_by_one(text, field, source, fault)
        pointed = pc.replace_substring(text, ",", ".")
    try:
        if not _may_wrap_round(text):
            return pointed.cast(kind)
    except pa.ArrowInvalid:
        pass
    return _numbers_one_by_one(text, field, source, fault)


def _may_wrap_round(text: pyarrow.Array) -> bool:
    """True when a cell is longer than any number of 128 bits, or has an exponent: what they cannot hold,
    pyarrow takes without complaint for another number; 2 to the power of 128 becomes 0.
    """
    import numpy as np

    ends, _ = grids.letters_of(text)
    return _has_letters(text) or bool((np.diff(ends) > _LONGEST).any())


def _has_letters(text: pyarrow.Array) -> bool:
    """Whether any cell holds a letter from E on, as an exponent and a number to the base of 16 do."""
    ends, letters = grids.letters_of(text)
    return bool(letters[ends[0] : ends[-1]].max(initial=0) >= ord("E"))


def _numbers_one_by_one(
    text: pyarrow.Array, field: Field, source: Source, fault: Callable[[int, str, str], None]
) -> pyarrow.Array:
    """A column in which at least one cell is no number the contract can hold: well-formed cells are still
    typed at once, the rest by the same exact rules in Python.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.decimal128(PRECISION, field.decimal_places)
    whole = PRECISION - field.decimal_places
    mark = re.escape(source.decimal)
    plain = pc.match_substring_regex(
        text, rf"^[+-]?[0-9]{{1,{whole}}}({mark}[0-9]{{0,{field.decimal_places}}})?$"
    )
    pointed = pc.replace_substring(text, ",", ".") if source.decimal == "," else text
    good = pc.if_else(plain, pointed, pa.scalar(None, pa.string())).cast(kind)
    odd = pc.indices_nonzero(pc.invert(pc.fill_null(plain, True))).to_pylist()
    if not odd:
        return good
    rescued: list[Decimal | None] = []
    for row in odd:
        word = text[row].as_py()
        number, sentence = _decimal(
            word, source.decimal, whole, field.decimal_places, thousands=source.thousands
        )
        rescued.append(number)
        if number is None:
            fault(row, word, sentence)
    mask = pc.invert(pc.fill_null(plain, True))
    return pc.replace_with_mask(good, mask, pa.array(rescued, type=kind))


def _decimal(
    word: str, mark: str, whole: int, places: int, *, thousands: str | None = None
) -> tuple[Decimal | None, str]:
    """The exact number and an empty sentence, or None and why not."""
    escaped = re.escape(mark)
    shape = rf"[+-]?([0-9]+({escaped}[0-9]*)?|{escaped}[0-9]+)([eE][+-]?[0-9]{{1,4}})?"
    if not re.fullmatch(shape, word):
        how = (
            f"or in groups of three with {thousands!r} between them, without unit"
            if thousands
            else "without thousands marks or unit"
        )
        return None, f"is no number with decimal mark {mark!r}; write digits alone, {how}"
    sign, digits, exponent = Decimal(word.replace(mark, ".")).as_tuple()
    digits_text = "".join(map(str, digits)).lstrip("0")
    significant = digits_text.rstrip("0")
    power = int(exponent) + len(digits_text) - len(significant)
    if not significant:
        return Decimal(0), ""
    if power < -places:
        return None, f"has more than the {places} decimals the contract holds; round it where it is written"
    if len(significant) + power > whole:
        return None, f"has more than the {whole} digits before the decimal mark that the contract holds"
    return Decimal((sign, tuple(map(int, significant)), power)), ""


def _integers(text: pyarrow.Array, source: Source, fault: Callable[[int, str, str], None]) -> pyarrow.Array:
    import pyarrow as pa

    try:
        if not _has_letters(text):  # pyarrow would take 0x10 for sixteen
            return text.cast(pa.int64())
    except pa.ArrowInvalid:
        pass
    values: list[int | None] = []
    for row, word in enumerate(text.to_pylist()):
        number = None if word is None else _decimal(word, source.decimal, 18, 0)[0]
        values.append(None if number is None else int(number))
        if word is not None and number is None:
            fault(row, word, "is no whole number; write digits alone")
    return pa.array(values, type=pa.int64())
