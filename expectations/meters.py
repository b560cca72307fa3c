"""Meters as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts, settings, units

    table = contracts.load("meters")
    unit_table = units.table(settings.load().units_seed)
    energy = unit_table.listed("energy")
    gas = unit_table.listed("gas_volume")
    return ExpectationSuite(
        name="meters",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="meter_code",
                notes="A meter without a code cannot be named by its readings.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="stream_code",
                notes="A meter measures a source stream; without one its readings feed nothing.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="role",
                notes=(
                    "Say whether the meter bills, divides or checks: counted in the wrong role, a "
                    "stream is counted twice."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="role",
                value_set=[*table.field("role").enum],
                notes=(
                    "A meter is billing (feeds the stream), sub (divides it) or check (feeds the "
                    "balance only)."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="medium",
                notes="What flows decides which units its readings may have.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="medium",
                value_set=[*table.field("medium").enum],
                notes="Media read so far: electricity, natural_gas, heat, water.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="kind",
                notes="Say how the meter counts; a register's reading is no consumption.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=[*table.field("kind").enum],
                notes=(
                    "A meter reports consumption per interval (interval) or what its counter shows "
                    "(register); taken for each other, a year's use becomes a day's."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="unit",
                notes="A reading is checked against its meter's unit; a unit is never guessed.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="known_unit",
                notes=unit_table.known(),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="unit_fits_medium",
                value_set=[True],
                notes=(
                    f"Electricity and heat are counted in {energy}; natural gas in {gas}, because a "
                    "bare m3 does not say at which temperature; water in m3 or L. No meter of electricity "
                    "counts in tce."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="states_its_interval",
                value_set=[True],
                notes="Without the length of an interval nobody can tell whether a day is complete.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="interval_minutes",
                min_value=1,
                max_value=1440,
                notes="An interval lasts from one minute to one day (1440 minutes).",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="direction",
                notes="Say whether the meter counts what comes in (import) or goes out (export).",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="direction",
                value_set=[*table.field("direction").enum],
                notes="A direction is import or export.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="names_its_process",
                value_set=[True],
                notes="A sub-meter divides its stream among processes; name the process it stands for.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="max_per_hour",
                min_value=0,
                strict_min=True,
                notes=(
                    "The most a feeder can carry is more than nothing; leave it empty if it is not known."
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
                notes="An empty list of meters would reject every reading as undeclared.",
            ),
        ],
    )
