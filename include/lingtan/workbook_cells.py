"""Values put into cells of an .xlsx, and nothing else of it touched: parts without a changed cell keep every
byte, and the same values give the same file.

A spreadsheet library that loads and saves would lose conditional formats and extensions of the form.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Set
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from lingtan.errors import LingtanError

Value = Decimal | str | bool | date
Place = tuple[str, str]  # sheet and address

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)(/>|>.*?</c>)', re.DOTALL)
_STYLE, _KIND = re.compile(rb'\bs="([0-9]+)"'), re.compile(rb'\s*\bt="[^"]*"')
_STORED = re.compile(rb"<v>[^<]*</v>|<v/>")
_CALCULATE = re.compile(rb"<calcPr\b([^>]*?)/>")
_EPOCH = date(1899, 12, 30)


def filled(data: bytes, values: Mapping[Place, Value], uncalculated: Set[Place]) -> bytes:
    """The workbook with `values` in their cells, told to calculate when it is opened. The stored results of
    `uncalculated` are taken out: they are those of the workbook before.

    Raises LingtanError for a cell that is not there, is locked or holds a formula.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = _parts(archive)
        unlocked = _unlocked(archive.read("xl/styles.xml"))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
            for entry in archive.infolist():
                part = archive.read(entry)
                sheet = parts.get(entry.filename)
                if entry.filename == "xl/workbook.xml":
                    part = _CALCULATE.sub(rb'<calcPr\1 fullCalcOnLoad="1"/>', part)
                elif sheet is not None:
                    ours = {cell: value for (name, cell), value in values.items() if name == sheet}
                    stale = {cell for name, cell in uncalculated if name == sheet}
                    part = _changed(part, sheet, ours, stale, unlocked) if ours or stale else part
                written.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _changed(
    xml: bytes, sheet: str, values: Mapping[str, Value], stale: Set[str], unlocked: Set[int]
) -> bytes:
    left = set(values)

    def change(found: re.Match[bytes]) -> bytes:
        cell, attributes, body = found[1].decode(), found[2], found[3]
        if cell in values:
            style = _STYLE.search(attributes)
            if style is None or int(style[1]) not in unlocked or b"<f" in body:
                raise LingtanError(f"{sheet}!{cell} is no cell to fill in: it is locked or holds a formula")
            left.discard(cell)
            return _cell(found[1], _KIND.sub(b"", attributes), values[cell])
        if cell in stale:
            return b'<c r="%b"%b%b' % (found[1], attributes, _STORED.sub(b"", body))
        return found[0]

    changed = _CELL.sub(change, xml)
    if left:
        raise LingtanError(f"the workbook has no cell {sheet}!{min(left)}: is it the template?")
    return changed


def _cell(place: bytes, attributes: bytes, value: Value) -> bytes:
    if isinstance(value, bool):
        kind, inside = ' t="b"', f"<v>{int(value)}</v>"
    elif isinstance(value, date):
        kind, inside = "", f"<v>{(value - _EPOCH).days}</v>"
    elif isinstance(value, Decimal):
        kind, inside = "", f"<v>{value.normalize():f}</v>"
    else:
        kind, inside = ' t="inlineStr"', f'<is><t xml:space="preserve">{escape(value)}</t></is>'
    return b'<c r="%b"%b%b>%b</c>' % (place, attributes, kind.encode(), inside.encode())


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part of the archive -> the sheet it is."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    return {f"xl/{targets[sheet.get(_LINK)]}": sheet.get("name", "") for sheet in sheets}


def _unlocked(styles: bytes) -> frozenset[int]:
    """Numbers of the cell formats that the sheet's protection leaves open."""
    formats = ElementTree.fromstring(styles).find(f"{_MAIN}cellXfs")
    return frozenset(
        number
        for number, style in enumerate(formats if formats is not None else ())
        if (protection := style.find(f"{_MAIN}protection")) is not None and protection.get("locked") == "0"
    )
