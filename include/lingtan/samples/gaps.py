"""What the stated rules must put into the gaps the demo leaves, reckoned without the models.

Every gap of the demo is one quarter hour with readings on both sides: the estimate is their mean. CBAM takes
at least that, and the mean of the same quarter hour on like days and two standard deviations, the deviation
rounded up at its sixth place. Amounts are in thousandths of the meter's unit, as they are everywhere in the
samples.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal, localcontext

from lingtan.samples import dirt

LIKE_DAYS = tuple(timedelta(days=offset) for offset in (-28, -21, -14, -7, 7, 14, 21, 28))
NO_MEASUREMENT = dirt.REJECTED_IN_PLACE | {"estimated", "substituted"}


def beside(installation: str, day: date, number: int, slot: int) -> tuple[int, int]:
    """The readings before and after a gap of one slot."""
    readings = dirt.as_it_ran(installation, day)
    return int(readings[number, slot - 1]), int(readings[number, slot + 1])


def on_the_safe_side(
    installation: str, day: date, number: int, slot: int, *, since: date, until: date
) -> Decimal:
    """What CBAM adds to the estimate, as far as the files from `since` to `until` know like days."""
    neighbours = beside(installation, day, number, slot)
    estimate = Decimal(sum(neighbours)) / 2
    like = [
        measured
        for offset in LIKE_DAYS
        if since <= day + offset <= until
        and (measured := _measured(installation, day + offset, number, slot, until)) is not None
    ]
    if len(like) < 2:
        return max(neighbours) - estimate
    with localcontext(prec=50):
        mean = sum(like) / Decimal(len(like))
        variance = sum((value - mean) ** 2 for value in like) / (len(like) - 1)
        # six places of the unit are three of its thousandths
        deviation = variance.sqrt().quantize(Decimal("0.001"), rounding=ROUND_CEILING)
        return max(mean + 2 * deviation - estimate, Decimal(0))


def _measured(installation: str, day: date, number: int, slot: int, until: date) -> int | None:
    """The accepted reading, or None where it was refused or is no measurement."""
    value = int(dirt.as_it_ran(installation, day)[number, slot])
    for fault in dirt.faults(installation, day):
        if (number, slot) in fault.cells:
            if fault.kind in NO_MEASUREMENT or (fault.kind == "unit_slip" and fault.arrives > until):
                return None
            if fault.kind == "corrected" and fault.arrives > until:
                return value // 2
    return value
