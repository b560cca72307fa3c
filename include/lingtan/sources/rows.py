"""Text cells -> rows of the contract: every column typed exactly, every cell that cannot be typed kept as a
fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lingtan.contracts import Contract
from lingtan.sources import cells, clock
from lingtan.sources.cells import Faults
from lingtan.sources.entry import Source, Timestamp
from lingtan.sources.grid import Fault, Grid

if TYPE_CHECKING:
    import pyarrow

LENGTH = "interval_minutes"


def typed(grid: Grid, source: Source, contract: Contract, minutes: int | None = None) -> pyarrow.Table:
    """The rows of one file, as `lingtan.sources.read` describes them; `minutes` long where a row of intervals
    does not state its own length.
    """
    import pyarrow as pa

    count = len(grid.row_numbers)
    text_of = _text_of(grid, source)
    faults = Faults(contract.columns)
    for row, fault in grid.row_faults.items():
        faults.add(row, fault)
    made: dict[str, pa.Array] = {}
    for name, column in source.columns.items():
        field = contract.field(name)
        if column.header is None:
            made[name] = pa.repeat(cells.constant(field, column.constant or "", source), count)
        else:
            made[name] = cells.column(field, text_of[column.header], column, source, faults)
    if minutes is not None and LENGTH in contract.columns:
        stated = made.get(LENGTH, pa.nulls(count, contract.field(LENGTH).arrow_type))
        made[LENGTH] = stated.fill_null(minutes)
    if source.timestamp:
        made |= clock.instants(_stamps(text_of, source.timestamp), source, contract, made, faults)
    _cell_faults(grid, source, contract, faults)
    arrays = [made.get(field.name, pa.nulls(count, field.arrow_type)) for field in contract.fields]
    schema = [pa.field(field.name, field.arrow_type) for field in contract.fields]
    return pa.Table.from_arrays(
        [
            *arrays,
            pa.array(grid.row_numbers, type=pa.int64()),
            *faults.columns(count),
            clock.sender_stated_at(text_of, source, count),
        ],
        schema=pa.schema(
            [
                *schema,
                ("source_row", pa.int64()),
                ("fault_rule", pa.string()),
                ("fault_column", pa.string()),
                ("fault_value", pa.string()),
                ("fault_sentence", pa.string()),
                ("sender_stated_at", pa.timestamp("us", tz="UTC")),
            ]
        ),
    )


def _text_of(grid: Grid, source: Source) -> dict[str, pyarrow.Array]:
    """Cells by header; one that holds a word for "no value" is empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text_of = dict(zip(grid.headers, grid.columns, strict=True))
    if source.empty:
        words = pa.array(sorted(source.empty))
        for header in source.headers:
            text = text_of[header]
            text_of[header] = pc.if_else(pc.is_in(text, words), pa.scalar(None, pa.string()), text)
    return text_of


def _stamps(text_of: Mapping[str, pyarrow.Array], timestamp: Timestamp) -> pyarrow.Array:
    """Stamps as they are written; a date and its time of day joined by one blank."""
    import pyarrow.compute as pc

    parts = [text_of[header] for header in timestamp.headers]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, " ")


def _cell_faults(grid: Grid, source: Source, contract: Contract, faults: Faults) -> None:
    """Cells the workbook itself calls broken; they arrive empty, so no typing rule has seen them."""
    if not grid.cell_faults:
        return
    fed: dict[str, list[str]] = {}
    for name, column in source.columns.items():
        if column.header is not None:
            fed.setdefault(column.header, []).append(name)
    if source.timestamp:
        instant = next(field.name for field in contract.fields if field.type == "datetime")
        for header in source.timestamp.headers:
            fed.setdefault(header, []).append(instant)
    for (row, header), text in grid.cell_faults.items():
        what = "a formula that was never calculated" if text.startswith("=") else "an error of the workbook"
        for name in fed.get(header, ()):
            sentence = (
                f"{text!r} in column {header!r} is {what}; correct the cell, save the workbook, send it again"
            )
            faults.add(row, Fault("wrong_type", sentence, name, text))
