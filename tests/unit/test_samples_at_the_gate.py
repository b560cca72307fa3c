"""The demo's files go through landing and gate, and come out as its manifest says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import demo_books

from lingtan import contracts, gate, lake, landing, samples
from lingtan.samples.company import PREFIX
from lingtan.settings import PROJECT, Settings

# Two weeks with an undeclared meter, a bare m3 of gas, a file sent twice, an invoice sent again corrected,
# zeros of hours to come, two gaps, a unit slip, an accrual and the gas company's counter.
SINCE, UNTIL = date(2025, 11, 26), date(2025, 12, 9)


def test_landing_and_gate_find_what_the_manifest_states(house: Settings):
    settings = replace(house, sources_file=PROJECT / "include" / "sources.yml")
    stated = samples.write(settings.var, since=SINCE, until=UNTIL)

    landed = landing.land(contracts.names(), settings=settings)
    stale = lake.stale(contracts.names(), settings=settings)
    held = gate.accept(stale, settings=settings, progress=lambda line: None)

    assert landed.refused == []
    assert held == []
    assert demo_books.found(stated, settings) == demo_books.stated(stated, settings)
    assert demo_books.accuses_the_planted_rows_alone(stated, settings)
    assert {rule for books in stated.sources.values() for rule in books.rejected} == {
        "declared_meter_not_null",
        "unit_fits_medium_in_set",
        "unit_fits_stream_in_set",
        "is_no_zero_ahead_in_set",
        "share_of_nameplate_between_2",
    }


def test_a_day_of_the_demo_is_due_and_the_day_after_it_is_not(house: Settings):
    settings = replace(house, sources_file=PROJECT / "include" / "sources.yml")
    tables = contracts.names()
    samples.write(settings.var, since=samples.LAST_DAY, until=samples.LAST_DAY)
    landing.land(tables, settings=settings)

    assert landing.is_any_due(tables, samples.LAST_DAY, settings=settings)
    assert landing.missing(tables, samples.LAST_DAY, settings=settings) == []
    assert not landing.is_any_due(tables, date(2026, 11, 1), settings=settings)
    assert {finding.source for finding in landing.missing(tables, UNTIL, settings=settings)} == {
        f"{works}_{paper}" for works in PREFIX.values() for paper in ("meters", "production", "materials")
    }
