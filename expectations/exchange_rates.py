"""Exchange rates, as agreed with those who keep the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    return ExpectationSuite(
        name="exchange_rates",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="currency", notes="Say of which currency; give the three letters of ISO 4217."
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="currency",
                regex="^[A-Z]{3}$",
                notes="A currency is its three capital letters of ISO 4217, such as CNY.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="valid_from", notes="Without its first day a rate holds for no payment."
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="valid_until",
                column_B="valid_from",
                ignore_row_if="either_value_is_missing",
                notes=(
                    "valid_until is the first day on which the rate no longer holds; it lies after "
                    "valid_from."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="per_eur",
                notes="An empty rate is no rate; say how many units of the currency a euro costs.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="per_eur", min_value=0, strict_min=True, notes="A rate is more than zero."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="source", notes="A rate without its publisher cannot be checked; say where it stands."
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1, notes="A list of rates holds at least one good row."
            ),
        ],
    )
