"""Tables of the operator's emissions report, as HTML.

Rounded for the eye alone (2025/2547 Annex II A.1): specific emissions to five decimals, totals of an
installation to whole tonnes, N2O to kilograms (Eq 18), shares to hundredths of a per cent; every other
number with all its digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from html import escape, unescape
from math import ceil
from statistics import mean

from lingtan.publish.page import FUNCTIONAL_UNITS

MISSING = "—"
PLACES = {
    "_t_co2e_per_fu": Decimal("0.00001"),
    "_t_co2e_per_t": Decimal("0.00001"),
    "total_t_co2e": Decimal(1),
    "_t_n2o": Decimal("0.001"),
}
WRAPS = 16  # letters: longer words may wrap
LINE = 133  # letters that fit side by side, on a sheet of A4 too; what is wider stands in parts
GAP = 1  # letters between columns
SENTENCE = 50  # letters: a column longer on average stands below its rows, as wide as the table
PER_CENT_PLACES = Decimal("0.01")
ENDINGS = (
    *("_t_co2e_per_fu", "_t_co2e_per_mwh", "_t_co2e_per_t", "_per_t", "_t_co2e", "_mwh_per_fu"),
    *("_gj_per_unit", "_kg_per_unit", "_kwh", "_mwh", "_gj", "_t", "_fu", "_amount"),
)
WRITTEN = {"kwh": "kWh", "mwh": "MWh", "gj": "GJ", "m3_0c": "m³\xa0(0\xa0°C)", **FUNCTIONAL_UNITS}
CODES_AS_WORDS = frozenset({"evidence", "evidence_rung", "finding", "method"})
CAPITALS = {"cn": "CN", "see": "SEE", "sefa": "SEFA", "ncv": "NCV"}
TAG = re.compile("<(?!br>|wbr>)[^>]*>")


def table(rows: list[dict], units: Mapping[str, str]) -> str:
    """Rows with the units of their columns; too wide a table stands in parts."""
    names = columns(rows)
    sentences = [name for name in names if _are_sentences(rows, name)]
    made = {name: _column(rows, name, units) for name in names if name not in sentences}
    *others, last = _parts(made)
    below = [
        [_sentence(name, row[name], len(last)) for name in sentences if row[name] is not None] for row in rows
    ]
    return "".join([*(_part(part, [[]] * len(rows)) for part in others), _part(last, below)])


Column = list[str]  # its head and its cells, as HTML


def _column(rows: list[dict], name: str, units: Mapping[str, str]) -> Column:
    kind = _kind(_is_number(rows, name, units))
    return [f"<th{kind}>{_head(name, units)}</th>", *_cells(rows, name, units)]


def _parts(made: Mapping[str, Column]) -> list[list[Column]]:
    """The columns in parts that fit side by side. Of several each is led by the first column where that tells
    the rows apart, else by the number of the row.
    """
    needed = [max(map(_letters, column)) + GAP for column in made.values()]
    share = sum(needed) / ceil(sum(needed) / LINE)  # all parts about as wide
    parts: list[list[Column]] = [[]]
    used = 0
    for column, letters in zip(made.values(), needed, strict=True):
        if parts[-1] and used + letters / 2 > share:
            parts.append([])
            used = 0
        parts[-1].append(column)
        used += letters
    if len(parts) == 1:
        return parts
    head, *cells = parts[0][0]
    if len(set(cells)) == len(cells):
        return [parts[0], *([[head, *cells], *part] for part in parts[1:])]
    numbers = ["<th>row</th>", *(f"<td>{row}</td>" for row in range(1, len(cells) + 1))]
    return [[numbers, *part] for part in parts]


def _letters(cell: str) -> int:
    """Letters that a cell cannot break."""
    text = unescape(TAG.sub("", cell))
    if cell.startswith('<td class="words">'):
        return max(WRAPS, *map(len, re.split("<wbr>| ", text)))
    return max(map(len, re.split("<br>|<wbr>| " if cell.startswith("<th") else "<wbr>", text)))


def _part(part: list[Column], below: list[list[str]]) -> str:
    head, *rows = (f"<tr>{''.join(cells)}</tr>" for cells in zip(*part, strict=True))
    lines = (line for row, said in zip(rows, below, strict=True) for line in (row, *said))
    return f"<table>{head}{''.join(lines)}</table>"


def columns(rows: list[dict]) -> list[str]:
    """Those with a value; a column without one says nothing."""
    return [name for name in rows[0] if any(row[name] is not None for row in rows)]


def _are_sentences(rows: list[dict], name: str) -> bool:
    return mean(len(words(row[name])) for row in rows if row[name] is not None) > SENTENCE


def _is_number(rows: list[dict], name: str, units: Mapping[str, str]) -> bool:
    """A quantity or a count; a year is a name."""
    values = [row[name] for row in rows if row[name] is not None]
    is_count = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    return name in units or (is_count and not name.endswith("year"))


def _kind(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _head(name: str, units: Mapping[str, str]) -> str:
    unit = units.get(name)
    if unit is None:
        return _title(name)
    ending = next((end for end in ENDINGS if name.endswith(end)), "")
    title = _title(name.removesuffix(ending))
    if unit.startswith("as "):  # a unit that varies stands in its own column
        return title
    written = escape("%" if unit == "1" else unit.replace("t CO2e", "t\xa0CO2e"))
    return written if written.startswith(title) else f"{title}<br>{written}"


def _title(name: str) -> str:
    words = name.removeprefix("is_").split("_")
    return escape(" ".join(CAPITALS.get(word, word) for word in words))


def _cells(rows: list[dict], name: str, units: Mapping[str, str]) -> list[str]:
    values = [row[name] for row in rows]
    if not _is_number(rows, name, units):
        return [_cell(name, value) for value in values]
    unit = units.get(name, "")
    shown = [MISSING if value is None else number(name, str(value), unit) for value in values]
    return [
        f"<td{_kind(True)}>{escape(text)}{pad}</td>" for text, pad in zip(shown, _pads(shown), strict=True)
    ]


def _pads(shown: list[str]) -> list[str]:
    """What each number lacks, unseen, for the points of a column to stand below one another."""
    had = [len("".join(text.partition(".")[1:])) for text in shown]
    longest = "." + "0" * (max(had) - 1)
    lacks = ["" if text == MISSING else longest[at : max(had)] for text, at in zip(shown, had, strict=True)]
    return [f'<span class="pad">{lack}</span>' if lack else "" for lack in lacks]


def _cell(name: str, value: object) -> str:
    if name.endswith("unit"):
        value = WRITTEN.get(value, value)
    shown = MISSING if value is None else words(value)
    if name in CODES_AS_WORDS:
        shown = shown.replace("_", " ")
    # names wrap, and keys after a slash
    wraps = ' class="words"' if " " in shown and len(shown) > WRAPS else ""
    return f"<td{wraps}>{escape(shown).replace('/', '/<wbr>')}</td>"


def _sentence(name: str, value: object, columns: int) -> str:
    label = "" if name == "sentence" else f"{_title(name)}: "
    said = label + escape(words(value))
    return f'<tr class="sentence"><td colspan="{columns}"><div>{said}</div></td></tr>'


def words(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def number(name: str, text: str, unit: str) -> str:
    """An exact text as people read it; `name` and `unit` are those of its column."""
    exact = Decimal(text)
    if unit == "1":
        per_cent = (exact * 100).quantize(PER_CENT_PLACES, ROUND_HALF_UP)
        return "< 0.01" if exact > 0 and not per_cent else f"{per_cent.normalize():f}"
    places = next((places for ending, places in PLACES.items() if name.endswith(ending)), None)
    if places is not None and exact != exact.quantize(places, ROUND_HALF_UP):
        exact = exact.quantize(places, ROUND_HALF_UP)
    return f"{exact:,f}"
