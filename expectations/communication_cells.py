"""Cells of the Commission's communication workbook, as its template has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("communication_cells")
    required = {
        "workbook_id": "Cells of two workbooks must not be taken for those of one; name the workbook.",
        "installation_code": "A workbook belongs to an installation; the form's name of it is the key.",
        "template_version": "Cells are found by address; say of which version of the template.",
        "sheet": "A cell is found by its sheet and address; give both.",
        "cell": "A cell is found by its sheet and address; give both.",
        "block": "Say what the cell speaks of.",
        "position": "Say of which stream, process or other of its block the cell speaks.",
        "field": "Say what the cell carries.",
        "role": "Say whether the operator states the cell or the workbook computes it.",
        "is_formula": "Say whether a formula stands in the cell.",
    }
    return ExpectationSuite(
        name="communication_cells",
        expectations=[
            *(
                gxe.ExpectColumnValuesToNotBeNull(column=column, notes=notes)
                for column, notes in required.items()
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="block",
                value_set=[*table.field("block").enum],
                notes=(
                    "A cell speaks of the installation, a stream, a source, a process, a precursor or a "
                    "product."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="role",
                value_set=[*table.field("role").enum],
                notes="A cell is an input of the operator, printed by the workbook, or part of the form.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="position",
                min_value=1,
                notes="Positions of a block are counted from 1.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="is_an_amount_that_can_be",
                value_set=[True],
                notes="Tonnes made, bought, used or passed on are not negative; write what was consumed.",
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes="A workbook that was sent holds at least one cell.",
            ),
        ],
    )
