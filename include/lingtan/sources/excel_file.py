"""Excel: one sheet of an .xlsx workbook -> text cells, by calamine. Numbers become the decimal Excel shows,
dates the text the source's own format writes, so that typed and written cells are judged by the same rules.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from lingtan.errors import RefusedFileError
from lingtan.sources import grid as grids
from lingtan.sources.entry import Source
from lingtan.sources.grid import Grid

if TYPE_CHECKING:
    import python_calamine

FORMAT = "excel"
KEYS = ("sheet",)

_UNCALCULATED = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """Text cells below the header. Raises RefusedFileError: unreadable_file, missing_sheet, empty_file."""
    import numpy as np
    import pyarrow as pa

    cells = _sheet(data, source, file_name).to_python(skip_empty_area=False)
    first = source.header_row
    body = cells[first:]
    troubled = {place: text for place, text in _troubled(data, source, file_name).items() if place[0] > first}
    if not troubled and not any(cell != "" for row in body for cell in row):
        raise grids.empty(source.name, file_name)
    headers = [_text(cell, source, None).strip() for cell in cells[first - 1]]
    patterns = [_patterns(source).get(header) for header in headers]
    columns = [
        pa.array([(_text(row[i], source, pattern).strip() or None) for row in body], type=pa.string())
        for i, pattern in enumerate(patterns)
    ]
    faults = {(row, headers[i]): text for (row, i), text in troubled.items() if i < len(headers)}
    return grids.make(headers, columns, np.arange(first + 1, first + 1 + len(body)), cell_faults=faults)


def _sheet(data: bytes, source: Source, file_name: str) -> python_calamine.CalamineSheet:
    import python_calamine as calamine

    if not data:
        raise grids.empty(source.name, file_name)
    try:
        # Older and other formats hide error cells from the reader, which would pass for empty ones.
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.getinfo("xl/workbook.xml")
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return workbook.get_sheet_by_name(source.sheet or "")
    except calamine.WorksheetNotFound as error:
        raise grids.refuse(
            "missing_sheet",
            f"no sheet {source.sheet!r} in the workbook, which has "
            f"{', '.join(map(repr, workbook.sheet_names))}; "
            f"name it so, or correct `sheet` of source {source.name} in sources.yml",
            source.name,
            file_name,
            value=source.sheet,
        ) from error
    except (zipfile.BadZipFile, KeyError, calamine.CalamineError, OSError) as error:
        raise _unreadable(source, file_name) from error


def _unreadable(source: Source, file_name: str) -> RefusedFileError:
    return grids.refuse(
        "unreadable_file",
        "the file is no readable .xlsx workbook; open it in a spreadsheet program and save it as .xlsx, "
        "without "
        "a password",
        source.name,
        file_name,
    )


def _patterns(source: Source) -> dict[str, str]:
    """Header -> format in which the source writes dates or times in that column."""
    contract = source.contract
    patterns = {
        column.header: source.dates
        for name, column in source.columns.items()
        if column.header and contract.field(name).type == "date"
    }
    if source.timestamp:
        patterns[source.timestamp.column] = source.timestamp.format
    if source.stated_at and source.stated_at.column:
        patterns[source.stated_at.column] = source.stated_at.format
    return patterns


def _text(cell: Any, source: Source, pattern: str | None) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        # Excel keeps and shows 15 digits; what a float adds behind them is noise of binary arithmetic.
        # A code typed as a number loses its ".0".
        return f"{Decimal(format(cell, '.15g')).normalize():f}".replace(".", source.decimal)
    if isinstance(cell, date):
        return _date_text(cell, pattern)
    return str(cell) if isinstance(cell, time | timedelta) else ""


def _date_text(cell: date, pattern: str | None) -> str:
    if isinstance(cell, datetime):
        # serial days are floats: 03:15 may arrive as 03:14:59.999
        cell = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    if pattern is None:
        return cell.isoformat()
    written = cell.strftime(pattern)
    moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
    try:
        if datetime.strptime(written, pattern).replace(tzinfo=UTC) == moment.replace(tzinfo=UTC):
            return written
    except ValueError:
        pass
    return str(cell)  # the pattern would hide part of it: leave that to be seen and refused


def _troubled(data: bytes, source: Source, file_name: str) -> dict[tuple[int, int], str]:
    """(row from 1, column from 0) -> text of error cells (#REF!) and of formulas that were never calculated.

    calamine returns both as empty, and an empty cell may be quite legal.
    """
    found: dict[tuple[int, int], str] = {}
    try:
        xml = _xml_of(data, source.sheet)
        if b't="e"' not in xml and not _UNCALCULATED.search(xml):
            return {}
        cells = [element for element in ElementTree.fromstring(xml).iter() if _local(element.tag) == "c"]
    except (ElementTree.ParseError, StopIteration, KeyError, zipfile.BadZipFile) as error:
        raise _unreadable(source, file_name) from error
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


def _xml_of(data: bytes, sheet: str | None) -> bytes:
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
    letters = place.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(place[len(letters) :]), column - 1
