"""Goods of the processes as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("process_goods")
    return ExpectationSuite(
        name="process_goods",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="process_code",
                notes="A good belongs to the process that makes it; name the process.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="cn_code",
                notes="CBAM knows goods by their CN code; without one there is no figure.",
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
                column="aggregated_good",
                notes=(
                    "The aggregated goods category decides which emissions count; take it from "
                    "2025/2547 Annex I."
                ),
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
                column="is_main",
                notes=("Say whether the process exists for this good; one good of a group carries its name."),
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="is_inside_bubble",
                notes=(
                    "Say whether the good ever leaves the process; one that does not gets no figure of "
                    "its own."
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
                notes="A process list without goods yields no figure at all.",
            ),
        ],
    )
