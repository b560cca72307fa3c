"""Text cells -> rows of the contract: every column typed exactly, every cell that cannot be typed kept as a
fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingtan.contracts import Contract
from lingtan.sources import cells, clock
from lingtan.sources.cells import Faults
from lingtan.sources.entry import Source
from lingtan.sources.grid import Fault, Grid

if TYPE_CHECKING:
    import pyarrow


def typed(grid: Grid, source: Source, contract: Contract) -> pyarrow.Table:
    """The rows of one file, as `lingtan.sources.read` describes them."""
    import pyarrow as pa

    count = len(grid.row_numbers)
    text_of = dict(zip(grid.headers, grid.columns, strict=True))
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
    if source.timestamp:
        made |= clock.instants(text_of[source.timestamp.column], source, contract, made, faults)
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
        fed.setdefault(source.timestamp.column, []).append(instant)
    for (row, header), text in grid.cell_faults.items():
        what = "a formula that was never calculated" if text.startswith("=") else "an error of the workbook"
        for name in fed.get(header, ()):
            sentence = (
                f"{text!r} in column {header!r} is {what}; correct the cell, save the workbook, send it again"
            )
            faults.add(row, Fault("wrong_type", sentence, name, text))
