"""Production processes as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("processes")
    return ExpectationSuite(
        name="processes",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="process_code",
                notes="A process without a code cannot be named by any other row.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="name",
                notes="People read names, not codes; name the process.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="kind",
                notes="Without its kind nobody knows whether a process makes goods, heat or power.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=[*table.field("kind").enum],
                notes=(
                    "A process is good, heat, power or other; `other` is what makes every tonne land "
                    "somewhere."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="attribution",
                notes=(
                    "Say whether emissions follow streams and flows (derived) or are given by the "
                    "operator (stated)."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="attribution",
                value_set=[*table.field("attribution").enum],
                notes="Attribution is derived or stated; a third way has no rule.",
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
                notes="An empty list of processes would leave every stream and output undeclared.",
            ),
        ],
    )
