"""Messages about suppliers' embedded emissions, as agreed with those who write to suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("supplier_requests")
    return ExpectationSuite(
        name="supplier_requests",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="request_code",
                notes="Give the request its number: without it a reminder belongs to nothing.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="event", notes="Say what the message did: asked, reminded, answered or declined."
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="event",
                value_set=[*table.field("event").enum],
                notes="A message is one of asked, reminded (ours), answered, declined (theirs).",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="happened_on", notes="A message without its day proves no effort."
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="supplier_code", notes="Say which party was asked."),
            gxe.ExpectColumnValuesToNotBeNull(
                column="declared_supplier",
                notes="A party nobody declared for that day cannot be asked; add it to the list of parties.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="cn_code", notes="Emissions are asked for by good; give its CN code."
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
                column="period_from", notes="Say for which production you asked; give its first day."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="period_until",
                notes="Say for which production you asked; give period_until, the first day after it.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="period_until",
                column_B="period_from",
                ignore_row_if="either_value_is_missing",
                notes="period_until is the first day after the period; it lies after period_from.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="due_on",
                column_B="happened_on",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                notes="A day that was over when the message went cannot be kept; leave due_on empty.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="channel",
                value_set=[*table.field("channel").enum],
                notes="A message goes by email, letter, portal, phone or meeting.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="document_ref",
                severity="warning",
                notes="Effort is proven by the message itself; say where a copy of it lies.",
            ),
            gxe.ExpectTableRowCountToBeBetween(
                min_value=1, notes="A list of messages holds at least one good row."
            ),
        ],
    )
