"""The Commission's blank communication workbook with our figures of an installation and year written in:
`lingtan fill-workbook BLANK INSTALLATION YEAR OUT`.

What belongs where is told by `reports.rpt_workbook_inputs` of the readers' copy and the map of cells; here
the values are only placed. The blank form is the user's own file.
"""

from __future__ import annotations

import argparse
import io
import sys
import textwrap
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lingtan import arguments, files, workbook_cells
from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.publish import readers
from lingtan.settings import Settings
from lingtan.sources import communication_workbook_cells as cells

REMARK = (
    "This is the form of the transitional period, filled in by Lingtan. It counts indirect emissions for "
    "every good and every good per tonne; the figures of the definitive period stand in the operator's "
    "emissions report (Annex IV of Implementing Regulation (EU) 2025/2547)."
)
NOT_FILLED = (
    "verifier, data quality and quality assurance, carbon prices, sources of electricity factors, "
    "routes where the form asks for one, parameters of products, measured emissions and perfluorocarbons"
)
BLOCKS = {
    "good": "categories of goods",
    "stream": "source streams",
    "process": "production processes",
    "precursor": "bought precursors",
    "product": "products",
}
NEEDED = {  # named when they are not known; what else is empty is empty for a reason
    "installation": {"street", "economic_activity", "unlocode", "latitude", "longitude"},
    "stream": {"amount", "unit"},
    "process": {"category", "market_t", "dir_em_tco2e", "electricity_mwh", "electricity_factor"},
    "precursor": {
        *("category", "country_code", "direct_t_co2e_per_t", "direct_source"),
        *("electricity_mwh_per_t", "electricity_factor"),
    },
}
ENGLISH = 3  # column of the form's list of words
Row = Mapping[str, Any]


def fill_workbook(
    blank: Path, installation: str, year: int, settings: Settings | None = None
) -> tuple[bytes, list[str]]:
    """The filled workbook, and what the form asks for and was not known, one line each.

    Raises LingtanError: no such data, more than the form has lines for, or not the blank English template.
    """
    rows = _rows(installation, year, settings or lingtan_settings.load())
    return placed(blank, rows, year), [*_unknown(rows), f"not filled in: {NOT_FILLED}"]


def placed(blank: Path, rows: Sequence[Row], year: int) -> bytes:
    """The workbook with rows of `rpt_workbook_inputs` in their cells."""
    if not blank.is_file():
        raise LingtanError(f"{blank} cannot be opened: there is no such file")
    try:
        data = blank.read_bytes()
        values = dict(_values(rows, _countries(data), year))
        return workbook_cells.filled(data, values, set(_printed()))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise LingtanError(f"{blank} is not the Commission's blank template as .xlsx: {error}") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 written, 2 not."""
    parser = argparse.ArgumentParser(
        "lingtan fill-workbook",
        description="Fill the Commission's blank communication workbook with an installation's year.",
    )
    parser.add_argument(
        "blank", metavar="BLANK", type=Path, help="the blank template, version 2.1.1, English"
    )
    parser.add_argument("installation", metavar="INSTALLATION", help="code of the installation")
    parser.add_argument("year", metavar="YEAR", type=arguments.year, help="calendar year")
    parser.add_argument("out", metavar="OUT", type=Path, help="the workbook to write")
    asked = parser.parse_args(argv)
    try:
        filled, unknown = fill_workbook(asked.blank, asked.installation, asked.year)
    except LingtanError as error:
        print(f"lingtan fill-workbook: {error}", file=sys.stderr)
        return 2
    files.replace_bytes(filled, asked.out)
    written = f"{arguments.shown(asked.out)} is written; open it in a spreadsheet program to calculate it"
    for line in (written, *unknown, REMARK):
        print(textwrap.fill(line, 100, subsequent_indent="  ", break_on_hyphens=False))
    return 0


def _rows(installation: str, year: int, settings: Settings) -> list[Row]:
    import duckdb

    with readers.connect_readers(settings) as copy:
        try:
            rows = copy.execute(
                "select block, block_position, field, second_position, number_value, text_value"
                " from reports.rpt_workbook_inputs where installation_code = ? and reporting_year = ?"
                " order by block, block_position, field, second_position",
                [installation, year],
            )
        except duckdb.CatalogException as error:
            raise LingtanError(
                "the readers' copy was published before it held what fills the form: build and publish again"
            ) from error
        names = [column[0] for column in rows.description]
        found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    if not any(row["block"] == "process" for row in found):
        raise LingtanError(f"no process of {installation} made a CBAM good in {year}: nothing to fill in")
    return found


def _values(
    rows: Iterable[Row], countries: Mapping[str, str], year: int
) -> Iterator[tuple[workbook_cells.Place, workbook_cells.Value]]:
    places = {
        (line.block, line.field, position, line.second_position(position)): line
        for line in cells.fields()
        if line.role in {"input", "asked"}
        for position in range(1, line.count + 1)
    }
    counts = {line.block: line.count for line in cells.fields()}
    stated = [
        *rows,
        _word("period_from", date(year, 1, 1)),
        _word("period_until", date(year, 12, 31)),
        _word("remark", REMARK),
    ]
    for row in stated:
        block, position, field = row["block"], row["block_position"], row["field"]
        value = row["text_value"] if row["number_value"] is None else row["number_value"]
        if position > counts[block]:
            raise LingtanError(f"the form has room for {counts[block]} {BLOCKS[block]}, and there are more")
        if value is None:
            continue
        if (block, field) == ("installation", "country_code"):
            field, value = "country_name", countries.get(value, value)
        line = places[block, field, position, row["second_position"]]
        yield (line.sheet, line.cell(position)), value == "true" if line.kind == "flag" else value


def _word(field: str, value: str | date) -> Row:
    return {
        "block": "installation",
        "block_position": 1,
        "field": field,
        "second_position": None,
        "number_value": None,
        "text_value": value,
    }


def _printed() -> Iterator[workbook_cells.Place]:
    """Cells of figures: what the blank form holds there is no result of what is filled in."""
    for line in cells.fields():
        if line.role == "printed":
            for position in range(1, line.count + 1):
                yield line.sheet, line.cell(position)


def _unknown(rows: Sequence[Row]) -> Iterator[str]:
    names = {
        (row["block"], row["block_position"]): row["text_value"] for row in rows if row["field"] == "name"
    }
    for row in rows:
        place = row["block"], row["block_position"]
        is_empty = row["number_value"] is None and row["text_value"] is None
        if is_empty and row["field"] in NEEDED.get(row["block"], ()):
            yield f"not known: {row['field']} of {names.get(place, row['block'])}"


def _countries(data: bytes) -> dict[str, str]:
    """ISO code -> the form's name of the country."""
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        lists = workbook.get_sheet_by_name("c_CodeLists").to_python(skip_empty_area=False)
        language = workbook.get_sheet_by_name("Translations").to_python(skip_empty_area=False)[2][0]
    except (calamine.CalamineError, IndexError) as error:
        raise KeyError(str(error)) from error
    if language != ENGLISH:
        raise LingtanError("the form is not in English: set its language to English and save it")
    return {row[5]: row[6] for row in lists[10:] if len(row) > 6 and row[5]}
