"""Lines, power purchase agreements and certificates of electricity, as agreed with whoever buys it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it. What the law asks of an
    agreement is not judged here: a row that lacks it is kept, and the country's factor counts.
    """
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("electricity_contracts")
    return ExpectationSuite(
        name="electricity_contracts",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="contract_code", notes="Give the line, agreement or certificate a code."
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="kind", notes="Say what it is."),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=[*table.field("kind").enum],
                notes="Electricity comes by direct_line, by ppa or with a certificate.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="stream_code", notes="Name the stream of electricity it speaks of."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_stream",
                notes=(
                    "Nobody declared a stream of electricity under this code for the first day; add it to "
                    "the list of streams."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="line_alone_names_a_process",
                value_set=[True],
                notes=(
                    "Only a direct line can supply one process alone; what comes through the grid is shared "
                    "by all, so leave process_code empty."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="generator_name", notes="Without its generator electricity has no factor; name it."
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="names_its_meter",
                value_set=[True],
                notes=(
                    "Hours are matched by the generator's meter: declare it among the meters, of electricity "
                    "and role check, and name it here."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="states_one_factor",
                value_set=[True],
                notes=(
                    "State the factor, or fuel_t_co2e, flue_gas_cleaning_t_co2e and net_mwh; not both, and "
                    "no part of the three: 0 is a value."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="factor",
                min_value=0,
                max_value=3,
                notes="A factor lies between 0 and 3 t CO2e per MWh; convert kg and g before you send.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="fuel_t_co2e", min_value=0, notes="Emissions cannot be less than zero."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="flue_gas_cleaning_t_co2e", min_value=0, notes="Emissions cannot be less than zero."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="net_mwh",
                min_value=0,
                strict_min=True,
                notes="A generator that gave nothing has no factor.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="names_its_source",
                value_set=[True],
                notes="A factor without its author cannot be checked; say who states it, and where.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="evidence", notes="Name the document a verifier will ask for."
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
                notes="A list of contracts that was sent holds at least one good row.",
            ),
        ],
    )
