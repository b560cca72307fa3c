"""Carbon prices paid, as agreed with those who keep the works' accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    return ExpectationSuite(
        name="carbon_prices_paid",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="process_code", notes="Say for which process the price was paid."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_process",
                notes=(
                    "A process nobody declared for the period has no goods; add it to the list of processes."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="scheme", notes="Say to whom the price was paid: emission trading system, tax or levy."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_from", notes="Without its first day a payment belongs to no year."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_until",
                notes="Without its end a payment covers no emissions; give the first day after them.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="period_until",
                column_B="period_from",
                ignore_row_if="either_value_is_missing",
                notes="period_until is the first day after the period; it lies after period_from.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="covered_t_co2e", notes="Say which emissions the scheme covers."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="covered_t_co2e",
                min_value=0,
                strict_min=True,
                notes="A price that covers no emissions was not paid for them.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="free_allowances_t_co2e",
                notes="Say how many allowances were free; write 0 if none were.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="free_allowances_t_co2e",
                min_value=0,
                notes="Free allowances cannot be less than zero.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="covered_t_co2e",
                column_B="free_allowances_t_co2e",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                notes="Free allowances stand for covered emissions and no more.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="amount", notes="An empty amount is not zero; without it nothing was paid."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="amount", min_value=0, notes="A carbon price paid cannot be less than zero."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="currency",
                notes="A price without its currency is no price; give the three letters of ISO 4217.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="currency",
                regex="^[A-Z]{3}$",
                notes="A currency is its three capital letters of ISO 4217, such as CNY.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="rebate_amount", notes="Say what was given back; write 0 if nothing was."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="rebate_amount", min_value=0, notes="A rebate cannot be less than zero."
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="amount",
                column_B="rebate_amount",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                notes="A rebate gives back what was paid and no more.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="certified_by",
                severity="warning",
                notes=(
                    "A carbon price counts only when an independent person has certified it (2023/956 Art "
                    "9); until then it reduces nothing."
                ),
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1, notes="A list of carbon prices holds at least one good row."
            ),
        ],
    )
