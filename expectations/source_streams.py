"""Source streams as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("source_streams")
    return ExpectationSuite(
        name="source_streams",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="stream_code",
                notes="A stream without a code cannot be named by a meter or an invoice.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="name",
                notes="People read names, not codes; name the stream.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="method",
                notes="The monitoring method decides the formula; without one a stream has no emissions.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="method",
                value_set=[*table.field("method").enum],
                notes=f"Methods: {', '.join(table.field('method').enum)}.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="names_its_material",
                value_set=[True],
                notes="A fuel or material names its material_code; no factor is found without it.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="material_fits_method",
                value_set=[True],
                notes=(
                    "The material_code of a measured stream is its gas: CO2, CO or N2O, one stream per gas; "
                    "of a CO2 transfer it is CO2."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="direction",
                notes="Say whether the material goes into the installation (input) or leaves it (output).",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="direction",
                value_set=[*table.field("direction").enum],
                notes="A stream is an input or an output.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="direction_fits_method",
                value_set=[True],
                notes=(
                    "What is burnt, used up or bought is an input; process_output and co2_transfer are "
                    "outputs; carbon that leaves in a product is an output of the method mass_balance."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="activity_basis",
                notes=(
                    "Say whether meters, documents, stocks or measurements feed the figure; counted from two "
                    "of them, a stream is counted twice."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="activity_basis",
                value_set=[*table.field("activity_basis").enum],
                notes=f"The activity basis is one of {', '.join(table.field('activity_basis').enum)}.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="basis_fits_method",
                value_set=[True],
                notes=(
                    "Stocks tell what was used up (stock_balance) or made (output_balance); power and heat "
                    "go by meters or documents, measured streams by measurements and nothing else does."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="period_profile",
                value_set=[*table.field("period_profile").enum],
                notes=(
                    "A document across months is divided by days or, as the stream's meters ran, by meters; "
                    "empty = days."
                ),
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
                notes="An empty list of streams would leave every meter and invoice without a use.",
            ),
        ],
    )
