"""Installations as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    return ExpectationSuite(
        name="installations",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="name",
                notes="People read names, not codes; name the installation.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="operator_name",
                notes="CBAM asks for the legal person that operates the installation.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="country_code",
                notes=(
                    "The country chooses electricity factors and default values; without it neither "
                    "can be found."
                ),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="country_code",
                regex="^[A-Z]{2}$",
                notes="A country is its two capital letters of ISO 3166-1, such as CN.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="subdivision_code",
                regex="^[A-Z]{2}-[A-Z0-9]{1,3}$",
                notes="A subdivision is its code of ISO 3166-2, such as CN-ZJ.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="unlocode",
                regex="^[A-Z]{2} ?[A-Z2-9]{3}$",
                notes="A UN/LOCODE is the country and three characters, such as CNSHA.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="latitude",
                min_value=-90,
                max_value=90,
                notes=(
                    "Degrees north lie between -90 and 90; latitude and longitude may have changed places."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="longitude",
                min_value=-180,
                max_value=180,
                notes="Degrees east lie between -180 and 180.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="time_zone",
                notes="Its local midnight cuts the days; without a time zone no reading has a day.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="time_zone",
                regex="^[A-Za-z_]+/[A-Za-z0-9_+/-]+$",
                notes=(
                    "A time zone is its IANA name, such as Asia/Shanghai; an offset knows no change of "
                    "clocks."
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
                notes="An empty list of installations would leave everything without a place.",
            ),
        ],
    )
