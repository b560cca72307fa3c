"""Cells a workbook calls broken: errors (#REF!) and formulas that were never calculated. calamine returns
both as empty, and an empty cell may be quite legal.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from xml.etree import ElementTree

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an .xls begins
_UNCALCULATED = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


class BrokenWorkbookError(Exception):
    """The workbook's own parts do not fit together."""


def is_xls(data: bytes) -> bool:
    return data.startswith(_OLE)


def troubled(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """(row from 1, column from 0) of a sheet -> text of the error, or the formula with its equals sign."""
    return _of_xls(data, sheet) if is_xls(data) else _of_xlsx(data, sheet)


def _of_xls(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Programs that write .xls calculate what they write; only errors are looked for."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        cells = book.sheet_by_name(sheet)
        return {
            (row + 1, column): xlrd.error_text_from_code.get(cells.cell_value(row, column), "#ERROR")
            for row in range(cells.nrows)
            for column, kind in enumerate(cells.row_types(row))
            if kind == xlrd.XL_CELL_ERROR
        }
    except (xlrd.XLRDError, AssertionError, LookupError, ValueError, struct.error) as error:
        raise BrokenWorkbookError(str(error)) from error


def _of_xlsx(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    try:
        xml = xml_of(data, sheet)
        has_formulas = b"<f" in xml
        if b't="e"' not in xml and not (has_formulas and _UNCALCULATED.search(xml)):
            return {}
        cells = [element for element in ElementTree.fromstring(xml).iter() if _local(element.tag) == "c"]
    except (ElementTree.ParseError, StopIteration, KeyError, zipfile.BadZipFile) as error:
        raise BrokenWorkbookError(str(error)) from error
    for cell in cells:
        inside = {_local(element.tag): element.text or "" for element in cell}
        kind, place = cell.get("t"), cell.get("r")
        if place is None:
            continue
        if kind == "e":
            found[_position(place)] = inside.get("v") or "#ERROR"
        elif "f" in inside and not inside.get("v") and kind != "str":
            found[_position(place)] = f"={inside['f']}"
    return found


def xml_of(data: bytes, sheet: str) -> bytes:
    """The part of the workbook that holds a sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        named = next(e for e in workbook.iter() if _local(e.tag) == "sheet" and e.get("name") == sheet)
        wanted = next(value for key, value in named.attrib.items() if _local(key) == "id")
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        target = next(link.get("Target", "") for link in links if link.get("Id") == wanted)
        return archive.read(target.removeprefix("/") if target.startswith("/") else f"xl/{target}")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _position(place: str) -> tuple[int, int]:
    """A1 -> (1, 0)."""
    letters = place.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(place[len(letters) :]), column - 1
