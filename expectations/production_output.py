"""Output of the processes as agreed with the senders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts, settings, units

    table = contracts.load("production_output")
    unit_table = units.table(settings.load().units_seed)
    mass = unit_table.listed("mass")
    return ExpectationSuite(
        name="production_output",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="process_code",
                notes="Output belongs to a process; name it.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_process",
                notes=(
                    "A process nobody declared for that day has no place in the books; add it to the "
                    "list of processes."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="product_code",
                notes="Output is of some product; name it, or the process's own word for what is none.",
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
                notes="Say what the output is: scrap is no activity level.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=[*table.field("kind").enum],
                notes="Output is saleable, internal, off_spec_sold, off_spec or scrap.",
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
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes=(
                    "A month needs one good row at least; a silent source is not a month without production."
                ),
            ),
        ],
    )
