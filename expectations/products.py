"""Products sold, as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("products")
    return ExpectationSuite(
        name="products",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="product_code",
                notes="A product without a code cannot be found in the books of output.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="name",
                notes="People read names, not codes; name the product.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="cn_code",
                notes=(
                    "The CN code leads from the product to its good; without it the product gets no figure."
                ),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="cn_code",
                regex="^[0-9]{8}$",
                notes=(
                    "A CN code has eight digits; a shorter heading covers several goods, a longer code "
                    "is TARIC."
                ),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="taric_suffix",
                regex="^[0-9]{2}$",
                notes="The TARIC suffix is the two digits after the CN code.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="process_code",
                notes="A product takes the figure of the process that makes it; name the process.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_unit",
                notes="Name the unit in which the product is sold; its footprint is per that unit.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="declared_unit",
                value_set=[*table.field("declared_unit").enum],
                notes="Products are declared by kg or by piece.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="mass_kg_per_unit",
                notes="Without the net mass of one unit a figure per tonne cannot become one per unit.",
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
                notes="Without products nobody's order gets a figure.",
            ),
        ],
    )
