"""Excel: a table of an .xlsx or .xls workbook -> text cells, by calamine. Typed cells become the text the
source itself would write, so that typed and written ones are judged by the same rules. Hidden and filtered
rows are rows.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lingtan.errors import RefusedFileError
from lingtan.sources import excel_cells, excel_errors, stamps
from lingtan.sources import grid as grids
from lingtan.sources.entry import Source
from lingtan.sources.excel_cells import Form
from lingtan.sources.grid import Fault, Grid

if TYPE_CHECKING:
    import python_calamine

FORMAT = "excel"
KEYS = ("sheet", "header_rows", "from_cell")


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """Text cells below the header. Raises RefusedFileError: unreadable_file, missing_sheet, missing_table,
    empty_file.
    """
    import numpy as np

    sheet = _sheet(data, source, file_name)
    try:
        troubled = excel_errors.troubled(data, source.sheet or "")
    except excel_errors.BrokenWorkbookError as error:
        raise _unreadable(source, file_name) from error
    cells = sheet.to_python(skip_empty_area=False)
    first = source.header_row + source.header_rows - 1  # the last row of the header, from 1
    left, headers = source.first_column or 0, _headers(cells, sheet, source)
    troubled = {
        place: text
        for place, text in troubled.items()
        if place[0] > first and 0 <= place[1] - left < len(headers) and headers[place[1] - left]
    }
    body = cells[first:]
    # the reader ends the sheet before rows that hold nothing but formulas never calculated
    width = left + len(headers)
    body += [[""] * width] * (max((row for row, _ in troubled), default=0) - first - len(body))
    strays: dict[int, Fault] = {}
    if source.first_column is not None:
        headers = _bounded(headers, source, file_name)
        right = left + len(headers)
        end = _end_of_table(body, left, right, {(row - first - 1, i) for row, i in troubled})
        strays = _strays(body, left, right, end, headers, first)
        body = body[: max((row - first for row in strays), default=end)]
    last = first + len(body)
    faults = {
        (row, headers[i - left]): text
        for (row, i), text in troubled.items()
        if row <= last and i - left < len(headers)
    }
    columns = list(zip(*body, strict=True))[left : left + len(headers)]
    if not faults and not any(cell != "" for column in columns for cell in column):
        raise grids.empty(source.name, file_name)
    forms = _forms(source)
    texts = [
        excel_cells.texts(column, forms.get(header, Form(source.decimal)))
        for header, column in zip(headers, columns, strict=True)
    ]
    return grids.make(headers, texts, np.arange(first + 1, last + 1), row_faults=strays, cell_faults=faults)


def _sheet(data: bytes, source: Source, file_name: str) -> python_calamine.CalamineSheet:
    import python_calamine as calamine

    if not data:
        raise grids.empty(source.name, file_name)
    try:
        if not excel_errors.is_xls(data):
            # Other formats hide error cells from the reader, which would pass for empty ones.
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
        "the file is no readable .xlsx or .xls workbook; open it in a spreadsheet program and save it as "
        ".xlsx, without a password",
        source.name,
        file_name,
    )


def _headers(
    cells: Sequence[Sequence[Any]], sheet: python_calamine.CalamineSheet, source: Source
) -> list[str]:
    """Header of every column from `first_column` on. Of several header rows, a merged cell stands over all
    its columns.
    """
    top, left, form = source.header_row - 1, source.first_column or 0, Form(source.decimal)
    rows = [[form.write(cell) for cell in row] for row in cells[top : top + source.header_rows]]
    if len(rows) < source.header_rows:
        return []
    if source.header_rows > 1:
        for (row, start), (_, end) in sheet.merged_cell_ranges or []:
            if 0 <= row - top < len(rows):
                rows[row - top][start : end + 1] = [rows[row - top][start]] * (end + 1 - start)
    return grids.headers_of([row[left:] for row in rows])


def _bounded(headers: list[str], source: Source, file_name: str) -> list[str]:
    """The headers up to the first column that has none."""
    width = headers.index("") if "" in headers else len(headers)
    if not width:
        raise grids.refuse(
            "missing_table",
            f"no header stands in the cell where the table of sheet {source.sheet!r} begins; put the table "
            f"back, or correct `from_cell` of source {source.name} in sources.yml",
            source.name,
            file_name,
            row=source.header_row,
        )
    return headers[:width]


def _end_of_table(body: list[list[Any]], left: int, right: int, troubled: set[tuple[int, int]]) -> int:
    """Place of the first row in which no cell of the table holds anything."""
    filled = {row for row, column in troubled if left <= column < right}
    for place, row in enumerate(body):
        if place not in filled and all(cell == "" for cell in row[left:right]):
            return place
    return len(body)


def _strays(
    body: list[list[Any]], left: int, right: int, end: int, headers: list[str], first: int
) -> dict[int, Fault]:
    """Row number -> fault of every row right below the table's empty row that looks like one of its own: it
    fills whatever column all of its rows fill. A total, a remark or another table's header does not.
    """
    always = [i for i in range(left, right) if all(row[i] != "" for row in body[:end])]
    strays = {}
    for place in range(end + 1, len(body)):
        row = body[place]
        if not always or any(row[i] == "" for i in always) or row[left:right] == headers:
            break
        strays[first + place + 1] = Fault(
            "below_an_empty_row",
            "an empty row ends the table above this row, which looks like one of it; take the empty row out "
            "and send the file again, or move what is no part of the table elsewhere",
        )
    return strays


def _forms(source: Source) -> dict[str, Form]:
    """Header -> how the source writes that column; a column not named here has no dates."""
    contract, decimal = source.contract, source.decimal
    forms = {
        column.header: Form(decimal, dates=source.dates)
        for name, column in source.columns.items()
        if column.header and contract.field(name).type == "date"
    }
    if source.stated_at and source.stated_at.column:
        forms[source.stated_at.column] = Form(decimal, dates=source.stated_at.format)
    stamp = source.timestamp
    if stamp is None:
        return forms
    halves = stamps.halves(stamp.format)
    if source.wide and halves:
        forms[source.wide.date] = Form(decimal, dates=halves[0])
    elif stamp.time_column and halves:
        forms[stamp.column], forms[stamp.time_column] = (
            Form(decimal, dates=halves[0]),
            Form(decimal, times=halves[1]),
        )
    else:
        forms[stamp.column] = Form(decimal, dates=stamp.format)
    return forms
