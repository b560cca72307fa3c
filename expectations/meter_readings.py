"""Meter readings as agreed with the senders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the day; a warning marks the row."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts, settings, units

    table = contracts.load("meter_readings")
    unit_table = units.table(settings.load().units_seed)
    energy = unit_table.listed("energy")
    gas = unit_table.listed("gas_volume")
    return ExpectationSuite(
        name="meter_readings",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="meter_code",
                notes="A reading belongs to a meter; name it.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_meter",
                notes=(
                    "A meter nobody declared for that day has no place in the books; add it to the "
                    "list of meters."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="read_at",
                notes="Without its instant a reading belongs to no interval.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="metered_on",
                notes="Without its local day a reading belongs to no day.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="amount",
                notes=(
                    "An empty reading is not zero; write 0 where nothing flowed and leave the row out "
                    "where nothing was read."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="amount",
                min_value=0,
                notes=(
                    "Neither the consumption of an interval nor a counter is less than zero; a meter "
                    "that counts both ways is two meters."
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
                column="is_no_power",
                value_set=[True],
                notes=(
                    "A power is no amount of energy. If it is the mean of its interval, say so in the "
                    "source's entry (sources.yml: amount_is: mean_power, interval_minutes); else send energy."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="unit_fits_medium",
                value_set=[True],
                notes=(
                    f"The unit must fit what the meter carries: electricity and heat come in {energy}; "
                    f"natural gas in {gas}, because a bare m3 does not say at which temperature and 7 "
                    "% lie between them; water in m3 or L. Electricity in tce or kgce may be its calorific "
                    "value (当量值) or the fuel burned for it (等价值), which lie far apart: send kWh, or "
                    "tce_calorific where it is the former."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="quality",
                notes=(
                    "Say how the value was found; an estimate that does not say so would pass as measured."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="quality",
                value_set=[*table.field("quality").enum],
                notes="A reading is actual, substituted or estimated.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="interval_minutes",
                min_value=1,
                max_value=1440,
                notes="An interval lasts from one minute to one day (1440 minutes).",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="is_no_zero_ahead",
                value_set=[True],
                notes=(
                    "The interval had not begun when the file was issued: its zero fills a form and is no "
                    "consumption. Leave slots of the future out; they come with the next file."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="had_begun_when_issued",
                value_set=[True],
                notes=(
                    "Nobody has measured what lies after the moment the file was issued: a clock is wrong, "
                    "or the value is an estimate and should say so."
                ),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="stands_on_its_grid",
                value_set=[True],
                notes=(
                    "An interval begins at a whole multiple of its length from local midnight; another "
                    "overlaps its neighbours and counts twice. Set the logger's clock and send the day "
                    "again, or state the interval's own length."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="register_digits",
                min_value=1,
                max_value=15,
                notes="A counter has 1 to 15 digits before the decimal mark; leave it empty if not known.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="unit_is_the_meters",
                value_set=[True],
                severity="warning",
                notes=(
                    "The meter counts in another unit: it may have been converted on the way, or only "
                    "renamed, which is a slip of a thousand between kWh and MWh. Send what the meter shows."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="share_of_nameplate",
                max_value=1.1,
                severity="warning",
                notes=(
                    "More than the feeder can carry smells of a unit slip; a tenth is left for meters "
                    "rated low."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="share_of_nameplate",
                max_value=2,
                meta={"in_words": "load_in_words"},
                notes=(
                    "No feeder carries twice its nameplate for an interval: the unit slipped, or the list "
                    "of meters rates the feeder too low (max_per_hour). Correct what is wrong."
                ),
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes=(
                    "A silent source is not a day without use; a partition needs one good reading at least."
                ),
            ),
        ],
    )
