"""How old the data of a source are against what was agreed; every age counted on a calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import small_house

from lingtan import catalog
from lingtan.landing.freshness import freshness
from lingtan.landing.raw_records import Name, RawRecord
from lingtan.settings import Settings
from lingtan.sources.entry import Due, Source

DAILY = Due("day", date(2026, 1, 1), date(2026, 2, 1))
MONTHLY = Due("month", date(2026, 1, 1), date(2026, 7, 1))


@pytest.fixture
def source(house: Settings) -> Source:
    small_house.write_sources(house)
    return catalog.load(house)["meter_readings"]


def record(*days: str) -> RawRecord:
    return RawRecord(
        source="meter_readings",
        sha256="aa",
        size=1,
        names=(Name("a.csv", "2026-01-05T16:00:00Z", "2026-01-06T00:00:00Z", "2026-01-06T00:00:00Z"),),
        read_hash="bb",
        state="read",
        finding=None,
        table="meter_readings",
        rows=1,
        partitions={f"CN-FAST/{day}": {"rows": 1} for day in days},
    )


@pytest.mark.parametrize(
    ("due", "spoken", "day", "last_day", "age", "agreed", "is_late"),
    [
        pytest.param(DAILY, ["01-04", "01-05"], "01-05", "01-05", 0, 0, False, id="every day is in"),
        pytest.param(DAILY, ["01-05"], "01-08", "01-05", 3, 0, True, id="three days behind"),
        pytest.param(DAILY, ["01-31"], "03-02", "01-31", 30, 30, False, id="nothing due any more"),
        pytest.param(
            DAILY, ["01-05", "12-05"], "01-08", "01-05", 3, 0, True, id="a slip in the date is no data"
        ),
        pytest.param(DAILY, [], "01-05", None, None, 0, True, id="never came"),
        pytest.param(
            MONTHLY, ["03-02"], "04-29", "03-31", 29, 29, False, id="a month is due on its last day"
        ),
        pytest.param(MONTHLY, ["03-02"], "04-30", "03-31", 30, 0, True, id="the next month is due"),
        pytest.param(MONTHLY, ["04-02"], "04-20", "04-20", 0, 20, False, id="ahead of what is due"),
        pytest.param(MONTHLY, [], "01-30", None, None, None, False, id="nothing due yet"),
        pytest.param(None, ["01-05"], "01-08", "01-05", 3, None, False, id="nothing agreed"),
    ],
)
def test_age_against_what_was_agreed(
    source: Source,
    due: Due | None,
    spoken: list,
    day: str,
    last_day: str,
    age: int,
    agreed: int,
    is_late: bool,
) -> None:
    own = [record(*(f"2026-{said}" for said in spoken))] if spoken else []

    found = freshness(replace(source, due=due), own, date.fromisoformat(f"2026-{day}"))

    assert found.last_day == (last_day and date.fromisoformat(f"2026-{last_day}"))
    assert (found.age_days, found.agreed_days, found.is_late) == (age, agreed, is_late)
    assert found.stated_at == ("2026-01-05T16:00:00Z" if spoken else None)
