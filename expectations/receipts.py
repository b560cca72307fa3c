"""Goods received, as agreed with the senders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import settings, units

    unit_table = units.table(settings.load().units_seed)
    mass = unit_table.listed("mass")
    return ExpectationSuite(
        name="receipts",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="receipt_code",
                notes="Without its number a receipt cannot be told from its copy.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="supplier_code",
                notes="Name the seller; a trader is one too.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_supplier",
                notes=(
                    "A seller nobody declared for that day has no place in the books; add it to the "
                    "list of parties."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="item_code", notes="Say what was received."),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_item",
                notes=(
                    "An item nobody declared for that day has no place in the books; add it to the "
                    "list of items."
                ),
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="produced_until",
                column_B="produced_from",
                ignore_row_if="either_value_is_missing",
                notes=(
                    "produced_until is the first day after the production period; it lies after "
                    "produced_from."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="received_on",
                notes="Without its day a receipt belongs to no month.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="amount",
                notes=(
                    "An empty amount is not zero; write 0 where nothing was used and leave the row out "
                    "where nothing is known."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="amount",
                min_value=0,
                notes=(
                    "A quantity cannot be less than zero; correct an earlier row by a higher revision of it."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="unit",
                notes="An amount without its unit is no quantity; a unit is never guessed.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="known_unit",
                notes=unit_table.known(),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="unit_is_mass",
                value_set=[True],
                notes=f"Materials and goods are booked by mass: {mass}.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="origin_country_code",
                regex="^[A-Z]{2}$",
                notes=(
                    "A country of origin is its two capital letters of ISO 3166-1, such as IN; leave "
                    "it empty if it is not known."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="spend_eur",
                min_value=0,
                notes="What was paid cannot be less than zero.",
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes=(
                    "A month of receipts needs one good row at least; a silent source is not a month "
                    "without purchases."
                ),
            ),
        ],
    )
