"""Verification statements, as accredited verifiers issue them (2025/2546)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("attestations")
    return ExpectationSuite(
        name="attestations",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="attestation_code",
                notes="A figure names its attestation; give the statement's number.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="verifier_name", notes="A statement without its verifier is nobody's word."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="accreditation_number",
                notes="Only an accredited verifier's statement counts; give the number of the accreditation.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="producer_installation_code",
                notes="A statement speaks of an installation; name it as the answers do.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="cn_code", notes="A statement speaks of a good; give its CN code."
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
                column="period_from", notes="Without its first day a statement covers nothing."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_until",
                notes="Without its end a statement covers nothing; give the first day after the period.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="period_until",
                column_B="period_from",
                ignore_row_if="either_value_is_missing",
                notes="period_until is the first day after the period; it lies after period_from.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="scope", notes="Say what was verified: see, sefa or carbon_price."
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="scope",
                value_set=[*table.field("scope").enum],
                notes="A scope is see, sefa or carbon_price; a statement of several is a row each.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="issued_on", notes="Give the day on which the statement was issued."
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="issued_on",
                column_B="period_until",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                notes="Nobody verifies what is not made yet: a statement is issued when its period is over.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="is_satisfactory",
                notes="A statement without its conclusion verifies nothing; say true or false.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="document_ref", notes="Say where the statement is kept; a verifier will ask for it."
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1, notes="A list of statements holds at least one good row."
            ),
        ],
    )
