"""Heat and electricity passed between processes or bought in, as agreed with the senders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts, settings, units

    table = contracts.load("process_flows")
    unit_table = units.table(settings.load().units_seed)
    energy = unit_table.listed("energy")
    return ExpectationSuite(
        name="process_flows",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="carrier", notes="Say what flows."),
            gxe.ExpectColumnValuesToBeInSet(
                column="carrier",
                value_set=[*table.field("carrier").enum],
                notes="Carriers calculated so far: heat and electricity.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="from_process_code",
                notes="Name the giving process, or write `outside` for what is bought in.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_giver",
                notes=(
                    "A giving process nobody declared for that day has no place in the books; "
                    "`outside` = bought in."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="to_process_code",
                notes="Name the taking process, or write `outside` for what is sold.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_taker",
                notes=(
                    "A taking process nobody declared for that day has no place in the books; "
                    "`outside` = sold."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="names_its_stream",
                value_set=[True],
                notes="What is bought in belongs to a source stream; name its stream_code.",
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
                column="unit_is_energy",
                value_set=[True],
                notes=(
                    f"Heat and electricity come in {energy}. Electricity in tce or kgce may be its calorific "
                    "value (当量值) or the fuel burned for it (等价值), which lie far apart: send kWh, or "
                    "tce_calorific where it is the former."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="factor",
                min_value=0,
                notes=(
                    "An emission factor cannot be less than zero; leave it empty if the seller gave none."
                ),
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes=(
                    "A month of flows needs one good row at least; a silent source is not a month "
                    "without flows."
                ),
            ),
        ],
    )
