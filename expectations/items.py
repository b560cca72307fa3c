"""Purchased items as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    return ExpectationSuite(
        name="items",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="item_code",
                notes="An item without a code cannot be named by a receipt.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="name",
                notes="People read names, not codes; name the item.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="cn_code",
                regex="^[0-9]{8}$",
                notes=(
                    "A CN code has eight digits; an item with a wrong one would not be recognised as a "
                    "precursor."
                ),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="taric_suffix",
                regex="^[0-9]{2}$",
                notes="The TARIC suffix is the two digits after the CN code.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_unit",
                notes="Name the unit in which the item is bought.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="mass_kg_per_unit",
                notes="Without the net mass of one unit a purchase has no tonnes.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="mass_kg_per_unit",
                min_value=0,
                strict_min=True,
                notes="One unit weighs more than nothing; give its net mass in kg.",
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
                notes="An empty list of items would leave every receipt undeclared.",
            ),
        ],
    )
