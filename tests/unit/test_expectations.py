"""Every suite: a good frame passes, one broken row per expectation fails, the sender reads why. Stock Great
Expectations is asked for the same verdicts in tests/faults.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import small_house
from suite_rows import GOOD, batch, breaks, rules_of

from lingtan import contracts
from lingtan.gate import judging


@pytest.mark.parametrize("table", contracts.names())
def test_a_good_frame_passes_every_expectation(table: str) -> None:
    (outcome,) = judging.judge(batch(table, [GOOD[table]]))

    assert (outcome.state, outcome.rules) == ("accepted", [])
    assert outcome.counts == {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0, "marked": 0}


@pytest.mark.parametrize("table", contracts.names())
def test_every_expectation_fails_on_the_frame_made_to_break_it(table: str) -> None:
    rules = rules_of(table)
    rows = [GOOD[table] | breaks(table, rule.name) for rule in rules if rule.is_row]
    numbered = [row | {"part": part} for part, row in enumerate(rows)]

    outcomes = judging.judge(batch(table, numbered, parts=len(rows)))

    for rule, outcome in zip([rule for rule in rules if rule.is_row], outcomes, strict=True):
        fired = {entry["rule"] for entry in outcome.rules}
        quarantined = set(outcome.quarantine["rule"].to_pylist())
        assert rule.name in (quarantined if rule.is_critical else fired), rule.name
        if rule.is_critical:  # nothing good is left of the partition
            assert outcome.state == "held"
            assert "row_count_between" in fired


def test_a_bare_cubic_metre_of_gas_is_told_which_conditions_there_are() -> None:
    (outcome,) = judging.judge(
        batch("meter_readings", [GOOD["meter_readings"] | {"meter_code": "G1", "unit": "m3"}])
    )

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "unit_fits_medium_in_set")
    assert (row["column"], row["value"], row["source_row"]) == ("unit", "m3", 2)
    assert all(unit in row["sentence"] for unit in ("Nm3", "m3_0c", "m3_15c", "m3_20c"))


def test_an_answer_without_a_producing_installation_is_refused() -> None:
    good = GOOD["supplier_embedded_emissions"]
    outcome, *_ = judging.judge(
        batch("supplier_embedded_emissions", [good, good | {"producer_installation_code": None}])
    )

    (row,) = outcome.quarantine.to_pylist()
    assert outcome.counts["accepted"] == outcome.counts["rejected"] == 1
    assert (row["rule"], row["column"], row["source_row"]) == (
        "producer_installation_code_not_null", "producer_installation_code", 3,
    )  # fmt: skip


@pytest.mark.parametrize("unit", ["tce", "吨标煤", "kgce"])
@pytest.mark.parametrize(
    ("table", "row", "rule"),
    [
        pytest.param("meter_readings", {}, "unit_fits_medium_in_set", id="a reading"),
        pytest.param("meters", {}, "unit_fits_medium_in_set", id="a meter"),
        pytest.param("activity_data", {"stream_code": "EL"}, "unit_fits_stream_in_set", id="a bill"),
        pytest.param("process_flows", {"carrier": "electricity"}, "unit_fits_method_in_set", id="a flow"),
    ],
)
def test_electricity_in_coal_equivalent_says_which_or_is_refused(
    table: str, row: dict, rule: str, unit: str
) -> None:
    stream = GOOD["source_streams"] | {"stream_code": "EL", "method": "electricity", "material_code": None}
    judged = batch(table, [GOOD[table] | row | {"unit": written} for written in (unit, "tce_calorific")])
    masters = dict(judged.masters)
    if table == "activity_data":
        masters["source_streams"] = small_house.table_of("source_streams", [stream])

    (outcome,) = judging.judge(replace(judged, masters=masters))

    refused = [(found["value"], found["rule"]) for found in outcome.quarantine.to_pylist()]
    assert (unit, rule) in refused
    assert all(value != "tce_calorific" for value, _ in refused)


def test_an_unknown_unit_is_told_which_units_are_known() -> None:
    (outcome,) = judging.judge(batch("receipts", [GOOD["receipts"] | {"unit": "ton"}]))

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "known_unit_not_null")
    assert (row["column"], row["value"]) == ("unit", "ton")
    assert "Known: Wh, kWh, MWh" in row["sentence"]


def test_a_correction_may_be_less_than_zero_and_nothing_else() -> None:
    credit = GOOD["activity_data"] | {"kind": "correction", "amount": Decimal(-50)}

    (outcome,) = judging.judge(batch("activity_data", [credit]))

    assert outcome.counts["accepted"] == 1


def test_an_amount_beyond_the_feeder_in_another_unit_is_told_how_far() -> None:
    """The feeder carries 400 kWh an hour, 100 kWh in a quarter of it: 42.5 MWh are 425 times as much."""
    (outcome,) = judging.judge(batch("meter_readings", [GOOD["meter_readings"] | {"unit": "MWh"}]))

    (row,) = (row for row in outcome.quarantine.to_pylist() if row["rule"] == "share_of_nameplate_between_2")
    assert (row["column"], row["value"]) == ("amount", "42.5")
    assert row["sentence"].startswith(
        "42.5 MWh in 15 min is 425 times what feeder E1 carries; is it kWh? No feeder carries twice"
    )


@pytest.mark.parametrize(
    ("amount", "unit", "share"),
    [
        pytest.param("0.0425", "MWh", "0.425", id="42.5 of 100 kWh"),
        pytest.param("153", "MJ", "0.425", id="3.6 MJ is 1 kWh"),
        pytest.param("42500", "Wh", "0.425", id="a thousand Wh is 1 kWh"),
        pytest.param("42.5", "m3", None, id="no energy"),
    ],
)
def test_the_nameplate_holds_in_every_unit_of_its_dimension(
    amount: str, unit: str, share: str | None
) -> None:
    judged = batch("meter_readings", [GOOD["meter_readings"] | {"amount": Decimal(amount), "unit": unit}])

    (found,) = small_house.frame_of(judged)["share_of_nameplate"].to_pylist()

    assert (found and round(found, 9)) == (share and Decimal(share))


@pytest.mark.parametrize(
    ("zone", "minutes", "local", "stands"),
    [
        pytest.param("Asia/Shanghai", 60, "00:15", False, id="an hour does not begin at a quarter past"),
        pytest.param("Asia/Shanghai", 60, "05:00", True, id="an hour on the hour"),
        pytest.param("Asia/Shanghai", 1440, "08:00", False, id="a day does not begin at midnight of UTC"),
        pytest.param("Asia/Shanghai", 1440, "00:00", True, id="a day begins at local midnight"),
        pytest.param("Asia/Kolkata", 60, "05:00", True, id="five and a half hours ahead, on the hour"),
        pytest.param("Asia/Kolkata", 60, "05:30", False, id="on the hour of UTC alone"),
        pytest.param("Asia/Kathmandu", 30, "23:30", True, id="five and three quarters ahead"),
    ],
)
def test_an_interval_begins_at_a_multiple_of_its_length_from_local_midnight(
    zone: str, minutes: int, local: str, stands: bool
) -> None:
    read_at = datetime.fromisoformat(f"2026-10-31T{local}").replace(tzinfo=ZoneInfo(zone))
    judged = batch("meter_readings", [GOOD["meter_readings"] | {"read_at": read_at.astimezone(UTC)}])
    masters = judged.masters | {
        "installations": small_house.table_of("installations", [GOOD["installations"] | {"time_zone": zone}]),
        "meters": small_house.table_of("meters", [GOOD["meters"] | {"interval_minutes": minutes}]),
    }

    frame = small_house.frame_of(replace(judged, masters=masters))

    assert frame["stands_on_its_grid"].to_pylist() == [stands]


@pytest.mark.parametrize(
    ("stated", "had_begun"),
    [
        pytest.param("2026-10-30T15:59:59Z", False, id="a second before"),
        pytest.param("2026-10-30T16:00:01Z", True, id="a second after"),
        pytest.param("2026-10-29T16:00:00Z", False, id="midnight of the day before"),
    ],
)
def test_what_is_measured_had_begun_when_its_file_was_issued(stated: str, had_begun: bool) -> None:
    judged = batch("meter_readings", [GOOD["meter_readings"]])
    files = (replace(judged.files[0], stated_at=stated),)

    frame = small_house.frame_of(replace(judged, files=files))

    assert frame["had_begun_when_issued"].to_pylist() == [had_begun]


def test_a_file_that_states_a_day_alone_is_issued_within_it() -> None:
    """A date alone is midnight to us, the start of 31 October in Shanghai; the reading is of noon."""
    noon = GOOD["meter_readings"] | {"read_at": datetime(2026, 10, 31, 4, tzinfo=UTC)}
    judged = batch("meter_readings", [noon])
    files = (replace(judged.files[0], stated_at="2026-10-30T16:00:00Z"),)

    frame = small_house.frame_of(replace(judged, files=files))

    assert frame["had_begun_when_issued"].to_pylist() == [True]


@pytest.mark.parametrize("unknown", ["amount", "max_per_hour"])
def test_a_nameplate_nobody_knows_marks_nothing(unknown: str) -> None:
    reading, meter = GOOD["meter_readings"], GOOD["meters"]
    judged = batch("meter_readings", [reading | {unknown: None}] if unknown in reading else [reading])
    masters = judged.masters | {
        "meters": small_house.table_of("meters", [meter | {unknown: None} if unknown in meter else meter])
    }

    assert small_house.frame_of(replace(judged, masters=masters))["share_of_nameplate"].to_pylist() == [None]
