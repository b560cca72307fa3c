"""Continuous emission measurements as agreed with whoever runs the analysers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the day; a warning marks the row."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("emission_measurements")
    return ExpectationSuite(
        name="emission_measurements",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="stream_code",
                notes="An hour belongs to a measured stream; name it.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_stream",
                notes=(
                    "Nobody declared a stream of the method measured under this code for that day; add it to "
                    "the list of streams."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="gas",
                notes="Say which gas was measured.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="gas",
                value_set=[*table.field("gas").enum],
                notes="CO2, CO and N2O are measured; perfluorocarbons follow from anode effects.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="gas_is_the_streams",
                value_set=[True],
                notes="A stream measures the gas its material_code names; another gas has its own stream.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="hour_at",
                notes="Without its instant an hour belongs to no day.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="measured_on",
                notes="Without its local day an hour belongs to no day.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="begins_an_hour",
                value_set=[True],
                notes=(
                    "Hours begin at whole quarters of an hour; another smells of a stamp inside the hour, "
                    "which would count some minutes twice."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="valid_share",
                notes=(
                    "Say which share of the hour's points was valid; below the law's share the hour is "
                    "substituted, and nobody can tell without it."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="valid_share",
                min_value=0,
                max_value=1,
                notes="The valid share lies between 0 and 1; 95 % is 0.95.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="has_a_concentration_where_valid",
                value_set=[True],
                notes="All points of the hour are valid and none is stated; send their mean.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="concentration_g_per_nm3",
                min_value=0,
                max_value=2000,
                notes=(
                    "A concentration lies between 0 and what a pure gas weighs, 1,977 g/Nm3 of CO2; mg and "
                    "ppm are converted before they are sent."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="other_gases_share",
                min_value=0,
                max_value=1,
                notes="The share of the other gases lies between 0 and 1; 88 % is 0.88.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="remainder_is_co2_alone",
                value_set=[True],
                notes="What other gases leave is CO2, and only where it was not measured itself.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="has_its_flow",
                value_set=[True],
                notes=(
                    "An hour has a flow, or air and oxygen that give it; where the flow was not measured "
                    "send the substitute of your mass or energy balance, 0 where the plant stood still."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="flow_nm3_per_h",
                min_value=0,
                notes="Flue gas does not flow backwards; 0 where the plant stood still.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="air_nm3_per_h",
                min_value=0,
                notes="Air does not flow backwards; 0 where the plant stood still.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="oxygen_share",
                min_value=0,
                max_value=0.21,
                notes="Flue gas holds no more oxygen than air, a little below 0.21; 3 % is 0.03.",
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes="A day needs one good hour at least; a silent stack is not a clean one.",
            ),
        ],
    )
