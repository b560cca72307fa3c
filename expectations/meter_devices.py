"""Devices fitted at register meters, as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    return ExpectationSuite(
        name="meter_devices",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="meter_code",
                notes="A device is fitted at a meter; name it.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="device_serial",
                notes="Give the serial number on the device; it is what a visitor compares.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="fitted_at",
                notes="Without the instant of fitting nobody can tell which counter a reading comes from.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="first_register",
                notes="Write what the counter showed when it was fitted, 0 if it began there.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="first_register",
                min_value=0,
                notes="A counter shows no less than zero.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="last_register",
                min_value=0,
                notes="A counter shows no less than zero; leave it empty while the device is fitted.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="ends_where_it_may",
                value_set=[True],
                notes="The last register has more digits than the counter.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="digits",
                min_value=1,
                max_value=15,
                notes="A counter has 1 to 15 digits before the decimal mark; leave it empty if not known.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="decimals",
                min_value=0,
                max_value=9,
                notes="A counter has 0 to 9 digits after the decimal mark; leave it empty if not known.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="multiplier",
                min_value=0,
                strict_min=True,
                notes="A multiplier is more than nothing; leave it empty where the register counts once.",
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes="An empty list of devices would make every exchange a counter that ran back.",
            ),
        ],
    )
