"""What the purchaser wrote to suppliers about embedded emissions and what came back, as tables of CSV values.

Mill A answered after a reminder. Smelter 1 sent its answer and no other word. Mill B answered for one spring
of the year it was asked about. The trader, asked for its overseas smelter, is silent after two reminders.
Clinker works 2 declined. All invented.
"""

from __future__ import annotations

from datetime import date

from lingtan.samples.company import Table

_MESSAGE = (
    "Request", "Event", "Day", "Supplier", "Installation", "CN code", "From", "Until", "Due", "By", "Who",
    "Copy",
)  # fmt: skip
_ABOUT = {
    "R-2601": ("MILL-A", "CN-MILL-A", "72139149", "2026-01-01", "2027-01-01"),
    "R-2602": ("SMELTER-1", "CN-SMELT-1", "76011010", "2026-01-01", "2027-01-01"),
    "R-2603": ("MILL-B", "CN-MILL-B", "72139149", "2026-01-01", "2027-01-01"),
    "R-2604": ("TRADER-1", "IN-SMELT-2", "76011010", "2026-01-01", "2027-01-01"),
    "R-2605": ("CLINKER-2", "CN-CLINK-2", "25231000", "2026-01-01", "2027-01-01"),
}


def _message(request: str, event: str, day: str, due: str, channel: str, copy: str) -> tuple[str, ...]:
    return (request, event, day, *_ABOUT[request], due, channel, "Demo purchasing", copy)


# by the day on which the purchaser closes the list of a quarter
REQUESTS = {
    date(2026, 3, 31): Table(
        _MESSAGE,
        (
            _message("R-2601", "asked", "2026-01-12", "2026-03-31", "email", "mail 260112-1"),
            _message("R-2602", "asked", "2026-01-12", "2026-03-31", "email", "mail 260112-2"),
            _message("R-2603", "asked", "2026-01-14", "2026-03-31", "letter", "letter 26-003"),
            _message("R-2604", "asked", "2026-01-14", "2026-03-31", "email", "mail 260114-1"),
            _message("R-2605", "asked", "2026-01-15", "2026-03-31", "email", "mail 260115-1"),
        ),
    ),
    date(2026, 6, 30): Table(
        _MESSAGE,
        (
            _message("R-2601", "reminded", "2026-04-07", "2026-05-15", "email", "mail 260407-1"),
            _message("R-2602", "reminded", "2026-04-07", "2026-05-15", "email", "mail 260407-2"),
            _message("R-2603", "reminded", "2026-04-07", "2026-05-15", "phone", "note 26-011"),
            _message("R-2604", "reminded", "2026-04-09", "2026-05-15", "email", "mail 260409-1"),
            _message("R-2605", "declined", "2026-04-24", "", "letter", "letter 26-007"),
            _message("R-2601", "answered", "2026-05-18", "", "email", "mail 260518-1"),
            _message("R-2603", "answered", "2026-06-22", "", "email", "mail 260622-1"),
        ),
    ),
    date(2026, 9, 30): Table(
        _MESSAGE,
        (_message("R-2604", "reminded", "2026-07-06", "2026-07-31", "letter", "letter 26-019"),),
    ),
}
