"""Days belong to a place: the run's day, ranges, the months."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lingtan import periods


def test_a_scheduled_run_speaks_of_the_local_day_of_its_logical_date():
    # 16:00 UTC on the 29th is midnight on the 30th in Shanghai
    assert periods.day_of_run(datetime(2026, 10, 29, 16, tzinfo=UTC), {}) == date(2026, 10, 30)


def test_a_run_started_by_hand_takes_the_day_it_is_given():
    assert periods.day_of_run(None, {"day": "2026-03-01"}) == date(2026, 3, 1)


def test_a_run_without_any_day_says_what_to_type():
    with pytest.raises(ValueError, match="give the parameter day"):
        periods.day_of_run(None, {})


def test_a_range_of_days_includes_both_ends():
    assert list(periods.days(date(2026, 2, 27), date(2026, 3, 1))) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="is after"):
        list(periods.days(date(2026, 3, 2), date(2026, 3, 1)))


def test_the_last_day_of_a_month_is_known_in_leap_years_too():
    assert periods.is_last_of_month(date(2028, 2, 29))
    assert not periods.is_last_of_month(date(2028, 2, 28))
