"""How streams are attributed to processes, as agreed with whoever keeps the master data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def suite() -> ExpectationSuite:
    """Critical rejects the row or holds the partition; a warning marks it."""
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    from lingtan import contracts

    table = contracts.load("stream_shares")
    return ExpectationSuite(
        name="stream_shares",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="installation_code",
                notes="Every row names its installation; without one it belongs to no books.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="stream_code",
                notes="A share belongs to a stream; name it.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="process_code",
                notes="A share goes to a process; name it.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="key",
                notes="Say by which key the process takes its part.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="key",
                value_set=[*table.field("key").enum],
                notes="Keys: share (a stated part), metered (by sub-meters), output and moles (of the year).",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="states_its_share",
                value_set=[True],
                notes="With key share the part itself is needed; an empty part is not zero.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="share",
                min_value=0,
                max_value=1,
                notes="A share is a part from 0 to 1, not a percentage.",
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
                notes="Without shares no stream reaches a process.",
            ),
        ],
    )
