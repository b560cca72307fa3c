"""Stamps: local clocks, ends and starts of intervals, midnights, and the two nights a year when the clock
changes.

Europe/Berlin goes from 02:00 to 03:00 on 29 March 2026 and from 03:00 back to 02:00 on 25 October 2026.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lingtan import catalog, sources
from lingtan.settings import Settings
from lingtan.sources.stamps import wall_clock

BERLIN = ZoneInfo("Europe/Berlin")
QUARTER = timedelta(minutes=15)

Stamps = Callable[..., list[dict]]


@pytest.fixture
def stamps(house: Settings) -> Stamps:
    """Rows of a CSV with the given stamps; a stamp may carry a meter, as in `EL-2|2026-10-25 02:00`."""

    def stamps_(
        written: list[str], zone: str = "Europe/Berlin", pattern: str = "%Y-%m-%d %H:%M", **timestamp: str
    ) -> list[dict]:
        entry = {
            "table": "meter_readings",
            "format": "csv",
            "location": "inbox",
            "files": "*.csv",
            "delimiter": ";",
            "time_zone": zone,
            "timestamp": {"column": "Time", "format": pattern} | timestamp,
            "interval_minutes": 15,
            "columns": {
                "installation_code": {"value": "DE-1"},
                "meter_code": "Meter",
                "amount": {"value": 1},
                "unit": {"value": "kWh"},
                "quality": {"value": "actual"},
            },
        }
        house.sources_file.write_text(yaml.safe_dump({"sources": {"m": entry}}), encoding="utf-8")
        source = catalog.load(house)["m"]
        cells = [text.rpartition("|") for text in written]
        body = "".join(f"{meter or 'EL-1'};{stamp}\n" for meter, _, stamp in cells)
        rows: pa.Table = sources.read(f"Meter;Time\n{body}".encode(), source, source.contract, "x.csv")
        return rows.to_pylist()

    return stamps_


def quarters(first: datetime, until: datetime) -> list[datetime]:
    """Instants every 15 minutes, half-open."""
    return [first + i * QUARTER for i in range(int((until - first) / QUARTER))]


def shown(instants: list[datetime]) -> list[str]:
    """What a clock in Berlin shows at each instant."""
    return [f"{instant.astimezone(BERLIN):%Y-%m-%d %H:%M}" for instant in instants]


AUTUMN = quarters(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
SPRING = quarters(datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("instants", "count"),
    [pytest.param(AUTUMN, 100, id="25 hours in October"), pytest.param(SPRING, 92, id="23 hours in March")],
)
def test_a_day_on_which_the_clock_changes_arrives_whole(
    stamps: Stamps, instants: list[datetime], count: int
) -> None:
    rows = stamps(shown(instants))

    assert [row["read_at"] for row in rows] == instants
    assert len({row["read_at"] for row in rows}) == count
    assert {row["metered_on"] for row in rows} == {instants[0].astimezone(BERLIN).date()}


@pytest.mark.parametrize(
    "instants", [pytest.param(AUTUMN, id="25 hours"), pytest.param(SPRING, id="23 hours")]
)
def test_end_stamps_name_the_interval_before_them(stamps: Stamps, instants: list[datetime]) -> None:
    ends = [instant + QUARTER for instant in instants]

    rows = stamps(shown(ends), stamp="end")

    assert [row["read_at"] for row in rows] == instants
    assert {row["metered_on"] for row in rows} == {instants[0].astimezone(BERLIN).date()}


def test_an_end_stamp_counts_back_by_the_length_its_row_states(house: Settings) -> None:
    entry = {
        "table": "meter_readings",
        "format": "csv",
        "location": "inbox",
        "files": "*.csv",
        "time_zone": "Europe/Berlin",
        "timestamp": {"column": "Time", "format": "%Y-%m-%d %H:%M", "stamp": "end"},
        "interval_minutes": 60,
        "columns": {
            "installation_code": {"value": "DE-1"},
            "meter_code": {"value": "EL-1"},
            "amount": {"value": 1},
            "unit": {"value": "kWh"},
            "quality": {"value": "actual"},
            "interval_minutes": "Minutes",
        },
    }
    house.sources_file.write_text(yaml.safe_dump({"sources": {"m": entry}}), encoding="utf-8")
    source = catalog.load(house)["m"]
    body = b"Time,Minutes\n2026-06-01 00:15,15\n2026-06-01 00:45,30\n2026-06-01 01:45,\n"

    rows = sources.read(body, source, source.contract, "x.csv").to_pylist()

    begins = datetime(2026, 5, 31, 22, 0, tzinfo=UTC)  # midnight in Berlin; each begins where the last ended
    assert [row["read_at"] - begins for row in rows] == [timedelta(0), QUARTER, 3 * QUARTER]


def test_each_meter_has_its_own_repeated_hour(stamps: Stamps) -> None:
    by_meter = [f"{meter}|{text}" for meter in ("EL-1", "EL-2") for text in shown(AUTUMN)]
    by_time = [f"{meter}|{text}" for text in shown(AUTUMN) for meter in ("EL-1", "EL-2")]

    for written in (by_meter, by_time):
        rows = stamps(written)

        assert {row["fault_rule"] for row in rows} == {None}
        assert Counter(row["read_at"] for row in rows) == dict.fromkeys(AUTUMN, 2)


def test_a_file_that_runs_backwards_is_told_apart_too(stamps: Stamps) -> None:
    rows = stamps(shown(AUTUMN)[::-1])

    assert [row["read_at"] for row in rows] == AUTUMN[::-1]


def test_meters_that_fall_block_by_block_are_told_apart_though_the_file_rises(stamps: Stamps) -> None:
    blocks = {"EL-1": AUTUMN[:80], "EL-2": AUTUMN[4:]}  # the second block ends later than the first began
    written = [f"{meter}|{text}" for meter, sent in blocks.items() for text in shown(sent)[::-1]]

    rows = stamps(written)

    assert [row["read_at"] for row in rows] == blocks["EL-1"][::-1] + blocks["EL-2"][::-1]


def test_a_file_sorted_by_what_the_clock_showed_holds_first_and_second_in_turn(stamps: Stamps) -> None:
    rows = stamps(sorted(shown(AUTUMN)))

    assert sorted(row["read_at"] for row in rows) == AUTUMN
    assert [row["read_at"].hour for row in rows if row["source_row"] in (10, 11)] == [0, 1]  # 02:00, 02:00


def test_a_gap_in_the_repeated_hour_does_not_shift_the_rest(stamps: Stamps) -> None:
    lost = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 for the second time
    sent = [instant for instant in AUTUMN if instant != lost]

    rows = stamps(shown(sent))

    assert [row["read_at"] for row in rows] == sent


def test_an_hour_sent_once_that_happened_twice_is_rejected_not_guessed(stamps: Stamps) -> None:
    sent = [text for text in dict.fromkeys(shown(AUTUMN))]

    rows = stamps(sent)

    faulty = [row for row in rows if row["fault_rule"]]
    assert [row["fault_value"] for row in faulty] == [
        f"2026-10-25 02:{minute:02}" for minute in (0, 15, 30, 45)
    ]
    assert {row["fault_rule"] for row in faulty} == {"ambiguous_time"}
    assert {(row["read_at"], row["metered_on"]) for row in faulty} == {(None, None)}
    assert {row["fault_column"] for row in faulty} == {"read_at"}
    assert len(rows) == 96


def test_a_time_that_never_was_is_rejected(stamps: Stamps) -> None:
    row = stamps(["2026-03-29 02:15"])[0]

    assert (row["fault_rule"], row["fault_value"], row["read_at"]) == (
        "nonexistent_time",
        "2026-03-29 02:15",
        None,
    )
    assert "Europe/Berlin" in row["fault_sentence"]


def test_a_stamp_with_its_offset_needs_no_order(stamps: Stamps) -> None:
    rows = stamps(["2026-10-25 02:15+0100", "2026-10-25 02:15+0200"], pattern="%Y-%m-%d %H:%M%z")

    assert [row["read_at"].hour for row in rows] == [1, 0]
    assert {row["metered_on"] for row in rows} == {date(2026, 10, 25)}


def test_the_midnight_that_closes_its_date_is_the_last_interval_of_that_date(stamps: Stamps) -> None:
    rows = stamps(
        ["01/01/2018 00:15", "01/01/2018 23:45", "01/01/2018 00:00", "02/01/2018 00:15"],
        zone="Asia/Seoul",
        pattern="%d/%m/%Y %H:%M",
        stamp="end",
        midnight="closes_its_date",
    )

    # Seoul is 9 hours ahead of UTC: its 1 January begins at 15:00 UTC the day before
    assert [row["read_at"] for row in rows] == [
        datetime(2017, 12, 31, 15, 0, tzinfo=UTC),
        datetime(2018, 1, 1, 14, 30, tzinfo=UTC),
        datetime(2018, 1, 1, 14, 45, tzinfo=UTC),
        datetime(2018, 1, 1, 15, 0, tzinfo=UTC),
    ]
    assert [row["metered_on"].day for row in rows] == [1, 1, 1, 2]


def test_the_midnight_that_opens_its_date_ends_the_day_before(stamps: Stamps) -> None:
    row = stamps(["2026-10-31 00:00"], zone="Asia/Shanghai", stamp="end")[0]

    assert (row["read_at"], row["metered_on"]) == (
        datetime(2026, 10, 30, 15, 45, tzinfo=UTC),
        date(2026, 10, 30),
    )


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("%d/%m/%Y %H:%M", "3/10/2026 4:05", id="day first, without leading zeros"),
        pytest.param("%Y%m%d%H%M", "202610030405", id="digits run together"),
        pytest.param("%Y-%m-%dT%H:%M:%S", "2026-10-03T04:05:00", id="ISO 8601"),
        pytest.param("%d %b %Y %I:%M %p", "03 Oct 2026 04:05 AM", id="month by name, twelve hours"),
        pytest.param("%b %d, %Y %I:%M %p", "oct 3, 2026  4:05\u202fam", id="a narrow blank before am"),
        pytest.param("%B %d, %Y %H:%M", "October 3, 2026 4:05", id="month by its whole name"),
        pytest.param("%d%b%Y:%H:%M", "3OCT2026:04:05", id="month between digits"),
        pytest.param("%d.%m.%y %H:%M", "3.10.26 4:05", id="year of two digits"),
        pytest.param("%Y/%m/%d %p %I:%M", "2026/10/3 上午 4:05", id="Chinese forenoon"),
        pytest.param("%Y%m%d %H:%M", "20261003 4:05", id="a date run together, then an hour of one digit"),
        pytest.param("%Y-%m-%dT%H:%M:%S.%f", "2026-10-03T04:05:00.000", id="fractions of a second"),
        pytest.param("%Y年%m月%d日 %H:%M", "2026年10月03日 04:05", id="Chinese marks"),
    ],
)
def test_a_stamp_is_read_in_the_senders_form(stamps: Stamps, pattern: str, text: str) -> None:
    row = stamps([text], zone="Asia/Shanghai", pattern=pattern)[0]

    assert row["read_at"] == datetime(2026, 10, 2, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("%Y-%m-%d %H:%M", "2026-10-02 24:00", id="plain"),
        pytest.param("%Y%m%d%H%M", "202610022400", id="digits run together"),
        pytest.param("%d %b %Y %H:%M:%S", "2 Oct 2026 24:00:00", id="month by name"),
        pytest.param("%Y年%m月%d日 %H:%M", "2026年10月02日 24:00", id="Chinese marks"),
    ],
)
@pytest.mark.parametrize("midnight", ["opens_its_date", "closes_its_date"])
def test_24_oclock_is_the_midnight_after_its_date(
    stamps: Stamps, pattern: str, text: str, midnight: str
) -> None:
    row = stamps([text], zone="Asia/Shanghai", pattern=pattern, stamp="end", midnight=midnight)[0]

    # the quarter hour that ends with 2 October in Shanghai, 8 hours ahead of UTC
    assert row["read_at"] == datetime(2026, 10, 2, 15, 45, tzinfo=UTC)
    assert (row["metered_on"], row["fault_rule"]) == (date(2026, 10, 2), None)


def test_24_oclock_is_the_next_midnight_on_the_day_the_clock_changes_too(stamps: Stamps) -> None:
    rows = stamps(["2026-10-25 24:00", "2026-03-29 24:00", "2026-12-31 24:00"])

    assert [row["read_at"] for row in rows] == [
        datetime(2026, 10, 25, 23, tzinfo=UTC),  # Berlin is one hour ahead of UTC again
        datetime(2026, 3, 29, 22, tzinfo=UTC),
        datetime(2026, 12, 31, 23, tzinfo=UTC),
    ]
    assert [row["metered_on"] for row in rows] == [date(2026, 10, 26), date(2026, 3, 30), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("text", "hour"), [("12:00 AM", 0), ("1:00 AM", 1), ("12:00 PM", 12), ("1:00 PM", 13), ("11:00 下午", 23)]
)
def test_twelve_hours_count_from_midnight_and_noon(stamps: Stamps, text: str, hour: int) -> None:
    row = stamps([f"Oct 3, 2026 {text}"], zone="UTC", pattern="%b %d, %Y %I:%M %p")[0]

    assert row["read_at"] == datetime(2026, 10, 3, hour, tzinfo=UTC)


@pytest.mark.parametrize("text", ["Oct 3, 2026 0:00 AM", "Oct 3, 2026 13:00 PM", "Okt 3, 2026 1:00 AM"])
def test_hours_and_months_that_do_not_exist_in_english_are_faults(stamps: Stamps, text: str) -> None:
    row = stamps([text], zone="UTC", pattern="%b %d, %Y %I:%M %p")[0]

    assert (row["read_at"], row["fault_rule"], row["fault_value"]) == (None, "wrong_type", text)


def test_digits_of_another_script_are_no_time_in_any_pattern(stamps: Stamps) -> None:
    row = stamps(["２０２６-10-03T04:05:00.000"], pattern="%Y-%m-%dT%H:%M:%S.%f")[0]

    assert (row["read_at"], row["fault_rule"]) == (None, "wrong_type")


@given(
    st.sampled_from(["%Y-%m-%d %H:%M", "%d.%m.%Y", "%Y年%m月%d日 %H:%M:%S", "%Y%m%d%H%M", "%d1%m1%Y"]),
    st.lists(st.lists(st.integers(0, 62), min_size=6, max_size=6), min_size=1, max_size=4),
)
def test_a_stamp_means_the_same_whatever_stands_beside_it(pattern: str, moments: list[list[int]]) -> None:
    texts = []
    for year, *others in moments:
        texts.append(pattern.replace("%Y", f"{1999 + year}"))
        for directive, number in zip(("%m", "%d", "%H", "%M", "%S"), others, strict=True):
            texts[-1] = texts[-1].replace(directive, f"{number:02}")

    alone = wall_clock(pa.array(texts), pattern)
    beside = wall_clock(pa.array([*texts, "a longer text that is no time"]), pattern)

    assert alone is not None
    assert beside is not None
    assert alone[1].tolist() == beside[1][:-1].tolist()
    assert alone[0][alone[1]].tolist() == beside[0][beside[1]].tolist()


def test_a_date_alone_is_the_start_of_that_day(stamps: Stamps) -> None:
    rows = stamps(["2026-03-29", "2026-10-26"], pattern="%Y-%m-%d")

    assert [row["read_at"] for row in rows] == [
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    ]
    assert [row["metered_on"] for row in rows] == [date(2026, 3, 29), date(2026, 10, 26)]


def test_date_and_time_of_day_may_stand_in_two_columns(house: Settings) -> None:
    entry = {
        "table": "meter_readings",
        "format": "csv",
        "location": "inbox",
        "files": "*.csv",
        "delimiter": ";",
        "time_zone": "Europe/Berlin",
        "timestamp": {"column": ["Date", "Time"], "format": "%b %d, %Y %I:%M %p"},
        "columns": {
            "installation_code": {"value": "DE-1"},
            "meter_code": {"value": "EL-1"},
            "amount": {"value": 1},
            "unit": {"value": "kWh"},
            "quality": {"value": "actual"},
        },
    }
    house.sources_file.write_text(yaml.safe_dump({"sources": {"m": entry}}), encoding="utf-8")
    source = catalog.load(house)["m"]
    text = (
        "Date;Time\nMar 25, 2018;1:00 AM\nMar 25, 2018;2:00 AM\nMar 25, 2018;3:00 AM\n"
        "Mar 25, 2018;noon\nMar 25, 2018;\n"
    )

    rows = sources.read(text.encode(), source, source.contract, "x.csv").to_pylist()

    assert [row["read_at"] and row["read_at"].hour for row in rows] == [0, None, 1, None, None]
    assert [(row["fault_rule"], row["fault_value"]) for row in rows] == [
        (None, None),
        ("nonexistent_time", "Mar 25, 2018 2:00 AM"),
        (None, None),
        ("wrong_type", "Mar 25, 2018 noon"),
        (None, None),  # no time at all is missing, and the gate asks for it
    ]
    assert "'Date' and 'Time'" in rows[3]["fault_sentence"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01 00:00",
        "2026-02-29 00:00",
        "2026-10-30 24:01",
        "2026-10-30 25:00",
        "2026-10-30 12:60",
        "２０２６-10-30 12:00",
        "2026-10-30",
        "30.10.2026 12:00",
        "x",
    ],
)
def test_what_is_no_time_in_that_form_is_a_fault(stamps: Stamps, text: str) -> None:
    rows = stamps(["2026-10-30 00:00", text])

    assert [row["fault_rule"] for row in rows] == [None, "wrong_type"]
    assert (rows[1]["read_at"], rows[1]["metered_on"], rows[1]["fault_value"]) == (None, None, text)
