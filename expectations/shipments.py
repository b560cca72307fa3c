"""Shipments into other customs territories, as agreed with those who send the goods."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import settings, units

    unit_table = units.table(settings.load().units_seed)
    mass = unit_table.listed("mass")

    return ExpectationSuite(
        name="shipments",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="shipment_code", notes="Without its number a shipment cannot be told from its copy."
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="product_code", notes="Say what was shipped."),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_product",
                notes="A product nobody declared for that day has no figure; add it to the list of products.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="importer_code",
                notes="Say who imports it: the limit of 50 t and the declaration are the importer's.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_importer",
                notes=(
                    "An importer nobody declared for that day has no place in the books; add it to the list "
                    "of parties."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="released_on",
                notes="Without the day of its release a shipment has no quarter and no price.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="amount",
                notes="An empty amount is not zero; leave the row out where nothing was shipped.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="amount",
                min_value=0,
                strict_min=True,
                notes=(
                    "A net mass of zero or less is no shipment; correct an earlier row by a higher revision "
                    "of it."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="unit", notes="An amount without its unit is no quantity; a unit is never guessed."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="known_unit",
                notes=unit_table.known(),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="unit_is_mass",
                value_set=[True],
                notes=f"A customs declaration states net mass: {mass}.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="cn_code", notes="A shipment is declared under a code; give its CN code."
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="cn_code",
                regex="^[0-9]{8}$",
                notes="A CN code has eight digits; the two further ones of TARIC go into taric_suffix.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="is_the_products_code",
                value_set=[True],
                severity="warning",
                notes=(
                    "The shipment was declared under another code than the product has in the master data: "
                    "one of them is wrong."
                ),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="taric_suffix",
                regex="^[0-9]{2}$",
                notes="TARIC adds two digits; leave it empty where the good needs none.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="destination_country_code",
                notes="Say where it was released; only the Union's customs territory has CBAM.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="destination_country_code",
                regex="^[A-Z]{2}$",
                notes="A country is its two capital letters of ISO 3166-1, such as DE.",
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1, notes="A month of shipments needs one good row at least."
            ),
        ],
    )
