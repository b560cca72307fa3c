"""Communication workbooks for tests: the Commission's examples, and copies of which cells were changed in the
file itself, so that nothing is calculated anew.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

EXAMPLES = "reference/cbam/template/examples"
EXPECTED = "reference/cbam/worked_examples"


class Error(str):
    """An error of the workbook, such as #REF!."""


@dataclass(frozen=True)
class Formula:
    """A formula and the number it last came to; None = it was never calculated."""

    text: str
    number: float | None


Value = float | int | str | date | Formula | None


def example(reference_files: Path, name: str) -> bytes:
    return (reference_files / EXAMPLES / f"{name}.xlsx").read_bytes()


def changed(data: bytes, cells: Mapping[str, Value]) -> bytes:
    """The workbook with other values in cells `<sheet>!<address>`; no formula is calculated anew."""
    by_part: dict[str, list[tuple[str, Value]]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = _parts(archive)
        for place, value in cells.items():
            sheet, _, cell = place.rpartition("!")
            by_part.setdefault(parts[sheet], []).append((cell, value))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as written:
            for name in archive.namelist():
                xml = archive.read(name)
                for cell, value in by_part.get(name, ()):
                    xml = _with(xml, cell, value)
                written.writestr(name, xml)
    return out.getvalue()


def renamed_sheet(data: bytes, sheet: str, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as written:
        for part in archive.namelist():
            xml = archive.read(part)
            if part == "xl/workbook.xml":
                xml = xml.replace(f'name="{sheet}"'.encode(), f'name="{name}"'.encode())
            written.writestr(part, xml)
    return out.getvalue()


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet -> its part of the archive."""
    workbook = archive.read("xl/workbook.xml").decode()
    links = archive.read("xl/_rels/workbook.xml.rels").decode()
    targets = {}
    for link in re.findall(r"<Relationship\b[^>]*>", links):
        targets[re.search(r'\bId="([^"]+)"', link)[1]] = re.search(r'\bTarget="([^"]+)"', link)[1]
    found = {}
    for sheet in re.findall(r"<sheet\b[^>]*>", workbook):
        name = re.search(r'\bname="([^"]+)"', sheet)[1].replace("&amp;", "&")
        link = re.search(r'r:id="([^"]+)"', sheet)[1]
        found[name] = f"xl/{targets[link]}"
    return found


def _with(xml: bytes, cell: str, value: Value) -> bytes:
    pattern = re.compile(rf'<c r="{cell}"([^>]*?)(/>|>.*?</c>)'.encode(), re.DOTALL)
    found = pattern.search(xml)
    assert found, cell
    attributes = re.sub(rb'\s*\bt="[^"]*"', b"", found[1])
    head = f'<c r="{cell}"'.encode() + attributes
    if value is None:
        new = head + b"/>"
    elif isinstance(value, Error):
        new = head + f' t="e"><f>1/0</f><v>{escape(value)}</v></c>'.encode()
    elif isinstance(value, Formula):
        last = "<v></v>" if value.number is None else f"<v>{value.number}</v>"
        new = head + f"><f>{escape(value.text)}</f>{last}</c>".encode()
    elif isinstance(value, str):
        new = head + f' t="inlineStr"><is><t>{escape(value)}</t></is></c>'.encode()
    else:
        number = (value - date(1899, 12, 30)).days if isinstance(value, date) else repr(value)
        new = head + f"><v>{number}</v></c>".encode()
    return xml[: found.start()] + new + xml[found.end() :]
