"""Suppliers' answers on embedded emissions, as the forms ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("supplier_embedded_emissions")
    return ExpectationSuite(
        name="supplier_embedded_emissions",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(column="supplier_code", notes="Say which party answered."),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_supplier",
                notes=(
                    "A party nobody declared for the period cannot answer; add it to the list of parties."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="producer_installation_code",
                notes=("An answer without the installation that made the good cannot be traced or verified."),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="cn_code",
                notes="An answer belongs to a good; give its CN code.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="cn_code",
                regex="^[0-9]{8}$",
                notes=(
                    "A CN code has eight digits; a shorter heading covers several goods, a longer code "
                    "is TARIC."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="country_code",
                notes="Say in which country the installation lies.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="country_code",
                regex="^[A-Z]{2}$",
                notes="A country is its two capital letters of ISO 3166-1, such as CN.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="functional_unit",
                notes="A figure per nothing is no figure; name the functional unit.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="functional_unit",
                value_set=[*table.field("functional_unit").enum],
                notes=(
                    "Functional units are those of 2025/2547 Art 4: t_product, t_clinker, kg_n, kwh, "
                    "supplementary_unit."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_from",
                notes="Without its first day an answer covers no production; give period_from.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_until",
                notes=(
                    "Without its end an answer covers no production; give period_until, the first day "
                    "after it."
                ),
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="period_until",
                column_B="period_from",
                ignore_row_if="either_value_is_missing",
                notes="period_until is the first day after the period; it lies after period_from.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="see_direct_t_co2e_per_fu",
                notes="An empty figure is not zero; without the direct emissions there is no answer.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="see_direct_t_co2e_per_fu",
                min_value=0,
                notes="Direct emissions cannot be less than zero.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="see_direct_t_co2e_per_fu",
                min_value=0,
                strict_min=True,
                severity="warning",
                notes=(
                    "Direct emissions of zero are a blank form until a verification statement confirms "
                    "them: until then the answer is not used, and default values, which are lawful and "
                    "say so, stand in."
                ),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="electricity_mwh_per_fu",
                notes="An empty figure is not zero; write 0 if no electricity was used.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="electricity_mwh_per_fu",
                min_value=0,
                notes="Electricity used cannot be less than zero.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="electricity_factor_t_co2e_per_mwh",
                min_value=0,
                notes="An emission factor cannot be less than zero; leave it empty if none is stated.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="default_share",
                notes=(
                    "Say which part rests on default values; an answer that hides it would pass as measured."
                ),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="default_share",
                min_value=0,
                max_value=1,
                notes="A share is a part from 0 to 1, not a percentage.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="sefa_t_co2e_per_fu",
                min_value=0,
                notes="Free allocation cannot be less than zero.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="carbon_price_amount",
                min_value=0,
                notes="A carbon price paid cannot be less than zero.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="carbon_price_rebate_amount",
                min_value=0,
                notes="A rebate cannot be less than zero.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="carbon_price_amount",
                column_B="carbon_price_rebate_amount",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                notes="A rebate gives back what was paid and no more.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="price_names_its_currency",
                value_set=[True],
                notes="A price without its currency is no price; give the three letters of ISO 4217.",
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="carbon_price_currency",
                regex="^[A-Z]{3}$",
                notes="A currency is its three capital letters of ISO 4217, such as CNY.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="net_mass_t",
                min_value=0,
                strict_min=True,
                notes="An answer is given for some mass; leave it empty if none is told.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="is_in_harmony",
                value_set=[True],
                severity="warning",
                meta={"in_words": "doubts"},
                notes=(
                    "The document contradicts itself; its figures are taken as the reader says. Ask which "
                    "of the two holds."
                ),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="document_sha256",
                regex="^[0-9a-f]{64}$",
                notes=(
                    "The hash of the document is 64 hexadecimal digits; it is the proof of what was answered."
                ),
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1,
                notes="A form that was sent holds at least one good answer.",
            ),
        ],
    )
