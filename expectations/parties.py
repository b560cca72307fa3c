"""Companies dealt with, as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("parties")
    return ExpectationSuite(
        name="parties",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="party_code",
                notes="A party without a code cannot be named by a receipt or an answer.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="name",
                notes="People read names, not codes; name the party.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="country_code",
                notes="A seller's country is the first hint at a good's origin; give it.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="country_code",
                regex="^[A-Z]{2}$",
                notes="A country is its two capital letters of ISO 3166-1, such as CN.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="role",
                notes="Say what the party is to us: a trader is no producer and answers for none.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="role",
                value_set=[*table.field("role").enum],
                notes="A party is producer, trader, energy_supplier, verifier or importer.",
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
                notes="An empty list of parties would leave every receipt and answer undeclared.",
            ),
        ],
    )
