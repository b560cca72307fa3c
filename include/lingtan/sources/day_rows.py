"""A row per day with a column per time of day -> a row per time of day. The stamp is the day's cell, one
blank and the time; `source_row` stays the day's row, so several rows share it.

An empty cell is a time at which nothing was read; it becomes no row.
"""

from __future__ import annotations

import re

from lingtan.errors import RefusedFileError
from lingtan.sources import grid as grids
from lingtan.sources.entry import Source, Wide
from lingtan.sources.grid import Grid

STAMP, VALUE = "read_at", "value"

_CLOCK = re.compile(r"\d{1,2}:\d\d")


def long(grid: Grid, source: Source, wide: Wide, file_name: str) -> Grid:
    """The grid with columns `read_at` and `value` in place of the day and its times.

    A row the format's reader could not take apart stays one row. Raises RefusedFileError: missing_column,
    when the day or the times are not there, or more of them than the day has.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    times = _times(grid.headers, source, wide, file_name)
    count = len(grid.row_numbers)
    day = grid.columns[grid.headers.index(wide.date)]
    cells = [grid.columns[place] for place in times]
    if source.empty:
        known = pa.array(sorted(source.empty))
        cells = [pc.if_else(pc.is_in(cell, known), pa.scalar(None, pa.string()), cell) for cell in cells]
    filled = np.column_stack([cell.is_valid().to_numpy(zero_copy_only=False) for cell in cells])
    slot_of = {grid.headers[place]: slot for slot, place in enumerate(times)}
    for (row, header), _ in grid.cell_faults.items():
        if header in slot_of:
            filled[row, slot_of[header]] = True
    filled[list(grid.row_faults), 0] = True
    rows, slots = np.nonzero(filled)
    of_row, of_slot = pa.array(rows), pa.array(slots)
    values = pa.concat_arrays(cells).take(pa.array(slots * count + rows))
    stamps = pc.binary_join_element_wise(day.take(of_row), pa.array(list(times.values())).take(of_slot), " ")
    kept = [i for i, header in enumerate(grid.headers) if i not in times and header != wide.date]
    cell_faults = {}
    for (row, header), text in grid.cell_faults.items():
        for place in range(np.searchsorted(rows, row), np.searchsorted(rows, row, side="right")):
            if header not in slot_of:
                cell_faults[place, header] = text
            elif slots[place] == slot_of[header]:
                cell_faults[place, VALUE] = text
    return Grid(
        [*(grid.headers[i] for i in kept), STAMP, VALUE],
        [*(grid.columns[i].take(of_row) for i in kept), stamps, values],
        grid.row_numbers[rows],
        {int(np.searchsorted(rows, row)): fault for row, fault in grid.row_faults.items()},
        cell_faults,
    )


def minutes(grid: Grid, source: Source, wide: Wide, file_name: str) -> int | None:
    """Minutes from one time of the day to the next; None where they are not written like 7:45, or do not
    fill the day evenly.
    """
    times = _times(grid.headers, source, wide, file_name).values()
    if not all(_CLOCK.fullmatch(time) for time in times):
        return None
    starts = sorted(int(time[:-3]) * 60 + int(time[-2:]) for time in times)
    step = 24 * 60 // len(starts)
    steps = {
        (after - before) % (24 * 60) for before, after in zip(starts, starts[1:] + starts[:1], strict=True)
    }
    return step if steps <= {step, step % (24 * 60)} else None


def _times(headers: list[str], source: Source, wide: Wide, file_name: str) -> dict[int, str]:
    """Place of each column that is a time of day -> that time."""

    def refuse(header: str, sentence: str) -> RefusedFileError:
        return grids.refuse(
            "missing_column", sentence, source.name, file_name, source.header_row, column=header
        )

    shown = ", ".join(map(repr, headers[:12])) + (", .." if len(headers) > 12 else "")
    if wide.date not in headers:
        raise refuse(
            wide.date, f"no column {wide.date!r} in the file, which has {shown}; send the day's column"
        )
    if wide.time is not None:
        found = [(place, wide.time.search(header)) for place, header in enumerate(headers)]
        times = {place: match["time"] for place, match in found if match and headers[place] != wide.date}
        if not times:
            pattern = wide.time.pattern
            raise refuse(pattern, f"no header in the file is a time of day by {pattern!r}; it has {shown}")
        return times
    step = wide.step_minutes or 0
    if wide.first not in headers:
        raise refuse(wide.first or "", f"no column {wide.first!r} in the file, which has {shown}")
    first = headers.index(wide.first)
    expected = 24 * 60 // step
    if len(headers) - first < expected:
        raise refuse(
            wide.first,
            f"{len(headers) - first} columns stand from {wide.first!r} on where a day of {step} minutes has "
            f"{expected}; send the day whole, or correct `wide` of source {source.name} in sources.yml",
        )
    return {first + slot: f"{slot * step // 60:02d}:{slot * step % 60:02d}" for slot in range(expected)}
