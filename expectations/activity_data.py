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
    seed = settings.load().units_seed
    known = ", ".join(units.dimensions(seed))
    mass = units.listed(seed, "mass")
    energy = units.listed(seed, "energy")
    gas = units.listed(seed, "gas_volume")
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
                column="is_within_one_month",
                value_set=[True],
                notes=(
                    "period_until is the first day after the period, after period_from and inside one "
                    "calendar month; split a longer period by month."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="kind",
                notes="Say whether the line is a delivery, consumption or a correction.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=[*table.field("kind").enum],
                notes="A line is delivery, consumption or correction.",
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
                notes=f"The unit table does not know this unit. Known: {known}.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="unit_fits_stream",
                value_set=[True],
                notes=(
                    f"The unit must fit the stream: electricity and heat come in {energy}; natural gas "
                    f"in {gas}, because a bare m3 does not say at which temperature and 7 % lie "
                    f"between them; other materials in {mass}."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="document_ref",
                notes="Without the number of its document a line cannot be told from its copy.",
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
