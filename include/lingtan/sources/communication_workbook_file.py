"""The Commission's communication workbook (template for installations, versions 2.1 and 2.1.1): one row per
cell that carries something, whatever the language of the form, because cells are found by their address.

Which cell carries what stands in `communication_workbook_cells.csv`. Every input cell of a position that is
filled anywhere is a row, empty ones too: a cell that is not among the accepted rows was not readable, and
that is not an empty one.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from lingtan.errors import RefusedFileError
from lingtan.sources import communication_workbook_cells as cells
from lingtan.sources import communication_workbook_formulas as arithmetic
from lingtan.sources import excel_errors
from lingtan.sources import grid as grids
from lingtan.sources.communication_workbook_cells import Field
from lingtan.sources.entry import Source
from lingtan.sources.grid import Fault, Grid

FORMAT = "communication_workbook"
KEYS = ()
HEADERS = (
    "workbook_id",  # the two below, joined by a slash
    "installation_code",  # the installation's name in English, else in its own language, else its UN/LOCODE
    "period_from",
    "period_until",  # the day after the last one the form names
    "template_version",
    "sheet",
    "cell",
    "block",
    "position",
    "second_position",  # route, or process that uses
    "field",
    "role",
    "number_value",
    "text_value",  # as the cell holds it, words of its lists in English
    "is_formula",
    "follows",
)
UNNAMED = "unnamed installation"
# totals that `int_workbook_cells` calculates for the cells that repeat them
TOTALS = frozenset(
    {
        *("fuel_energy_tj", "total_fuel_energy_tj"),
        *("calculated_co2_tco2e", "calculated_n2o_tco2e", "calculated_pfc_tco2e", "calculated_direct_tco2e"),
        *("total_co2_tco2e", "total_n2o_tco2e", "total_pfc_tco2e", "total_direct_tco2e"),
        "total_indirect_tco2e",
    }
)

_INSTALLATION, _VERSIONS, _WORDS = "A_InstData", "0_Versions", "Translations"
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_CELL = re.compile(rb"<c\b([^>]*?)(/?)>(?:\s*(<f\b[^>]*?(?:/>|>([^<]*)</f>)))?")
_UNCALCULATED = re.compile(rb"\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_PLACE, _ERROR = re.compile(rb'\br="([A-Z]+[0-9]+)"'), re.compile(rb'\bt="e"')
_TEXT = re.compile(rb'\bt="str"')
_VALUE = re.compile(rb"<v>([^<]*)</v>")


@dataclass(frozen=True)
class _Sheets:
    """Values of the sheets the map needs, the cells that hold a formula, those of them that were never
    calculated, and those that hold an error.
    """

    values: Mapping[str, list[list[Any]]]
    formulas: Mapping[str, Mapping[str, str]]
    uncalculated: Mapping[str, frozenset[str]]
    errors: Mapping[str, Mapping[str, str]]

    def value(self, sheet: str, cell: str) -> Any:
        """The cell's value, the text of its error, or None when it is empty."""
        error = self.errors.get(sheet, {}).get(cell)
        if error is not None:
            return error
        letters, digits = _split(cell)
        rows, row, column = self.values[sheet], int(digits) - 1, _column(letters)
        value = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
        value = value.strip() if isinstance(value, str) else value
        return None if value == "" else value

    def is_error(self, sheet: str, cell: str) -> bool:
        return cell in self.errors.get(sheet, {})

    def followed(self, sheet: str, cell: str, on_the_way: frozenset = frozenset()) -> float | None:
        """What the formula of an input cell comes to by the input cells it names; None when there is no
        formula, or one that needs more than these.
        """
        formula = self.formulas[sheet].get(cell)
        if not formula or self.is_error(sheet, cell) or (sheet, cell) in on_the_way:
            return None
        passed = on_the_way | {(sheet, cell)}
        found = arithmetic.worth(formula, sheet, lambda *place: self._operand(*place, passed))
        return found if found is not None and math.isfinite(found) else None

    def _operand(self, sheet: str, cell: str, on_the_way: frozenset) -> float | None:
        if sheet not in self.formulas or (sheet, cell) in _printed():
            return None
        if cell in self.formulas[sheet]:
            return self.followed(sheet, cell, on_the_way) if (sheet, cell) in _inputs() else None
        value = self.value(sheet, cell)
        return 0.0 if value is None else float(value) if _is_number(value) else None

    def repeated(self, sheet: str, cell: str) -> str | None:
        """The total of the installation an input cell repeats, straight or through others."""
        on_the_way: set[tuple[str, str]] = set()
        place: tuple[str, str] | None = (sheet, cell)
        while place in _inputs() and place not in on_the_way:
            on_the_way.add(place)
            place = arithmetic.cell_alone(self.formulas[place[0]].get(place[1], ""), place[0])
        line = _printed().get(place)
        return line.field if line and line.block == "installation" and line.field in TOTALS else None


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """One row per cell. A word in a number cell, or an error of the workbook, is a fault of its row.

    Raises RefusedFileError: unreadable_file, not_the_template, empty_file (a form nobody filled in).
    """
    import numpy as np
    import pyarrow as pa

    sheets = _sheets(data, source, file_name)
    words = _words(sheets.values[_WORDS])
    name, first = _name(sheets), _iso(_day(sheets, "I9"))
    head = {
        "workbook_id": f"{name}/{first or 'no period'}",
        "installation_code": name,
        "period_from": first,
        "period_until": _iso(_day(sheets, "L9"), days=1),
        "template_version": _version(sheets.values[_VERSIONS]),
    }
    rows: list[dict[str, Any]] = []
    faults: dict[int, Fault] = {}
    for line, position in _filled(sheets):
        row, fault = _row(line, position, sheets, words)
        rows.append(head | row)
        if fault:
            faults[len(rows)] = fault
    if not rows:
        raise grids.empty(source.name, file_name)
    columns = [pa.array([row[header] for row in rows], type=pa.string()) for header in HEADERS]
    return grids.make(list(HEADERS), columns, np.arange(1, len(rows) + 1), row_faults=faults)


def _sheets(data: bytes, source: Source, file_name: str) -> _Sheets:
    import zipfile

    import python_calamine as calamine

    wanted = sorted({line.sheet for line in _fields()})
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = set(workbook.sheet_names)
        missing = [name for name in (*wanted, _VERSIONS, _WORDS) if name not in names]
        if missing:
            raise _no_template(source, file_name, missing)
        values = {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in (*wanted, _VERSIONS, _WORDS)
        }
        scanned = {name: _scan(excel_errors.xml_of(data, name)) for name in wanted}
    except (calamine.CalamineError, zipfile.BadZipFile, KeyError, StopIteration, OSError) as error:
        raise grids.refuse(
            "unreadable_file",
            "the file is no readable .xlsx workbook; open it in a spreadsheet program and save it as .xlsx, "
            "without a password",
            source.name,
            file_name,
        ) from error
    return _Sheets(
        values,
        *({name: found[part] for name, found in scanned.items()} for part in range(3)),
    )


def _no_template(source: Source, file_name: str, missing: list[str]) -> RefusedFileError:
    return grids.refuse(
        "not_the_template",
        "the workbook is not the Commission's communication template for installations: it has no sheet "
        f"{', '.join(map(repr, missing))}; send the template itself, with all its sheets",
        source.name,
        file_name,
    )


def _scan(xml: bytes) -> tuple[dict[str, str], frozenset[str], dict[str, str]]:
    """Formulas of a sheet by cell, cells whose formula was never calculated, and the error of each that
    holds one.
    """
    formulas, uncalculated, errors = {}, set(), {}
    for found in _CELL.finditer(xml):
        attributes, is_closed, formula, text = found.groups()
        is_error = _ERROR.search(attributes)
        if not (formula or is_error):
            continue
        place = _PLACE.search(attributes)
        if place is None:
            continue
        cell = place[1].decode()
        if formula and not is_closed:
            formulas[cell] = html.unescape((text or b"").decode())
            if _UNCALCULATED.match(xml, found.end()) and not _TEXT.search(attributes):
                uncalculated.add(cell)
        if is_error:
            value = _VALUE.search(xml, found.end())
            errors[cell] = value[1].decode() if value else "#ERROR"
    return formulas, frozenset(uncalculated), errors


def _filled(sheets: _Sheets) -> Iterator[tuple[Field, int]]:
    """Every field of every position of which an input cell is filled."""
    filled = {
        (line.block, position)
        for line in _fields()
        if line.role == "input"
        for position in range(1, line.count + 1)
        if sheets.value(line.sheet, line.cell(position)) is not None
    }
    for line in _fields():
        for position in range(1, line.count + 1):
            if (line.block, position) in filled:
                yield line, position


def _row(
    line: Field, position: int, sheets: _Sheets, words: Mapping[str, str]
) -> tuple[dict[str, str | None], Fault | None]:
    cell = line.cell(position)
    value = sheets.value(line.sheet, cell)
    text = None if value is None else _text(value)
    second = line.second_position(position)
    is_number, follows = _is_number(value), None
    if line.role == "input" and line.kind == "number":
        followed = sheets.followed(line.sheet, cell)
        if followed is not None:
            text, is_number, follows = _text(followed), True, "inputs"
        elif line.block == "process" or line.field.startswith("fuel_for_"):
            # the total itself is made of the other cells
            follows = sheets.repeated(line.sheet, cell)
    row = {
        "sheet": line.sheet,
        "cell": cell,
        "block": line.block,
        "position": str(position),
        "second_position": None if second is None else str(second),
        "field": line.field,
        "role": line.role,
        "number_value": text if is_number and line.kind == "number" else None,
        "text_value": words.get(text, text) if line.kind == "word" and text is not None else text,
        "is_formula": "true" if cell in sheets.formulas[line.sheet] else "false",
        "follows": follows,
    }
    if line.role != "input" or follows:
        return row, None
    place = f"{line.sheet}!{cell}"
    if cell in sheets.uncalculated[line.sheet]:
        sentence = (
            f"{place} holds a formula that was never calculated, ={sheets.formulas[line.sheet][cell]}; open "
            "the workbook in a spreadsheet program, save it and send it again. What needs it is not computed"
        )
        return row, Fault("never_calculated", sentence, "text_value", None)
    if value is None:
        return row, None
    if sheets.is_error(line.sheet, cell):
        sentence = (
            f"{place} holds {text}, an error of the workbook; correct its formula, or write the number. "
            "What needs it is not computed"
        )
        return row, Fault("broken_formula", sentence, "text_value", text)
    if line.kind == "number" and not is_number:
        sentence = (
            f"{place} holds {text!r}, where a number belongs; write the number alone. What needs it is not "
            "computed"
        )
        return row, Fault("text_in_number_cell", sentence, "number_value", text)
    return row, None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    """As the cell holds it: a number with every digit of its float, a day as ISO writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_number(value):
        return f"{Decimal(repr(value)).normalize():f}"
    return value if isinstance(value, str) else str(value)


def _words(rows: list[list[Any]]) -> dict[str, str]:
    """A word in the language of the form -> in English, by the form's own list of words."""
    return {row[1]: row[2] for row in rows if isinstance(row[1], str) and isinstance(row[2], str) and row[1]}


def _name(sheets: _Sheets) -> str:
    for cell in ("I20", "I19", "I27"):
        value = sheets.value(_INSTALLATION, cell)
        if value is not None:
            return _text(value)
    return UNNAMED


def _day(sheets: _Sheets, cell: str) -> date | None:
    value = sheets.value(_INSTALLATION, cell)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _iso(day: date | None, days: int = 0) -> str | None:
    # the last day of the calendar has none after it
    if day is None or day > date.max - timedelta(days=days):
        return None
    return (day + timedelta(days=days)).isoformat()


def _version(rows: list[list[Any]]) -> str:
    """The last entry of the form's own list of versions."""
    column = _column("E")
    written = [row[column] for row in rows[8:] if column < len(row) and row[column] != ""]
    return _text(written[-1]) if written else "unknown"


@cache
def _fields() -> tuple[Field, ...]:
    """What is read; other cells are asked for and move no figure."""
    return tuple(line for line in cells.fields() if line.role != "asked")


@cache
def _printed() -> dict[tuple[str, str], Field]:
    return _places("printed")


@cache
def _inputs() -> dict[tuple[str, str], Field]:
    return _places("input")


def _places(role: str) -> dict[tuple[str, str], Field]:
    """(sheet, cell) -> the field of the map that stands there."""
    return {
        (line.sheet, line.cell(position)): line
        for line in _fields()
        if line.role == role
        for position in range(1, line.count + 1)
    }


def _split(cell: str) -> tuple[str, str]:
    found = _ADDRESS.fullmatch(cell)
    assert found, cell
    return found[1], found[2]


@cache
def _column(letters: str) -> int:
    """A -> 0, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
