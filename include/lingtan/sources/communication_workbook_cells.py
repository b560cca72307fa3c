"""Which cell of the Commission's communication workbook carries what: `communication_workbook_cells.csv`.

A field lies in `column`, at `first_row` + `step` for every further position of its block.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MAP = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class Field:
    """A line of the map: where a field of a block stands, once per position."""

    block: str
    field: str
    # input, printed, form (what the form says of itself) or asked (filled in, needed by no figure)
    role: str
    kind: str  # number, text, word (of a list of the form), day or flag
    sheet: str
    column: str
    first_row: int
    step: int
    count: int
    second: int | None

    def cell(self, position: int) -> str:
        return f"{self.column}{self.first_row + self.step * (position - 1)}"

    def second_position(self, position: int) -> int | None:
        """Of the other processes a process passes goods on to, the form lists all but itself."""
        if self.field == "passed_on_t" and self.second is not None:
            return self.second + (self.second >= position)
        return self.second


@cache
def fields() -> tuple[Field, ...]:
    """The whole map, in its order."""
    with MAP.open(encoding="utf-8", newline="") as file:
        return tuple(
            Field(
                block=line["block"],
                field=line["field"],
                role=line["role"],
                kind=line["kind"],
                sheet=line["sheet"],
                column=line["column"],
                first_row=int(line["first_row"]),
                step=int(line["step"]),
                count=int(line["count"]),
                second=int(line["second"]) if line["second"] else None,
            )
            for line in csv.DictReader(file)
        )
