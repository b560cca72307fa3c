"""Activity by document, as agreed with the senders of invoices and delivery notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts, settings, units

    table = contracts.load("activity_data")
    unit_table = units.table(settings.load().units_seed)
    mass = unit_table.listed("mass")
    energy = unit_table.listed("energy")
    gas = unit_table.listed("gas_volume")
    return ExpectationSuite(
        name="activity_data",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="stream_code",
                notes="A document line belongs to a source stream; name it.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_stream",
                notes=(
                    "A stream nobody declared for that day has no place in the books; add it to the "
                    "list of streams."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_from",
                notes="Without its first day an amount belongs to no month; give period_from.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_until",
                notes=("Without its end a period has no length; give period_until, the first day after it."),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="has_a_period",
                value_set=[True],
                notes="period_until is the first day after the period; it lies after period_from.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="days_covered",
                max_value=366,
                notes=(
                    "A document speaks of a year at most; a longer period smells of a slip in the year and "
                    "would spread the amount over months that did not use it."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="kind",
                notes=(
                    "Say whether the line is a delivery, consumption, a correction, a dispatch, a stock or "
                    "an accrual."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=[*table.field("kind").enum],
                notes=f"A line is one of {', '.join(table.field('kind').enum)}.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="amount",
                notes=(
                    "An empty amount is not zero; write 0 where nothing was used and leave the row out "
                    "where nothing is known."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="sign_fits_kind",
                value_set=[True],
                notes=(
                    "Only a correction may be less than zero; credit a wrong invoice by a line of kind "
                    "correction."
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
                column="unit_fits_stream",
                value_set=[True],
                notes=(
                    f"The unit must fit the stream: electricity and heat come in {energy}; fuels in {mass} "
                    f"or, gases by volume, in {gas}, because a bare m3 does not say at which temperature "
                    f"and 7 % lie between them; other materials in {mass}. Electricity in tce or kgce may "
                    "be its calorific value (当量值) or the fuel burned for it (等价值), which lie far "
                    "apart: send kWh, or tce_calorific where it is the former."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="document_ref",
                notes="Without the number of its document a line cannot be told from its copy.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="clears_by_a_document",
                value_set=[True],
                notes=(
                    "An accrual is cleared by the delivery, consumption, dispatch or correction that came in "
                    "its place; a stock or another accrual clears nothing."
                ),
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes=(
                    "A month of documents needs one good line at least; a silent source is not a month "
                    "without use."
                ),
            ),
        ],
    )
