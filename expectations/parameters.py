"""Properties of fuels, processes and products as evidenced by the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("parameters")
    return ExpectationSuite(
        name="parameters",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="subject_kind",
                notes="Say what the parameter belongs to: a stream, a process, a product or an item.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="subject_kind",
                value_set=[*table.field("subject_kind").enum],
                notes="A parameter belongs to a stream, process, product or item.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="subject_code",
                notes="A parameter of nothing is used by nothing; name its subject.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="parameter",
                notes="A value without a name is used by nothing; name the parameter.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="amount",
                notes="An empty value is not zero; leave the row out where nothing is known.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="unit",
                notes="A value without its unit is no quantity; a unit is never guessed.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="valid_from",
                notes="Without its first day a row holds on no day; give valid_from.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="valid_until",
                column_B="valid_from",
                ignore_row_if="either_value_is_missing",
                notes=(
                    "valid_until is the first day on which the row no longer holds; it lies after valid_from."
                ),
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes=(
                    "A list of parameters that was sent holds at least one; leave the file away if "
                    "there is none."
                ),
            ),
        ],
    )
