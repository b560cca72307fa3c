"""Heat, electricity and waste gas passed between processes or bought in, as agreed with the senders."""

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
    energy, mass, gas = (unit_table.listed(kind) for kind in ("energy", "mass", "gas_volume"))
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
                notes="Carriers are heat, electricity and waste_gas.",
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
                notes=(
                    "What is bought in belongs to a source stream; name its stream_code. Waste gas is no "
                    "stream of its taker: leave it empty."
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
                column="unit_fits_method",
                value_set=[True],
                notes=(
                    f"Heat and electricity come in {energy}, a heat carrier of method enthalpy in {mass}, "
                    f"waste gas in {gas} or in energy. Electricity in tce or kgce may be its calorific value "
                    "(当量值) or the fuel burned for it (等价值), which lie far apart: send kWh, or "
                    "tce_calorific where it is the former."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="method",
                value_set=[*table.field("method").enum],
                notes="Say how the amount was found by one of these words; empty means metered.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="states_what_its_method_needs",
                value_set=[True],
                notes=(
                    "Method enthalpy needs enthalpy_flow_kj_per_kg, efficiency needs efficiency_share, "
                    "reference_efficiency has none; waste gas by volume needs ncv_gj_per_km3_0c."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="enthalpy_flow_kj_per_kg",
                min_value=0,
                max_value=5000,
                notes="Steam of 800 °C holds about 4 200 kJ per kg; more smells of a unit slip.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="enthalpy_return_kj_per_kg",
                min_value=0,
                notes="An enthalpy counts from water of 0 °C; leave it empty where nothing returns.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="gives_heat",
                value_set=[True],
                notes="More heat returns than was given: check which enthalpy is which.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="efficiency_share",
                min_value=0,
                max_value=1,
                notes="An efficiency is a share: 0.85, not 85.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="ncv_gj_per_km3_0c",
                min_value=0,
                max_value=200,
                notes="A calorific value in GJ per 1 000 m3 at 0 °C; more than 200 smells of a unit slip.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="recovered_from",
                value_set=[*table.field("recovered_from").enum],
                notes="Say what recovered heat came of by one of these words.",
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
