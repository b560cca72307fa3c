"""Grid factors of the house's own copy, as agreed with those who keep the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("own_grid_factors")
    return ExpectationSuite(
        name="own_grid_factors",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(column="country_code", notes="Say whose grid it is."),
            gxe.ExpectColumnValuesToMatchRegex(
                column="country_code",
                regex="^[A-Z]{2}$",
                notes="A country is its two capital letters of ISO 3166-1, such as VN.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="rule_set", notes="Say which rules it serves: cbam or inventory."
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="rule_set",
                value_set=[*table.field("rule_set").enum],
                notes="A factor serves cbam or inventory; for both, give two rows.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="valid_from", notes="Without its first day a factor holds for no energy."
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="valid_until",
                column_B="valid_from",
                ignore_row_if="either_value_is_missing",
                notes=(
                    "valid_until is the first day on which the factor no longer holds; it lies after "
                    "valid_from."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="factor", notes="An empty factor is no factor; a grid without emissions has 0."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="factor",
                min_value=0,
                max_value=3,
                notes="A factor lies between 0 and 3 t CO2e per MWh; convert kg and g before you send.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="publisher", notes="A factor without its publisher cannot be checked; name it."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="edition", notes="Say in which publication and edition it stands."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="page", notes="Say where in the edition it stands: annex, table, row."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="licence", notes="Say under which terms you may use the value."
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1, notes="A list of factors holds at least one good row."
            ),
        ],
    )
