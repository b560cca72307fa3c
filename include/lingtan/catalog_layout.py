"""The keys of an entry that say how a sheet is laid out and how its cells are written."""

from __future__ import annotations

import re

from lingtan.catalog_values import CheckedMapping

THOUSANDS = (",", ".", " ", "'")
_CELL = re.compile(r"(?P<letters>[A-Z]{1,3})(?P<row>[1-9][0-9]*)")


class LayoutKeys(CheckedMapping):
    """Asked key by key, as every entry is."""

    def encoding(self) -> str:
        name = self.text("encoding", "utf-8")
        try:
            "".encode(name)
        except LookupError as error:
            raise self.mistake(
                "encoding", f"{name!r} is no encoding, such as utf-8, gb18030, cp932, cp1252"
            ) from error
        return name

    def thousands(self, decimal: str) -> str | None:
        if "thousands" not in self.raw:
            return None
        mark = self.one_of("thousands", THOUSANDS)
        if mark == decimal:
            raise self.mistake("thousands", f"{mark!r} is the decimal mark already; one of the two is wrong")
        return mark

    def empty(self) -> frozenset[str]:
        words = self.raw.get("empty", [])
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            raise self.mistake(
                "empty", "must be a list of the sender's words for no value, such as ['-', 'n/a']"
            )
        return frozenset(word.strip() for word in words)

    def header_place(self) -> tuple[int, int | None]:
        """Row of the header (from 1), and the column (from 0) `from_cell` lets its table begin in."""
        if "from_cell" not in self.raw:
            return self.whole_number("header_row", 1, least=1), None
        if "header_row" in self.raw:
            raise self.mistake("from_cell", "says where the header stands; take header_row out")
        place = _CELL.fullmatch(self.text("from_cell"))
        if place is None:
            raise self.mistake("from_cell", f"{self.raw['from_cell']!r} is no cell, such as B4")
        return int(place["row"]), column_number(place["letters"])


def column_number(letters: str) -> int:
    """Column of a sheet from 0: A = 0, Z = 25, AA = 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
